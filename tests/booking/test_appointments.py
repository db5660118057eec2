"""Holding, booking, moving and cancelling: what is promised, and every refusal in its own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.booking import refusals
from bot.booking.appointments import LINK_LIFE, Visitor
from bot.booking.contact import Contact
from bot.booking.refusals import Refusal, TimeRefused
from bot.booking.tables import Appointment, State
from bot.conversations import personal_data
from bot.conversations.record import Record, Reply, UnknownConversation
from bot.conversations.tables import Disposition
from tests.booking.conftest import ADA, DANA, FIRST_VISIT, FOLLOW_UP, MONDAY, ROBIN, TUESDAY, Desk

ME, OTHER = Visitor("me"), Visitor("other")


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    """What is promised here holds on both."""
    return str(request.param)


def rows(desk: Desk) -> int:
    with desk.database.read() as session:
        return session.query(Appointment).count()


def test_a_visit_is_held_and_then_booked(desk: Desk) -> None:
    held = desk.bookings.hold(ME, "a", FIRST_VISIT, desk.at(MONDAY, 9))
    assert (held.state, held.practitioner, held.service) == (State.HELD, "Dana", "First visit")
    assert held.held_until == desk.clock.at + timedelta(minutes=5)
    booked = desk.bookings.confirm(ME, held.id, ADA)
    assert (booked.state, booked.id, booked.name, booked.phone) == (
        State.BOOKED, held.id, "Ada Example", "+14035550142",
    )  # fmt: skip
    assert (booked.starts_at, booked.ends_at) == (desk.at(MONDAY, 9), desk.at(MONDAY, 10))
    assert booked.code is not None
    assert desk.bookings.sight(booked.id) == booked


def test_a_held_time_is_offered_to_nobody_until_the_hold_is_over(desk: Desk) -> None:
    desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9), practitioner_id=DANA)
    assert desk.free(MONDAY)[0] == "09:45"
    with pytest.raises(refusals.SlotTaken):
        desk.bookings.hold(OTHER, "a", FOLLOW_UP, desk.at(MONDAY, 9, 30), practitioner_id=DANA)
    desk.clock.passes(minutes=5)
    assert desk.free(MONDAY)[0] == "09:00"
    assert desk.bookings.hold(OTHER, "b", FOLLOW_UP, desk.at(MONDAY, 9), practitioner_id=DANA)
    assert rows(desk) == 1


def test_a_hold_that_was_let_go_is_free_at_once(desk: Desk) -> None:
    held = desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9), practitioner_id=DANA)
    desk.bookings.release(OTHER, held.id)  # somebody else's: nothing happens
    assert desk.free(MONDAY)[0] == "09:45"
    for _ in range(2):
        desk.bookings.release(ME, held.id)
    assert desk.free(MONDAY)[0] == "09:00"


def test_whoever_is_free_takes_the_visit(desk: Desk) -> None:
    nine = desk.at(MONDAY, 9)
    first, second = (desk.book(nine, who, practitioner=None) for who in ("ada", "bob"))
    assert {first.practitioner, second.practitioner} == {"Dana", "Robin"}
    with pytest.raises(refusals.SlotTaken) as refused:
        desk.bookings.hold(ME, "a", FOLLOW_UP, nine)
    # The nearest three, before or after.
    assert desk.times(list(refused.value.nearest)) == ["09:45", "10:00", "10:15"]


@pytest.mark.parametrize(
    ("when", "refusal", "words"),
    [
        (lambda d: d.at(MONDAY, 9) - timedelta(days=30), refusals.PastTime, "has passed"),
        (lambda d: d.at(MONDAY, 9) - timedelta(days=3) + timedelta(minutes=30), refusals.TooSoon, "2 hours"),
        (lambda d: d.at(MONDAY, 9) + timedelta(days=70), refusals.TooFar, "60 days"),
        (lambda d: datetime.max.replace(tzinfo=UTC), refusals.TooFar, "60 days"),
        (lambda d: datetime.min.replace(tzinfo=UTC), refusals.PastTime, "has passed"),
        (lambda d: d.at(MONDAY, 12, 15), refusals.Closed, "No visit"),
        (lambda d: d.at(MONDAY, 11, 45), refusals.Closed, "No visit"),
        (lambda d: d.at(MONDAY, 9, 7), refusals.Closed, "No visit"),
        (lambda d: d.at(MONDAY, 9) + timedelta(microseconds=1), refusals.Closed, "No visit"),
        (lambda d: d.at(MONDAY - timedelta(days=1), 9), refusals.Closed, "No visit"),
    ],
)
def test_a_time_that_cannot_be_had_is_refused_with_the_nearest_three(
    desk: Desk, when: Callable[[Desk], datetime], refusal: type[TimeRefused], words: str
) -> None:
    wanted = when(desk)
    with pytest.raises(refusal) as refused:
        desk.bookings.hold(ME, "a", FOLLOW_UP, wanted)
    assert words in refused.value.sentence
    nearest = refused.value.nearest
    assert len(nearest) == 3
    free = desk.bookings.free(FOLLOW_UP, MONDAY - timedelta(days=9), MONDAY + timedelta(days=90))
    assert {slot.starts_at for slot in nearest} <= {slot.starts_at for slot in free}
    best = sorted(abs(slot.starts_at - wanted) for slot in free)[:3]
    assert [abs(slot.starts_at - wanted) for slot in nearest] == best
    assert rows(desk) == 0


def test_a_double_click_is_one_hold(desk: Desk) -> None:
    first, second = (desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9)) for _ in range(2))
    assert first == second
    with pytest.raises(refusals.ConflictingReplay):
        desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 10))
    # The key is the visitor's own.
    assert desk.bookings.hold(OTHER, "a", FOLLOW_UP, desk.at(MONDAY, 9)).id != first.id


def test_a_replayed_confirmation_answers_the_same(desk: Desk) -> None:
    held = desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9))
    first, second = (desk.bookings.confirm(ME, held.id, ADA) for _ in range(2))
    assert first == second
    desk.clock.passes(minutes=10)  # the hold would be over by now
    assert desk.bookings.confirm(ME, held.id, ADA) == first
    assert desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9)) == first
    with pytest.raises(refusals.ConflictingReplay):
        desk.bookings.confirm(ME, held.id, ADA.model_copy(update={"name": "Bob"}))
    assert rows(desk) == 1


def test_a_hold_that_is_over_is_not_booked_and_other_times_are_offered(desk: Desk) -> None:
    held = desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9), practitioner_id=DANA)
    desk.clock.passes(minutes=5)
    with pytest.raises(refusals.HoldExpired) as refused:
        desk.bookings.confirm(ME, held.id, ADA)
    assert desk.times(list(refused.value.nearest)) == ["09:00", "09:15", "09:30"]


def test_nobody_books_what_another_holds(desk: Desk) -> None:
    held = desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9))
    for visitor, hold_id in ((OTHER, held.id), (ME, "nothing")):
        with pytest.raises(refusals.UnknownHold):
            desk.bookings.confirm(visitor, hold_id, ADA)
    with pytest.raises(refusals.UnknownAppointment):
        desk.bookings.sight(held.id)


def test_at_most_two_holds_are_open_for_a_visitor_and_for_a_telephone_number(desk: Desk) -> None:
    def hold(visitor: Visitor, hour: int, phone: str | None = None) -> Any:
        return desk.bookings.hold(visitor, f"{hour}", FOLLOW_UP, desk.at(MONDAY, hour), phone=phone)

    hold(ME, 9, "+14035550142")
    second = hold(ME, 10)
    for visitor, phone in ((ME, None), (ME, "+14035550199")):
        with pytest.raises(refusals.TooManyHolds) as refused:
            hold(visitor, 11, phone)
    assert "At most 2" in refused.value.sentence
    hold(OTHER, 11, "+14035550142")
    with pytest.raises(refusals.TooManyHolds):
        hold(Visitor("a third"), 13, "+14035550142")
    desk.bookings.release(ME, second.id)
    hold(ME, 13)
    desk.clock.passes(minutes=5)
    hold(ME, 14)


def test_at_most_three_visits_to_come_however_the_visitor_is_named(desk: Desk) -> None:
    booked = [desk.book(desk.at(MONDAY, hour)) for hour in (9, 10, 11)]
    with pytest.raises(refusals.TooManyBookings) as refused:
        desk.book(desk.at(MONDAY, 14))
    assert "At most 3 visits" in refused.value.sentence
    held = desk.bookings.hold(OTHER, "b", FOLLOW_UP, desk.at(MONDAY, 15))
    with pytest.raises(refusals.TooManyBookings):
        desk.bookings.confirm(OTHER, held.id, Contact(name="Another", email="ada@willow-lane.example"))
    desk.bookings.cancel(booked[0].id)
    assert desk.bookings.confirm(OTHER, held.id, Contact(name="Another", email="ada@willow-lane.example"))


def test_an_appointment_is_moved_also_onto_its_own_time(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 10))
    moved = desk.bookings.move(booked.id, desk.at(MONDAY, 10, 15))
    assert (moved.id, moved.code, moved.sequence) == (booked.id, booked.code, 1)
    assert moved.starts_at == desk.at(MONDAY, 10, 15)
    again = desk.bookings.move(booked.id, desk.at(MONDAY, 10, 15))
    assert again == moved
    assert desk.free(MONDAY)[:4] == ["09:00", "09:15", "09:30", "11:00"]
    assert desk.bookings.move(booked.id, desk.at(MONDAY, 10, 15), ROBIN).practitioner == "Robin"
    assert "10:15" in desk.free(MONDAY)


def test_a_move_to_a_taken_time_leaves_the_appointment_where_it_is(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 10))
    desk.book(desk.at(MONDAY, 9), who="bob")
    with pytest.raises(refusals.SlotTaken) as refused:
        desk.bookings.move(booked.id, desk.at(MONDAY, 9, 15))
    # Its own time counts as free, since it would leave it.
    assert desk.times(list(refused.value.nearest)) == ["09:45", "10:00", "10:15"]
    assert desk.bookings.sight(booked.id) == booked
    with pytest.raises(refusals.Closed):
        desk.bookings.move(booked.id, desk.at(MONDAY, 12))
    with pytest.raises(refusals.UnknownPractitioner):
        desk.bookings.move(booked.id, desk.at(MONDAY, 9), 7)
    assert desk.bookings.sight(booked.id) == booked


def test_a_cancelled_time_is_free_again(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 9))
    cancelled = desk.bookings.cancel(booked.id)
    assert (cancelled.state, cancelled.sequence) == (State.CANCELLED, 1)
    assert desk.bookings.cancel(booked.id) == cancelled
    assert desk.free(MONDAY)[0] == "09:00"
    with pytest.raises(refusals.AlreadyCancelled):
        desk.bookings.move(booked.id, desk.at(MONDAY, 10))
    desk.book(desk.at(MONDAY, 9), who="bob")


def test_the_deadline_is_kept_to_the_minute(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 9))
    desk.clock.at = desk.at(MONDAY, 9) - timedelta(hours=24)
    assert booked.changeable_until == desk.clock.at
    moved = desk.bookings.move(booked.id, desk.at(TUESDAY, 9))
    desk.clock.at = moved.changeable_until + timedelta(seconds=1)
    attempts: list[Callable[[], object]] = [
        lambda: desk.bookings.move(booked.id, desk.at(TUESDAY, 10)),
        lambda: desk.bookings.cancel(booked.id),
    ]
    for attempt in attempts:
        with pytest.raises(refusals.TooLate) as refused:
            attempt()
        assert "until 24 hours before they begin" in refused.value.sentence
    assert desk.bookings.sight(booked.id) == moved


def test_a_link_expires_a_month_after_the_visit(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 9))
    desk.clock.at = booked.ends_at + LINK_LIFE
    assert desk.bookings.sight(booked.id)
    desk.clock.passes(seconds=1)
    for use in (desk.bookings.sight, desk.bookings.cancel):
        with pytest.raises(refusals.ExpiredLink):
            use(booked.id)


def test_holds_that_are_over_are_removed(desk: Desk) -> None:
    desk.bookings.hold(ME, "a", FOLLOW_UP, desk.at(MONDAY, 9))
    desk.book(desk.at(MONDAY, 10))
    assert desk.bookings.expire() == 0
    desk.clock.passes(minutes=5)
    assert (desk.bookings.expire(), rows(desk)) == (1, 1)


def test_every_refusal_has_a_name_and_one_sentence_of_its_own() -> None:
    def kinds(parent: type[Refusal]) -> list[type[Refusal]]:
        return [each for child in parent.__subclasses__() for each in (child, *kinds(child))]

    named = [each for each in kinds(Refusal) if each is not TimeRefused]
    assert len({each.kind for each in named}) == len(named) > 15


# The database itself refuses, whatever the program does.
INSERT = """
INSERT INTO appointments (id, service_id, practitioner_id, state, starts_at, ends_at, busy_from, busy_until,
                          created_at, sequence, visitor, hold_key, name, code)
