"""What clinic.yml says about bookings: taken over once, and again when told."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.booking.seed import seed, take_over
from bot.booking.tables import Appointment, State
from bot.knowledge.clinic import Clinic
from tests.booking.conftest import FACTS, FOLLOW_UP, MONDAY, Desk

# One has left, one has come and treats in the evenings only; follow-ups are longer.
OTHERS = Clinic.model_validate(
    {
        **FACTS,
        "services": [{"name": "Follow-up", "minutes": 50, "visit": "follow-up"}],
        "practitioners": [{"name": "Kim", "hours": {"monday": ["17:00-20:00"]}}],
    }
)


def test_tables_that_are_full_are_left_alone(desk: Desk) -> None:
    assert not seed(desk.database, OTHERS)
    assert [service.name for service in desk.bookings.services()] == ["First visit", "Follow-up"]


def test_a_file_that_is_taken_over_is_what_can_be_booked(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 10))
    take_over(desk.database, OTHERS)
    (service,) = desk.bookings.services()
    assert (service.id, service.name, service.minutes) == (FOLLOW_UP, "Follow-up", 50)
    assert [*service.practitioners.values()] == ["Kim"]
    free = desk.bookings.free(FOLLOW_UP, MONDAY, MONDAY + timedelta(days=4))
    assert free[0].starts_at == desk.at(MONDAY, 17)
    assert all(slot.starts_at >= desk.at(MONDAY, 17) for slot in free)
    with desk.database.read() as session:
        assert session.scalars(select(Appointment.state).where(Appointment.id == booked.id)).all() == [
            State.BOOKED
        ]


def test_whoever_comes_back_is_who_they_were(desk: Desk) -> None:
    before = desk.bookings.services()
    take_over(desk.database, OTHERS)
    take_over(desk.database, desk.clinic)
    take_over(desk.database, desk.clinic)
    assert desk.bookings.services() == before
