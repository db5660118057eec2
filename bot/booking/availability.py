"""When a visit can be booked: computed from hours, breaks, time off, holidays and what is taken, never stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache
from math import ceil

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.booking import hours
from bot.booking.hours import Span
from bot.booking.refusals import Closed, PastTime, TooFar, TooSoon, UnknownPractitioner, UnknownService
from bot.booking.slots import Slot
from bot.booking.tables import (
    Appointment,
    BookingRules,
    BusyTime,
    Offering,
    Practitioner,
    Service,
    SpanKind,
    State,
    TimeOff,
    WeeklySpan,
)
from bot.knowledge.clinic import Clinic

_Hours = tuple[time, time]
# The same hours come for every practitioner and in every question.
_moment = lru_cache(maxsize=4096)(hours.moment)
_BEFORE_ALL, _AFTER_ALL = -(1 << 62), 1 << 62

# From where other times are looked for, and how many are offered.
_NEAR = timedelta(days=7)
NEAREST = 3


@dataclass(frozen=True)
class Schedule:
    """What can be booked of one service, by its practitioners, as it stands at `now`."""

    session: Session
    clinic: Clinic
    rules: BookingRules
    service: Service
    practitioners: Sequence[int]
    now: datetime

    @classmethod
    def of(
        cls,
        session: Session,
        clinic: Clinic,
        now: datetime,
        service_id: int,
        practitioner_id: int | None = None,
        *,
        also_inactive: bool = False,
    ) -> Schedule:
        """The schedule of a service, of one practitioner or of all who give it.

        `also_inactive` is for an appointment of a service that is no longer offered, which may still be moved.

        Raises:
            UnknownService, UnknownPractitioner.
        """
        service = session.get(Service, service_id)
        if service is None or not (service.active or also_inactive):
            raise UnknownService
        query = (
            select(Practitioner.id)
            .join(Offering, Offering.practitioner_id == Practitioner.id)
            .where(Offering.service_id == service_id, Practitioner.active)
            .order_by(Practitioner.id)
        )
        givers = session.scalars(query).all()
        if practitioner_id is not None:
            if practitioner_id not in givers:
                raise UnknownPractitioner
            givers = [practitioner_id]
        return cls(session, clinic, session.get_one(BookingRules, 1), service, givers, now)

    @property
    def earliest(self) -> datetime:
        """The first moment at which a visit may begin."""
        return self.now + timedelta(minutes=self.rules.notice_minutes)

    @property
    def latest(self) -> datetime:
        """The moment from which on nothing can be booked yet."""
        day = self.now.astimezone(self.clinic.zone).date() + timedelta(days=self.rules.farthest_days + 1)
        return datetime.fromtimestamp(hours.moment(day, datetime.min.time(), self.clinic.zone), UTC)

    def givers_at(self, starts_at: datetime) -> list[int]:
        """The practitioners who may begin the visit then by their hours; whether they are taken is left to the
        database. Those with the fewest visits around that day come first; there is always one.

        Raises:
            PastTime, TooSoon, TooFar, Closed.
        """
        if starts_at <= self.now:
            raise PastTime
        if starts_at < self.earliest:
            raise TooSoon(timedelta(minutes=self.rules.notice_minutes))
        if starts_at >= self.latest:
            raise TooFar(timedelta(days=self.rules.farthest_days))
        wanted, beyond = divmod(starts_at.timestamp(), 1)
        day = starts_at.astimezone(self.clinic.zone).date()
        givers = [
            practitioner
            for practitioner in self.practitioners
            if not beyond and any(int(wanted) in begins for begins in self._starts(practitioner, day, day))
        ]
        if not givers:
            raise Closed
        if len(givers) > 1:
            taken = self._taken(day, day, None)
            givers.sort(key=lambda practitioner: len(taken[practitioner]))
        return givers

    def free(self, first: date, last: date, ignoring: str | None = None) -> list[Slot]:
        """The free slots of the days, in order of time; of several practitioners who are free, the one who has
        the fewest visits in these days. `ignoring` is an appointment that is about to be moved."""
        taken = self._taken(first, last, ignoring)
        chosen: dict[int, int] = {}
        # Who comes later takes the place of who came before.
        for practitioner in sorted(self.practitioners, key=lambda each: len(taken[each]))[::-1]:
            for begins in self._free(practitioner, first, last, taken[practitioner]):
                chosen.update(dict.fromkeys(begins, practitioner))
        length = self.service.minutes * 60
        moment = datetime.fromtimestamp
        return [
            Slot(self.service.id, chosen[begins], moment(begins, UTC), moment(begins + length, UTC))
            for begins in sorted(chosen)
        ]

    def nearest(self, wanted: datetime, ignoring: str | None = None) -> list[Slot]:
        """The free slots nearest to a time, the nearest first."""
        zone = self.clinic.zone
        earliest, latest = self.earliest.astimezone(zone).date(), self.latest.astimezone(zone).date()
        middle = min(max(wanted, self.earliest), self.latest).astimezone(zone).date()
        found = self.free(max(middle - _NEAR, earliest), min(middle + _NEAR, latest), ignoring)
        if len(found) < NEAREST:
            found = self.free(earliest, latest, ignoring)
        return sorted(found, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))[:NEAREST]

    def _free(self, practitioner: int, first: date, last: date, taken: Sequence[Span]) -> Iterator[range]:
        """Every moment at which a visit may begin and the practitioner is not taken, buffers counted."""
        before, after = self._buffers
        until = self.service.minutes * 60 + after
        # A visit may begin at either end of each of these, but not between.
        blocked = [(busy_from - until, busy_until + before) for busy_from, busy_until in taken]
        blocked.append((_BEFORE_ALL, ceil(self.earliest.timestamp())))
        blocked.append((int(self.latest.timestamp()) - 1, _AFTER_ALL))
        blocked.sort()
        coming = 0
        for starts in self._starts(practitioner, first, last):
            # Both go forward in time.
            while blocked[coming][1] <= starts.start:
                coming += 1
            begins = starts.start
            for off, back in blocked[coming:]:
                if off >= starts.stop:
                    break
                yield range(begins, off + 1, starts.step)
                begins += max(0, -(-(back - begins) // starts.step)) * starts.step
            yield range(begins, starts.stop, starts.step)

    def _starts(self, practitioner: int, first: date, last: date) -> Iterator[range]:
        """When a visit may begin by the practitioner's hours alone, in order of time."""
        before, after = self._buffers
        zone, step, length = self.clinic.zone, self.rules.step_minutes * 60, self.service.minutes * 60
        time_off = self._time_off.get(practitioner, ())
        for day in hours.days(first, last):
            work, breaks = self._week.get((practitioner, day.weekday()), ((), ()))
            if not work or self._is_holiday(day):
                continue
            away = [
                (_moment(day, begins, zone), _moment(day, ends, zone, last=True)) for begins, ends in breaks
            ]
            # The buffers need not lie within the hours, but they are no part of a break.
            away = [(begins - after, ends + before) for begins, ends in (*away, *time_off)]
            for opens, closes in work:
                span = _moment(day, opens, zone), _moment(day, closes, zone)
                for part in hours.without(span, away):
                    yield hours.starts(part, span[0], step, length)

    @property
    def _buffers(self) -> tuple[int, int]:
        return self.service.before_minutes * 60, self.service.after_minutes * 60

    def _is_holiday(self, day: date) -> bool:
        return not self.rules.open_on_holidays and hours.is_public_holiday(self.clinic.region, day)

    @cached_property
    def _week(self) -> dict[tuple[int, int], tuple[list[_Hours], list[_Hours]]]:
        """Of each practitioner and weekday the hours of work, and the breaks."""
        query = select(
            WeeklySpan.practitioner_id,
            WeeklySpan.weekday,
            WeeklySpan.kind,
            WeeklySpan.begins,
            WeeklySpan.ends,
        ).where(WeeklySpan.practitioner_id.in_(self.practitioners))
        week: dict[tuple[int, int], tuple[list[_Hours], list[_Hours]]] = {}
        for practitioner, weekday, kind, begins, ends in self.session.execute(
            query.order_by(WeeklySpan.begins)
        ):
            week.setdefault((practitioner, weekday), ([], []))[kind is SpanKind.BREAK].append((begins, ends))
        return week

    @cached_property
    def _time_off(self) -> dict[int, list[Span]]:
        query = select(TimeOff.practitioner_id, TimeOff.begins_at, TimeOff.ends_at).where(
            TimeOff.ends_at > self.now,
            or_(TimeOff.practitioner_id.is_(None), TimeOff.practitioner_id.in_(self.practitioners)),
        )
        away: dict[int, list[Span]] = {}
        for practitioner, begins, ends in self.session.execute(query):
            for each in self.practitioners if practitioner is None else (practitioner,):
                away.setdefault(each, []).append(_seconds(begins, ends))
        elsewhere = select(BusyTime.practitioner_id, BusyTime.begins_at, BusyTime.ends_at).where(
            BusyTime.ends_at > self.now, BusyTime.practitioner_id.in_(self.practitioners)
        )
        for practitioner, begins, ends in self.session.execute(elsewhere):
            away.setdefault(practitioner, []).append(_seconds(begins, ends))
        return away

    def _taken(self, first: date, last: date, ignoring: str | None) -> dict[int, list[Span]]:
        midnight, zone = datetime.min.time(), self.clinic.zone
        begins = datetime.combine(first, midnight, zone) - timedelta(days=1)
        ends = datetime.combine(last, midnight, zone) + timedelta(days=2)
        query = (
            select(Appointment.practitioner_id, Appointment.busy_from, Appointment.busy_until)
            .where(
                Appointment.practitioner_id.in_(self.practitioners),
                Appointment.busy_until > begins,
                Appointment.busy_from < ends,
                # No visit takes so long; with it the index need not be read to its end.
                Appointment.busy_until < ends + timedelta(days=1),
                or_(
                    Appointment.state == State.BOOKED,
                    and_(Appointment.state == State.HELD, Appointment.held_until > self.now),
                ),
                Appointment.id != (ignoring or ""),
            )
            .order_by(Appointment.busy_from)
        )
        taken: dict[int, list[Span]] = {practitioner: [] for practitioner in self.practitioners}
        for practitioner, busy_from, busy_until in self.session.execute(query):
            taken[practitioner].append(_seconds(busy_from, busy_until))
        return taken


def _seconds(begins: datetime, ends: datetime) -> Span:
    return int(begins.timestamp()), int(ends.timestamp())
