"""Finds the days that plain words speak of.

What is found becomes a mark such as `<d0>`, so that the words around it can be read without it. `dateparser` reads
dates and distances; weekdays and weeks, of which people mean different ones, are counted here.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from dateparser.date import DateDataParser

MOST = 9
"""Days read of one message."""

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
NUMBERS = {word: number for number, word in enumerate(_NUMBERS, start=1)}
_NTH = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
ORDINALS = {word: number for number, word in enumerate(_NTH, start=1)} | {"last": -1}


@dataclass(frozen=True)
class Said:
    """One expression: the days it may mean, the last day where a span is meant, the weekdays it names."""

    days: tuple[date, ...]
    until: date | None = None
    weekdays: frozenset[int] = frozenset()
    bare: bool = False
    """A weekday alone: the rest of the message may say in which week."""
    ordinal: int | None = None


@dataclass(frozen=True)
class Calendar:
    """What day it is, and whether this country writes the month before the day."""

    today: date
    month_first: bool

    def dated(self, text: str, *, month_first: bool | None = None) -> date | None:
        """A date such as `24 november` or `11/24`; without a year the coming one, today included."""
        order = self.month_first if month_first is None else month_first
        return _read(text, self.today - _DAY, "MDY" if order else "DMY")

    def distant(self, text: str) -> date | None:
        """A distance such as `in two weeks` or `day after tomorrow`."""
        return _read(text, self.today, "DMY")

    def coming(self, weekday: int) -> date:
        """The next such day, today included."""
        return self.today + timedelta(days=(weekday - self.today.weekday()) % 7)

    def monday(self, weeks: int = 0) -> date:
        """The Monday of this week, or of a later one."""
        return self.today + timedelta(days=7 * weeks - self.today.weekday())

    def first(self, months: int = 0) -> date:
        """The first of this month, or of a later one."""
        years, month = divmod(self.today.month - 1 + months, 12)
        return date(self.today.year + years, month + 1, 1)


def mark_days(text: str, calendar: Calendar) -> tuple[str, list[Said]]:
    """The text with `<d0>` where a day or a span of days is spoken of (`<h0>` for a habit: `mondays`)."""
    found: list[Said] = []
    text = _SPELT.sub(lambda match: str(ORDINALS[match[0]]), text)
    for pattern, dates in _TWO_OF_A_MONTH:
        text = pattern.sub(dates, text)
    for pattern, reads in _RULES:

        def mark(match: re.Match[str], reads: _Reads = reads) -> str:
            said = reads(match, calendar) if len(found) < MOST else None
            if said is None:
                return match[0]
            found.append(said)
            return f" <{'h' if match.groupdict().get('many') else 'd'}{len(found) - 1}> "

        text = pattern.sub(mark, text)
    return text, found


@lru_cache(maxsize=8)
def _parser(order: str, base: date) -> DateDataParser:
    settings = {
        "DATE_ORDER": order,
        "PREFER_DATES_FROM": "future",
        "RELATIVE_BASE": datetime.combine(base, time.min),
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": False,
        "PARSERS": ["absolute-time", "relative-time"],
    }
    return DateDataParser(languages=["en"], settings=settings)


def _read(text: str, base: date, order: str) -> date | None:
    moment = _parser(order, base).get_date_data(text[:60]).date_obj
    return moment.date() if moment else None


def _weekday(word: str) -> int:
    return _WEEKDAYS.index(word[:3])


def _number(word: str) -> int:
    return {"a": 1, "an": 1, "few": 3, **NUMBERS}.get(word) or int(word)


_Reads = Callable[["re.Match[str]", Calendar], "Said | None"]


def _written(match: re.Match[str], calendar: Calendar) -> Said | None:
    day = calendar.dated(match["date"])
    return _on(day, match["before"] or match["after"], calendar) if day else None


def _on(day: date, weekday: str | None, calendar: Calendar) -> Said:
    """`tuesday the 24th`: where that is no Tuesday, the one or the other is the slip."""
    if weekday is None or day.weekday() == _weekday(weekday):
        return Said((day,))
    near = day + timedelta(days=(_weekday(weekday) - day.weekday() + 3) % 7 - 3)
    return Said((day, near) if near >= calendar.today else (day,))


def _figures(match: re.Match[str], calendar: Calendar) -> Said | None:
    """`3/4` may be either: the country's order comes first, and what is over is not meant."""
    one, two, year = int(match["one"]), int(match["two"]), match["year"] or ""
    orders = [
        month_first
        for month_first in (calendar.month_first, not calendar.month_first)
        if 1 <= (one if month_first else two) <= 12
    ]
    text = f"{one}/{two}/{year[1:]}" if year else f"{one}/{two}"
    read = [calendar.dated(text, month_first=month_first) for month_first in orders]
    days = tuple(dict.fromkeys(day for day in read if day))
    return Said(tuple(day for day in days if day >= calendar.today) or days[:1]) if days else None


