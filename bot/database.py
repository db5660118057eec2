"""The database: one engine, short transactions, migrations.

SQLite by default, PostgreSQL by URL. Each folder of `bot/` declares its own tables on `Base`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import (
    DateTime,
    Engine,
    Enum,
    Executable,
    MetaData,
    Row,
    Table,
    TypeDecorator,
    create_engine,
    event,
)
from sqlalchemy.engine import Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session

# A reader in the way is gone within milliseconds.
_SCRUB_ATTEMPTS = 40
_SCRUB_PAUSE = 0.05

MIGRATIONS = Path(__file__).parent / "migrations"


class Base(DeclarativeBase):
    """Parent of every table. Constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Moment(TypeDecorator[datetime]):
    """A point in time: aware and in UTC on both sides, also on SQLite, which keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def table_of(kind: type[Base]) -> Table:
    """The table of a class, for statements past the unit of work."""
    table = kind.__table__
    assert isinstance(table, Table)
    return table


def one_of(kind: type[StrEnum], length: int = 16) -> Enum:
    """A column type for the members of `kind`, kept as their words."""
    return Enum(
        kind, native_enum=False, length=length, values_callable=lambda members: [m.value for m in members]
    )


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


class Database:
    """Reads and writes, each a short transaction of its own."""

    def __init__(self, url: str) -> None:
        self.url = url
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        if self.is_sqlite and parsed.database:
            # What visitors wrote is for this user alone.
            Path(parsed.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.engine: Engine = create_engine(url, pool_pre_ping=not self.is_sqlite)
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
        self._writing = self.engine.execution_options(meridian_write=True)
        # One writer at a time in this process. On SQLite before 3.51.3 two connections that write and
        # checkpoint at once can corrupt the write-ahead log; and waiting here is fair, while SQLite's
        # own busy wait is not.
        self._writer = threading.Lock() if self.is_sqlite else None

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for reading."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are durable when the block ends, or undone when it raises."""
        if self._writer is not None:
            self._writer.acquire()
        try:
            with Session(self._writing, expire_on_commit=False) as session, session.begin():
                yield session
        finally:
            if self._writer is not None:
                self._writer.release()

    def first(self, statement: Executable, parameters: Mapping[str, Any]) -> Row[Any] | None:
        """The first row that a statement on tables reads: half of a session's time."""
        with self.engine.connect() as connection:
            return connection.execute(statement, parameters).first()

    def peek(self, statement: str) -> Any:
        """The one value that a statement without parameters reads, past SQLAlchemy: a tenth of a session's time."""
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(statement)
            row = cursor.fetchone()
            return row[0] if row else None
        finally:
            connection.close()

    def scrub(self) -> None:
        """Clears erased rows out of SQLite's write-ahead log, which keeps them until it is written over."""
        if self._writer is None:
            return
        with self._writer:
            connection = self.engine.raw_connection()
            try:
                for _ in range(_SCRUB_ATTEMPTS):
                    busy, _, _ = connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
                    if not busy:
                        return
                    time.sleep(_SCRUB_PAUSE)  # somebody reads; reads are short
            finally:
                connection.close()

    def migrate(self) -> None:
        """Brings the tables to the newest version."""
        command.upgrade(self._alembic(), "head")

    def check(self) -> None:
        """Raises Alembic's `CommandError` where tables and models differ."""
        command.check(self._alembic())

    def dispose(self) -> None:
        """Closes every connection."""
        self.engine.dispose()

    def _alembic(self) -> Config:
        # Alembic reports to standard output, which belongs to the command that calls.
        config = Config(stdout=StringIO())
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["engine"] = self.engine
        return config


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # Transactions are begun below, by us: the driver's own implicit BEGIN comes too late for reads.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged message survives a power cut
        "foreign_keys=ON",
        "busy_timeout=5000",
        "secure_delete=ON",  # what is erased leaves no bytes behind
        "mmap_size=0",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE takes the write lock at once; a read that turns into a write could only fail.
    immediate = connection.get_execution_options().get("meridian_write")
    driver: Any = connection.connection.dbapi_connection
    driver.execute("BEGIN IMMEDIATE" if immediate else "BEGIN")
