"""Fixtures that every folder uses: a database with the shipped knowledge, and the app over it."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
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
from tests.postgres import Server, running_server

MakeDatabase = Callable[[], Database]


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


@pytest.fixture
def kind() -> str:
    """The kind of database; tests that must hold on both say so."""
    return "sqlite"


@pytest.fixture
def make_database(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDatabase]:
    """Makes migrated databases that hold nothing."""
    with ExitStack() as after:

        def make() -> Database:
            if kind == "sqlite":
                path = shutil.copy(request.getfixturevalue("migrated"), tmp_path / f"{uuid.uuid4().hex}.db")
                url = f"sqlite:///{path}"
            else:
                server: Server = request.getfixturevalue("postgres")
                name = server.create(request.getfixturevalue("migrated_on_postgres"))
                after.callback(server.drop, name)
                url = server.url(name)
            database = Database(url)
            after.callback(database.dispose)
            return database

        yield make


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a migrated, empty database, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "meridian.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server."""
    with running_server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_on_postgres(postgres: Server) -> str:
    """The name of a migrated, empty database, to copy."""
    name = postgres.create()
    database = Database(postgres.url(name))
    database.migrate()
    database.check()
    database.dispose()
    return name


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
