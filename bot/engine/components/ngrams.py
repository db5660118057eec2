"""The hashed words and letters of texts as rows of a sparse matrix."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.encoder.ngrams import BUCKETS, counted


def hashed(text: str, weight: float) -> tuple[np.ndarray, np.ndarray]:
    """The buckets of a text and their values.

    Words make one half, letters the other; each half has the squared length `weight`.
    """
    buckets: dict[int, float] = {}
    for counts in counted(text):
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
