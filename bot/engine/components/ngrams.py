"""Words and letters of a text as hashed counts: what a sentence vector blurs (a name, a misspelling).

Only bucket numbers are kept, so a model holds no word that anybody wrote.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix

BUCKETS = 2**14

_WORD = re.compile(r"[\w']+")


def hashed(text: str, weight: float) -> tuple[np.ndarray, np.ndarray]:
    """The buckets of a text and their values.

    Single words and pairs make one half, two to four letters within a word the other; each half has the
    squared length `weight`.
    """
    words = _WORD.findall(text.lower())
    buckets: dict[int, float] = {}
    for grams in (_of_words(words), _of_letters(words)):
        counts = Counter(crc32(gram.encode()) % BUCKETS for gram in grams)
        length = sum(count * count for count in counts.values()) ** 0.5
        for bucket, count in counts.items():
            buckets[bucket] = buckets.get(bucket, 0.0) + weight**0.5 * count / length
    return np.array(list(buckets), np.int64), np.array(list(buckets.values()), np.float32)


def matrix(texts: Sequence[str], weight: float) -> csr_matrix:
    """All texts as rows."""
    rows = [hashed(text, weight) for text in texts]
    lengths = np.cumsum([0, *(len(indices) for indices, _ in rows)])
    indices = np.concatenate([indices for indices, _ in rows])
    values = np.concatenate([values for _, values in rows])
    return csr_matrix((values, indices, lengths), shape=(len(texts), BUCKETS))


def _of_words(words: Sequence[str]) -> Iterator[str]:
    yield from words
    yield from (" ".join(pair) for pair in pairwise(words))


def _of_letters(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        padded = f"#{word}#"
        for length in (2, 3, 4):
            # The mark keeps the letters "cup" of a longer word apart from the word.
            yield from (f"~{padded[at : at + length]}" for at in range(len(padded) - length + 1))
