"""What the assistant says apart from answers: greetings, refusals, what happens next."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from pathlib import Path

from pydantic import RootModel

from bot.knowledge.clinic import WEEKDAYS, Clinic
from bot.knowledge.rendering import clock, render
from bot.yaml_files import read_as

PHRASES = Path(__file__).with_name("phrases.yml")


class _Phrases(RootModel[dict[str, str]]):
    pass


@cache
def phrases() -> dict[str, str]:
    """Every phrase by its name."""
    return read_as(PHRASES, _Phrases).root


def phrase(name: str, clinic: Clinic, **values: str) -> str:
    """One phrase with the clinic's facts and `values`."""
    return render(phrases()[name], clinic, **values)


def phrase_with_hours(name: str, clinic: Clinic, moment: datetime) -> str:
    """One phrase that says who is there now, or from when, by the clinic's hours."""
    presence = clinic.presence(moment)
    when = presence.when and _in_words(presence.when, moment.astimezone(clinic.zone), presence.is_open)
    return render(phrases()[name], clinic, is_open=presence.is_open, when=when)


def _in_words(when: datetime, moment: datetime, only_time: bool) -> str:
    time = clock(when.strftime("%H:%M"))
    if only_time:
        return time
    days = (when.date() - moment.date()).days
    day = {0: "today", 1: "tomorrow"}.get(days, f"on {WEEKDAYS[when.weekday()].capitalize()}")
    return f"{day} at {time}"
