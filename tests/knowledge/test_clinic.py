"""The clinic's facts: hours across weeks and clock changes, prices in words, mistakes with their line."""

from __future__ import annotations

import zoneinfo
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.knowledge.clinic import Clinic
from bot.knowledge.phrases import phrase_with_hours
from bot.knowledge.rendering import TemplateProblem, money, render, week
from bot.problems import Problems
from bot.settings import ROOT
from bot.yaml_files import read_as

EDMONTON = ZoneInfo("America/Edmonton")


@pytest.fixture
def clinic() -> Clinic:
    return read_as(ROOT / "clinic.yml", Clinic)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (datetime(2026, 11, 23, 10, tzinfo=EDMONTON), "open now, until 5 pm"),
        (datetime(2026, 11, 23, 7, tzinfo=EDMONTON), "open again today at 9 am"),
        (datetime(2026, 11, 24, 17, tzinfo=EDMONTON), "open again tomorrow at 11 am"),
        (datetime(2026, 11, 28, 14, tzinfo=EDMONTON), "open again on Monday at 9 am"),
        # The same Monday evening, seen from a server that runs on UTC.
        (datetime(2026, 11, 24, 0, 30, tzinfo=ZoneInfo("UTC")), "open again tomorrow at 9 am"),
        # The night the clocks go forward: Sunday 8 March 2026.
        (datetime(2026, 3, 8, 1, 30, tzinfo=EDMONTON), "open again tomorrow at 9 am"),
    ],
)
def test_a_handoff_says_when_somebody_is_there(clinic: Clinic, moment: datetime, words: str) -> None:
    assert words in phrase_with_hours("handoff", clinic, moment)


def test_a_clinic_without_hours_promises_none(clinic: Clinic) -> None:
    silent = clinic.model_copy(update={"hours": {}})
    assert "not been told when" in phrase_with_hours("handoff", silent, datetime.now(EDMONTON))


def test_the_week_is_told_with_like_days_together() -> None:
    hours = {
        "monday": ["09:00-17:00"],
        "tuesday": ["09:00-17:00"],
        "wednesday": ["09:00-17:00"],
        "friday": ["08:30-12:00", "13:00-16:00"],
    }
    assert week(hours) == (
        "Monday to Wednesday 9 am to 5 pm; Thursday closed; "
        "Friday 8:30 am to 12 pm and 1 pm to 4 pm; Saturday and Sunday closed"
    )  # fmt: skip


def test_prices_are_written_as_people_write_them() -> None:
    assert [money(85, "CAD"), money(42.5, "GBP"), money(1200, "XAF"), money(None)] == [
        "$85", "£42.50", "1200 XAF", "price on request",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "line_of", "words"),
    [
        ('monday: ["09:00-17:00"]', 'monday: ["9-5"]', "monday", "no span of hours"),
        ('monday: ["09:00-17:00"]', 'monday: ["17:00-09:00"]', "monday", "ends before it begins"),
        ("America/Edmonton", "America/Calgary", "time_zone", "no time zone"),
        ("region: CA-AB", "region: Alberta", "region", "region"),
        ("phone:", "telephone:", "telephone", "telephone"),
        ("currency: CAD\n", "", "demonstration", "currency"),
    ],
)
def test_a_mistake_in_clinic_yml_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, line_of: str, words: str
) -> None:
    text = (ROOT / "clinic.yml").read_text()
    assert old in text
    path = tmp_path / "clinic.yml"
    path.write_text(text.replace(old, new))
    line = next(
        n for n, row in enumerate(path.read_text().splitlines(), 1) if row.strip().startswith(line_of)
    )
    with pytest.raises(Problems) as caught:
        read_as(path, Clinic)
    (problem,) = caught.value.problems
    assert words in problem.what
    assert problem.line == line


def test_a_template_reads_the_clinic_and_nothing_else(clinic: Clinic) -> None:
    for text in ("{{ clinic.__class__ }}", "{{ clinic.secret }}", "{{ settings }}", "{{ clinic.phone.x.y }}"):
        with pytest.raises(TemplateProblem):
            render(text, clinic)


def test_time_zones_come_with_the_locked_package() -> None:
    """A system may lag behind the visitors' browsers: both would tell a visit at another time."""
    assert zoneinfo.TZPATH == ()
    with files("tzdata.zoneinfo.America").joinpath("Edmonton").open("rb") as locked:
        rules = ZoneInfo.from_file(locked)
    for month in (1, 7):
        told, locked_rules = (datetime(2027, month, 11, 12, tzinfo=each) for each in (EDMONTON, rules))
        assert told.utcoffset() == locked_rules.utcoffset()
