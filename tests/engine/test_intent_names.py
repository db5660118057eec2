"""An intent with few examples is taught by its name, too."""

from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.intent_names import IntentNames
from bot.engine.components.variants import VARIANT_OF

DATA = TrainingData(
    [
        Message.build(text="can I leave my car somewhere", intent="ask_where_to_park"),
        Message.build(text="hello", intent="greet"),
        Message.build(text="good morning", intent="greet"),
        Message.build(text="hi there", intent="greet"),
        Message.build(text="Fees", intent="ask_fees"),
    ]
)


@pytest.fixture
def component(storage: Any, resource: Any, context: Any) -> IntentNames:
    return IntentNames.create({"fewer_than": 3}, storage, resource, context)


def test_few_examples_are_joined_by_the_name(component: IntentNames) -> None:
    made = component.process_training_data(DATA).intent_examples[len(DATA.intent_examples) :]
    assert [(one.get(TEXT), one.get(INTENT)) for one in made] == [("where to park", "ask_where_to_park")]
    assert len(DATA.intent_examples) == 5


def test_what_was_made_from_an_example_is_not_counted(component: IntentNames) -> None:
    variants = [
        Message.build(f"parking for {condition}", "ask_parking", **{VARIANT_OF: "my car"})
        for condition in ("sciatica", "arthritis", "migraine")
    ]
    data = TrainingData([Message.build("my car", "ask_parking"), *variants])
    assert [one.get(TEXT) for one in component.process_training_data(data).intent_examples[4:]] == ["parking"]


def test_a_name_that_two_intents_share_is_given_to_none(component: IntentNames) -> None:
    data = TrainingData([Message.build("enough now", "stop"), Message.build("when to end it", "ask_stop")])
    assert component.process_training_data(data) is data


def test_where_there_are_many_nothing_changes(component: IntentNames) -> None:
    many = TrainingData([one for one in DATA.intent_examples if one.get(INTENT) == "greet"])
    assert component.process_training_data(many) is many


def test_a_visitors_message_is_left_alone(component: IntentNames) -> None:
    messages = [Message({TEXT: "fees"})]
    assert component.process(messages) is messages
    assert messages[0].data == {TEXT: "fees"}
