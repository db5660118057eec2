"""The classifier's arithmetic on vectors made up for the purpose."""

from pathlib import Path

import numpy as np
import pytest

from bot.encoder.ngrams import BUCKETS
from bot.engine.components import ngrams
from bot.engine.components.kernel_model import Calibration, KernelModel, Shape, train

SHAPE = Shape(gamma=2.5, ngrams=0.1, ridge=0.2, none=0.25)


def clusters(
    intents: int, each: int, spread: float, seed: int = 0
) -> tuple[np.ndarray, list[str], list[str]]:
    """Vectors around one centre an intent, texts of a word of the intent's own, and the intents."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(intents, 32))
    names = [f"intent {number}" for number in range(intents) for _ in range(each)]
    vectors = np.repeat(centres, each, axis=0) + spread * random.normal(size=(intents * each, 32))
    vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return vectors, [f"word{name[-1]} of" for name in names], names


def test_unseen_texts_are_told_apart() -> None:
    training = train(*clusters(6, 12, 0.5), SHAPE)
    vectors, texts, names = clusters(6, 20, 0.5, seed=9)
    confidences = training.model.confidences(vectors, texts)
    assert [training.model.intents[at] for at in confidences.argmax(axis=1)] == names
    assert (confidences > 0).all()
    assert (confidences.sum(axis=1) < 1 + 1e-5).all()


def test_what_is_like_no_example_is_believed_less() -> None:
    model = train(*clusters(6, 12, 0.5), SHAPE).model
    known = model.confidences(*clusters(6, 5, 0.5, seed=9)[:2]).max(axis=1)
    strange = np.random.default_rng(7).normal(size=(30, 32)).astype(np.float32)
    strange /= np.linalg.norm(strange, axis=1, keepdims=True)
    assert np.median(model.confidences(strange, ["quite other"] * 30).max(axis=1)) < np.median(known) / 2


def test_the_unseen_scores_are_those_of_a_model_without_the_example() -> None:
    vectors, texts, names = clusters(3, 6, 0.8)
    training = train(vectors, texts, names, SHAPE)
    left_out = 7
    rest = [at for at in range(len(names)) if at != left_out]
    # The intents' shares, which the formula holds constant, move a little when an example is left out.
    without = train(vectors[rest], [texts[at] for at in rest], [names[at] for at in rest], SHAPE).model
    scores = without.scores(vectors[[left_out]], [texts[left_out]])[0]
    assert training.unseen[left_out] == pytest.approx(scores, abs=0.05)


def test_a_variant_does_not_vouch_for_its_original() -> None:
    vectors, texts, names = clusters(3, 6, 0.8)
    doubled = (np.concatenate([vectors, vectors]), texts * 2, names * 2, SHAPE)
    families = train(*doubled, originals=[*range(18), *range(18)])
    assert families.unseen.shape == (18, 3)
    assert families.labels.tolist() == np.unique(names, return_inverse=True)[1].tolist()
    alone = train(*doubled)
    right = families.labels
    rows = np.arange(18)
    assert families.unseen[rows, right].mean() < alone.unseen[rows, right].mean() - 0.1


def test_a_saved_model_is_the_same_when_loaded(tmp_path: Path) -> None:
    model = train(*clusters(3, 6, 0.8), SHAPE).model
    model.save(tmp_path, encoder="one")
    loaded = KernelModel.load(tmp_path)
    vectors, texts, _ = clusters(3, 2, 0.8, seed=4)
    assert (loaded.confidences(vectors, texts) == model.confidences(vectors, texts)).all()
    assert (loaded.intents, loaded.shape, loaded.calibration) == (
        model.intents,
        model.shape,
        model.calibration,
    )


def test_confidence_is_what_share_turns_out_right() -> None:
    """Scores whose winner is right in three of four cases come out at about three quarters."""
    random = np.random.default_rng(3)
    labels = np.zeros(4000, int)
    scores = np.where(random.random((4000, 1)) < 0.75, [[0.8, 0.4]], [[0.4, 0.8]])
    calibration = Calibration.fitted(scores, labels, none=0.0)
    assert calibration.confidences(np.array([[0.8, 0.4]]))[0, 0] == pytest.approx(0.75, abs=0.03)


def test_hashed_words_have_the_length_they_weigh() -> None:
    for text in ("does it hurt", "a", "", "🙂", "acupuncture " * 50):
        buckets, values = ngrams.hashed(text, 0.1)
        assert len(set(buckets.tolist())) == len(buckets)
        assert (buckets < BUCKETS).all()
        assert values @ values == pytest.approx(0.2 if any(map(str.isalnum, text)) else 0, abs=0.01)
    assert ngrams.matrix(["does it hurt", ""], 0.1).shape == (2, BUCKETS)