def _distance(match: re.Match[str], calendar: Calendar) -> Said | None:
    day = calendar.distant(match[0].strip())
    return Said((day,)) if day else None


def _counted(match: re.Match[str], calendar: Calendar) -> Said | None:
    """`a week from tuesday`, `two weeks today`, `tuesday week`."""
    start, words = match["start"], {"number": "a", "unit": "week", **match.groupdict()}
    length = _number(words["number"]) * (_DAY if words["unit"] == "day" else _WEEK)
    begins = {"today": calendar.today, "now": calendar.today, "tomorrow": calendar.today + _DAY}.get(start)
    return Said(((begins or calendar.coming(_weekday(start))) + length,))


_WEEKS_OFF = {"last": -_WEEK, "past": -_WEEK, "after next": _WEEK}


def _of_week(match: re.Match[str], calendar: Calendar) -> Said:
    """`tuesday`, `this tuesday`, `next tuesday`, `last tuesday`, `the first tuesday (in december)`."""
    weekday, which = _weekday(match["day"]), match["which"] or match["later"]
    day, named = calendar.coming(weekday), frozenset({weekday})
    today = day == calendar.today
    if match["nth"]:
        return Said((day,), weekdays=named, bare=True, ordinal=ORDINALS[match["nth"]])
    if which in {"coming", "following"}:
        return Said((day + _WEEK if today else day,), weekdays=named)
    if which in _WEEKS_OFF:
        return Said((day + _WEEKS_OFF[which],), weekdays=named)
    if which == "next":
        other = calendar.monday(1) + timedelta(days=weekday)
        return Said((day, other) if calendar.today < day < other else (other,), weekdays=named)
    if which == "this" or not today:
        return Said((day,), weekdays=named, bare=which is None)
    return Said((day, day + _WEEK), weekdays=named, bare=True)


def _of_month(match: re.Match[str], calendar: Calendar) -> Said | None:
    """`the 5th`: the next one, or of the month that is named; `tuesday the 5th`."""
    number, words = int(match["number"]), {"month": None, "weekday": None, **match.groupdict()}
    for months in range(1 if words["month"] == "next" else 0, 4):
        first = calendar.first(months)
        if 1 <= number <= monthrange(first.year, first.month)[1]:
            day = first.replace(day=number)
            if day >= calendar.today:
                said = _on(day, words["weekday"], calendar)
                return replace(said, ordinal=number if number <= 9 else None)
    return None


# The first day and the one after the last, of a week and of a month, that a part of it means.
_OF_WEEK = {"early": (0, 3), "middle": (1, 4), "late": (3, 7)}
_OF_MONTH = {"early": (0, 10), "middle": (10, 20), "late": (20, 31), "last week": (24, 31)} | {
    f"{nth} week": (7 * weeks, 7 * weeks + 7) for weeks, nth in enumerate(_NTH[:4])
}
_PARTS = {"beginning": "early", "start": "early", "mid": "middle", "end": "late"}


def _week(match: re.Match[str], calendar: Calendar) -> Said:
    weeks = {"next": 1, "following": 1, "coming": 1, "after": 1, "after next": 2}
    monday = calendar.monday(weeks.get(match["which"] or "", 0))
    begins, ends = _OF_WEEK.get(_part(match), (0, 7))
    return _span(monday + timedelta(days=begins), monday + timedelta(days=ends - 1), calendar)


