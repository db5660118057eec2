"""Warnings: what somebody should look at, and that it keeps nothing from being published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from bot.knowledge.articles import SOURCES, read_articles
from bot.knowledge.clinic import Clinic
from bot.knowledge.review import reading_ages, warnings
from bot.knowledge.topics import topics
from bot.problems import Problems
from bot.settings import ROOT
from bot.yaml_files import read_as
from tests.knowledge.test_articles import ARTICLE

TODAY = date(2026, 12, 1)
HARD = (
    "Contemporary electrophysiological investigations consistently demonstrate considerable heterogeneity concerning "
    "individual responsiveness."
)


@pytest.fixture
def clinic() -> Clinic:
    return read_as(ROOT / "clinic.yml", Clinic)


def found(folder: Path, clinic: Clinic, text: str, today: date = TODAY) -> list[tuple[str, int | None]]:
    (folder / "sessions.yml").write_text(text)
    articles = read_articles(folder, SOURCES, answered=topics())
    return [(problem.code, problem.line) for problem in warnings(folder, articles, clinic, today)]


def test_a_plain_article_gives_no_warning(tmp_path: Path, clinic: Clinic) -> None:
    assert found(tmp_path, clinic, ARTICLE) == []


def test_a_review_that_is_due_is_told_with_its_line(tmp_path: Path, clinic: Clinic) -> None:
    assert found(tmp_path, clinic, ARTICLE, date(2027, 11, 20)) == []
    assert found(tmp_path, clinic, ARTICLE, date(2027, 11, 21)) == [("M214", 11)]


def test_a_text_that_is_hard_to_read_is_told_where_its_longest_sentence_stands(
    tmp_path: Path, clinic: Clinic
) -> None:
    assert found(tmp_path, clinic, ARTICLE.replace("It depends on you.", HARD)) == [("M215", 6)]


def test_an_answer_is_measured_with_the_facts_of_this_clinic(tmp_path: Path, clinic: Clinic) -> None:
    text = ARTICLE.replace("six and twelve.", "six and twelve. {{ clinic.payment }}")
    text = text.replace("evidence:", "needs: [payment]\notherwise: The clinic has not told.\nevidence:")
    assert found(tmp_path, clinic, text) == []
    wordy = clinic.model_copy(update={"payment": "We take cards. " * 20})
    assert found(tmp_path, wordy, text) == [("M216", 4)]
    silent = clinic.model_copy(update={"payment": None})
    assert found(tmp_path, silent, text) == []


def test_the_words_a_visitor_asked_in_count_as_known(tmp_path: Path, clinic: Clinic) -> None:
    text = ARTICLE.replace("It depends on you.", "Spondylolisthesis matters. So does acupuncture.")
    plain = text.replace("sessions\n", "sessions\n    entity: {condition: sciatica}\n", 1)
    asked = plain.replace("sciatica", "spondylolisthesis")
    ages = []
    for each in (plain, asked):
        (tmp_path / "sessions.yml").write_text(each)
        ages.append(reading_ages(read_articles(tmp_path, SOURCES, answered=topics()), clinic)["sessions"])
    assert ages[1].counted < ages[0].counted < ages[0].every == ages[1].every


def test_a_text_that_asks_for_what_no_clinic_has_is_refused(tmp_path: Path, clinic: Clinic) -> None:
    with pytest.raises(Problems, match=r"sessions\.yml:6.*'parking'.*M217"):
        found(tmp_path, clinic, ARTICLE.replace("It depends on you.", "{{ clinic.parking }}"))
