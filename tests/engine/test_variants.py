"""Examples with a condition put beside them, made for training only."""

from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.variants import VARIANT_OF, ConditionVariants

CONFIG: dict[str, Any] = {
    "each": 2,
    "phrases": ["{example} for {condition}", "I have {condition}. {example}"],
    "conditions": ["sciatica", "neck pain"],
    "not_for": ["ask_sciatica"],
}
DATA = TrainingData(
    [
        Message.build(text="what does it cost?", intent="ask_cost"),
        Message.build(text="the price, for someone who comes only now and then", intent="ask_cost"),
        Message.build(text="fees", intent="ask_cost"),
        Message.build(text="the cost for a Slipped Disc", intent="ask_cost"),
        Message.build(text="does it help", intent="ask_sciatica"),
        Message.build(text="hello", intent="greet"),
    ],
    entity_synonyms={"slipped disc": "herniated disc"},
    lookup_tables=[{"name": "condition", "elements": ["sciatica", "herniated disc"]}],
)


@pytest.fixture
def component(storage: Any, resource: Any, context: Any) -> ConditionVariants:
    return ConditionVariants.create(CONFIG, storage, resource, context)


def variants(data: TrainingData) -> list[tuple[str, str]]:
    return [(one.get(VARIANT_OF), one.get(INTENT)) for one in data.intent_examples if one.get(VARIANT_OF)]


def test_the_shortest_examples_without_a_condition_get_one(component: ConditionVariants) -> None:
    made = component.process_training_data(DATA)
    assert variants(made) == [("fees", "ask_cost"), ("what does it cost?", "ask_cost")]
    for one in made.intent_examples[len(DATA.intent_examples) :]:
        assert any(condition in one.get(TEXT) for condition in CONFIG["conditions"])
        assert "?" not in one.get(TEXT)[:-1]


def test_the_same_data_gives_the_same_variants(component: ConditionVariants) -> None:
    first, second = (component.process_training_data(DATA) for _ in range(2))
    assert first.fingerprint() == second.fingerprint()
    assert len(DATA.intent_examples) == 6


def test_a_visitors_message_is_left_alone(component: ConditionVariants) -> None:
    messages = [Message({TEXT: "fees"})]
    assert component.process(messages) is messages
    assert messages[0].data == {TEXT: "fees"}


def test_without_phrases_nothing_is_added(storage: Any, resource: Any, context: Any) -> None:
    component = ConditionVariants.create({**CONFIG, "each": 0}, storage, resource, context)
    assert component.process_training_data(DATA) is DATA
