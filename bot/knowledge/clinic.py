"""The facts of this clinic, and when somebody is there. What is not written is not said."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, reset_tzpath

from pydantic import AfterValidator, BaseModel, ConfigDict, EmailStr, Field, HttpUrl, model_validator

# Rules of time zones come with the locked package, and not from the system: where they lag behind those of the
# visitors' browsers, as after Alberta kept one clock all year, the server would tell a visit an hour off.
if "PYTHONTZPATH" not in os.environ:
    reset_tzpath(())

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = (
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
)
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def _is_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone; write one such as Europe/London") from None
    return name


def _is_span(span: str) -> str:
    if not _SPAN.fullmatch(span):
        raise ValueError(f"{span!r} is no span of hours; write it as 09:00-17:00")
    opens, closes = span.split("-")
    if opens >= closes:
        raise ValueError(f"{span!r} ends before it begins")
    return span


Span = Annotated[str, AfterValidator(_is_span)]
"""Hours of a day on the clinic's clock, such as `09:00-17:00`."""
Hours = dict[Weekday, list[Span]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Address(_Strict):
    """Where the clinic is."""

    street: str
    city: str
    postal_code: str | None = None
    parking: str | None = None
    access: str | None = None


class Service(_Strict):
    """Something that can be booked, with its length in minutes and its price in the clinic's currency.

    `before_minutes` and `after_minutes` keep the practitioner's time around the visit; `visit` says whom it is
    for, where it is not for everybody.
    """

    name: str = Field(min_length=1, max_length=100)
    minutes: int = Field(gt=0, le=480)
    price: float | None = Field(None, ge=0)
    visit: Literal["first", "follow-up"] | None = None
    before_minutes: int | None = Field(None, ge=0, le=120)
    after_minutes: int | None = Field(None, ge=0, le=120)


class TimeOff(_Strict):
    """Whole days on which nothing can be booked, the first and the last included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> TimeOff:
        if self.last < self.first:
            raise ValueError(f"time off ends on {self.last}, before it begins")
        return self


class Practitioner(_Strict):
    """Who treats, and for bookings when and what: the clinic's hours and every service where nothing is said."""

    name: str = Field(min_length=1, max_length=100)
    title: str | None = None
    registration: str | None = None
    hours: Hours | None = None
    breaks: Hours | None = None
    time_off: list[TimeOff] | None = None
    services: list[str] | None = None


class Cancellation(_Strict):
    """Until when a visit can be cancelled, hours, and what happens after."""

    notice_hours: int = Field(ge=0)
    policy: str | None = None


class Booking(_Strict):
    """How visits are booked, and by what rules where a clinic says nothing else.

    `slots`: online, from free times. `request`: the visitor leaves a request and is called back. `link`: at
    another address, the clinic's own booking system.
    """

    mode: Literal["slots", "request", "link"] = "request"
    link: HttpUrl | None = Field(None, description="Where visits are booked, with the mode `link`.")
    notice_hours: int = Field(12, ge=0, le=24 * 30, description="So long before it a visit must be booked.")
    farthest_days: int = Field(60, ge=1, le=730, description="So many days ahead visits can be booked.")
    open_bookings: int = Field(3, ge=1, description="Visits to come that one visitor may have.")
    step_minutes: int = Field(15, ge=5, le=240, description="Visits begin every so many minutes.")
    public_holidays: Literal["closed", "open"] = "closed"
    time_off: list[TimeOff] | None = None

    @model_validator(mode="after")
    def _a_link_leads_somewhere(self) -> Booking:
        if (self.mode == "link") != (self.link is not None):
            raise ValueError("`link` is the address of your booking system; it goes with `mode: link` only")
        return self


class Clinic(_Strict):
    """clinic.yml. Every field but the first four may be left out."""

    name: str = Field(min_length=1, max_length=120)
    region: str = Field(pattern=r"^[A-Z]{2}(-[A-Z]{1,3})?$")
    time_zone: Annotated[str, AfterValidator(_is_zone)]
    hours: Hours
    demonstration: bool = False
    phone: str | None = None
    email: EmailStr | None = None
    address: Address | None = None
    currency: str | None = Field(None, pattern=r"^[A-Z]{3}$")
    services: list[Service] | None = None
    payment: str | None = None
    practitioners: list[Practitioner] | None = None
    insurance: str | None = None
    referral: str | None = None
    cancellation: Cancellation | None = None
    virtual_visits: bool | None = None
    booking: Booking | None = None

    @model_validator(mode="after")
    def _prices_have_a_currency(self) -> Clinic:
        if self.currency is None and any(s.price is not None for s in self.services or ()):
            raise ValueError("services have prices, so `currency` is needed (CAD, GBP, USD, INR)")
        return self

    @model_validator(mode="after")
    def _names_are_their_own(self) -> Clinic:
        for what, entries in (("services", self.services), ("practitioners", self.practitioners)):
            names = [entry.name for entry in entries or ()]
            if twice := sorted({name for name in names if names.count(name) > 1}):
                raise ValueError(f"{what} has {twice[0]!r} twice")
        known = {service.name for service in self.services or ()}
        for practitioner in self.practitioners or ():
            if unknown := [name for name in practitioner.services or () if name not in known]:
                raise ValueError(
                    f"{practitioner.name} gives {unknown[0]!r}, which is no service of this clinic"
                )
        return self

    @property
    def booking_mode(self) -> Literal["slots", "request", "link"]:
        """How visits are booked; by request where nothing is said."""
        return self.booking.mode if self.booking else "request"

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return ZoneInfo(self.time_zone)

    def tells(self, needs: Iterable[str]) -> bool:
        """Whether every one of these fields is written."""
        return all(getattr(self, need) not in (None, [], {}) for need in needs)

    def spans(self, day: date) -> list[tuple[datetime, datetime]]:
        """Opening and closing of one day, in the clinic's zone, in order."""
        spans = sorted(self.hours.get(WEEKDAYS[day.weekday()], []))
        return [
            (
                datetime.combine(day, time.fromisoformat(opens), self.zone),
                datetime.combine(day, time.fromisoformat(closes), self.zone),
            )
            for opens, closes in (span.split("-") for span in spans)
        ]

    def presence(self, moment: datetime) -> Presence:
        """Whether somebody is there at `moment`, and until or from when."""
        today = moment.astimezone(self.zone)
        for ahead in range(8):
            for opens, closes in self.spans(today.date() + timedelta(days=ahead)):
                if opens <= today < closes:
                    return Presence(True, closes)
                if today < opens:
                    return Presence(False, opens)
        return Presence(False, None)


@dataclass(frozen=True)
class Presence:
    """Open until `when`, or closed until `when`; `when` is None where no hours are written."""

    is_open: bool
    when: datetime | None