SELECT :id, service_id, practitioner_id, 'booked', starts_at, ends_at, busy_from, busy_until,
       created_at, 0, :id, :id, 'x', :id FROM appointments WHERE id = :of
"""


def test_the_database_refuses_an_overlap_that_no_program_asked_about(desk: Desk) -> None:
    booked = desk.book(desk.at(MONDAY, 9))
    other = desk.book(desk.at(MONDAY, 11), who="bob")
    with pytest.raises(IntegrityError, match="overlap"), desk.database.write() as session:
        session.execute(text(INSERT), {"id": "twin", "of": booked.id})
    with pytest.raises(IntegrityError, match="overlap"), desk.database.write() as session:
        session.execute(
            text(
                "UPDATE appointments SET (starts_at, ends_at, busy_from, busy_until) = "
                "(SELECT starts_at, ends_at, busy_from, busy_until FROM appointments WHERE id = :of) "
                "WHERE id = :id"
            ),
            {"id": other.id, "of": booked.id},
        )
    desk.bookings.cancel(other.id)
    desk.book(desk.at(MONDAY, 11), who="eve")
    with pytest.raises(IntegrityError, match="overlap"), desk.database.write() as session:
        session.execute(text("UPDATE appointments SET state = 'booked' WHERE id = :id"), {"id": other.id})


# Personal data.


def test_a_copy_holds_the_appointments_and_erasing_leaves_no_bytes(desk: Desk) -> None:
    record = Record(desk.database)
    conversation = record.begin(Reply("Hello", Disposition.SMALLTALK), None, None)[0].conversation_id
    visitor = Visitor.of(conversation)
    held = desk.bookings.hold(visitor, "a", FOLLOW_UP, desk.at(MONDAY, 9))
    canary = "zygomatic-canary"
    contact = ADA.model_copy(update={"name": canary, "note": f"{canary} note"})
    booked = desk.bookings.confirm(visitor, held.id, contact)
    (copy,) = personal_data.export(desk.database, conversation)["appointments"]
    assert (copy["name"], copy["code"], copy["service"]) == (canary, booked.code, "Follow-up")
    personal_data.erase(desk.database, conversation)
    with pytest.raises(refusals.UnknownAppointment):
        desk.bookings.sight(booked.id)
    assert desk.free(MONDAY)[0] == "09:00"
    with pytest.raises(UnknownConversation):
        desk.bookings.hold(visitor, "b", FOLLOW_UP, desk.at(MONDAY, 9))
    if desk.database.is_sqlite:
        file = Path(desk.database.url.removeprefix("sqlite:///"))
        assert not any(canary.encode() in path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
