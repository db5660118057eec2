"""A small clinic with two practitioners, a clock that tests set, and bookings over a real database."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.booking.appointments import Booking, Bookings, Visitor
from bot.booking.contact import Contact
from bot.booking.seed import seed
from bot.booking.slots import Slot
from bot.database import Database
from bot.knowledge.clinic import Clinic
from tests.postgres import Server, running_server

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday")
ADA = Contact(name="Ada Example", phone="+14035550142")
FACTS: dict[str, Any] = {
    "name": "Willow Lane",
    "region": "CA-AB",
    "time_zone": "America/Denver",  # its clock changes twice a year
    "hours": {day: ["09:00-12:00", "13:00-17:00"] for day in WEEK},
    "services": [
        {"name": "First visit", "minutes": 60, "visit": "first", "after_minutes": 15},
        {"name": "Follow-up", "minutes": 45, "visit": "follow-up"},
    ],
    "practitioners": [{"name": "Dana"}, {"name": "Robin", "services": ["Follow-up"]}],
    "cancellation": {"notice_hours": 24},
    "booking": {
        "mode": "slots",
        "notice_hours": 2,
        "farthest_days": 60,
        "open_bookings": 3,
        "step_minutes": 15,
    },
}
FIRST_VISIT, FOLLOW_UP = 1, 2
DANA, ROBIN = 1, 2


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **length: float) -> None:
        self.at += timedelta(**length)


class Desk:
    """A clinic's bookings, and short ways to say what tests do with them."""

    def __init__(self, database: Database, clinic: Clinic, clock: Clock) -> None:
        self.database, self.clinic, self.clock = database, clinic, clock
        self.bookings = Bookings(database, lambda: clinic, clock)
        seed(database, clinic)

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        """A time on the clinic's clock."""
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.clinic.zone)

    def times(self, slots: list[Slot]) -> list[str]:
        """The beginnings of slots as the clinic's clock shows them."""
        return [f"{slot.starts_at.astimezone(self.clinic.zone):%H:%M}" for slot in slots]

    def free(self, day: date, service: int = FOLLOW_UP, practitioner: int | None = DANA) -> list[str]:
        """The free times of one day."""
        return self.times(self.bookings.free(service, day, day, practitioner))

    def book(
        self, starts_at: datetime, who: str = "ada", service: int = FOLLOW_UP, practitioner: int | None = DANA
    ) -> Booking:
        """Holds a time and confirms it."""
        visitor = Visitor(who)
        held = self.bookings.hold(visitor, f"{starts_at}", service, starts_at, practitioner_id=practitioner)
        contact = ADA.model_copy(update={"name": who, "phone": None, "email": f"{who}@willow-lane.example"})
        return self.bookings.confirm(visitor, held.id, contact)


MONDAY = date(2027, 1, 11)
TUESDAY = MONDAY + timedelta(days=1)

MakeDesk = Callable[..., Desk]


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


@pytest.fixture
def kind() -> str:
    """The kind of database; tests that must hold on both say so."""
    return "sqlite"


@pytest.fixture
def make_desk(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeDesk]:
    """Makes a desk from the small clinic's facts with others in their place."""
    with ExitStack() as after:

        def make(at: datetime = datetime(2027, 1, 8, 15, tzinfo=UTC), **facts: Any) -> Desk:
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
            return Desk(database, Clinic.model_validate({**FACTS, **facts}), Clock(at))

        yield make


@pytest.fixture
def desk(make_desk: MakeDesk) -> Desk:
    """The small clinic on Friday 8 January 2027, 8 am."""
    return make_desk()
