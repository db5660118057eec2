"""Why a booking is refused: every reason its own exception, with one sentence for the visitor."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

from bot.booking.slots import Slot


class Refusal(Exception):
    """Nothing was changed. `kind` is stable, `sentence` is for the visitor."""

    kind: ClassVar[str]
    sentence: str

    def __init__(self) -> None:
        super().__init__(self.kind)


class NotOnline(Refusal):
    """The clinic takes no bookings here; `link` is where it does, if it told."""

    kind = "not-online"
    sentence = "Visits are not booked online here. Please leave a request, or call the clinic."

    def __init__(self, link: str | None = None) -> None:
        super().__init__()
        if link:
            self.sentence = f"Visits are booked at {link}."


class Stopped(Refusal):
    """A note has a warning sign in it that comes before any booking."""

    kind = "stopped"
    sentence = "Nothing was booked, because of what you wrote. Please read our answer to it first."


class UnknownService(Refusal):
    """There is no such service, or it is no longer offered."""

    kind = "unknown-service"
    sentence = "This service is not offered. Please choose another."


class UnknownPractitioner(Refusal):
    """There is no such practitioner, or they do not give the service."""

    kind = "unknown-practitioner"
    sentence = "This practitioner does not give this service. Please choose another."


class TimeRefused(Refusal):
    """The time cannot be had; `nearest` are up to three that can, the nearest first."""

    nearest: Sequence[Slot] = ()

    def offering(self, nearest: Sequence[Slot]) -> TimeRefused:
        """This refusal with other times beside it."""
        self.nearest = tuple(nearest)
        return self


class PastTime(TimeRefused):
    """The time is over."""

    kind = "past-time"
    sentence = "This time has passed. Please choose a later one."


class TooSoon(TimeRefused):
    """The time is nearer than the clinic's notice."""

    kind = "too-soon"

    def __init__(self, notice: timedelta) -> None:
        super().__init__()
        self.sentence = f"Visits are booked at least {duration(notice)} ahead. Please choose a later time."


class TooFar(TimeRefused):
    """The time is farther away than can be booked."""

    kind = "too-far"

    def __init__(self, farthest: timedelta) -> None:
        super().__init__()
        self.sentence = (
            f"Visits are booked at most {duration(farthest)} ahead. Please choose an earlier time."
        )


class Closed(TimeRefused):
    """Nobody treats then: out of hours, a holiday, a break, or between the times that are offered."""

    kind = "closed"
    sentence = "No visit can begin at this time. Please choose another."


class SlotTaken(TimeRefused):
    """Somebody else has the time."""

    kind = "slot-taken"
    sentence = "This time has just been taken. Please choose another."


class HoldExpired(TimeRefused):
    """The hold was not confirmed in time."""

    kind = "hold-expired"
    sentence = "This time was kept for 5 minutes, which are over. Please choose a time again."


class UnknownHold(Refusal):
    """There is no such hold, it is somebody else's, or it was over and is swept away."""

    kind = "unknown-hold"
    sentence = "This time is no longer kept for you. Please choose a time again."


class TooManyHolds(Refusal):
    """The visitor keeps as many times as possible already."""

    kind = "too-many-holds"

    def __init__(self, most: int) -> None:
        super().__init__()
        self.sentence = f"At most {most} times can be kept at once. Please finish one, or let it go."


class TooManyBookings(Refusal):
    """The visitor has as many visits to come as possible."""

    kind = "too-many-bookings"

    def __init__(self, most: int) -> None:
        super().__init__()
        visits = "1 visit" if most == 1 else f"{most} visits"
        self.sentence = f"At most {visits} to come can be booked online. Please call the clinic for more."


class ConflictingReplay(Refusal):
    """The same key or hold came again with other details."""

    kind = "conflicting-replay"
    sentence = "This was already sent with other details. Please look at what was booked."


class UnknownAppointment(Refusal):
    """There is no such appointment, or it was erased."""

    kind = "unknown-appointment"
    sentence = "There is no such appointment. Please call the clinic if you expected one."


class AlreadyCancelled(Refusal):
    """A cancelled appointment cannot be moved."""

    kind = "already-cancelled"
    sentence = "This appointment was cancelled. Please book a new one."


class TooLate(Refusal):
    """The deadline for moving and cancelling has passed."""

    kind = "too-late"

    def __init__(self, deadline: timedelta) -> None:
        super().__init__()
        self.sentence = (
            f"Appointments can be changed online until {duration(deadline)} before they begin. "
            "Please call the clinic."
            if deadline
            else "This appointment has begun or is over, so it can no longer be changed here."
        )


class ForgedLink(Refusal):
    """The link was not made here, or was altered."""

    kind = "forged-link"
    sentence = "This link is not valid. Please open it again from your confirmation, complete."


class ExpiredLink(Refusal):
    """The appointment is long over."""

    kind = "expired-link"
    sentence = "This link has expired, since the appointment is long over."


def duration(length: timedelta) -> str:
    """A length of time as people say it: `30 minutes`, `24 hours`, `60 days`."""
    minutes = int(length.total_seconds() // 60)
    for size, name in ((24 * 60, "day"), (60, "hour"), (1, "minute")):
        # A day's notice is told in hours, as clinics do.
        if minutes % size == 0 and minutes >= (2 * size if name == "day" else size):
            return f"{minutes // size} {name}" + ("s" if minutes != size else "")
    return "0 minutes"