def _of_year(match: re.Match[str], calendar: Calendar) -> Said:
    words = {"which": None, "month": None, **match.groupdict()}
    months = 1 if words["which"] in {"next", "following", "coming"} else 0
    if words["month"]:
        months = (_MONTHS.index(words["month"][:3]) + 1 - calendar.today.month) % 12
    first, after = calendar.first(months), calendar.first(months + 1)
    begins, ends = _OF_MONTH.get(_part(match), (0, 31))
    return _span(first + timedelta(days=begins), min(first + timedelta(days=ends), after) - _DAY, calendar)


def _part(match: re.Match[str]) -> str:
    part = match.groupdict().get("part") or ""
    return _PARTS.get(part, part)


def _span(first: date, last: date, calendar: Calendar) -> Said:
    return Said((max(first, calendar.today) if last >= calendar.today else first,), last)


def _weekend(match: re.Match[str], calendar: Calendar) -> Said:
    saturday, named = calendar.monday() + timedelta(days=5), frozenset({5, 6})
    if match["which"] == "next":
        if calendar.today < saturday:
            return Said((saturday, saturday + _WEEK), weekdays=named)
        saturday += _WEEK
    return replace(_span(saturday, saturday + _DAY, calendar), weekdays=named)


def _within(match: re.Match[str], calendar: Calendar) -> Said:
    days = _number(match["number"] or "a") * {"day": 1, "week": 7, "month": 30}[match["unit"]]
    return Said((calendar.today,), calendar.today + timedelta(days=days))


def _week_of(match: re.Match[str], calendar: Calendar) -> Said | None:
    day = calendar.dated(match["date"])
    if day is None:
        return None
    monday = day - timedelta(days=day.weekday())
    return _span(monday, monday + 6 * _DAY, calendar)


_WORD = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?"
    r"|(?<!i )(?<!the )sat(?:urday)?|(?<!the )sun(?:day)?|(?<=the )s(?:aturday|unday))"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may(?!\s+(?:i|we|you|be|not)\b)|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b"
)
# Alone these are nothing but months; "may" and "march" are other words as well.
_NAMED = "(?:january|february|april|june|july|august|september|october|november|december)"
_NUMBER = rf"(?:\d{{1,2}}|an?|{'|'.join(NUMBERS)})"
_FIGURE = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:,?[\s-]*20\d\d(?![:\d]))?"
_DATE = (
    rf"(?:\bthe\s+)?(?<![\d/:.]){_FIGURE}(?:\s+of)?[\s-]*{_MONTH}{_YEAR}"
    # "3 pm" and "3:15" are no days of a month.
    rf"|\b{_MONTH}\s*(?:the\s+)?{_FIGURE}(?!\d|[:.]\d|\s*[ap]m\b){_YEAR}|\b20\d\d[-/]\d\d?[-/]\d\d?\b"
)
_OF = r"(?:\s+(?:of|in))?(?:\s+the)?[\s-]+"
_PART = (
    r"\b(?P<part>early|(?:first|second|third|fourth|last) week|beginning|start|middle|mid|end|late|later|rest)"
    + _OF
)
# What is counted is no day: "the 5th session", "the 2nd one".
_THING = r"(?!\s*(?:one|option|slot|choice|time|visit|session|appointment|treatment|week|day|floor|<v)s?\b)"

_SPELT = re.compile(rf"\b(?:{'|'.join(_NTH)})\b(?=\s+of\s+{_MONTH})")
# "1 to 5 december" as "1 december to 5 december".
_TWO = r"\s*(to|and|or|until|till?|-)\s*"
_TWO_OF_A_MONTH = [
    (re.compile(rf"\b({_FIGURE}){_TWO}({_FIGURE})(\s+(?:of\s+)?{_MONTH})"), r"\1\4 \2 \3\4"),
    (re.compile(rf"\b({_MONTH}\s+)({_FIGURE}){_TWO}({_FIGURE})(?!\d|[:.]\d|\s*[ap]m\b)"), r"\1\2 \3 \1\4"),
]

