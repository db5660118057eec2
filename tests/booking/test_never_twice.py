"""Never twice: clients fight over the same times while processes are killed; the database is the judge.

A short form here; `make faults` sets MERIDIAN_FAULTS and makes 100,000 attempts from 32 clients.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.booking.seed import seed
from bot.database import Database
from bot.knowledge.articles import ARTICLES, SOURCES
from bot.knowledge.clinic import Clinic
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.tables import ClinicFacts
from bot.knowledge.transfer import import_files
from bot.settings import ROOT
from tests.booking.attempts import Run, contend, serving, settings_for
from tests.postgres import Server

WHOLE = bool(os.environ.get("MERIDIAN_FAULTS"))
AMOUNT: dict[str, Any] = (
    {"clients": 32, "attempts": 100_000, "kill_every": 2.0}
    if WHOLE
    else {"clients": 8, "attempts": 400, "kill_every": 2.0}
)
# Three practitioners, and nobody is told that they have enough bookings.
CHANGES: dict[str, Any] = {
    "practitioners": [{"name": "Dana"}, {"name": "Robin"}, {"name": "Sam"}],
    "booking": {"mode": "slots", "open_bookings": 1_000_000},
    "cancellation": {"notice_hours": 0},
}


def open_clinic(database: Database) -> None:
    """Gives a database the demonstration clinic, with more practitioners and fewer rules."""
    clinic = KnowledgeBase(database).clinic()
    changed = Clinic.model_validate({**clinic.model_dump(mode="json", exclude_none=True), **CHANGES})
    with database.write() as session:
        session.get_one(ClinicFacts, 1).facts = changed.model_dump(mode="json", exclude_none=True)
    seed(database, changed)


@pytest.fixture
def on_sqlite(tmp_path: Path, shipped: Path) -> Database:
    shutil.copy(shipped, tmp_path / "meridian.db")
    database = Database(f"sqlite:///{tmp_path / 'meridian.db'}")
    open_clinic(database)
    return database


@pytest.fixture
def on_postgres(postgres: Server, migrated_on_postgres: str) -> Database:
    database = Database(postgres.url(postgres.create(migrated_on_postgres)))
    import_files(database, ARTICLES, SOURCES, ROOT / "clinic.yml")
    open_clinic(database)
    return database


def fought_over(database: Database, folder: Path, processes: int, **amount: Any) -> Run:
    with serving(settings_for(folder, database.url), processes) as apps:
        run = contend(apps, database, **{**AMOUNT, **amount})
    database.dispose()
    print(run.kills, "kills", dict(run.outcomes))  # noqa: T201  # shown with -s
    return run


def assert_nothing_went_wrong(run: Run) -> None:
    assert run.overlaps == 0
    assert (run.missing, run.unknown) == ([], [])
    # The run was worth it: times were booked, fought over, moved and cancelled, and processes died.
    assert run.kills > 0
    assert (
        min(run.outcomes[each] for each in ("booked", "hold: /problems/slot-taken", "moved", "cancelled")) > 5
    )


def test_one_process_on_sqlite_that_is_killed(on_sqlite: Database, tmp_path: Path) -> None:
    assert_nothing_went_wrong(fought_over(on_sqlite, tmp_path, 1))


def test_several_processes_on_postgresql_that_are_killed(on_postgres: Database, tmp_path: Path) -> None:
    assert_nothing_went_wrong(fought_over(on_postgres, tmp_path, 3))


@pytest.mark.parametrize(
    ("fixture", "guards"),
    [
        (
            "on_sqlite",
            ["DROP TRIGGER appointments_overlap_insert", "DROP TRIGGER appointments_overlap_update"],
        ),
        ("on_postgres", ["ALTER TABLE appointments DROP CONSTRAINT ex_appointments_overlap"]),
    ],
)
def test_without_the_constraint_the_same_run_is_red(
    fixture: str, guards: list[str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    database: Database = request.getfixturevalue(fixture)
    with database.write() as session:
        for guard in guards:
            session.execute(text(guard))
    run = fought_over(database, tmp_path, 1, clients=4, attempts=80, kill_every=600)
    assert run.overlaps > 0
    with pytest.raises(AssertionError):
        assert_nothing_went_wrong(run)
