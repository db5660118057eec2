"""Lays a message out as plain words, each with its place in sentences and clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from pydantic import RootModel

from bot.yaml_files import read_as

MAX_LENGTH = 10_000
"""Characters read of a message; ten times what a visitor may send."""

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.:/]\d+)?|\n|[.!?;]+|,|[-–—]+|[()\[\]:|…]|[^\sa-z0-9]")
_SENTENCE_ENDS = frozenset(".!?;\n")
_CLAUSE_ENDS = frozenset(",:()[]-–—|…")
_HIDDEN = re.compile(r"[\u200b-\u200d\u2060\ufeff\u00ad\x00-\x08\x0b-\x1f]")
_QUOTES = str.maketrans(
    dict.fromkeys("’‘`´ʼ′＇", "'") | {"\r": "\n", "*": " ", "_": " ", '"': " ", "“": " ", "”": " "}
)
_LOST_T = frozenset({"can", "don", "won", "isn", "doesn", "didn", "couldn", "wouldn", "hasn", "haven", "hadn",
                     "wasn", "aren", "weren", "shouldn"})  # fmt: skip
_LOST_END = {
    ("i", "m"): "im", ("i", "ve"): "ive", ("i", "ll"): "ill", ("can", "not"): "cannot", ("will", "not"): "wont",
    **{(word, "not"): f"{word}nt" for word in
       ("do", "does", "did", "could", "would", "should", "have", "has", "had", "is", "are", "was", "were")},
}  # fmt: skip
_SHORT = read_as(Path(__file__).parent / "short_forms.yml", RootModel[dict[str, str]]).root
# Digits inside ("b4") must be known before letters and digits part.
_MIXED = re.compile(rf"\b(?:{'|'.join(word for word in _SHORT if word.isalnum() and not word.isalpha())})\b")
_STRETCHED = re.compile(r"(.)\1{2,}")


@dataclass(frozen=True)
class Words:
    """The words of a message; of each the number of its sentence and of its clause, both from 0."""

    text: tuple[str, ...]
    sentence: tuple[int, ...]
    clause: tuple[int, ...]
    asks: frozenset[int]
    """Sentences that end with a question mark."""

    def __len__(self) -> int:
        return len(self.text)

    def sentences(self) -> Iterator[range]:
        """The positions of the words of each sentence."""
        start = 0
        for _, run in groupby(self.sentence):
            end = start + len(list(run))
            yield range(start, end)
            start = end


def read_words(text: str, correct: Callable[[str], str] = lambda word: word) -> Words:
    """The words of `text`: lower case, no apostrophes, short forms written out, each passed through `correct`.

    What is no word ends a clause or a sentence, or is nothing. Any text will do.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).translate(_QUOTES).lower()
    plain = _HIDDEN.sub(" ", plain)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = _MIXED.sub(lambda match: _SHORT[match[0]], plain)
    out: list[str] = []
    sentences: list[int] = []
    clauses: list[int] = []
    asks: set[int] = set()
    sentence = clause = 0
    stretched = _STRETCHED.search(plain) is not None
    for match in _TOKEN.finditer(plain):
        token = match[0]
        first = token[0]
        if first in _SENTENCE_ENDS:
            if "?" in token:
                asks.add(sentence)
            # Dots alone in the middle of a sentence are a pause, not an end.
            if not (token.startswith("..") and "?" not in token and "!" not in token):
                sentence += bool(out) and sentences[-1] == sentence
            clause += 1
        elif first in _CLAUSE_ENDS:
            # A hyphen inside a word parts it into two words of one clause.
            inside = (
                first == "-"
                and plain[match.start() - 1 : match.start()].isalnum()
                and (plain[match.end() : match.end() + 1].isalnum())
            )
            clause += not inside
        else:
            word = token.replace("'", "")
            parts = _SHORT.get(word, word).split()
            for part in map(_unstretched, parts) if stretched else parts:
                previous = out[-1] if out and sentences[-1] == sentence and clauses[-1] == clause else ""
                if part == "t" and previous in _LOST_T:
                    out[-1] = previous + "t"
                elif (previous, part) in _LOST_END:
                    out[-1] = _LOST_END[previous, part]
                elif part[0].isalnum():
                    out.append(correct(part) if part.isalpha() else part)
                    sentences.append(sentence)
                    clauses.append(clause)
    return Words(tuple(out), tuple(sentences), tuple(clauses), frozenset(asks))


def _unstretched(word: str) -> str:
    """`noooo` as `no`, `feeeel` as `feel`: three and more of a letter are one, or two where English has two."""
    return _STRETCHED.sub(lambda match: match[1] * (2 if match[1] in "eol" and len(word) > 5 else 1), word)
