"""How much a sentence is like the library's warnings: a kernel ridge regression over meanings and spellings.

Exact and without chance. For each sign its own statements are 1, other warnings 0 and calm ones -1, so that a score
tells both that something is wrong and what. Two sentences are alike by their vectors, and by the words and letters
they share, the rare ones most. As that second likeness is a product, all that is learnt of it comes down to one
number for each bucket and sign. Learning takes some time, so the result is kept in a file until the library, the
encoder or this recipe changes.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from bot.encoder.ngrams import BUCKETS, counted
from bot.safety.words import read_words

if TYPE_CHECKING:
    from bot.encoder.encoder import SentenceEncoder, Vectors
    from bot.safety.statements import Statement

RECIPE = 2
"""To be raised when what is kept comes to mean something else."""
SHARPNESS = 4.0
"""How fast likeness falls with the angle between two vectors."""
SPELLING = 0.7
"""What the same words and letters count, where the same meaning counts 1."""
RIDGE = 0.25
DOUBT = 0.3
"""What is unlike everything in the library counts this much as calm."""
HARD = 2200
"""Everyday sentences learnt as calm, of all there are: those that look most like warnings."""
BLOCK = 512
"""Statements compared at once, so that no step takes much memory."""

Row = tuple[NDArray[np.int64], "Vectors"]


@dataclass(frozen=True)
class Likeness:
    """The library as vectors, and what each statement and each bucket says for each of `signs`."""

    signs: tuple[str, ...]
    vectors: Vectors
    weights: Vectors
    rarity: Vectors
    """Of each bucket."""
    spelling: Vectors
    """What each bucket says."""
    ids: NDArray[np.str_]
    """Of the statement that each vector stands for."""
    told: NDArray[np.str_]
    """Its sign; empty for a calm one."""

    def score(self, vectors: Vectors, texts: Sequence[str]) -> Vectors:
        """A row for each text and its vector: for each sign about 1 for one of its statements, about -1 for calm."""
        meant = _kernel(vectors, self.vectors) @ self.weights
        spelt = [values @ self.spelling[buckets] for buckets, values in _rows(texts, self.rarity)]
        scores: Vectors = meant + np.array(spelt) - DOUBT
        return scores

    def nearest(self, vector: Vectors, sign: str) -> str:
        """The id of the statement of `sign` that a vector is most like."""
        of_sign = self.told == sign
        return str(self.ids[of_sign][int(np.argmax(self.vectors[of_sign] @ vector))])

    def keep(self, path: Path, key: str) -> None:
        """Writes it to `path`; where that cannot be written, the next start takes longer and nothing else."""
        draft = path.with_suffix(".tmp.npz")
        arrays = {name: getattr(self, name).astype(np.float16) for name in _HALVES}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez(draft, key=key, signs=self.signs, ids=self.ids, told=self.told, **arrays)
            draft.replace(path)
        except OSError:
            with suppress(OSError):
                draft.unlink()


_HALVES = ("vectors", "weights", "rarity", "spelling")
"""What is kept in half precision."""


def key_of(encoder: str, files: Sequence[Path]) -> str:
    """What decides what `learn` makes: the encoder's fingerprint, the files it reads and the recipe."""
    recipe = (RECIPE, SHARPNESS, SPELLING, RIDGE, DOUBT, HARD, encoder)
    digest = hashlib.sha256(repr(recipe).encode())
    for path in files:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def kept(path: Path, key: str) -> Likeness | None:
    """What lies at `path`, if it was made from what `key` names."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as file:
            if str(file["key"]) != key:
                return None
            signs = tuple(map(str, file["signs"]))
            halves = {name: file[name].astype(np.float32) for name in _HALVES}
            return Likeness(signs, **halves, ids=file["ids"], told=file["told"])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def learn(
    encoder: SentenceEncoder,
    statements: Sequence[Statement],
    everyday: Sequence[str] = (),
    say: Callable[[str], None] = lambda _: None,
) -> Likeness:
    """Learns from the library, and from those of the `everyday` sentences that look most like its warnings.

    `say` hears of each step. Takes under a gigabyte for ten thousand statements.
    """
    texts = [" ".join(read_words(each.text).text) for each in statements]
    say(f"Reading {len(texts)} statements")
    vectors = _half(encoder.encode(texts))
    ids = [each.id for each in statements]
    told = [each.sign or "" for each in statements]
    signs = tuple(sorted(set(told) - {""}))
    if everyday:
        say(f"Reading {len(everyday)} everyday sentences")
        plain = [" ".join(read_words(text).text) for text in everyday]
        others = _half(encoder.encode(plain))
        hard = _hardest(vectors, np.array([bool(sign) for sign in told]), others)
        texts += [plain[at] for at in hard]
        vectors = np.concatenate([vectors, others[hard]])
        ids += [f"everyday_{at}" for at in hard]
        told += [""] * len(hard)
    rarity = _half(_rarity(texts))
    rows = list(_rows(texts, rarity))
    say(f"Comparing {len(texts)} sentences with each other")
    kernel = _kernels(vectors, rows)
    kernel[np.diag_indices(len(texts))] += RIDGE
    say("Weighing them")
    target = [[1.0 if sign == own else 0.0 if own else -1.0 for sign in signs] for own in told]
    weights = _half(_solve(kernel, np.array(target, np.float32) + np.float32(DOUBT)))
    spelling = np.zeros((BUCKETS, len(signs)), np.float32)
    for (buckets, values), weight in zip(rows, weights, strict=True):
        spelling[buckets] += SPELLING * np.outer(values, weight)
    return Likeness(signs, vectors, weights, rarity, _half(spelling), np.array(ids), np.array(told))


def _half(values: Vectors) -> Vectors:
    """Rounded as in the file, so that what is learnt and what is kept score the same."""
    return values.astype(np.float16).astype(np.float32)


def _hardest(known: Vectors, warns: NDArray[np.bool_], others: Vectors) -> NDArray[np.int64]:
    """Which of `others` a plain linear regression takes most for warnings."""
    seen = np.concatenate([known, others])
    target = np.concatenate([np.where(warns, 1.0, -1.0), np.full(len(others), -1.0)])
    seen = np.column_stack([seen, np.ones(len(seen))])
    weights = np.linalg.solve(seen.T @ seen + 3 * np.eye(seen.shape[1]), seen.T @ target)
    scores = seen[len(known) :] @ weights
    return np.sort(np.argsort(-scores, kind="stable")[:HARD])


def _rarity(texts: Sequence[str]) -> Vectors:
    """For each bucket the logarithm of how few of the texts have it."""
    having = np.zeros(BUCKETS)
    for text in texts:
        words, letters = counted(text)
        having[list(words.keys() | letters.keys())] += 1
    rarity: Vectors = np.log((len(texts) + 1) / (having + 1)).astype(np.float32)
    return rarity


def _rows(texts: Sequence[str], rarity: Vectors) -> Iterator[Row]:
    """Of each text the buckets and their values; words and letters make half of its length each."""
    for text in texts:
        buckets: list[NDArray[np.int64]] = []
        values: list[Vectors] = []
        for counts in counted(text):
            at = np.fromiter(counts, np.int64, len(counts))
            value = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * rarity[at]
            buckets.append(at)
            values.append(value * np.float32(0.5**0.5 / max(float(np.linalg.norm(value)), 1e-6)))
        yield np.concatenate(buckets), np.concatenate(values)


def _kernel(one: Vectors, other: Vectors) -> Vectors:
    likeness: Vectors = np.exp(SHARPNESS * (one @ other.T - 1))
    return likeness


def _kernels(vectors: Vectors, rows: Sequence[Row]) -> Vectors:
    """How alike every two statements are, by meaning and by spelling; only what is below the diagonal."""
    total = len(rows)
    kernel = np.empty((total, total), np.float32)
    for start in range(0, total, BLOCK):
        stop = min(start + BLOCK, total)
        kernel[start:, start:stop] = _kernel(vectors[start:], vectors[start:stop])
        block = np.zeros((BUCKETS, stop - start), np.float32)
        for at in range(start, stop):
            np.add.at(block[:, at - start], rows[at][0], SPELLING * rows[at][1])
        for at in range(start, total):
            buckets, values = rows[at]
            kernel[at, start:stop] += values @ block[buckets]
    return kernel


def _solve(matrix: Vectors, target: Vectors) -> Vectors:
    """The solution of a positive definite system by Cholesky, block by block inside `matrix`, which it uses up.

    For the 8,849 sentences of the library learning takes 0.6 GB at most and this 5 s; with `numpy.linalg.solve` they
    are 1.7 GB and 14 s, and `numpy.linalg.cholesky` alone needs as much. Reads only what is below the diagonal.
    """
    total = len(matrix)
    blocks = [slice(start, min(start + BLOCK, total)) for start in range(0, total, BLOCK)]
    result = target.copy()
    for block in blocks:
        corner = matrix[block, block] = np.linalg.cholesky(matrix[block, block])
        below = slice(block.stop, total)
        matrix[below, block] = np.linalg.solve(corner, matrix[below, block].T).T
        for other in blocks:
            if other.start >= block.stop:
                rest = slice(other.start, total)
                matrix[rest, other] -= matrix[rest, block] @ matrix[other, block].T
        result[block] = np.linalg.solve(corner, result[block])
        result[below] -= matrix[below, block] @ result[block]
    for block in reversed(blocks):
        below = slice(block.stop, total)
        result[block] -= matrix[below, block].T @ result[below]
        result[block] = np.linalg.solve(matrix[block, block].T, result[block])
    return result
