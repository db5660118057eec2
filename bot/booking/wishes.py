"""What a visitor's words say about the visit they want, on the clinic's clock.

Services, days and times are found first and stand as marks (`<v0>`, `<d0>`, `<t0>`) in the text; then each clause
is read for what it says about its marks. A clause that asks or tells something else gives nothing. What can be
meant in two ways is given in both, for the caller to ask back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bot.booking.appointments import OfferedService
from bot.booking.reading.choices import (
    Step,
    has_contact,
    is_anyone,
    mark_services,
    number_alone,
    ordinal_in,
    step_in,
)
from bot.booking.reading.clauses import clauses_of
from bot.booking.reading.dates import Calendar, Said, mark_days
from bot.booking.reading.plain import plain_words
from bot.booking.reading.times import Clock, Window, mark_times, whole_day_but
from bot.knowledge.clinic import Clinic

__all__ = ["Step", "Window", "Wish", "wish_in"]

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
# So many days more are meant by "from Thursday on".
_ONWARDS = timedelta(days=13)


@dataclass(frozen=True)
class Wish:
    """What is wished; everything is empty where the words say nothing about a visit."""

    service: int | None = None
    day: date | None = None
    days: tuple[date, ...] = ()
    """Several that may be meant, to be asked back; then `day` is None."""
    until: date | None = None
    """The last day, where a span is meant; it begins with `day`."""
    excluded: frozenset[int] = frozenset()
    """Weekdays that will not do, Monday is 0."""
    window: Window | None = None
    at: time | None = None
    ordinal: int | None = None
    """Which one of those offered, from 1; -1 is the last. `2` alone is this and also `at` 2 pm."""
    anyone: bool = False
    """Whichever is free will do."""
    step: Step | None = None
    contact: bool = False
    """It has an e-mail address or a telephone number."""
    asks: bool = False
    """It also asks about something else."""


def wish_in(text: str, *, now: datetime, clinic: Clinic, services: Sequence[OfferedService]) -> Wish:
    """Reads a message.

    Args:
        text: anything a visitor wrote; the first 1,000 characters are read.
        now: aware; "tomorrow" is the day after its day on the clinic's clock.
        services: what can be booked, for the names and kinds of visits.
    """
    plain = plain_words(text)
    region = clinic.region.partition("-")[0]
    calendar = Calendar(now.astimezone(clinic.zone).date(), month_first=region == "US")
    marked, offered = mark_services(plain, services)
    marked, said = mark_days(marked, calendar)
    marked, clocks, parts = mark_times(marked)
    clauses = list(clauses_of(marked))
    heard = _Heard(calendar, said, clocks, parts)
    words = []
    for clause in clauses:
        if clause.is_about_the_visit:
            heard.take(clause.text, clause.rules_out)
            words += [] if clause.rules_out else [clause.text]
    named = re.search(r"<v(\d+)>", " ".join(words))
    alone = number_alone(plain)
    day, days, until = heard.days(alone)
    window, at = heard.times(alone)
    return Wish(
        service=offered[int(named[1])] if named else None,
        day=day,
        days=days,
        until=until,
        excluded=frozenset(heard.excluded),
        window=window,
        at=at,
        ordinal=alone if 1 <= alone <= 7 else ordinal_in(words) or (None if at or window else heard.ordinal),
        anyone=any(map(is_anyone, words)),
        step=step_in(clause.text for clause in clauses),
        contact=has_contact(marked, region),
        asks=any(clause.asked and not clause.is_about_the_visit for clause in clauses),
    )


class _Heard:
    """Gathers what the clauses say about their marks."""

    def __init__(
        self, calendar: Calendar, said: list[Said], clocks: list[Clock], parts: list[Window]
    ) -> None:
        self._calendar = calendar
        self._said = said
        self._clocks = clocks
        self._parts = parts
        self._wanted: list[Said] = []
        self._within: list[Window] = []
        self._limits = Window()
        self._at: list[time] = []
        self.excluded: set[int] = set()

    def take(self, text: str, ruled_out: bool) -> None:
        """Hears a clause; one that rules out speaks of what will not do."""
        for pattern, join in _JOINS:
            text = pattern.sub(lambda match, join=join: join(self, match), text)  # type: ignore[misc]
        days = [self._said[int(number)] for number in re.findall(r"<[dh](\d+)>", text)]
        parts = [self._parts[int(number)] for number in re.findall(r"<w(\d+)>", text)]
        if ruled_out:
            self.excluded.update(*(said.weekdays for said in days))
            self._within += [] if days else map(whole_day_but, parts)
        else:
            self._wanted += days
            self._within += parts
            self._at += [self._time(number) for number in re.findall(r"<t(\d+)>", text)]
        if re.search(r"\bweek ?days?\b", text):
            self.excluded |= set(range(5)) if ruled_out else {5, 6}

    @property
    def ordinal(self) -> int | None:
        """`the 2nd` may be the second one as well as a day of the month."""
        said = self._wanted[0] if len(self._wanted) == 1 else None
        return said.ordinal if said and not said.bare else None

    def days(self, alone: int) -> tuple[date | None, tuple[date, ...], date | None]:
        """The day, or several to choose from, and the last day of a span. `alone` is a number that is all."""
        if 24 <= alone <= 31:
            self._wanted = mark_days(f"the {alone}th", self._calendar)[1]
        spans = [said for said in self._wanted if said.until]
        points = [said for said in self._wanted if not said.until]
        if spans and not points:
            return min(said.days[0] for said in spans), (), max(said.until for said in spans if said.until)
        days = dict.fromkeys(day for said in points for day in _narrowed(said, spans))
        found = tuple(day for day in days if day.weekday() not in self.excluded)
        return (found[0], (), None) if len(found) == 1 else (None, found, None)

    def times(self, alone: int) -> tuple[Window | None, time | None]:
        """The part of the day that will do, or the exact time. "After 3" says more than "afternoon"."""
        if self._at or 0 < alone < 24:
            return None, self._at[0] if self._at else Clock(alone).time()
        within = self._within or [Window()]
        begins, ends = {part.not_before for part in within}, {part.not_after for part in within}
        window = Window(
            self._limits.not_before or (None if None in begins else min(filter(None, begins))),
            self._limits.not_after or (None if None in ends else max(filter(None, ends))),
        )
        nothing = window.not_before and window.not_after and window.not_before >= window.not_after
        return (None if nothing or window == Window() else window), None

    def _time(self, number: str, half: str = "") -> time:
        clock = self._clocks[int(number)]
        return replace(clock, half=clock.half or half).time(self._parts[0] if self._parts else None)

    def _span(self, first: date, until: date) -> str:
        self._said.append(Said((first,), until))
        return f"<d{len(self._said) - 1}>"

    def from_day_to_day(self, match: re.Match[str]) -> str:
        """`from monday to friday`."""
        first, last = (self._said[int(match[each])] for each in ("one", "two"))
        until = last.until or last.days[0]
        return self._span(first.days[0], until + (_WEEK if until < first.days[0] else 0 * _DAY))

    def from_day(self, match: re.Match[str]) -> str:
        """`after monday`, `monday or later`."""
        said = self._said[int(match["one"])]
        first = (said.until or said.days[0]) + _DAY if "after" in match[0].split()[:1] else said.days[0]
        return self._span(first, first + _ONWARDS)

    def until_day(self, match: re.Match[str]) -> str:
        """`before monday`, `by monday`."""
        said = self._said[int(match["one"])]
        last = said.days[0] - _DAY if "before" in match[0].split()[:1] else said.until or said.days[0]
        return self._span(min(self._calendar.today, last), last)

    def from_time_to_time(self, match: re.Match[str]) -> str:
        """`between 2 and 4`, `7 to 8 am`."""
        half = self._clocks[int(match["two"])].half
        self._limits = Window(
            self._time(match["one"], half if half == "am" else ""), self._time(match["two"])
        )
        return ""

    def from_time(self, match: re.Match[str]) -> str:
        """`after 3`, `3 or later`."""
        self._limits = replace(self._limits, not_before=self._time(match["one"]))
        return ""

    def until_time(self, match: re.Match[str]) -> str:
        """`before 3`, `3 at the latest`."""
        self._limits = replace(self._limits, not_after=self._time(match["one"]))
        return ""


def _narrowed(said: Said, spans: list[Said]) -> tuple[date, ...]:
    """A bare weekday within the span that is also spoken of: `next week`, `tuesday`."""
    if not said.bare or not spans:
        return said.days
    within = [
        day
        for first, last in ((span.days[0], span.until or span.days[0]) for span in spans)
        for day in (first + _DAY * ahead for ahead in range((last - first).days + 1))
        if day.weekday() in said.weekdays
    ]
    if said.ordinal:
        return tuple(within[said.ordinal - (said.ordinal > 0) :][:1])
    return tuple(within) or said.days


def _joins() -> list[tuple[re.Pattern[str], Callable[[_Heard, re.Match[str]], str]]]:
    day, other_day = (rf"(?:(?:on|the)\s+)?<[dh](?P<{name}>\d+)>" for name in ("one", "two"))
    time_, other_time = (rf"(?:(?:at|about|around)\s+)?<t(?P<{name}>\d+)>" for name in ("one", "two"))
    to = r"\s+(?:to|until|till?|through|thru)\s+"
    forms = [
        (rf"\bbetween\s+{day}\s+and\s+{other_day}", _Heard.from_day_to_day),
        (rf"(?:\bfrom\s+)?{day}{to}{other_day}", _Heard.from_day_to_day),
        (rf"\b(?:after|from|starting)\s+{day}|", _Heard.from_day),
        (rf"{day}\s+(?:onwards?|or (?:later|after)|and after)\b", _Heard.from_day),
        (rf"\b(?:before|by|until|till?|up to)\s+{day}", _Heard.until_day),
        (rf"\bbetween\s+{time_}\s+and\s+{other_time}", _Heard.from_time_to_time),
        (rf"(?:\bfrom\s+)?{time_}{to}{other_time}", _Heard.from_time_to_time),
        (rf"\b(?:after|from|past|since)\s+{time_}", _Heard.from_time),
        (rf"{time_}\s+(?:onwards?|or (?:later|after)|and after|at the earliest)\b", _Heard.from_time),
        (rf"\b(?:before|by|until|till?|up to)\s+{time_}", _Heard.until_time),
        (rf"{time_}\s+(?:or (?:earlier|before)|at the latest)\b", _Heard.until_time),
    ]
    return [(re.compile(form.removesuffix("|")), join) for form, join in forms]


_JOINS = _joins()
