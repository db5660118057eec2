"""Appointments as calendar files (RFC 5545): one for its visitor, all to come for their practitioner."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress, vText

from bot.booking.appointments import Booking
from bot.booking.tables import State
from bot.knowledge.clinic import Clinic

UID_ENDING = "@meridian"


def visit_file(seen: Booking, clinic: Clinic, link: str, sender: str, at: datetime) -> bytes:
    """The file of one appointment. Each later file has the same UID and a higher SEQUENCE, so that a calendar
    changes the entry it has, or takes it out."""
    calendar = _calendar("CANCEL" if seen.state is State.CANCELLED else "PUBLISH")
    event = _event(seen, clinic, at)
    event.add("summary", f"{seen.service}, {clinic.name}")
    event.add("url", link)
    organizer = vCalAddress(f"mailto:{clinic.email or sender}")
    organizer.params["CN"] = vText(clinic.name)
    event["organizer"] = organizer
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def feed_file(practitioner: str, visits: Iterable[Booking], clinic: Clinic, at: datetime) -> bytes:
    """The visits of a practitioner, with who comes and how to reach them; what they noted is not in it."""
    calendar = _calendar("PUBLISH")
    calendar.add("x-wr-calname", f"{practitioner}, {clinic.name}")
    for seen in visits:
        event = _event(seen, clinic, at)
        event.add("summary", f"{seen.service}: {seen.name}")
        event.add("description", "\n".join(filter(None, (seen.code, seen.phone, seen.email))))
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Meridian//Booking//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    return calendar


def _event(seen: Booking, clinic: Clinic, at: datetime) -> Event:
    event = Event()
    event.add("uid", seen.id + UID_ENDING)
    event.add("sequence", seen.sequence)
    event.add("dtstamp", at)
    # In UTC, which no calendar can take for another zone's time.
    event.add("dtstart", seen.starts_at)
    event.add("dtend", seen.ends_at)
    event.add("status", "CANCELLED" if seen.state is State.CANCELLED else "CONFIRMED")
    if clinic.address:
        place = (clinic.name, clinic.address.street, clinic.address.city, clinic.address.postal_code)
        event.add("location", ", ".join(filter(None, place)))
    return event
