"""The second net: a sentence that means what a warning statement means is one, whatever its words.

A kernel ridge regression over the library's vectors, +1 for warnings and -1 for calm ones: exact, without chance, and
solved in milliseconds at the start. The vectors themselves take about two milliseconds each, a second for all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bot.safety.words import read_words

if TYPE_CHECKING:
    from bot.encoder.encoder import SentenceEncoder, Vectors
    from bot.safety.statements import Statement

SHARPNESS = 8.0
"""How fast likeness falls with the angle between two vectors."""
RIDGE = 0.1
LEAST = 0.1
"""Calibrated on questions of visitors: above it lie about one in a thousand of the calm ones."""
FEWEST_WORDS = 3


@dataclass(frozen=True)
class Catch:
    """The warning statement a sentence is most like."""

    sign: str
    statement: str


class Net:
    """Finds sentences that mean what a warning statement means."""

    def __init__(self, encoder: SentenceEncoder, statements: list[Statement]) -> None:
        self._encoder = encoder
        self._vectors = encoder.encode([" ".join(read_words(each.text).text) for each in statements])
        self._told = [each for each in statements if each.sign]
        self._warnings = self._vectors[[number for number, each in enumerate(statements) if each.sign]]
        target = np.array([1.0 if each.sign else -1.0 for each in statements])
        kernel = _kernel(self._vectors, self._vectors).astype(float)
        self._weights = np.linalg.solve(kernel + RIDGE * np.eye(len(statements)), target)

    def catch(self, sentence: str) -> Catch | None:
        """The statement that `sentence` (plain words, as `read_words` gives them) repeats in meaning, or none."""
        if sentence.count(" ") + 1 < FEWEST_WORDS:
            return None
        vector = self._encoder.encode([sentence])
        if self.score(vector) < LEAST:
            return None
        nearest = self._told[int(np.argmax(self._warnings @ vector[0]))]
        assert nearest.sign
        return Catch(nearest.sign, nearest.id)

    def score(self, vector: Vectors) -> float:
        """How much a vector is like the warnings; about 1 for one of them, about -1 for a calm one."""
        return float((_kernel(vector, self._vectors) @ self._weights)[0])


def _kernel(one: Vectors, other: Vectors) -> Vectors:
    likeness: Vectors = np.exp(SHARPNESS * (one @ other.T - 1))
    return likeness
