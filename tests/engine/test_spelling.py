"""Slips of a finger mended, and what only looks like one left alone."""

from typing import Any

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.engine.components.sentence_encoder import MENDED, SentenceEncoderFeaturizer, read_as
from bot.engine.components.spelling import OFTEN, VERY_OFTEN, Spelling
from bot.engine.components.spelling_mender import SpellingMender

EXAMPLES = ["does acupuncture hurt", "acupuncture for sciatica", "is acupuncture for my sciatica"] * OFTEN
SPELLING = Spelling.of([*EXAMPLES, *["my back hurts"] * VERY_OFTEN, "a tens machine", "accupuncture"])
ENGLISH = {"couch", "want", "hurts", "back"}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("acupuncure for siatica?", "acupuncture for sciatica?"),
        ("Does acupunctuer hurt", "Does acupuncture hurt"),
        ("my bakc", "my back"),
        ("my bacck", "my back"),
    ],
)
def test_a_word_that_nobody_knows_is_mended(written: str, meant: str) -> None:
    assert SPELLING.mended(written, ENGLISH.__contains__) == meant


@pytest.mark.parametrize(
    "text",
    [
        "I want a couch",  # the encoder knows both
        "accupuncture",  # so was it taught
        "herbal teas",  # too short to be sure, TENS being rare
        "xylophones in Edmonton",  # near nothing
        "O'Hurt sent me, I'm Hurst's friend",  # beside an apostrophe
        "",
    ],
)
def test_what_may_be_meant_is_left(text: str) -> None:
    assert SPELLING.mended(text, ENGLISH.__contains__) == text


def test_a_word_taught_once_is_known_but_nothing_is_mended_to_it() -> None:
    spelling = Spelling.of(["quixotic"])
    assert spelling.mended("quixotic quixotik", lambda word: False) == "quixotic quixotik"


def test_of_a_long_message_in_another_language_only_the_first_words_are_looked_at() -> None:
    text = " ".join(["siatica"] * 100)
    assert SPELLING.mended(text, lambda word: False).split().count("sciatica") == 8


@pytest.fixture
def mender(storage: Any, resource: Any, context: Any) -> SpellingMender:
    config = SpellingMender.get_default_config()
    made = SpellingMender.create(config, storage, resource, context)
    texts = [f"sciatica {number}" for number in range(OFTEN)]
    made.train(TrainingData([Message.build(text, "ask_sciatica") for text in texts]))
    return SpellingMender.load(config, storage, resource, context)


def test_what_was_written_stays_beside_what_is_read(mender: SpellingMender) -> None:
    slip, clean = mender.process([Message({TEXT: "my siatica"}), Message({TEXT: "my sciatica"})])
    assert (slip.get(TEXT), read_as(slip)) == ("my siatica", "my sciatica")
    assert clean.get(MENDED) is None
    assert read_as(clean) == "my sciatica"
    assert read_as(Message({TEXT: "one", INTENT: "two"}), INTENT) == "two"


def test_the_encoder_reads_what_was_meant(
    mender: SpellingMender, storage: Any, resource: Any, context: Any
) -> None:
    featurizer = SentenceEncoderFeaturizer.create(
        SentenceEncoderFeaturizer.get_default_config(), storage, resource, context
    )
    messages = featurizer.process(
        mender.process([Message({TEXT: "my siatica"}), Message({TEXT: "my sciatica"})])
    )
    slip, clean = (message.get_dense_features(TEXT)[1].features for message in messages)
    assert (slip == clean).all()
