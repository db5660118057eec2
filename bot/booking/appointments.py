"""Appointments: a time is held while the visitor finishes, then booked; later moved or cancelled.

That no time is given twice is left to the database alone, which refuses an overlap (migration 0004). What is
looked up here before only makes the refusal a helpful one. On PostgreSQL rows are locked in one order
everywhere, so that no two transactions wait for each other: people, appointment, practitioners.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.booking.availability import Schedule
from bot.booking.contact import Contact
from bot.booking.notices import announce
from bot.booking.refusals import (
    AlreadyCancelled,
    ConflictingReplay,
    ExpiredLink,
    HoldExpired,
    NotOnline,
    PastTime,
    SlotTaken,
    TimeRefused,
    TooFar,
    TooLate,
    TooManyBookings,
    TooManyHolds,
    UnknownAppointment,
    UnknownHold,
)
from bot.booking.slots import Slot
from bot.booking.tables import Appointment, BookingRules, Offering, Practitioner, Service, State, Visit
from bot.conversations import personal_data
from bot.conversations.record import UnknownConversation
from bot.conversations.tables import Conversation
from bot.database import Database, now
from bot.knowledge.clinic import Clinic

HOLD = timedelta(minutes=5)
OPEN_HOLDS = 2
LINK_LIFE = timedelta(days=30)
"""So long after its end an appointment can still be looked at."""

OVERLAP = "ex_appointments_overlap"
# Without what is mistaken for something else when it is read out on the telephone.
_CODE_LETTERS = "ABCDEFGHJKMNPQRTUVWXYZ2346789"


@dataclass(frozen=True)
class Visitor:
    """Who books: a conversation, or `key`, an opaque name of somebody on a page without chat."""

    key: str
    conversation_id: str | None = None

    @classmethod
    def of(cls, conversation_id: str) -> Visitor:
        """The visitor of a conversation."""
        return cls(conversation_id, conversation_id)


@dataclass(frozen=True)
class Booking:
    """An appointment as it is seen; times in UTC, without buffers."""

    id: str
    state: State
    service_id: int
    service: str
    practitioner_id: int
    practitioner: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None
    sequence: int
    code: str | None
    name: str | None
    phone: str | None
    email: str | None
    note: str | None
    # Until then it can be moved or cancelled.
    changeable_until: datetime


@dataclass(frozen=True)
class OfferedService:
    """A service and who gives it; the length in minutes, the price in the clinic's currency."""

    id: int
    name: str
    minutes: int
    price: float | None
    visit: Visit | None
    practitioners: dict[int, str]


