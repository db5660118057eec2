"""How each word of a message is meant: a sign that is denied, only asked about, or long past is no sign."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bot.safety import denial, questions
from bot.safety.cues import cues
from bot.safety.words import Words

BARE_TIME = 4
"""Words of a segment that only names a time, "twenty years ago", and so tells of the next one."""


@dataclass(frozen=True)
class Scope:
    """Positions of words under each reading."""

    denied: frozenset[int]
    asked: frozenset[int]
    of_nobody: frozenset[int]
    """Supposed of people in general: not even what counts when asked counts here."""
    treatment: frozenset[int]
    past: frozenset[int]


def read_scope(words: Words, taken: frozenset[int]) -> Scope:
    """How each word is meant. `taken` are words that belong to a sign themselves: the "no" of "no feeling"."""
    segments = questions.segments(words)
    readings = [questions.read(words, segment) for segment in segments]
    for number, (before, after) in enumerate(pairwise(segments)):
        if readings[number + 1].confirms and words.sentence[before.start] != words.sentence[after.start]:
            readings[number] = questions.Reading()
    return Scope(
        denied=denial.denied(words, taken),
        asked=frozenset(i for reading in readings for i in reading.asked),
        of_nobody=frozenset(i for reading in readings for i in reading.of_nobody),
        treatment=frozenset(i for reading in readings for i in reading.treatment),
        past=_past(words, segments),
    )


def _past(words: Words, segments: list[range]) -> frozenset[int]:
    cue = cues().time
    out: set[int] = set()
    carried = False
    for segment in segments:
        text = cue.over.sub(" ", " ".join(words.text[segment.start : segment.stop]))
        if (carried or cue.past.search(text)) and not cue.present.search(text):
            out.update(segment)
            carried = len(segment) <= BARE_TIME and words.sentence[segment[-1]] not in words.asks
        else:
            carried = False
    return frozenset(out)
