"""How much a sentence means what the library's warnings mean: a kernel ridge regression over sentence vectors.

Exact and without chance: +1 for a warning and -1 for a calm statement, and the same once more for each sign. The
vectors of the library take a few seconds, so they and the weights are kept in a file until the library, the encoder
or this recipe changes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.safety.words import read_words

if TYPE_CHECKING:
    from bot.encoder.encoder import SentenceEncoder, Vectors
    from bot.safety.statements import Statement

RECIPE = 1
"""To be raised when what is kept comes to mean something else."""
SHARPNESS = 4.0
"""How fast likeness falls with the angle between two vectors."""
RIDGE = 0.3
DOUBT = 0.3
"""What is unlike everything in the library counts this much as calm."""


@dataclass(frozen=True)
class Likeness:
    """The library as vectors, and what each of them says: first for a warning at all, then for each of `signs`."""

    signs: tuple[str, ...]
    vectors: Vectors
    weights: Vectors
    ids: NDArray[np.str_]
    """Of the statement that each vector stands for."""
    told: NDArray[np.str_]
    """Its sign; empty for a calm one."""

    def score(self, vectors: Vectors) -> Vectors:
        """A row for each vector: its score as a warning, and its score for each sign; about 1 for one of them."""
        scores: Vectors = _kernel(vectors, self.vectors) @ self.weights - DOUBT
        return scores

    def nearest(self, vector: Vectors, sign: str) -> str:
        """The id of the statement of `sign` that a vector is most like."""
        of_sign = self.told == sign
        return str(self.ids[of_sign][int(np.argmax(self.vectors[of_sign] @ vector))])

    def keep(self, path: Path, key: str) -> None:
        """Writes it to `path`; where that cannot be written, the next start takes longer and nothing else."""
        draft = path.with_suffix(".tmp.npz")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(
                draft,
                key=key,
                signs=self.signs,
                vectors=self.vectors.astype(np.float16),
                weights=self.weights,
                ids=self.ids,
                told=self.told,
            )
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink()


def key_of(encoder: str, statements: Sequence[Path]) -> str:
    """What decides what `learn` makes: the encoder's fingerprint, the library's files and the recipe."""
    digest = hashlib.sha256(f"{RECIPE} {SHARPNESS} {RIDGE} {DOUBT} {encoder}".encode())
    for path in statements:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def kept(path: Path, key: str) -> Likeness | None:
    """What lies at `path`, if it was made from what `key` names."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            signs = tuple(map(str, file["signs"]))
            vectors = file["vectors"].astype(np.float32)
            return Likeness(signs, vectors, file["weights"], file["ids"], file["told"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def learn(encoder: SentenceEncoder, statements: Sequence[Statement]) -> Likeness:
    """Learns from the library; takes about two milliseconds a statement."""
    # Half precision from the start, so that what is learnt and what is kept are the same.
    vectors = encoder.encode([" ".join(read_words(each.text).text) for each in statements])
    vectors = vectors.astype(np.float16).astype(np.float32)
    signs = tuple(sorted({each.sign for each in statements if each.sign}))
    target = np.array(
        [[each.sign is not None, *(each.sign == sign for sign in signs)] for each in statements]
    )
    kernel = _kernel(vectors, vectors).astype(float)
    weights = np.linalg.solve(kernel + RIDGE * np.eye(len(statements)), 2.0 * target - 1 + DOUBT)
    ids = np.array([each.id for each in statements])
    told = np.array([each.sign or "" for each in statements])
    return Likeness(signs, vectors, weights.astype(np.float32), ids, told)


def _kernel(one: Vectors, other: Vectors) -> Vectors:
    likeness: Vectors = np.exp(SHARPNESS * (one @ other.T - 1))
    return likeness
