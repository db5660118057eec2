"""Slips of the keyboard, to see whether a misspelling changes an answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from bot.learning.evaluation import Case, Outcome

# Shorter words are seldom mistyped, and a slip in them leaves another word.
_WORD = re.compile(r"[a-z]{4,}", re.IGNORECASE)
_SHARE = 0.25


@dataclass(frozen=True)
class Pair:
    """The same question, well spelt and misspelt."""

    well: Outcome
    misspelt: Outcome

    @property
    def changed(self) -> bool:
        """Whether the visitor got something else."""
        return (self.well.topics, self.well.disposition) != (self.misspelt.topics, self.misspelt.disposition)


def misspell(text: str) -> str:
    """The text with a slip in about a quarter of its longer words, in one at least; always the same for a text.

    A slip is two letters swapped, one left out, or one typed twice; the first letter stays, as it mostly does
    (Pollock & Zamora, J Am Soc Inf Sci 1983;34:51).
    """
    random = Random(text)  # noqa: S311  # no secret
    words = list(_WORD.finditer(text))
    chosen = random.sample(words, max(1, round(len(words) * _SHARE))) if words else []
    for word in sorted(chosen, key=lambda each: each.start(), reverse=True):
        text = text[: word.start()] + _slip(word.group(), random) + text[word.end() :]
    return text


def misspelt(case: Case) -> Case:
    """The case with its text misspelt; what is right stays."""
    return Case(misspell(case.text), case.topic, case.accept)


def pairs(well: Sequence[Outcome], misspelt: Sequence[Outcome]) -> list[Pair]:
    """Both outcomes of each question; a question without a word to misspell is left out."""
    both = [Pair(one, other) for one, other in zip(well, misspelt, strict=True)]
    return [pair for pair in both if pair.well.text != pair.misspelt.text]


def _slip(word: str, random: Random) -> str:
    place = random.randrange(1, len(word) - 1)
    head, first, second, tail = word[:place], word[place], word[place + 1], word[place + 2 :]
    middle = random.choice([second + first, second, first + first + second])
    slipped = head + middle + tail
    # Two equal letters swapped are no slip.
    return slipped if slipped != word else head + second + tail
