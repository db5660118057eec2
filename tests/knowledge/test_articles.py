"""Articles: what the schema refuses, with file and line, and what the shipped ones must keep to."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.database import Database
from bot.knowledge.articles import SHORT_WORDS, SOURCES, read_articles
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import render
from bot.knowledge.topics import BOOKING, topics
from bot.knowledge.transfer import import_files, is_empty
from bot.problems import Problems
from bot.settings import ROOT
from bot.yaml_files import read_as

# Words that soothe; claims that are not supported have a list of their own.
BANNED = ("simply", "don't worry", "do not worry")


ARTICLE = """\
answers:
  - topic: how_many_sessions
title: How many sessions will I need?
short: |
  Many people have between six and twelve.
more: |
  It depends on you.
evidence: moderate
sources: [acp_2017, who_2023]
edited_at: 2026-11-21
review_due: 2027-11-21
related: [how_often, cost]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One article in a folder of its own, to be spoilt."""
    (tmp_path / "sessions.yml").write_text(ARTICLE)
    return tmp_path


def spoil(folder: Path, old: str, new: str) -> list[str]:
    """What is found when `old` stands as `new`: place and words."""
    assert old in ARTICLE
    (folder / "sessions.yml").write_text(ARTICLE.replace(old, new, 1))
    with pytest.raises(Problems) as caught:
        read_articles(folder, SOURCES, answered=topics())
    return [f"{problem.where} {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("topic: how_many_sessions", "topic: how_many", 2, "no topic 'how_many'"),
        ("title: How", "titel: How", 3, "titel"),
        ("title: How", "title: [How", 3, "not valid YAML"),
        ("more: |\n  It depends on you.", "more: {{ clinic", 6, "not valid YAML"),
        ("It depends on you.", "It depends on {{ clinic.", 6, "template"),
        ("evidence: moderate", "evidence: quite good", 8, "`evidence`"),
        ("who_2023", "who_2032", 9, "no source 'who_2032'"),
        ("[acp_2017, who_2023]", "[]", 1, "at least one source"),
        ("edited_at: 2026-11-21", "edited_at: soon", 10, "`edited_at`"),
        ("review_due: 2027", "review_due: 2020", 1, "not after"),
        ("how_often", "how_oftn", 12, "how_oftn"),
        # A claim is told where it stands, not where its field begins.
        ("It depends on you.", "It depends.\n\n  It has no side\n  effects.", 9, "no side effects"),
        (
            "title: How many sessions will I need?",
            "title: Needles without side effects",
            3,
            "no side effects",
        ),
        (
            "how_many_sessions",
            "how_many_sessions\n    entity: {condition: sunburn}",
            3,
            "'sunburn' is not in the",
        ),
        ("how_many_sessions", "how_many_sessions\n    entity: {mood: bad}", 3, "no entity 'mood'"),
        (
            "how_many_sessions",
            "how_many_sessions\n    entity: {condition: slipped disc}",
            3,
            "understood as 'herniated disc'",
        ),
    ],
)
def test_a_broken_article_is_refused_with_file_and_line(
    folder: Path, old: str, new: str, line: int, words: str
) -> None:
    found = " ".join(spoil(folder, old, new))
    assert words in found
    # What a parser of YAML stumbles over may stand a line further on.
    lines = {line} if "YAML" not in words else {line, line + 1}
    assert any(f"sessions.yml:{each} " in found for each in lines), found


def test_a_short_answer_that_is_too_long_is_refused(folder: Path) -> None:
    assert "at most 60" in " ".join(spoil(folder, "six and twelve", "six and twelve" + " words" * 60))


def found_in(folder: Path) -> dict[str, str]:
    """Place of each problem by its code, where only the topics of this folder have an article."""
    with pytest.raises(Problems) as caught:
        read_articles(folder, SOURCES)
    return {problem.code: problem.where.rpartition("/")[2] for problem in caught.value.problems}


def test_a_related_topic_needs_an_article(folder: Path) -> None:
    assert found_in(folder) == {"M211": "sessions.yml:12"}
    # The database may have it.
    assert read_articles(folder, SOURCES, answered={"how_often", "cost"})


def test_an_article_that_cannot_be_read_is_no_missing_one(folder: Path) -> None:
    for topic in ("how_often", "cost"):
        spoilt = ARTICLE.replace("how_many_sessions", topic, 1).replace("moderate", "quite good")
        (folder / f"{topic}.yml").write_text(spoilt.replace("related: [how_often, cost]", "related: []"))
    assert set(found_in(folder)) == {"M204"}


def test_a_variant_needs_a_general_article(folder: Path) -> None:
    variant = ARTICLE.replace("_sessions\n", "_sessions\n    entity: {condition: sciatica}\n", 1)
    (folder / "sessions.yml").write_text(variant.replace("related: [how_often, cost]", "related: []"))
    assert found_in(folder) == {"M213": "sessions.yml:3"}
    assert read_articles(folder, SOURCES, answered={"how_many_sessions"})


def test_a_source_needs_an_address(folder: Path, tmp_path: Path) -> None:
    sources = tmp_path / "sources.txt"
    bare = "{title: A title, publisher: null, year: null, url: null}"
    sources.write_text(f"acp_2017: {bare}\nwho_2023: {bare}\narticle_how_many: {bare}\n")
    text = ARTICLE.replace("who_2023", "article_how_many")
    (folder / "sessions.yml").write_text(text)
    with pytest.raises(Problems) as caught:
        read_articles(folder, sources, answered=topics())
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == ("M210", 9)
    assert "acp_2017" in problem.what


def test_an_import_refuses_what_the_check_refuses(folder: Path, empty_database: Database) -> None:
    (folder / "sessions.yml").write_text(ARTICLE.replace("It depends on you.", "It is painless."))
    with pytest.raises(Problems, match="M209"):
        import_files(empty_database, folder, SOURCES, ROOT / "clinic.yml")
    assert is_empty(empty_database)


def test_two_articles_may_not_answer_the_same_question(folder: Path) -> None:
    shutil.copy(folder / "sessions.yml", folder / "again.yml")
    with pytest.raises(Problems) as caught:
        read_articles(folder, SOURCES, answered=topics())
    assert {problem.code for problem in caught.value.problems} == {"M208"}


def test_an_article_that_is_no_utf8_is_refused_with_its_line(folder: Path) -> None:
    path = folder / "sessions.yml"
    path.write_bytes(path.read_bytes().replace(b"title: How", b"title: \xe9"))
    with pytest.raises(Problems, match=r"sessions\.yml:3.*UTF-8"):
        read_articles(folder, SOURCES)


def test_every_topic_has_an_article() -> None:
    answered = {answer.topic for article in read_articles().values() for answer in article.answers}
    assert set(topics()) - answered <= {BOOKING}


def test_shipped_articles_promise_nothing_and_are_signed_off_by_nobody() -> None:
    for name, article in read_articles().items():
        text = " ".join(filter(None, (article.short, article.more, article.get_help, article.otherwise)))
        assert not [word for word in BANNED if word in text.lower()], name
        assert article.last_reviewed is None, name
        assert article.reviewed_by is None, name


def test_shipped_articles_fill_in_with_the_demonstration_clinic() -> None:
    clinic = read_as(ROOT / "clinic.yml", Clinic)
    for name, article in read_articles().items():
        for text in filter(None, (article.short, article.more, article.get_help, article.otherwise)):
            filled = render(text, clinic)
            assert "{" not in filled, name
        assert len(render(article.short, clinic).split()) <= SHORT_WORDS + 15, name


def test_the_doctors_numbers_never_stand_in_an_article() -> None:
    """They depend on the region and are kept in one place."""
    for name, article in read_articles().items():
        text = " ".join(filter(None, (article.short, article.more, article.get_help)))
        for number in ("911", "999", "112", "811", "988"):
            assert number not in text.split(), name


def test_a_clinic_that_told_little_still_reads() -> None:
    clinic = Clinic(name="Bare", region="GB", time_zone="Europe/London", hours={})
    assert clinic.presence(datetime.now(UTC)).when is None
    for article in read_articles().values():
        if article.needs:
            assert article.otherwise
            render(article.otherwise, clinic)
        else:
            render(article.short, clinic)
            render(article.more, clinic)