class Bookings:
    """Everything that can be done with appointments. Every refusal is a `Refusal`, and changes nothing."""

    def __init__(
        self, database: Database, clinic: Callable[[], Clinic], clock: Callable[[], datetime] = now
    ) -> None:
        self._database = database
        self._clinic = clinic
        self._now = clock

    def services(self) -> list[OfferedService]:
        """What can be booked; nothing where nobody gives it."""
        query = (
            select(Service, Practitioner)
            .join(Offering, Offering.service_id == Service.id)
            .join(Practitioner, Practitioner.id == Offering.practitioner_id)
            .where(Service.active, Practitioner.active)
            .order_by(Service.id, Practitioner.id)
        )
        found: dict[int, OfferedService] = {}
        with self._database.read() as session:
            for service, practitioner in session.execute(query):
                offered = found.setdefault(
                    service.id,
                    OfferedService(
                        service.id, service.name, service.minutes, service.price, service.visit, {}
                    ),
                )
                offered.practitioners[practitioner.id] = practitioner.name
        return list(found.values())

    def free(
        self, service_id: int, first: date, last: date, practitioner_id: int | None = None
    ) -> list[Slot]:
        """The free slots of a service from the first day to the last, by the clinic's calendar.

        Without a practitioner each time comes once, with somebody who is free then.

        Raises:
            NotOnline, UnknownService, UnknownPractitioner.
        """
        self._booked_here()
        with self._database.read() as session:
            schedule = Schedule.of(session, self._clinic(), self._now(), service_id, practitioner_id)
            zone = schedule.clinic.zone
            first = max(first, schedule.earliest.astimezone(zone).date())
            last = min(last, schedule.latest.astimezone(zone).date())
            return schedule.free(first, last) if first <= last else []

    def look_at(self, first: date, last: date) -> None:
        """Whether visits can be booked in these days at all.

        Raises:
            PastTime: they are over. TooFar: the first is later than anything that can be booked yet.
        """
        with self._database.read() as session:
            farthest = timedelta(days=session.get_one(BookingRules, 1).farthest_days)
        today = self._now().astimezone(self._clinic().zone).date()
        if last < today:
            raise PastTime
        if first > today + farthest:
            raise TooFar(farthest)

    def hold(
        self,
        visitor: Visitor,
        key: str,
        service_id: int,
        starts_at: datetime,
        *,
        practitioner_id: int | None = None,
        phone: str | None = None,
    ) -> Booking:
        """Keeps a time for 5 minutes, of a practitioner or of anybody who is free then.

        The same key of the same visitor is the same hold, also after it was booked. At most two are open for a
        visitor, and for a telephone number where it is known.

        Raises:
            TimeRefused: with the nearest other times. NotOnline, UnknownService, UnknownPractitioner, TooManyHolds,
            ConflictingReplay, UnknownConversation.
        """
        self._booked_here()
        at = self._now()
        with self._offering(service_id, starts_at, practitioner_id), self._database.write() as session:
            _one_at_a_time(session, visitor, phone)
            query = select(Appointment).where(
                Appointment.visitor == visitor.key, Appointment.hold_key == key, not_(_lapsed(at))
            )
            if earlier := session.scalar(query):
                if earlier.state is State.HELD and (
                    (earlier.service_id, earlier.starts_at) != (service_id, starts_at)
                    or practitioner_id not in (None, earlier.practitioner_id)
                ):
                    raise ConflictingReplay
                return seen_in(session, earlier)
            schedule = Schedule.of(session, self._clinic(), at, service_id, practitioner_id)
            is_open = (Appointment.state == State.HELD, Appointment.held_until > at)
            if _count(session, _theirs(visitor, phone), *is_open) >= OPEN_HOLDS:
                raise TooManyHolds(OPEN_HOLDS)
            appointment = Appointment(
                id=secrets.token_urlsafe(16),
                service_id=service_id,
                state=State.HELD,
                held_until=at + HOLD,
                visitor=visitor.key,
                conversation_id=visitor.conversation_id,
                hold_key=key,
                phone=phone,
                created_at=at,
                sequence=0,
            )
            _place(session, appointment, schedule, starts_at)
            return seen_in(session, appointment)

    def release_others(self, visitor: Visitor, key: str) -> None:
        """Lets every hold of a visitor go but the one of this key: whoever chooses anew has let go the rest."""
        with self._database.write() as session:
            session.execute(
                delete(Appointment).where(
                    Appointment.visitor == visitor.key,
                    Appointment.hold_key != key,
                    Appointment.state == State.HELD,
                )
            )

    def held(self, visitor: Visitor, hold_id: str) -> Booking:
        """What a visitor holds, or has booked from it.

        Raises:
            UnknownHold, HoldExpired.
        """
        with self._database.read() as session:
            appointment = session.get(Appointment, hold_id)
            if appointment is None or appointment.visitor != visitor.key:
                raise UnknownHold
            seen = seen_in(session, appointment)
        if seen.held_until and seen.held_until <= self._now():
            raise HoldExpired
        return seen

    def visits(self, practitioner_id: int | None = None, past: timedelta = timedelta(0)) -> list[Booking]:
        """The visits to come, and those that ended less than `past` ago, in order of time."""
        query = select(Appointment).where(
            Appointment.state == State.BOOKED, Appointment.ends_at > self._now() - past
        )
        if practitioner_id is not None:
            query = query.where(Appointment.practitioner_id == practitioner_id)
        with self._database.read() as session:
            return [seen_in(session, each) for each in session.scalars(query.order_by(Appointment.starts_at))]

    def visits_of(self, visitor: Visitor) -> list[Booking]:
        """The visits to come of one visitor, in order of time."""
        query = select(Appointment).where(
            Appointment.visitor == visitor.key,
            Appointment.state == State.BOOKED,
            Appointment.ends_at > self._now(),
        )
        with self._database.read() as session:
            return [seen_in(session, each) for each in session.scalars(query.order_by(Appointment.starts_at))]

    def release(self, visitor: Visitor, hold_id: str) -> None:
        """Lets a hold go. One that is gone already is no fault; a booked appointment is left as it is."""
        with self._database.write() as session:
            session.execute(
                delete(Appointment).where(
                    Appointment.id == hold_id,
                    Appointment.visitor == visitor.key,
                    Appointment.state == State.HELD,
                )
            )

    def confirm(self, visitor: Visitor, hold_id: str, contact: Contact) -> Booking:
        """Books what is held. Confirming again with the same details answers the same.

        Raises:
            UnknownHold, HoldExpired, TooManyBookings, ConflictingReplay, UnknownConversation.
        """
        at = self._now()
        with self._database.read() as session:
            held = session.get(Appointment, hold_id)
        if held is None or held.visitor != visitor.key:
            raise UnknownHold
        with (
            self._offering(held.service_id, held.starts_at, held.practitioner_id),
            self._database.write() as session,
        ):
            _one_at_a_time(session, visitor, contact.phone, contact.email)
            appointment = session.get(Appointment, hold_id, with_for_update=True)
            if appointment is None:
                raise HoldExpired  # it was there a moment ago
            details = contact.model_dump(include={"name", "phone", "email", "note"})
            if appointment.state is not State.HELD:
                if any(getattr(appointment, field) != value for field, value in details.items()):
                    raise ConflictingReplay
                return seen_in(session, appointment)
            assert appointment.held_until is not None, "a hold has an end"
            if appointment.held_until <= at:
                raise HoldExpired
            rules = session.get_one(BookingRules, 1)
            theirs = _theirs(visitor, contact.phone, contact.email)
            to_come = (Appointment.state == State.BOOKED, Appointment.ends_at > at)
            if _count(session, theirs, *to_come) >= rules.open_bookings:
                raise TooManyBookings(rules.open_bookings)
            _queue_for(session, [appointment.practitioner_id])
            for field, value in details.items():
                setattr(appointment, field, value)
            appointment.code = _new_code()
            appointment.state = State.BOOKED
            session.flush()
            announce(session, appointment, at, self._clinic().zone)
            return seen_in(session, appointment)

    def sight(self, appointment_id: str) -> Booking:
        """An appointment, booked or cancelled.

        Raises:
            UnknownAppointment, ExpiredLink.
        """
        with self._database.read() as session:
            return seen_in(session, self._open(session, appointment_id))

    def move(self, appointment_id: str, starts_at: datetime, practitioner_id: int | None = None) -> Booking:
        """Moves an appointment to another time, of the same practitioner where none is named.

        Moving it to where it is already changes nothing.

        Raises:
            TimeRefused: with the nearest other times; the appointment stays where it is. NotOnline,
            UnknownAppointment, ExpiredLink, AlreadyCancelled, TooLate, UnknownPractitioner.
        """
        self._booked_here()
        at = self._now()
        with self._database.read() as session:
            before = self._open(session, appointment_id)
        practitioner_id = practitioner_id or before.practitioner_id
        with (
            self._offering(before.service_id, starts_at, practitioner_id, ignoring=appointment_id),
            self._database.write() as session,
        ):
            _one_at_a_time(session, Visitor(before.visitor, before.conversation_id))
            appointment = self._open(session, appointment_id, lock=True)
            if appointment.state is State.CANCELLED:
                raise AlreadyCancelled
            if (appointment.starts_at, appointment.practitioner_id) == (starts_at, practitioner_id):
                return seen_in(session, appointment)
            _in_time(session, appointment, at)
            schedule = Schedule.of(
                session, self._clinic(), at, appointment.service_id, practitioner_id, also_inactive=True
            )
            _place(session, appointment, schedule, starts_at)
            appointment.sequence += 1
            session.flush()
            announce(session, appointment, at, self._clinic().zone)
            return seen_in(session, appointment)

    def cancel(self, appointment_id: str) -> Booking:
        """Cancels an appointment; cancelling again answers the same.

        Raises:
            UnknownAppointment, ExpiredLink, TooLate.
        """
        at = self._now()
        with self._database.write() as session:
            appointment = self._open(session, appointment_id, lock=True)
            if appointment.state is State.BOOKED:
                _in_time(session, appointment, at)
                appointment.state = State.CANCELLED
                appointment.sequence += 1
                session.flush()
                announce(session, appointment, at, self._clinic().zone)
            return seen_in(session, appointment)

    def expire(self) -> int:
        """Removes holds that were not confirmed in time; gives how many. Nothing depends on when it is called."""
        with self._database.write() as session:
            return _sweep(session, _lapsed(self._now()))

    def _booked_here(self) -> None:
        clinic = self._clinic()
        if clinic.booking_mode != "slots":
            raise NotOnline(str(clinic.booking.link) if clinic.booking and clinic.booking.link else None)

    def _open(self, session: Session, appointment_id: str, *, lock: bool = False) -> Appointment:
        """An appointment that its link still opens."""
        appointment = session.get(Appointment, appointment_id, with_for_update=lock)
        if appointment is None or appointment.state is State.HELD:
            raise UnknownAppointment
        if self._now() > appointment.ends_at + LINK_LIFE:
            raise ExpiredLink
        return appointment

    @contextmanager
    def _offering(
        self, service_id: int, wanted: datetime, practitioner_id: int | None, ignoring: str | None = None
    ) -> Iterator[None]:
        """Sends a refusal of a time on its way with the nearest other times."""
        try:
            yield
        except TimeRefused as refusal:
            with self._database.read() as session:
                schedule = Schedule.of(
                    session, self._clinic(), self._now(), service_id, practitioner_id, also_inactive=True
                )
                raise refusal.offering(schedule.nearest(wanted, ignoring)) from None


