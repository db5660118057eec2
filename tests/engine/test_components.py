"""Each graph component alone: trained, kept, loaded, and giving the same as before."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.constants import DENSE_FEATURIZABLE_ATTRIBUTES
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.encoder.encoder import SentenceEncoder
from bot.encoder.files import EncoderError
from bot.engine.components.decision import QuestionDecision
from bot.engine.components.intent_classifier import (
    EncoderChanged,
    NoExamples,
    SentenceIntentClassifier,
)
from bot.engine.components.sentence_encoder import SentenceEncoderFeaturizer, encoder_fingerprint
from bot.engine.components.spelling_mender import SpellingMender
from bot.engine.components.splitter import PART, QuestionSplitter
from bot.engine.components.variants import ConditionVariants
from tests.engine.conftest import ENCODER
from tests.engine.small_project import EXAMPLES

OURS = (
    ConditionVariants,
    QuestionSplitter,
    SpellingMender,
    SentenceEncoderFeaturizer,
    SentenceIntentClassifier,
    QuestionDecision,
)


def made(component: Any, storage: Any, resource: Any, context: Any, **config: Any) -> Any:
    return component.create({**component.get_default_config(), **config}, storage, resource, context)


@pytest.fixture
def featurizer(
    storage: LocalModelStorage, resource: Resource, context: ExecutionContext
) -> SentenceEncoderFeaturizer:
    return made(SentenceEncoderFeaturizer, storage, resource, context)


@pytest.fixture
def training_data(featurizer: SentenceEncoderFeaturizer) -> TrainingData:
    examples = [
        Message.build(text=text.strip(), intent=intent)
        for intent, texts in EXAMPLES.items()
        for line in texts.splitlines()
        for text in line.split("|")
        if text.strip()
    ]
    return featurizer.process_training_data(TrainingData(examples))


def test_no_name_of_ours_is_one_of_rasas() -> None:
    """Rasa's registry knows components by their bare class name, and the later one wins."""
    assert not {one.__name__ for one in OURS} & {one.__name__ for one in DEFAULT_COMPONENTS}


# The featurizer


@pytest.mark.parametrize("attribute", DENSE_FEATURIZABLE_ATTRIBUTES)
def test_each_attribute_is_encoded_from_its_own_text(
    featurizer: SentenceEncoderFeaturizer, attribute: str
) -> None:
    texts = {name: f"the {name} of this message" for name in DENSE_FEATURIZABLE_ATTRIBUTES}
    message = Message(dict(texts))
    featurizer.process([message])
    sequence, sentence = message.get_dense_features(attribute)
    assert sequence is None
    assert sentence is not None
    assert sentence.features.shape == (1, 384)
    expected = SentenceEncoder.load(ENCODER).encode([texts[attribute]])
    assert (sentence.features == expected).all()


def test_an_empty_text_gets_no_feature(featurizer: SentenceEncoderFeaturizer) -> None:
    messages = [Message({TEXT: ""}), Message({}), Message({TEXT: "does it hurt"})]
    featurizer.process(messages)
    assert [len(message.features) for message in messages] == [0, 0, 1]


def test_training_and_serving_encode_alike(
    featurizer: SentenceEncoderFeaturizer, training_data: TrainingData
) -> None:
    trained = training_data.training_examples[7]
    served = Message({TEXT: trained.get(TEXT)})
    featurizer.process([served])
    pair = [one.get_dense_features(TEXT)[1].features for one in (trained, served)]
    assert (pair[0] == pair[1]).all()


def test_a_missing_encoder_is_told(storage: Any, resource: Any, context: Any, tmp_path: Path) -> None:
    with pytest.raises(EncoderError):
        made(SentenceEncoderFeaturizer, storage, resource, context, encoder=str(tmp_path))


# The classifier


def test_it_says_after_loading_what_it_said_after_training(
    featurizer: Any, training_data: TrainingData, storage: Any, resource: Any, context: Any
) -> None:
    trained = made(SentenceIntentClassifier, storage, resource, context)
    trained.train(training_data)
    config = SentenceIntentClassifier.get_default_config()
    loaded = SentenceIntentClassifier.load(config, storage, resource, context)
    texts = ["how much do I have to pay", "will the pin hurt me", "who won the cup"]
    said = []
    for classifier in (trained, loaded):
        messages = [Message({TEXT: text}) for text in texts]
        classifier.process(featurizer.process(messages))
        said.append([message.as_dict(only_output_properties=True) for message in messages])
    assert said[0] == said[1]
    assert [one[INTENT]["name"] for one in said[0]] == ["ask_cost", "ask_does_it_hurt", "out_of_scope"]
    for one in said[0]:
        confidences = [ranked["confidence"] for ranked in one[INTENT_RANKING_KEY]]
        assert confidences == sorted(confidences, reverse=True)
        assert len(confidences) == len(EXAMPLES)
        assert 0 < sum(confidences) < 1
        json.dumps(one)  # it travels to the actions


