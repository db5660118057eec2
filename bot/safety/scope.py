"""How each word of a message is meant: a sign that is denied, only asked about, or long past is no sign."""

from __future__ import annotations

from dataclasses import dataclass

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
    asked: set[int] = set()
    of_nobody: set[int] = set()
    treatment: set[int] = set()
    for segment in segments:
        reading = questions.read(words, segment)
        asked.update(reading.asked)
        of_nobody.update(reading.of_nobody)
        treatment.update(reading.treatment)
    return Scope(
        denied=denial.denied(words, taken),
        asked=frozenset(asked),
        of_nobody=frozenset(of_nobody),
        treatment=frozenset(treatment),
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