def _place(session: Session, appointment: Appointment, schedule: Schedule, starts_at: datetime) -> None:
    """Gives an appointment its time, with the first practitioner for whom the database takes it.

    Raises:
        TimeRefused.
    """
    givers = schedule.givers_at(starts_at)
    # Whom it leaves as well: what is only now being moved away still stands in the way of others. Nothing is
    # written before, since whoever holds a practitioner waits for what others have written and not finished.
    _queue_for(session, {*givers, appointment.practitioner_id})
    in_the_way = or_(Appointment.practitioner_id.in_(givers), Appointment.visitor == appointment.visitor)
    _sweep(session, _lapsed(schedule.now), in_the_way)
    service = schedule.service
    starts_at = starts_at.astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=service.minutes)
    for practitioner in givers:
        try:
            with session.begin_nested():
                appointment.practitioner_id = practitioner
                appointment.starts_at, appointment.ends_at = starts_at, ends_at
                appointment.busy_from = starts_at - timedelta(minutes=service.before_minutes)
                appointment.busy_until = ends_at + timedelta(minutes=service.after_minutes)
                session.add(appointment)
                session.flush()
            return
        except IntegrityError as error:
            if OVERLAP not in str(error.orig):
                raise
    raise SlotTaken


def _one_at_a_time(session: Session, visitor: Visitor, *reach: str | None) -> None:
    """Makes transactions of one visitor, telephone number or address wait for each other, so that counting
    what they have already is right. On SQLite all writes do.

    Raises:
        UnknownConversation: it was erased meanwhile.
    """
    conversation_id = visitor.conversation_id
    if conversation_id and session.get(Conversation, conversation_id, with_for_update=True) is None:
        raise UnknownConversation
    if session.get_bind().dialect.name == "postgresql":
        for each in sorted({visitor.key, *filter(None, reach)}):
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(each, 0))))


