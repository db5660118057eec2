"""From the clinic's clock to moments, and what is left of them: pure arithmetic over spans.

A span is a pair of moments in whole seconds since 1970, its end not included, so that a clock change cannot
bend it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

Span = tuple[int, int]


def moment(day: date, at: time, zone: ZoneInfo, *, last: bool = False) -> int:
    """When the clinic's clock shows `at` on `day`.

    A time that the clock skips in spring is as much later as the clock was moved; one that it shows twice in
    autumn is the first of the two, or the second where `last` is set.
    """
    shown = datetime.combine(day, at, zone)
    first = int(shown.timestamp())
    return max(first, int(shown.replace(fold=1).timestamp())) if last else first


def days(first: date, last: date) -> Iterator[date]:
    """Every day from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def without(span: Span, away: Iterable[Span]) -> list[Span]:
    """What is left of a span without others."""
    left = [span]
    for begins, ends in away:
        parts = ((part, (begins, ends)) for part in left)
        left = [
            rest
            for (start, end), (off, back) in parts
            for rest in ((start, min(end, off)), (max(start, back), end))
            if rest[0] < rest[1]
        ]
    return left


def starts(within: Span, grid: int, step: int, length: int) -> range:
    """When something of `length` can begin within a span, on the grid that begins at `grid`; all in seconds."""
    begins, ends = within
    first = begins + (grid - begins) % step
    return range(first, ends - length + 1, step)


def is_public_holiday(region: str, day: date) -> bool:
    """Whether a day is a public holiday in a clinic's region (`CA-AB`, `GB`).

    A part of a country that the library does not know has the country's; an unknown country has none.
    """
    return day in _public_holidays(region, day.year)


@lru_cache(maxsize=64)
def _public_holidays(region: str, year: int) -> frozenset[date]:
    country, _, part = region.partition("-")
    for subdivision in (part or None, None):
        try:
            return frozenset(holidays.country_holidays(country, subdivision, years=year))
        except NotImplementedError:
            continue
    return frozenset()
