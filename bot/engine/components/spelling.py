"""Mends a word that nobody knows into one that the examples use, where one slip of a finger lies between them.

Known is what the encoder's own vocabulary holds whole and what any example holds. Candidates are made by edits
(Norvig, 2007, norvig.com/spell-correct.html) and looked up by hash, so no word that anybody wrote is kept.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

SHORTEST = 4  # letters
OFTEN = 3  # examples with a word that is mended to: a slip in one example must not become a rule
VERY_OFTEN = 40  # the same for a word of four letters: "bakc" is back, but "teas" need not be TENS
MOST_MENDED = 8  # words of one message; who writes more unknown words writes another language

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_WORD = re.compile(r"(?<!['’])\b[^\W\d_]+\b(?!['’])")


@dataclass(frozen=True)
class Spelling:
    """What words the examples hold: the hash of each, and how many examples hold it."""

    counts: Mapping[int, int]

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Spelling":
        """The words of the examples."""
        return cls(Counter(_hash(word) for text in texts for word in set(_words(text))))

    def mended(self, text: str, known: Callable[[str], bool]) -> str:
        """The text with its slips mended; `known` tells whether a lower-case word is one in any case."""
        room = MOST_MENDED

        def mend(match: re.Match[str]) -> str:
            nonlocal room
            word = match[0].lower()
            if len(word) < SHORTEST or _hash(word) in self.counts or known(word) or room == 0:
                return match[0]
            room -= 1
            return self._nearest(word) or match[0]

        return _WORD.sub(mend, text)

    def _nearest(self, word: str) -> str | None:
        """The commonest word of the examples that is one edit away."""
        best = max(_edits(word), key=self._count)
        return best if self._count(best) >= (OFTEN if len(word) > SHORTEST else VERY_OFTEN) else None

    def _count(self, word: str) -> int:
        return self.counts.get(_hash(word), 0)


def _words(text: str) -> list[str]:
    # Together with its apostrophe no word is mended; "dont" is one all the same.
    return re.findall(r"[^\W\d_]+", text.lower().replace("'", "").replace("’", ""))


def _hash(word: str) -> int:
    return crc32(word.encode())


def _edits(word: str) -> Iterator[str]:
    """Every word that is one letter more, less or other away, or two neighbours in the other order."""
    for at in range(len(word) + 1):
        head, tail = word[:at], word[at:]
        yield head + tail[1:]
        yield head + tail[1:2] + tail[:1] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            yield head + letter + tail[1:]