def _queue_for(session: Session, practitioners: Iterable[int | None]) -> None:
    """Makes transactions that take time of a practitioner wait for each other; PostgreSQL would otherwise end
    two that take the same time at once as a deadlock, a second later."""
    query = select(Practitioner.id).where(Practitioner.id.in_(practitioners)).order_by(Practitioner.id)
    session.execute(query.with_for_update(key_share=True))


def _lapsed(at: datetime) -> ColumnElement[bool]:
    return and_(Appointment.state == State.HELD, Appointment.held_until <= at)


def _sweep(session: Session, *which: ColumnElement[bool]) -> int:
    """Removes appointments, but for those that another transaction is busy with; gives how many."""
    ids = session.scalars(select(Appointment.id).where(*which).with_for_update(skip_locked=True)).all()
    if ids:
        session.execute(delete(Appointment).where(Appointment.id.in_(ids)))
    return len(ids)


def _theirs(visitor: Visitor, phone: str | None, email: str | None = None) -> ColumnElement[bool]:
    """What belongs to a visitor, by who they are or how they are reached."""
    theirs = [Appointment.visitor == visitor.key]
    theirs += [Appointment.phone == phone] if phone else []
    theirs += [Appointment.email == email] if email else []
    return or_(*theirs)


def _count(session: Session, *which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Appointment).where(*which)) or 0


