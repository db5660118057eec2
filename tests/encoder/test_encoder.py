"""The encoder keeps order and length, and tells near from far."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.encoder.encoder import MANY, SentenceEncoder
from bot.encoder.files import EncoderError, EncoderFiles

FOLDER = Path(__file__).resolve().parents[2] / "models" / "encoder"

pytestmark = pytest.mark.skipif(
    not EncoderFiles(FOLDER).description.is_file(), reason="the encoder is not built: ./meridian setup"
)


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load(FOLDER)


def test_every_text_has_its_own_row_of_length_one(encoder: SentenceEncoder) -> None:
    texts = ["Does it hurt?", "What does a session cost, and do you take my insurance?", "sciatica", "?"]
    vectors = encoder.encode(texts)
    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert all((encoder.encode([text])[0] == row).all() for text, row in zip(texts, vectors, strict=True))


def test_many_texts_keep_their_order(encoder: SentenceEncoder) -> None:
    texts = [f"I have had back pain for {days} days" for days in range(MANY)]
    assert (encoder.encode(texts)[::-1] == encoder.encode(texts[::-1])).all()


def test_no_text_gives_no_row(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


def test_only_the_beginning_of_a_long_text_is_read(encoder: SentenceEncoder) -> None:
    long = "does it hurt " * 400
    assert (encoder.encode([long]) == encoder.encode([long + "and what does it cost"])).all()


@pytest.mark.parametrize(
    ("text", "near", "far"),
    [
        ("Does acupuncture hurt?", "are the needles painful", "Where can I park?"),
        ("I have a slipped disc", "herniated disc in my lower back", "when are you open on Saturday"),
        ("How much is a session?", "what do sessions cost", "Is it safe while pregnant?"),
    ],
)
def test_what_means_the_same_lies_near(encoder: SentenceEncoder, text: str, near: str, far: str) -> None:
    one, same, other = encoder.encode([text, near, far])
    assert one @ same > 0.5
    assert one @ other < 0.35


def test_the_published_similarities_come_out(encoder: SentenceEncoder) -> None:
    """Those on the model's page, to what eight bits leave of them (sbert.net, all-MiniLM-L6-v2)."""
    vectors = encoder.encode(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    published = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert vectors @ vectors.T == pytest.approx(np.array(published), abs=0.03)


def test_a_folder_without_an_encoder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"bot\.encoder\.build"):
        SentenceEncoder.load(tmp_path)
