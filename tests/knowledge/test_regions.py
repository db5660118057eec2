"""Regions: the most specific one holds, what is not known is not said, and an old check is found."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.doctor import CHECKS
from bot.knowledge.articles import read_articles, read_sources
from bot.knowledge.clinic import Clinic
from bot.knowledge.regions import REGIONS, region_of, regions, stale_checks
from bot.knowledge.rendering import TemplateProblem, render
from bot.problems import Problems
from bot.settings import Settings

EVERY = ("CA-AB", "CA-ON", "GB", "GB-WLS", "US", "IN", "DE")


def clinic(region: str, **facts: str) -> Clinic:
    """A clinic that tells nothing but where it is, and `facts`."""
    return Clinic(name="Bare", region=region, time_zone="UTC", hours={}, **facts)


@pytest.mark.parametrize(
    ("code", "place", "emergency"),
    [
        ("CA-AB", "in Alberta", "911"),
        ("CA-ON", "in this part of Canada", "911"),
        ("GB", "in the United Kingdom", "999"),
        ("GB-WLS", "in the United Kingdom", "999"),
        ("US", "in the United States", "911"),
        ("IN", "in India", "112"),
        ("DE", "where you live", "your local emergency number"),
    ],
)
def test_the_most_specific_region_holds(code: str, place: str, emergency: str) -> None:
    assert (region_of(code).place, region_of(code).emergency) == (place, emergency)


def test_an_answer_names_the_number_of_its_region() -> None:
    assert render("Call {{ region.emergency }} now.", clinic("GB")) == "Call 999 now."
    assert render("Call {{ region.emergency }}.", clinic("DE")) == "Call your local emergency number."
    with pytest.raises(TemplateProblem):
        render("{{ region.ambulance }}", clinic("GB"))


def test_no_advice_leaves_the_number_open() -> None:
    for name, article in read_articles().items():
        assert "your emergency number" not in (article.get_help or ""), name


@pytest.mark.parametrize("code", EVERY)
def test_whom_to_call_reads_well_everywhere(code: str) -> None:
    emergency = region_of(code).emergency
    for name, article in read_articles().items():
        filled = render(article.get_help or "", clinic(code))
        assert ("{{ region.emergency }}" in (article.get_help or "")) == (emergency in filled), name


def test_a_source_of_words_is_one_of_the_sources() -> None:
    for code, region in regions().items():
        for words in filter(None, (region.public_cover, region.regulator)):
            assert words.source in read_sources(), code


@pytest.mark.parametrize("insurance", [None, "Receipts are given."])
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CA-AB", "does not generally pay"),
        ("GB", "only in some places"),
        ("US", "Medicare pays for some"),
        ("IN", "no checked information on public cover in India"),
        ("CA-ON", "no checked information on public cover in this part of Canada"),
    ],
)
def test_public_cover_is_told_whether_or_not_the_clinic_told_its_own(
    code: str, words: str, insurance: str | None
) -> None:
    article = read_articles()["insurance"]
    here = clinic(code, **({"insurance": insurance} if insurance else {}))
    text = article.short if here.tells(article.needs) else article.otherwise or ""
    filled = render(text, here)
    assert words in filled
    assert len(filled.split()) <= 60


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("CA-AB", "College of Acupuncturists of Alberta"),
        ("GB", "no law regulates"),
        ("IN", "no body regulated it yet"),
        ("US", "no checked information on who regulates acupuncturists in the United States"),
    ],
)
def test_who_regulates_is_told_for_the_region(code: str, words: str) -> None:
    article = read_articles()["practitioners"]
    assert words in render(article.more, clinic(code))
    if region_of(code).regulator:
        assert words in render(article.otherwise or "", clinic(code))


def test_a_check_over_a_year_old_is_found_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "regions.yml"
    path.write_text(
        "other:\n  place: here\n  crisis:\n"
        "    - {name: A, number: '1', source: 'https://a.example', verified: true, checked: 2026-11-21}\n"
        "    - {name: B, number: '2', source: 'https://b.example', verified: true, checked: 2025-01-01}\n"
    )
    assert list(stale_checks(date(2025, 6, 1), path)) == []
    (problem,) = stale_checks(date(2026, 12, 1), path)
    assert (problem.code, problem.line) == ("M109", 5)


def test_the_doctor_looks_at_the_regions(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.knowledge.regions.CHECK_HOLDS", timedelta(days=-100_000))
    check = CHECKS["telephone numbers and rules of the regions"]
    assert {problem.code for problem in check(settings)} == {"M109"}


def test_every_check_counts() -> None:
    everything = sum(len(list(region.checks())) for region in regions().values())
    assert len(list(stale_checks(date(2036, 1, 1)))) == everything > len(regions())
    assert all(problem.line for problem in stale_checks(date(2036, 1, 1)))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('number: "999"', 'number: "9 9 9"', "GB.emergency.number"),
        ("other:\n", "elsewhere:\n", "`other` is missing"),
        ("  place: in India\n", "", "IN.place"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    path = tmp_path / "regions.yml"
    text = REGIONS.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    with pytest.raises(Problems, match=words):
        regions(path)
