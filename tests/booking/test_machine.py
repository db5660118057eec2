"""Whatever two practitioners and four visitors do, in whatever order, over both clock changes: no overlap ever.

A short form here; `make faults` sets MERIDIAN_FAULTS and runs a thousand times fifty steps.
"""

from __future__ import annotations

import os
import shutil
import uuid
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.booking import refusals
from bot.booking.appointments import Booking, Visitor
from bot.booking.slots import Slot
from bot.booking.tables import Appointment, State
from bot.database import Database
from bot.knowledge.clinic import Clinic
from tests.booking.conftest import ADA, DANA, FACTS, FIRST_VISIT, FOLLOW_UP, ROBIN, Clock, Desk

# A clinic that works through the night of a clock change, so that the change has something to break.
SPANS = [(time(0), time(4, 30)), (time(5), time(6)), (time(22), time(23, 59))]
HOURS = [f"{begins:%H:%M}-{ends:%H:%M}" for begins, ends in SPANS]
CLINIC = Clinic.model_validate(
    {
        **FACTS,
        "hours": dict.fromkeys(("saturday", "sunday", "monday"), HOURS),
        "practitioners": [{"name": "Dana"}, {"name": "Robin"}],
        "cancellation": {"notice_hours": 1},
        "booking": {**FACTS["booking"], "open_bookings": 4},
    }
)
LENGTH = {FIRST_VISIT: timedelta(minutes=60), FOLLOW_UP: timedelta(minutes=45)}
AFTER = {FIRST_VISIT: timedelta(minutes=15), FOLLOW_UP: timedelta(0)}
# Saturdays before the clocks go forward, back, and not at all.
SATURDAYS = [date(2027, 3, 13), date(2027, 11, 6), date(2027, 5, 8)]
QUARTER = timedelta(minutes=15)

visitors = st.sampled_from(["ada", "bob", "eve", "ida"])
quarters = st.integers(0, 2 * 24 * 4)
practitioners = st.sampled_from([DANA, ROBIN])
services = st.sampled_from([FIRST_VISIT, FOLLOW_UP])


