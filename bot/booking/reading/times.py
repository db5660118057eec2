"""Finds the times of day that plain words speak of, as marks: `<t0>` for a time, `<w0>` for a part of the day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.booking.reading.dates import NUMBERS

MOST = 9
"""Times read of one message."""

NOON, AFTER_WORK = time(12), time(17)
_LATEST_OWN = 7
"""An hour up to this is one of the afternoon, if nobody says otherwise."""


@dataclass(frozen=True)
class Window:
    """A part of the day, wall-clock: visits begin at `not_before` or later, and before `not_after`."""

    not_before: time | None = None
    not_after: time | None = None


@dataclass(frozen=True)
class Clock:
    """A time as it was said; `half` is "am" or "pm" where that was said, "24" where it needs none."""

    hour: int
    minute: int = 0
    half: str = ""

    def time(self, hint: Window | None = None) -> time:
        """The time meant; `hint` is the part of the day that was named beside it."""
        hour = self.hour
        if self.half in {"am", "pm"}:
            hour = hour % 12 + (12 if self.half == "pm" else 0)
        elif not self.half and hour < 12:
            begins = hint.not_before if hint else None
            morning = hint is not None and begins is None
            late = begins is not None and begins >= AFTER_WORK
            hour += 12 if late or (0 < hour <= _LATEST_OWN and not morning) else 0
        return time(hour, self.minute)


def whole_day_but(part: Window) -> Window:
    """What is left of the day for somebody who cannot come then."""
    if part.not_before is None:
        return Window(part.not_after, None)
    return Window(None, part.not_before)


# The first that fits is meant.
_PARTS = {
    r"late(?:r)? (?:in the )?afternoons?": Window(time(15), AFTER_WORK),
    r"early (?:in the )?afternoons?|after lunch(?:time)?": Window(time(12), time(15)),
    r"early (?:in the )?evenings?": Window(AFTER_WORK, time(19)),
    r"(?:late|mid)[ -]?mornings?|late in the morning": Window(time(10), NOON),
    r"(?:very )?early (?:in the )?mornings?|first thing(?: in the mornings?)?": Window(None, time(10)),
    r"before (?:work|school)": Window(None, time(10)),
    r"after (?:work|school|hours)|evenings?|at night": Window(AFTER_WORK, None),
    r"before lunch(?:time)?|mornings?": Window(None, NOON),
    r"(?:over |during )?(?:my )?lunch(?:[ -]?(?:time|break|hour))?": Window(NOON, time(14)),
    r"afternoons?|arvo": Window(NOON, AFTER_WORK),
    r"(?<!too )(?<!as )early(?: in the day| on)?|(?:not|nothing) too late": Window(None, time(11)),
    r"late in the day|(?:the )?end of the day|later in the day|(?:not|nothing) too early": Window(
        time(15), None
    ),
}
_PART = re.compile("|".join(rf"(\b(?:{pattern})\b)" for pattern in _PARTS))

_HOUR = rf"(?:\d{{1,2}}|{'|'.join(NUMBERS)})"
_HALF = r"(?:oclock\s*)?(?P<half>am\b|pm\b|in the (?:morning|afternoon|evening)|at night)|oclock"
# What may come after a bare figure that is an hour.
_END = (
    r"(?=\s*(?:$|[.,;!?<-]|(?:or|and|to|til|till|until|on|this|in|at|please|pls|then|if|would|is|works?|suits?|ok"
    r"|thanks?|onwards?|i|for|but|so|when|as|it|we|also|ish|instead)\b))"
)
_MARK = (
    r"\b(?:at|after|before|by|from|until|till?|around|about|past|between|than|for|say|make it|you do|lets do)\s+"
    r"|<d\d>,?\s+"
)
_FORMS = [
    re.compile(form)
    for form in (
        rf"\b(?P<minute>quarter|five|ten|twenty|twenty[ -]five)\s+(?P<side>past|after|to|before)\s+(?P<hour>{_HOUR})\b"
        rf"\s*(?:{_HALF})?",
        rf"\b(?P<minute>half)(?:[ -]past)?\s+(?P<hour>{_HOUR})\b\s*(?:{_HALF})?",
        rf"(?<![\d:.$£€/])(?P<hour>\d{{1,2}})(?:[:h]|\.(?=00|15|30|45))(?P<minute>\d\d)(?![\d:])\s*(?:{_HALF})?",
        rf"\b(?P<hour>{'|'.join(NUMBERS)})[ -](?P<minute>thirty|fifteen|forty[ -]?five)\b\s*(?:{_HALF})?",
        rf"(?<![\d:.$£€/])(?P<hour>{_HOUR})\s*(?:{_HALF})",
        rf"\b(?P<hour>{_HOUR})[ -]?ish\b",
        r"(?P<mark>\bat\s+)(?P<hour>\d\d)(?P<minute>[0-5]\d)\b",
        rf"(?P<mark>{_MARK})(?P<hour>{_HOUR})\b{_END}",
        rf"\b(?P<hour>{_HOUR})(?= (?:onwards?|or (?:later|after|earlier|before)|and after|at the latest)\b)",
        # "2 to 4", and what follows a time.
        rf"(?<![\d:.$£€/<])\b(?P<hour>{_HOUR})(?=\s*(?:-|to|til|till|until)\s*(?:<t|{_HOUR}\b{_END}))",
        rf"(?P<mark><t\d>\s*(?:-|to|til|till|until|and|or|,)\s*)(?P<hour>{_HOUR})\b{_END}",
    )
]
_NAMED = re.compile(r"\b(?:12 )?(?P<name>noon|mid-?day|midnight)\b")
_MINUTES = {"half": 30, "quarter": 15, "fifteen": 15, "thirty": 30, "twenty five": 25, "twenty": 20,
            "forty five": 45, "fortyfive": 45, "five": 5, "ten": 10}  # fmt: skip


def mark_times(text: str) -> tuple[str, list[Clock], list[Window]]:
    """The text with its marks, and what they stand for."""
    clocks: list[Clock] = []
    windows: list[Window] = []

    def mark_clock(match: re.Match[str]) -> str:
        clock = _clock(
            **{name: match.groupdict().get(name) or "" for name in ("name", "hour", "minute", "half", "side")}
        )
        if clock is None or len(clocks) == MOST:
            return match[0]
        clocks.append(clock)
        return f"{match.groupdict().get('mark') or ''} <t{len(clocks) - 1}> "

    def mark_part(match: re.Match[str]) -> str:
        if match.lastindex is None or len(windows) == MOST:
            return match[0]
        windows.append(list(_PARTS.values())[match.lastindex - 1])
        return f" <w{len(windows) - 1}> "

    for form in (_NAMED, *_FORMS):
        text = form.sub(mark_clock, text)
    return _PART.sub(mark_part, text), clocks, windows


def _clock(name: str, hour: str, minute: str, half: str, side: str) -> Clock | None:
    if name:
        return Clock(0 if name == "midnight" else 12, 0, "24")
    hours = NUMBERS.get(hour) or int(hour)
    minutes = _MINUTES.get(minute.replace("-", " ")) or int(minute or 0)
    if side in {"to", "before"}:
        hours, minutes = (hours - 2) % 12 + 1, 60 - minutes
    if hours > 23 or minutes > 59 or (half and not 1 <= hours <= 12):
        return None
    if half:
        return Clock(hours, minutes, "am" if "a" in half[:2] or "morning" in half else "pm")
    return Clock(hours, minutes, "24" if hours > 12 or (hour[0] == "0") else "")
