"""The second net: a sentence that means what a warning statement means is one, whatever its words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from bot.encoder.files import Description, EncoderFiles
from bot.safety.likeness import Likeness, kept, key_of, learn
from bot.safety.patterns import Level
from bot.safety.statements import STATEMENTS, TEACHING, Statement, load_statements
from bot.safety.words import Words
from bot.settings import ROOT
from bot.yaml_files import read

if TYPE_CHECKING:
    from bot.encoder.encoder import SentenceEncoder

LIBRARY = (STATEMENTS, *TEACHING)
EVERYDAY = tuple(sorted((ROOT / "bot/data/nlu").glob("*.yml")))
"""The examples of the intents: calm, and much like what visitors ask."""
NOT_BY_MEANING = frozenset({"child_alone"})
"""Signs that hang on a number, which vectors do not read."""
LEAST = {Level.EMERGENCY: -0.1, Level.CRISIS: -0.2, Level.CONCERN: -0.1, Level.URGENT: 0.0}
"""How sure the net must be, by level: what five in a thousand calm questions of visitors exceed, rules included."""
_MARKED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")
"""`[lower back](body_part)`, as Rasa marks an entity."""
FEWEST_WORDS = 3
MOST_WINDOWS = 64
"""Texts encoded of one message, so that none takes long: 1,000 characters hold about 30, seldom more than this."""
LONG = 20
"""Words from which the parts of a sentence are read by themselves as well: one sign drowns in a long sentence."""
WINDOW = 12


@dataclass(frozen=True)
class Catch:
    """The warning statement that a part of a message is most like."""

    level: Level
    sign: str
    statement: str


class Net:
    """Finds sentences that mean what a warning statement means."""

    def __init__(self, encoder: SentenceEncoder, likeness: Likeness, levels: Mapping[str, Level]) -> None:
        self._encoder = encoder
        self._likeness = likeness
        self._levels = [levels[sign] for sign in likeness.signs]

    @classmethod
    def load(
        cls,
        encoder: SentenceEncoder,
        levels: Mapping[str, Level],
        place: Path,
        say: Callable[[str], None] = lambda _: None,
    ) -> Net:
        """The net over the library, as it is kept at `place`, or learnt anew and kept there.

        Raises:
            Problems: a file of the library does not fit.
        """
        key = key_of(encoder.fingerprint, LIBRARY + EVERYDAY)
        likeness = kept(place, key)
        if likeness is None or not levels.keys() >= set(likeness.signs):
            say("Learning the statements of the warning screen (a minute, once)")
            likeness = learn(encoder, library(set(levels)), everyday(), say)
            likeness.keep(place, key)
        return cls(encoder, likeness, levels)

    def catch(self, words: Words, closed: frozenset[int]) -> list[Catch]:
        """What the open parts of a message are like; `closed` are words of which the rules know what they mean."""
        windows = list(dict.fromkeys(windows_of(words, closed)))
        del windows[MOST_WINDOWS // 2 : -MOST_WINDOWS // 2]  # of what is far too much, both ends are read
        if not windows:
            return []
        vectors = self._encoder.encode(windows)
        caught = []
        for vector, scores in zip(vectors, self._likeness.score(vectors, windows), strict=True):
            best = int(scores.argmax())
            if scores[best] >= LEAST[self._levels[best]]:
                sign = self._likeness.signs[best]
                caught.append(Catch(self._levels[best], sign, self._likeness.nearest(vector, sign)))
        return caught


def is_learnt(encoder: Path, place: Path) -> bool:
    """Whether what lies at `place` was learnt from this library by the encoder in the folder `encoder`.

    Raises:
        EncoderError: there is no encoder.
    """
    fingerprint = Description.read(EncoderFiles(encoder).description).fingerprint
    return kept(place, key_of(fingerprint, LIBRARY + EVERYDAY)) is not None


def library(signs: set[str]) -> list[Statement]:
    """Every statement the net learns from."""
    told = load_statements(signs, STATEMENTS).all()
    for path in TEACHING:
        told += load_statements(signs, path).all(f"{path.stem}_")
    return [each for each in told if each.sign not in NOT_BY_MEANING]


def everyday() -> list[str]:
    """The examples of the intents, without the marks of their entities."""
    return [
        _MARKED.sub(r"\1", line.removeprefix("- "))
        for path in EVERYDAY
        for entry in read(path).get("nlu", [])
        if "intent" in entry
        for line in str(entry["examples"]).splitlines()
        if line
    ]


def windows_of(words: Words, closed: frozenset[int]) -> Iterator[str]:
    """What is open of each sentence, and of a long one its parts as well."""
    for sentence in _runs(words.sentence, range(len(words))):
        left = [i for i in sentence if i not in closed]
        parts = [left] if len(left) <= LONG else _parts(words, left)
        for part in parts:
            if len(part) >= FEWEST_WORDS:
                yield " ".join(words.text[i] for i in part)


def _parts(words: Words, sentence: list[int]) -> Iterator[list[int]]:
    """Clauses put together until they have some length; one that is long by itself is cut, with an overlap."""
    part: list[int] = []
    for clause in _runs(words.clause, sentence):
        part += clause
        if len(part) < WINDOW:
            continue
        if len(part) <= LONG:
            yield part
        else:
            yield from (part[at : at + WINDOW] for at in range(0, len(part) - WINDOW // 2, WINDOW // 2))
        part = []
    yield part


def _runs(numbers: Sequence[int], positions: Iterable[int]) -> Iterator[list[int]]:
    """The positions, parted where their number changes."""
    for _, run in groupby(positions, key=numbers.__getitem__):
        yield list(run)
