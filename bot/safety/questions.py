"""What a message only asks about or supposes, and what it asks treatment for."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from bot.safety.cues import Question, cues
from bot.safety.words import Words

_NOTHING = range(0)


@dataclass(frozen=True)
class Reading:
    """The words of one segment under each reading."""

    asked: range = _NOTHING
    of_nobody: range = _NOTHING
    treatment: range = _NOTHING
    confirms: bool = False
    """Whether the writer says to have what they asked about just before."""


def segments(words: Words) -> list[range]:
    """Parts of sentences that are meant in one way: a new one begins where the writer speaks of themselves."""
    if not len(words):
        return []
    starts = [0, *(i for i in range(1, len(words)) if _starts(words, i)), len(words)]
    return [range(a, b) for a, b in pairwise(starts)]


def _starts(words: Words, i: int) -> bool:
    cue = cues()
    word, before = words.text[i], words.text[i - 1]
    if words.sentence[i] != words.sentence[i - 1]:
        return True
    if words.clause[i] != words.clause[i - 1]:
        return (
            word in cue.denial.restarts
            or word in cue.question.wh
            or word in ("and", "but", "or")
            or _opens(cue.question, words.text[i : i + 3], asks=False)
        )
    if word in ("i", "im", "ive") and before not in cue.question.no_start | cue.question.auxiliaries:
        return True
    return before in ("and", "but", "because") and word in ("i", "im", "ive", "my", "she", "he")


def read(words: Words, segment: range) -> Reading:
    """How the words of `segment` are meant."""
    cue = cues().question
    tokens = words.text[segment.start : segment.stop]
    text = " ".join(tokens)
    asks = words.sentence[segment.start] in words.asks
    opens = _opens(cue, tokens, asks)
    confirms = bool(cue.confirmed.search(text))
    treatment = segment if cue.treats.search(text) and (opens or asks) else _NOTHING
    supposed = next(
        (
            segment[text[: match.start()].count(" ") :]
            for match in cue.supposed.finditer(text)
            if match[0] != "such as" or opens
        ),
        _NOTHING,
    )
    nobody = segment if cue.of_nobody.search(text) else _NOTHING
    if cue.real.search(text) and not any(words.text[i] in cue.unreal for i in supposed[1:6]):
        return Reading(treatment=treatment, confirms=confirms)
    if not supposed and cue.dated.search(text):
        return Reading(of_nobody=nobody, treatment=treatment, confirms=confirms)
    if (opens and not _speaks_of_self(cue, tokens)) or (cue.told.search(text) and "my" not in tokens[3:]):
        return Reading(segment, nobody, treatment)
    return Reading(supposed, nobody, treatment, confirms)


def _opens(cue: Question, tokens: tuple[str, ...], asks: bool) -> bool:
    """Whether these words begin a question; `asks` when their sentence ends with a question mark."""
    rest = list(tokens)
    greeted = False
    while rest and (rest[0] in cue.greetings or (rest[0] == "there" and greeted)):
        greeted = rest[0] in ("hi", "hello", "hey", "hiya")
        rest = rest[1:]
    first, second = (*rest[:2], "", "")[:2]
    opens = first in cue.do and (second in cue.subjects or (asks and second != "not"))
    if first in cue.wh:
        opens = not (first in ("when", "where", "how") and second in ("i", "im", "my", "he", "she", "ive"))
    elif first in cue.before_wh:
        opens = second in cue.wh
    elif first in cue.can:
        opens = second not in ("barely", "hardly", "not", "only", "no", "t", "feel", "be", "")
    elif first in cue.be:
        opens = second not in ("not", "having", "getting", "now", "in", "very", "unable", "")
    elif first in ("have", "had", "has"):
        opens = second in ("i", "you", "we", "they", "he", "she", "it", "anyone", "anybody", "people")
    return opens


def _speaks_of_self(cue: Question, tokens: tuple[str, ...]) -> bool:
    """Whether the writer tells of themselves, or of someone near, inside a question."""
    why = "why" in tokens[:3]
    how = tokens[0] in ("how", "what") and "know" not in tokens
    open_to_i = cue.auxiliaries | {"if", "when", "whether", "before", "after", "while"}
    open_to_my = cue.can | {"will", "would", "should", "if", "when"}
    for before, word in zip(("", *tokens), tokens, strict=False):
        owns = {
            "im": True,
            "ive": True,
            "i": why or (how and before in ("do", "am", "have")) or before not in open_to_i,
            "my": why or before not in open_to_my,
            "he": bool(before) and before not in cue.auxiliaries | {"if", "when"},
        }
        if owns.get("he" if word == "she" else word):
            return True
    return False
