"""Fixtures that every folder uses: a database with the shipped knowledge, and the app over it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.database import Database
from bot.knowledge.articles import ARTICLES, SOURCES
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.transfer import import_files
from bot.scratch import Stack, scratch_stack
from bot.settings import ROOT, Settings
from bot.setup import prepare
from bot.visitor import Visitor, client


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an installation of its own in a temporary folder, with the tests' short limits."""
    return Settings(_env_file=None, data=tmp_path, secret="a key for tests", engine_port=9, engine_seconds=1)


@pytest.fixture
def empty_database(settings: Settings) -> Iterator[Database]:
    """A migrated database that holds nothing."""
    database = Database(settings.database)
    database.migrate()
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a database with the shipped articles and the demonstration clinic, to copy."""
    path = tmp_path_factory.mktemp("shipped") / "meridian.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    import_files(database, ARTICLES, SOURCES, ROOT / "clinic.yml")
    database.dispose()
    return path


@pytest.fixture
def database(settings: Settings, shipped: Path) -> Iterator[Database]:
    """A database with the shipped articles and the demonstration clinic."""
    shutil.copy(shipped, settings.data / "meridian.db")
    database = Database(settings.database)
    yield database
    database.dispose()


@pytest.fixture
def knowledge(database: Database) -> KnowledgeBase:
    """The shipped knowledge base."""
    return KnowledgeBase(database)


@pytest.fixture(scope="session")
def model() -> str:
    """The name of a trained model; everything that a stack needs is made where it is missing."""
    settings = Settings()
    prepare(settings, lambda what: None)
    assert settings.live_model
    return settings.live_model.name


@pytest.fixture(scope="session")
def stack(model: str) -> Iterator[Stack]:
    """A whole stack, started once for all tests that do it no harm."""
    with scratch_stack(model=model) as running:
        yield running


@pytest.fixture
def visitor(stack: Stack) -> Iterator[Visitor]:
    """A visitor of the shared stack, with a conversation of their own."""
    with client(stack.url) as http:
        yield Visitor(http)