def _changeable_until(session: Session, appointment: Appointment) -> datetime:
    return appointment.starts_at - timedelta(minutes=session.get_one(BookingRules, 1).cancel_minutes)


def _in_time(session: Session, appointment: Appointment, at: datetime) -> None:
    """Raises `TooLate` where an appointment can no longer be moved or cancelled."""
    until = _changeable_until(session, appointment)
    if at > until:
        raise TooLate(appointment.starts_at - until)


def _new_code() -> str:
    """A confirmation code to read out, such as `K7MA-4QPX`; nothing opens by it."""
    letters = "".join(secrets.choice(_CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def seen_in(session: Session, appointment: Appointment) -> Booking:
    """An appointment as it is seen, within a session."""
    return Booking(
        id=appointment.id,
        state=appointment.state,
        service_id=appointment.service_id,
        service=session.get_one(Service, appointment.service_id).name,
        practitioner_id=appointment.practitioner_id,
        practitioner=session.get_one(Practitioner, appointment.practitioner_id).name,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        held_until=appointment.held_until if appointment.state is State.HELD else None,
        sequence=appointment.sequence,
        code=appointment.code,
        name=appointment.name,
        phone=appointment.phone,
        email=appointment.email,
        note=appointment.note,
        changeable_until=_changeable_until(session, appointment),
    )


def _export(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    query = select(Appointment).where(Appointment.conversation_id == conversation_id)
    exported = []
    for appointment in session.scalars(query.order_by(Appointment.starts_at)):
        seen = seen_in(session, appointment)
        fields = ("state", "service", "practitioner", "code", "name", "phone", "email", "note")
        exported.append(
            {
                "starts_at": seen.starts_at.isoformat(),
                "ends_at": seen.ends_at.isoformat(),
                "made_at": appointment.created_at.isoformat(),
                **{field: getattr(seen, field) for field in fields},
            }
        )
    return exported


def _erase(session: Session, conversation_id: str) -> None:
    session.execute(delete(Appointment).where(Appointment.conversation_id == conversation_id))


personal_data.register(personal_data.Keeper("appointments", _export, _erase))
