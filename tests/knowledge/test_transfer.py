"""Import and export: the database owns what it holds."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.database import Database
from bot.knowledge.articles import ARTICLES, SOURCES, read_articles
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.tables import ArticleVersion
from bot.knowledge.transfer import export_articles, import_files
from bot.problems import Problems
from bot.settings import ROOT

CLINIC = ROOT / "clinic.yml"
NAME = "how_many_sessions"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ARTICLES, tmp_path / "articles"))


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / f"{NAME}.yml"
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_importing_the_same_files_again_changes_nothing(database: Database) -> None:
    difference = import_files(database, ARTICLES, SOURCES, CLINIC)
    assert difference.is_empty
    assert len(difference.same) == len(read_articles())


def test_a_changed_article_is_shown_and_not_taken(database: Database, folder: Path) -> None:
    edit(folder, "How many sessions will I need?", "How many visits?")
    difference = import_files(database, folder, SOURCES, CLINIC)
    assert difference.changed == {NAME: ["title"]}
    (version,) = _live(database)
    assert version.title == "How many sessions will I need?"


def test_a_changed_article_is_taken_when_told_as_a_new_version(database: Database, folder: Path) -> None:
    (before,) = _live(database)
    edit(folder, "How many sessions will I need?", "How many visits?")
    import_files(database, folder, SOURCES, CLINIC, overwrite=True)
    (after,) = _live(database)
    assert (before.number, after.number) == (1, 2)
    assert after.title == "How many visits?"
    # An old reply keeps its words.
    assert KnowledgeBase(database).versions({before.id})[before.id].title == "How many sessions will I need?"


def test_a_broken_file_imports_nothing(empty_database: Database, folder: Path) -> None:
    edit(folder, "evidence: ", "evidence: very ")
    with pytest.raises(Problems):
        import_files(empty_database, folder, SOURCES, CLINIC)
    with pytest.raises(LookupError):
        KnowledgeBase(empty_database).clinic()


def test_a_single_article_may_link_to_what_the_database_answers(database: Database, folder: Path) -> None:
    alone = folder.parent / "alone"
    alone.mkdir()
    shutil.copy(folder / f"{NAME}.yml", alone)
    assert import_files(database, alone, SOURCES, CLINIC).same == [NAME]


def test_a_renamed_article_takes_over_only_when_told(database: Database, folder: Path) -> None:
    (folder / f"{NAME}.yml").rename(folder / "sessions.yml")
    with pytest.raises(Problems) as refused:
        import_files(database, folder, SOURCES, CLINIC)
    assert {problem.code for problem in refused.value.problems} == {"M218"}
    assert _live(database), "the database is as it was"
    difference = import_files(database, folder, SOURCES, CLINIC, overwrite=True)
    assert (difference.new, difference.only_stored) == (["sessions"], [NAME])
    assert KnowledgeBase(database).edition().answer(NAME)


def test_what_is_exported_imports_without_a_difference(database: Database, tmp_path: Path) -> None:
    written = export_articles(database, tmp_path / "out")
    assert len(written) == len(read_articles())
    assert import_files(database, tmp_path / "out", SOURCES, CLINIC).is_empty


def _live(database: Database) -> list[ArticleVersion]:
    knowledge = KnowledgeBase(database)
    answer = knowledge.edition().answer(NAME)
    assert answer
    return list(knowledge.versions({answer.version_id}).values())
