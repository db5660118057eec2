"""The classifier's arithmetic: kernel ridge regression on one column an intent.

Similarity of two texts is exp(γ (cosine - 1)) of their vectors plus the dot product of their hashed n-grams.
Training is one Cholesky factor. Its last part gives the score of examples by a model that never saw them
(Rasmussen and Williams, 2006, eq. 5.12), so the confidence is calibrated on unseen scores at little cost.

Knows nothing of Rasa, of messages, or of where vectors come from.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.linalg import lapack
from scipy.sparse import csr_matrix

from bot.engine.components import ngrams

WEIGHTS = "weights.npz"
DESCRIPTION = "classifier.json"

SHARPNESSES = np.geomspace(1, 12, 30)
FLOORS = (0.01, 0.02, 0.03, 0.05)

UNSEEN = 2500
"""About how many examples the calibration is fitted on; all of them would cost as much again as the fit."""

BLOCK = 512


@dataclass(frozen=True)
class Shape:
    """What is chosen before training.

    `gamma` is that of the vectors' kernel, `ngrams` the weight of words and of letters beside it, `ridge` how
    much the fit gives way. `none` is the score that speaks for no intent at all: the higher, the less is made
    of a text unlike any example.
    """

    gamma: float
    ngrams: float
    ridge: float
    none: float


@dataclass(frozen=True)
class Calibration:
    """From scores to confidences: shares of score^sharpness, where no score counts less than `floor`."""

    sharpness: float
    floor: float
    none: float

    def confidences(self, scores: np.ndarray) -> np.ndarray:
        """Rows that add up to less than 1; what is missing speaks for none of the intents."""
        powers = np.maximum(scores, self.floor) ** self.sharpness
        return np.asarray(powers / (powers.sum(axis=1, keepdims=True) + self.none**self.sharpness))

    @classmethod
    def fitted(cls, scores: np.ndarray, labels: np.ndarray, none: float) -> "Calibration":
        """The calibration under which the scores of unseen examples surprise least by their labels."""
        rows = np.arange(len(labels))
        scores = scores.astype(np.float32)

        def surprise(candidate: Calibration) -> float:
            return -float(np.log(candidate.confidences(scores)[rows, labels]).mean())

        candidates = [cls(float(sharpness), floor, none) for sharpness in SHARPNESSES for floor in FLOORS]
        return min(candidates, key=surprise)


@dataclass(frozen=True)
class KernelModel:
    """A trained classifier.

    `examples` are unit vectors (n × width), `dual` the weights on them (n × intents), `grams` those on the
    n-gram buckets (buckets × intents), `prior` each intent's share of the examples.
    """

    intents: list[str]
    shape: Shape
    calibration: Calibration
    examples: np.ndarray
    dual: np.ndarray
    grams: np.ndarray
    prior: np.ndarray

    def confidences(self, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """One row a text, one column an intent, calibrated."""
        return self.calibration.confidences(self.scores(vectors, texts))

    def scores(self, vectors: np.ndarray, texts: Sequence[str]) -> np.ndarray:
        """Near 1 for the intent of a text, near 0 for the others."""
        rows = []
        # Row by row: for a few rows at once OpenBLAS copies all examples, which takes eight times as long as one.
        for vector, text in zip(vectors, texts, strict=True):
            likeness = np.exp(self.shape.gamma * (self.examples @ vector - 1))
            buckets, values = ngrams.hashed(text, self.shape.ngrams)
            rows.append(self.prior + likeness @ self.dual + values @ self.grams[buckets].astype(np.float32))
        return np.stack(rows) if rows else np.empty((0, len(self.intents)), np.float32)

    def save(self, folder: Path, **notes: str) -> None:
        """Writes arrays without pickle and the rest as JSON, `notes` among it."""
        np.savez_compressed(
            folder / WEIGHTS, examples=self.examples, dual=self.dual, grams=self.grams, prior=self.prior
        )
        content = {
            "intents": self.intents,
            "shape": asdict(self.shape),
            "calibration": asdict(self.calibration),
            **notes,
        }
        (folder / DESCRIPTION).write_text(json.dumps(content, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "KernelModel":
        """The model that `save` wrote; reading runs no code."""
        content = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        with np.load(folder / WEIGHTS, allow_pickle=False) as arrays:
            return cls(
                intents=content["intents"],
                shape=Shape(**content["shape"]),
                calibration=Calibration(**content["calibration"]),
                **{name: arrays[name] for name in ("examples", "dual", "grams", "prior")},
            )


@dataclass(frozen=True)
class Training:
    """A model, and what it would have scored examples without having seen them or their variants.

    `labels` (into the model's intents) and `unseen` have one row an original example; where there are many,
    one for every second or third of them.
    """

    model: KernelModel
    labels: np.ndarray
    unseen: np.ndarray

    @property
    def unseen_confidences(self) -> np.ndarray:
        """The unseen scores as confidences, examples × intents; thresholds are chosen from these."""
        return self.model.calibration.confidences(self.unseen)


def train(
    vectors: np.ndarray,
    texts: Sequence[str],
    intents: Sequence[str],
    shape: Shape,
    originals: Sequence[int] | None = None,
) -> Training:
    """Fits one example a row of unit `vectors`, with its text and its intent.

    `originals` has the row from which each example was made, its own where it was not made from another.
    """
    families = _families(range(len(texts)) if originals is None else originals)
    asked = families[:: -(-len(texts) // UNSEEN)]
    order = _with_last(len(texts), [row for family in asked for row in family])
    vectors, texts, intents = vectors[order], [texts[row] for row in order], [intents[row] for row in order]
    names, labels = np.unique(np.asarray(intents), return_inverse=True)
    targets = np.eye(len(names), dtype=np.float32)[labels]
    prior = targets.mean(axis=0)
    grams = ngrams.matrix(texts, shape.ngrams)
    factor = _cholesky(_similarity(vectors, grams, shape))
    dual, _ = lapack.spotrs(factor, np.asfortranarray(targets - prior), lower=1)
    # What comes last in a Cholesky factor is the factor of that part of the inverse, and nothing more is needed.
    last = len(texts) - sum(map(len, asked))
    inverse = _inverse(factor[last:, last:])
    unseen = np.stack(list(_left_out(targets[last:], dual[last:], inverse, map(len, asked))))
    labels = labels[last:][np.cumsum([0, *map(len, asked)])[:-1]]
    model = KernelModel(
        intents=names.tolist(),
        shape=shape,
        calibration=Calibration.fitted(unseen, labels, shape.none),
        examples=vectors,
        dual=np.ascontiguousarray(dual),
        grams=np.asarray(grams.T @ dual, np.float16),
        prior=prior,
    )
    return Training(model, labels, unseen)


def _families(originals: Sequence[int]) -> list[list[int]]:
    """The rows of each original and its variants, the original first."""
    families: dict[int, list[int]] = {}
    for row, original in enumerate(originals):
        families.setdefault(original, [original] if original != row else []).append(row)
    return list(families.values())


def _with_last(count: int, last: list[int]) -> list[int]:
    """The numbers up to `count` with those of `last` at the end, in its order."""
    chosen = set(last)
    return [row for row in range(count) if row not in chosen] + last


def _similarity(vectors: np.ndarray, grams: csr_matrix, shape: Shape) -> np.ndarray:
    """All examples against all, with the ridge: the lower half only, in the order in which LAPACK reads it."""
    upper = np.zeros((len(vectors), len(vectors)), np.float32)
    for start in range(0, len(vectors), BLOCK):
        rows = slice(start, start + BLOCK)
        block = upper[rows, start:]
        np.matmul(vectors[rows], vectors[start:].T, out=block)
        block -= 1
        block *= shape.gamma
        np.exp(block, out=block)
        block += (grams[rows] @ grams[start:].T).toarray()
    upper[np.diag_indices_from(upper)] += shape.ridge
    return upper.T


def _cholesky(matrix: np.ndarray) -> np.ndarray:
    """The lower factor of a positive definite matrix, in its place.

    Raises:
        numpy.linalg.LinAlgError: the matrix is not positive definite; the ridge makes every one of ours so.
    """
    factor, failed = lapack.spotrf(matrix, lower=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("the similarities are not positive definite; is the ridge 0?")
    return np.asarray(factor)


def _inverse(factor: np.ndarray) -> np.ndarray:
    """The inverse of the matrix whose lower Cholesky factor this is."""
    lower, _ = lapack.spotri(factor, lower=1)
    return np.asarray(np.tril(lower) + np.tril(lower, -1).T)


def _left_out(
    targets: np.ndarray, dual: np.ndarray, inverse: np.ndarray, lengths: Iterable[int]
) -> Iterator[np.ndarray]:
    """The scores of each family's original, its first, by a model that was trained without the family."""
    start = 0
    for length in lengths:
        family = slice(start, start + length)
        yield targets[start] - np.linalg.solve(inverse[family, family], dual[family])[0]
        start += length
