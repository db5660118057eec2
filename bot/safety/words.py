"""Lays a message out as plain words, each with its place in sentences and clauses."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

MAX_LENGTH = 10_000
"""Characters read of a message; ten times what a visitor may send."""

_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.:/]\d+)?|\n|[.!?;]+|,|[-–—]+|[()\[\]:|…]|[^\sa-z0-9]")
_SENTENCE_ENDS = frozenset(".!?;\n")
_CLAUSE_ENDS = frozenset(",:()[]-–—|…")
_HIDDEN = re.compile(r"[​-‍⁠﻿­\x00-\x08\x0b-\x1f]")
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
# What people type for a word; digits inside ("b4") must be known before letters and digits part.
_SHORT = {
    "pian": "pain", "paine": "pain", "numness": "numbness", "ches": "chest", "brething": "breathing", "u": "you",
    "ur": "your", "r": "are", "n": "and", "cuz": "because", "cos": "because", "coz": "because",
    "bc": "because", "wanna": "want to", "gonna": "going to", "gotta": "have to", "cudnt": "couldnt",
    "wont": "wont", "tho": "though", "rn": "right now", "dunno": "dont know", "thru": "through",
    "aint": "isnt", "em": "them", "&": "and", "+": "and", "w": "with", "hv": "have", "hav": "have", "havin": "having",
    "wen": "when", "dnt": "dont", "cnt": "cant", "cany": "cant", "wiv": "with", "bin": "been", "abt": "about",
    "innit": "", "ppl": "people", "pls": "please", "plz": "please", "yr": "year", "yrs": "years", "sumthing": "something",
    "idk": "dont know", "tbh": "", "lol": "", "omg": "", "hubby": "husband", "feelin": "feeling", "goin": "going",
    "comin": "coming", "gettin": "getting", "dieing": "dying", "thinkin": "thinking", "nothin": "nothing",
    "alot": "lot", "cannae": "cant", "dinnae": "dont", "didnae": "didnt", "ma": "my", "meself": "myself", "iam": "im",
    "shes": "she is", "hes": "he is", "gt": "got", "ystrday": "yesterday", "yday": "yesterday", "tdy": "today", "ded": "dead", "num": "numb",
    "foots": "foot is", "upp": "up", "fel": "fell", "sever": "severe", "leggs": "legs", "feaver": "fever",
    "bak": "back", "breth": "breath", "wud": "would", "cud": "could", "tak": "take", "nite": "night",
    "nites": "nights", "dye": "die", "probs": "problems", "prob": "problem", "sumone": "someone", "agen": "again",
}  # fmt: skip
_SHORT_MIXED = re.compile(r"\b(?:b4|w8|gr8|l8r|2day|2moro|2nite|4ever)\b")
_MIXED = {"b4": "before", "w8": "wait", "gr8": "great", "l8r": "later", "2day": "today", "2moro": "tomorrow",
          "2nite": "tonight", "4ever": "forever"}  # fmt: skip
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


def read_words(text: str, correct: Callable[[str], str] = lambda word: word) -> Words:
    """The words of `text`: lower case, no apostrophes, short forms written out, each passed through `correct`.

    What is no word ends a clause or a sentence, or is nothing. Any text will do.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_LENGTH]).translate(_QUOTES).lower()
    plain = _HIDDEN.sub(" ", plain)
    plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    plain = _SHORT_MIXED.sub(lambda match: _MIXED[match[0]], plain)
    out: list[str] = []
    sentences: list[int] = []
    clauses: list[int] = []
    asks: set[int] = set()
    sentence = clause = 0
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
            for part in _SHORT.get(word, word).split():
                part = _unstretched(part)
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
