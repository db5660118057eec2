"""Days and times as they are told to visitors, on the clinic's clock."""

from __future__ import annotations

from datetime import date, datetime

from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import clock


def day_words(day: date, clinic: Clinic) -> str:
    """`Tuesday 12 January 2027`, in the US `Tuesday, January 12, 2027`."""
    if clinic.region.startswith("US"):
        return f"{day:%A}, {day:%B} {day.day}, {day.year}"
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def time_words(moment: datetime, clinic: Clinic) -> str:
    """`10:15 am`."""
    return clock(f"{moment.astimezone(clinic.zone):%H:%M}")


def moment_words(moment: datetime, clinic: Clinic) -> str:
    """`Tuesday 12 January 2027, 10:15 am`."""
    return f"{day_words(moment.astimezone(clinic.zone).date(), clinic)}, {time_words(moment, clinic)}"


def span_words(begins: datetime, ends: datetime, clinic: Clinic) -> str:
    """`Tuesday 12 January 2027, 10:15 am to 11 am (MST)`."""
    zone = f"{begins.astimezone(clinic.zone):%Z}"
    return f"{moment_words(begins, clinic)} to {time_words(ends, clinic)} ({zone})"