def test_a_part_is_read_as_it_would_be_alone(
    featurizer: Any, training_data: TrainingData, storage: Any, resource: Any, context: Any
) -> None:
    classifier = made(SentenceIntentClassifier, storage, resource, context)
    classifier.train(training_data)
    alone, together, _ = (
        Message({TEXT: text}) for text in ("does it hurt", "does it hurt", "what is the price")
    )
    classifier.process(featurizer.process([alone]))
    classifier.process(featurizer.process([together, _]))
    assert alone.get(INTENT)["name"] == together.get(INTENT)["name"]
    assert alone.get(INTENT)["confidence"] == pytest.approx(together.get(INTENT)["confidence"], abs=1e-5)


def test_a_message_without_text_has_no_intent(
    featurizer: Any, training_data: TrainingData, storage: Any, resource: Any, context: Any
) -> None:
    classifier = made(SentenceIntentClassifier, storage, resource, context)
    classifier.train(training_data)
    empty, spoken = Message({TEXT: ""}), Message({TEXT: "does it hurt"})
    classifier.process(featurizer.process([empty, spoken]))
    assert (empty.get(INTENT), empty.get(INTENT_RANKING_KEY)) == ({"name": None, "confidence": 0.0}, [])
    assert spoken.get(INTENT)["name"] == "ask_does_it_hurt"


def test_it_refuses_another_encoder_than_it_was_trained_with(
    training_data: TrainingData, storage: Any, resource: Any, context: Any, tmp_path: Path
) -> None:
    classifier = made(SentenceIntentClassifier, storage, resource, context)
    classifier.train(training_data)
    description = json.loads((ENCODER / "encoder.json").read_text())
    (tmp_path / "encoder.json").write_text(json.dumps({**description, "version": 99}))
    config = {**SentenceIntentClassifier.get_default_config(), "encoder": str(tmp_path)}
    with pytest.raises(EncoderChanged):
        SentenceIntentClassifier.load(config, storage, resource, context)


def test_it_needs_examples_of_two_intents(featurizer: Any, storage: Any, resource: Any, context: Any) -> None:
    data = featurizer.process_training_data(TrainingData([Message.build(text="hi", intent="greet")]))
    with pytest.raises(NoExamples):
        made(SentenceIntentClassifier, storage, resource, context).train(data)


def test_nobodys_words_are_in_what_it_keeps(
    training_data: TrainingData, storage: Any, resource: Any, context: Any
) -> None:
    made(SentenceIntentClassifier, storage, resource, context).train(training_data)
    with storage.read_from(resource) as folder:
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            assert {arrays[name].dtype.kind for name in arrays} == {"f"}
        assert "pizza" not in (folder / "classifier.json").read_text()


def test_another_encoder_means_training_anew(tmp_path: Path) -> None:
    description = json.loads((ENCODER / "encoder.json").read_text())
    (tmp_path / "encoder.json").write_text(json.dumps({**description, "version": 99}))
    for component in (SentenceEncoderFeaturizer, SentenceIntentClassifier):
        here, there = ({"encoder": str(folder)} for folder in (ENCODER, tmp_path))
        assert component.fingerprint_addon(here) != component.fingerprint_addon(there)
    assert encoder_fingerprint(str(ENCODER)) != encoder_fingerprint(str(tmp_path))


# Splitting and deciding


def test_parts_follow_their_message_with_their_entities(storage: Any, resource: Any, context: Any) -> None:
    text = "Is it safe with warfarin? And does it help sciatica?"
    entities = [
        {"entity": "medicine", "value": "warfarin", "start": 16, "end": 24},
        {"entity": "condition", "value": "sciatica", "start": 43, "end": 51},
    ]
    splitter = QuestionSplitter.create({}, storage, resource, context)
    whole, first, second = splitter.process([Message({TEXT: text, ENTITIES: entities})])
    assert whole.get(ENTITIES) == entities
    assert [part.get(PART) for part in (whole, first, second)] == [None, True, True]
    assert first.get(ENTITIES) == [{"entity": "medicine", "value": "warfarin", "start": 16, "end": 24}]
    (entity,) = second.get(ENTITIES)
    assert second.get(TEXT)[entity["start"] : entity["end"]] == "sciatica"


def test_deciding_folds_the_parts_back(storage: Any, resource: Any, context: Any) -> None:
    def read(text: str, intent: str, **more: Any) -> Message:
        ranking = [{"name": intent, "confidence": 0.9}]
        return Message({TEXT: text, INTENT: ranking[0], INTENT_RANKING_KEY: ranking, **more})

    decision = made(QuestionDecision, storage, resource, context)
    first, second = decision.process(
        [
            read("How much is it? Does it hurt?", "ask_cost"),
            read("How much is it?", "ask_cost", **{PART: True}),
            read("Does it hurt?", "ask_does_it_hurt", **{PART: True}),
            read("Does it hurt?", "ask_does_it_hurt"),
        ]
    )
    assert [len(one.get("decision")["questions"]) for one in (first, second)] == [2, 1]
    assert first.as_dict(only_output_properties=True)["decision"]["rule"] == "several_questions"
    assert second.get(INTENT)["name"] == "ask_does_it_hurt"