class Front(RuleBasedStateMachine):
    """The front desk. `kept` is what it has been told of every appointment, and must still find."""

    migrated: Path
    folder: Path

    holds: Bundle[tuple[str, Booking]] = Bundle("holds")
    bookings: Bundle[str] = Bundle("bookings")

    @initialize(saturday=st.sampled_from(SATURDAYS))
    def opens(self, saturday: date) -> None:
        file = shutil.copy(self.migrated, self.folder / f"{uuid.uuid4().hex}.db")
        self.file = Path(file)
        self.begin = datetime.combine(saturday, time.min, CLINIC.zone).astimezone(UTC)
        self.desk = Desk(Database(f"sqlite:///{file}"), CLINIC, Clock(self.begin - timedelta(hours=3)))
        self.kept: dict[str, Booking] = {}
        self.open_holds: dict[str, Booking] = {}

    def when(self, quarter: int) -> datetime:
        return self.begin + quarter * QUARTER

    def busy(self, practitioner: int, but: str = "") -> list[tuple[datetime, datetime]]:
        """When a practitioner is taken, as far as the desk was told."""
        now = self.desk.clock.at
        open_holds = [hold for hold in self.open_holds.values() if hold.held_until and hold.held_until > now]
        booked = [each for each in self.kept.values() if each.state is State.BOOKED]
        return [
            (each.starts_at, each.ends_at + AFTER[each.service_id])
            for each in (*open_holds, *booked)
            if each.practitioner_id == practitioner and each.id != but
        ]

    def is_taken(self, practitioner: int, service: int, starts_at: datetime, but: str = "") -> bool:
        ends_at = starts_at + LENGTH[service] + AFTER[service]
        return any(begins < ends_at and starts_at < ends for begins, ends in self.busy(practitioner, but))

    @rule(target=holds, who=visitors, service=services, quarter=quarters, practitioner=practitioners)
    def hold(self, who: str, service: int, quarter: int, practitioner: int) -> Any:
        wanted = self.when(quarter)
        key = uuid.uuid4().hex
        try:
            held = self.desk.bookings.hold(Visitor(who), key, service, wanted, practitioner_id=practitioner)
        except refusals.SlotTaken as refused:
            assert self.is_taken(practitioner, service, wanted)
            self.offered(list(refused.nearest))
            return multiple()
        except refusals.TimeRefused as refused:
            self.offered(list(refused.nearest))
            return multiple()
        except refusals.TooManyHolds:
            return multiple()
        again = self.desk.bookings.hold(Visitor(who), key, service, wanted, practitioner_id=practitioner)
        assert again == held
        self.open_holds[held.id] = held
        return who, held

    @rule(target=holds, who=visitors, service=services, data=st.data())
    def hold_what_is_offered(self, who: str, service: int, data: st.DataObject) -> Any:
        first = self.begin.astimezone(CLINIC.zone).date()
        free = self.desk.bookings.free(service, first, first + timedelta(days=2))
        self.offered(free)
        if not free:
            return multiple()
        slot = data.draw(st.sampled_from(free))
        try:
            held = self.desk.bookings.hold(Visitor(who), uuid.uuid4().hex, service, slot.starts_at)
        except refusals.TooManyHolds:
            return multiple()
        self.open_holds[held.id] = held
        return who, held

    def offered(self, slots: list[Slot]) -> None:
        """What is offered is not taken."""
        for slot in slots[:: max(1, len(slots) // 8)]:
            assert not self.is_taken(slot.practitioner_id, slot.service_id, slot.starts_at)

    @rule(target=bookings, of=consumes(holds))
    def confirm(self, of: tuple[str, Booking]) -> Any:
        who, held = of
        contact = ADA.model_copy(update={"name": who, "phone": None, "email": f"{who}@willow-lane.example"})
        assert held.held_until is not None
        try:
            booked = self.desk.bookings.confirm(Visitor(who), held.id, contact)
        except (refusals.HoldExpired, refusals.UnknownHold):  # unknown where it was swept away
            assert held.held_until <= self.desk.clock.at
            return multiple()
        except refusals.TooManyBookings:
            return multiple()
        assert held.held_until > self.desk.clock.at
        assert self.desk.bookings.confirm(Visitor(who), held.id, contact) == booked
        assert booked.starts_at == held.starts_at
        del self.open_holds[held.id]
        self.kept[booked.id] = booked
        return booked.id

    @rule(of=consumes(holds))
    def release(self, of: tuple[str, Booking]) -> None:
        who, held = of
        self.desk.bookings.release(Visitor(who), held.id)
        self.open_holds.pop(held.id)

    @rule(booking=bookings, quarter=quarters, practitioner=practitioners)
    def move(self, booking: str, quarter: int, practitioner: int) -> None:
        before = self.kept[booking]
        wanted = self.when(quarter)
        try:
            moved = self.desk.bookings.move(booking, wanted, practitioner)
        except refusals.SlotTaken:
            assert self.is_taken(practitioner, before.service_id, wanted, but=booking)
            return
        except (refusals.TimeRefused, refusals.AlreadyCancelled, refusals.TooLate):
            return
        assert (moved.starts_at, moved.practitioner_id) == (wanted, practitioner)
        changed = (before.starts_at, before.practitioner_id) != (wanted, practitioner)
        assert moved.sequence == before.sequence + changed
        self.kept[booking] = moved

    @rule(booking=bookings)
    def cancel(self, booking: str) -> None:
        before = self.kept[booking]
        try:
            self.kept[booking] = self.desk.bookings.cancel(booking)
        except refusals.TooLate:
            assert self.desk.clock.at > before.changeable_until

    @rule(minutes=st.sampled_from([1, 4, 5, 30]))
    def time_passes(self, minutes: int) -> None:
        self.desk.clock.passes(minutes=minutes)

    @rule()
    def holds_are_swept(self) -> None:
        self.desk.bookings.expire()

    @precondition(lambda self: hasattr(self, "desk"))
    @invariant()
    def nothing_overlaps_and_nothing_is_missing(self) -> None:
        with self.desk.database.read() as session:
            stored = {each.id: each for each in session.query(Appointment)}
        taken = [each for each in stored.values() if each.state is not State.CANCELLED]
        for practitioner in (DANA, ROBIN):
            spans = sorted((a.busy_from, a.busy_until) for a in taken if a.practitioner_id == practitioner)
            assert all(ends <= begins for (_, ends), (begins, _) in pairwise(spans))
        for booking in self.kept.values():
            row = stored[booking.id]
            assert (row.state, row.starts_at, row.practitioner_id) == (
                booking.state, booking.starts_at, booking.practitioner_id,
            )  # fmt: skip
            assert self.desk.bookings.sight(booking.id) == booking
        booked = {each.id for each in stored.values() if each.state is not State.HELD}
        assert booked == set(self.kept)
        for row in taken:
            assert row.ends_at - row.starts_at == LENGTH[row.service_id]
            begins = row.starts_at.astimezone(CLINIC.zone).time()
            ends = (row.ends_at - timedelta(seconds=1)).astimezone(CLINIC.zone).time()
            assert any(opens <= begins and ends < closes for opens, closes in SPANS), (begins, ends)

    def teardown(self) -> None:
        if hasattr(self, "desk"):
            self.desk.database.dispose()
            for path in self.file.parent.glob(f"{self.file.name}*"):
                path.unlink()


def test_no_overlap_ever(migrated: Path, tmp_path: Path) -> None:
    whole = bool(os.environ.get("MERIDIAN_FAULTS"))
    machine = type("Machine", (Front,), {"migrated": migrated, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1000 if whole else 50,
            stateful_step_count=50 if whole else 30,
            # The short form is the same every time; the whole one looks further every time.
            derandomize=not whole,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],  # making a failure small takes minutes; its steps are told as they were
            print_blob=True,
        ),
    )