_RULES: list[tuple[re.Pattern[str], _Reads]] = [
    (re.compile(pattern), reads)
    for pattern, reads in (
        (rf"\bweek\s+(?:of|beginning|commencing|starting)\s+(?P<date>{_DATE})", _week_of),
        (rf"(?:\b(?P<before>{_WORD})\b,?\s+)?(?P<date>{_DATE})(?:,?\s+(?P<after>{_WORD})\b)?", _written),
        (r"(?<![\d/.:-])(?P<one>\d{1,2})/(?P<two>\d{1,2})(?P<year>/(?:20)?\d\d)?(?![\d/])", _figures),
        (
            r"(?<![\d/.:-])(?P<one>\d{1,2})(?P<sep>[.\s-])(?P<two>\d{1,2})(?P<year>(?P=sep)20\d\d)(?!\d)",
            _figures,
        ),
        (r"\b(?:the\s+)?day\s+(?:after\s+tomorrow|before\s+yesterday)\b", _distance),
        (
            rf"\b(?P<number>{_NUMBER})\s+(?P<unit>day|week)s?\s+(?:from\s+|on\s+|after\s+)?"
            rf"(?P<start>today|tomorrow|now|{_WORD})\b",
            _counted,
        ),
        (rf"\b(?P<start>today|tomorrow|{_WORD})\s+week\b", _counted),
        (r"\b(?:today|tomorrow|yesterday)\b", _distance),
        (
            rf"\b(?:with)?in\s+the\s+(?:next|coming)\s+(?:(?P<number>few|{_NUMBER})\s+)?"
            r"(?P<unit>day|week|month)s?\b",
            _within,
        ),
        (rf"\bwithin\s+(?P<number>{_NUMBER})\s+(?P<unit>day|week|month)s?\b", _within),
        (r"\bin\s+a\s+(?P<number>few)\s+(?P<unit>day|week)s\b", _within),
        (r"\b(?:the\s+)?next\s+(?P<number>few|\d{1,2})\s+(?P<unit>day|week)s\b", _within),
        (rf"\bin\s+{_NUMBER}\s+(?:day|week|month)s?(?:\s+time)?\b", _distance),
        (rf"\b{_NUMBER}\s+(?:day|week|month)s?\s+ago\b", _distance),
        (r"\b(?:the\s+)?week\s+(?P<which>after(?:\s+next)?)\b", _week),
        (rf"(?:{_PART})?\b(?P<which>this|next|following|coming)\s+week\b", _week),
        (r"\b(?P<part>end|rest|middle)\s+of\s+(?P<which>the)\s+week\b", _week),
        (r"\b(?:(?P<which>this|next|the|coming)\s+)?weekends?\b", _weekend),
        (rf"(?:{_PART})?\b(?P<which>this|next|following|coming)\s+month\b", _of_year),
        (r"\b(?P<part>end|rest|middle)\s+of\s+the\s+month\b", _of_year),
        (rf"{_PART}(?P<month>{_MONTH})", _of_year),
        (rf"\b(?:in|during|for|this|next)\s+(?P<month>{_MONTH})", _of_year),
        # Beside a figure it is part of a date that is none: "30 february".
        (rf"(?<!\d )(?<!st )(?<!nd )(?<!rd )(?<!th )(?<!of )\b(?P<month>{_NAMED})\b(?!\s+\d)", _of_year),
        (
            rf"\b(?P<weekday>{_WORD}),?\s+(?:the\s+)?"
            rf"(?P<number>\d{{1,2}}(?=st|nd|rd|th)|(?:1[3-9]|2\d|3[01])(?![:.]?\d))(?:st|nd|rd|th)?\b",
            _of_month,
        ),
        (
            rf"(?<!\bmy\s)(?<!\bour\s)(?:\bthe\s+)?\b(?P<number>\d{{1,2}})(?:st|nd|rd|th)\b{_THING}"
            r"(?:\s+of\s+(?P<month>this|next)\s+month)?",
            _of_month,
        ),
        (r"\b(?:on\s+)?the\s+(?P<number>\d{1,2})(?=\s*(?:$|[,.;!?]|please|at\b|or\b|works?\b))", _of_month),
        (
            r"(?:\b(?P<nth>first|second|third|fourth|last)\s+(?=\w+\s+(?:(?:of|in)\s+)?<d))?"
            r"(?:\b(?:this\s+)?(?P<which>this|next|last|past|coming|following)\s+)?"
            rf"\b(?P<day>{_WORD})(?P<many>(?<=day)s)?\b(?:\s+(?P<later>next|coming|after next)\b)?",
            _of_week,
        ),
    )
]
