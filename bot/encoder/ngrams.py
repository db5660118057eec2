"""The words and letters of a text, counted in hashed buckets: what a sentence vector blurs (a name, a misspelling).

Only bucket numbers are kept, so what is learnt from them holds no word that anybody wrote.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

BUCKETS = 2**14

_WORD = re.compile(r"[\w']+")


def counted(text: str) -> tuple[Counter[int], Counter[int]]:
    """How often each bucket comes up: of single words and pairs, and of two to four letters within a word."""
    words = _WORD.findall(text.lower())
    return _buckets(_of_words(words)), _buckets(_of_letters(words))


def _buckets(grams: Iterator[str]) -> Counter[int]:
    return Counter(crc32(gram.encode()) % BUCKETS for gram in grams)


def _of_words(words: Sequence[str]) -> Iterator[str]:
    yield from words
    yield from (" ".join(pair) for pair in pairwise(words))


def _of_letters(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        padded = f"#{word}#"
        for length in (2, 3, 4):
            # The mark keeps the letters "cup" of a longer word apart from the word.
            yield from (f"~{padded[at : at + length]}" for at in range(len(padded) - length + 1))
