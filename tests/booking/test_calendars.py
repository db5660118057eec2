"""Practitioners' calendars: busy times of their own are never offered; what Meridian gives them is theirs alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from icalendar import Calendar

from bot.booking import own_calendars
from bot.booking.appointments import Visitor
from bot.booking.calendar_files import feed_file
from bot.booking.own_calendars import OwnCalendars, Unreadable, busy_times, fetch
from bot.booking.refusals import Closed
from bot.scratch import free_ports
from tests.booking.conftest import ADA, DANA, FOLLOW_UP, MONDAY, ROBIN, TUESDAY, Desk


def calendar(*events: str) -> bytes:
    """A calendar file of events, each as its lines."""
    parts = [
        f"BEGIN:VEVENT\nUID:{number}\nDTSTAMP:20270101T000000Z\n{event}\nEND:VEVENT"
        for number, event in enumerate(events)
    ]
    lines = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *parts, "END:VCALENDAR", ""])
    return lines.replace("\n", "\r\n").encode()


LUNCH = (
    "DTSTART;TZID=America/Denver:20270111T110000\nDTEND;TZID=America/Denver:20270111T120000\nSUMMARY:Dentist"
)


class Elsewhere:
    """A web server that has a practitioner's calendar."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}/dana.ics"
        self.file: bytes | None = calendar()


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    (port,) = free_ports(1)
    kept = Elsewhere(port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if kept.file is not None else 503)
            self.end_headers()
            self.wfile.write(kept.file or b"")

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()
    server.server_close()


@pytest.fixture
def calendars(desk: Desk) -> OwnCalendars:
    return OwnCalendars(desk.database, lambda: desk.clinic, desk.clock)


def test_what_a_practitioner_has_elsewhere_is_never_offered(
    desk: Desk, calendars: OwnCalendars, elsewhere: Elsewhere
) -> None:
    assert "11:00" in desk.free(MONDAY)
    elsewhere.file = calendar(LUNCH)
    calendars.read_from(DANA, elsewhere.address)
    assert calendars.read_all() == 1
    assert [time for time in desk.free(MONDAY) if "10:15" < time < "13:00"] == []
    assert "11:00" in desk.free(MONDAY, practitioner=ROBIN)
    with pytest.raises(Closed):
        desk.book(desk.at(MONDAY, 11))
    (dana, _) = calendars.known()
    assert (dana.read_at, dana.fault) == (desk.clock(), None)


def test_what_was_taken_out_elsewhere_is_offered_again(
    desk: Desk, calendars: OwnCalendars, elsewhere: Elsewhere
) -> None:
    elsewhere.file = calendar(LUNCH)
    calendars.read_from(DANA, elsewhere.address)
    calendars.read_all()
    elsewhere.file = calendar()
    calendars.read_all()
    assert "11:00" in desk.free(MONDAY)


@pytest.mark.parametrize("broken", [None, b"<html>Please log in</html>", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT"])
def test_a_calendar_that_cannot_be_read_keeps_its_last_busy_times(
    desk: Desk, calendars: OwnCalendars, elsewhere: Elsewhere, broken: bytes | None
) -> None:
    elsewhere.file = calendar(LUNCH)
    calendars.read_from(DANA, elsewhere.address)
    calendars.read_all()
    elsewhere.file = broken
    assert calendars.read_all() == 0
    assert "11:00" not in desk.free(MONDAY)
    assert calendars.known()[0].fault


def test_a_calendar_that_is_no_longer_read_keeps_nobody_busy(
    desk: Desk, calendars: OwnCalendars, elsewhere: Elsewhere
) -> None:
    elsewhere.file = calendar(LUNCH)
    calendars.read_from(DANA, elsewhere.address)
    calendars.read_all()
    calendars.read_from(DANA, None)
    assert "11:00" in desk.free(MONDAY)


def test_a_file_that_is_too_large_is_not_read(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_calendars, "MOST_BYTES", 1_000)
    elsewhere.file = b"x" * 1_001
    with pytest.raises(Unreadable, match="TooLarge"):
        fetch(elsewhere.address)


def busy(desk: Desk, *events: str, days: int = 30) -> list[str]:
    """The busy times from Friday 8 January on, on the clinic's clock."""
    zone = desk.clinic.zone
    spans = busy_times(calendar(*events), desk.clock(), desk.clock() + timedelta(days=days), zone)
    return [f"{b.astimezone(zone):%m-%d %H:%M}-{e.astimezone(zone):%m-%d %H:%M}" for b, e in spans]


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ("DTSTART:20270111T180000Z\nDTEND:20270111T190000Z", ["01-11 11:00-01-11 12:00"]),
        ("DTSTART:20270111T180000Z\nDURATION:PT30M", ["01-11 11:00-01-11 11:30"]),
        # A time without a zone is the clinic's, and so is a whole day.
        ("DTSTART:20270111T110000\nDTEND:20270111T120000", ["01-11 11:00-01-11 12:00"]),
        ("DTSTART;VALUE=DATE:20270111\nDTEND;VALUE=DATE:20270112", ["01-11 00:00-01-12 00:00"]),
        ("DTSTART:20270111T180000Z\nDTEND:20270111T190000Z\nTRANSP:TRANSPARENT", []),
        ("DTSTART:20270111T180000Z\nDTEND:20270111T190000Z\nSTATUS:CANCELLED", []),
        # It began before and goes on.
        ("DTSTART:20270101T180000Z\nDTEND:20270109T180000Z", ["01-08 08:00-01-09 11:00"]),
        (
            "DTSTART;TZID=America/Denver:20261201T090000\nDTEND;TZID=America/Denver:20261201T100000\n"
            "RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE;TZID=America/Denver:20270119T090000",
            ["01-12 09:00-01-12 10:00", "01-26 09:00-01-26 10:00", "02-02 09:00-02-02 10:00"],
        ),
    ],
)
def test_how_an_event_is_read(desk: Desk, event: str, expected: list[str]) -> None:
    assert busy(desk, event) == expected


def test_a_repeated_event_keeps_to_the_clock_when_it_changes(desk: Desk) -> None:
    """The clock goes forward on 14 March 2027: 9 am stays 9 am."""
    weekly = (
        "DTSTART;TZID=America/Denver:20270309T090000\nDTEND;TZID=America/Denver:20270309T100000\n"
        "RRULE:FREQ=WEEKLY;COUNT=2"
    )
    assert busy(desk, weekly, days=90) == ["03-09 09:00-03-09 10:00", "03-16 09:00-03-16 10:00"]


def test_events_that_overlap_are_one_busy_time(desk: Desk) -> None:
    first = "DTSTART:20270111T180000Z\nDTEND:20270111T190000Z"
    second = "DTSTART:20270111T183000Z\nDTEND:20270111T200000Z"
    assert busy(desk, first, second) == ["01-11 11:00-01-11 13:00"]


def test_a_rule_that_would_fill_the_memory_is_refused(desk: Desk) -> None:
    with pytest.raises(Unreadable, match="TooOften"):
        busy(desk, "DTSTART:20270111T180000Z\nDTEND:20270111T180001Z\nRRULE:FREQ=SECONDLY")


def test_meridians_own_visits_in_that_calendar_do_not_count(desk: Desk) -> None:
    seen = desk.book(desk.at(MONDAY, 10))
    file = feed_file("Dana", [seen], desk.clinic, desk.clock())
    assert busy_times(file, desk.clock(), desk.clock() + timedelta(days=30), desk.clinic.zone) == []


def test_an_address_must_be_one(calendars: OwnCalendars) -> None:
    with pytest.raises(ValueError, match="begins with https://"):
        calendars.read_from(DANA, "file:///etc/passwd")


def test_a_practitioner_sees_who_comes_but_not_what_they_noted(desk: Desk) -> None:
    ada = Visitor("ada")
    held = desk.bookings.hold(ada, "one", FOLLOW_UP, desk.at(TUESDAY, 9), practitioner_id=DANA)
    booked = desk.bookings.confirm(ada, held.id, ADA.model_copy(update={"note": "My left ear is purple"}))
    file = feed_file("Dana", desk.bookings.visits(DANA), desk.clinic, desk.clock())
    (event,) = Calendar.from_ical(file).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Follow-up: Ada Example"
    assert event.decoded("DTSTART") == datetime(2027, 1, 12, 16, tzinfo=UTC)
    assert booked.code and booked.code in str(event["DESCRIPTION"])
    assert b"purple" not in file
    assert desk.bookings.visits(ROBIN) == []


def test_a_new_secret_address_ends_the_old_one(calendars: OwnCalendars) -> None:
    (dana, robin) = calendars.known()
    assert dana.feed_key != robin.feed_key
    calendars.renew(DANA)
    assert calendars.owner(dana.feed_key) is None
    owner = calendars.owner(calendars.known()[0].feed_key)
    assert owner and owner.name == "Dana"


def test_cancelled_visits_leave_the_feed(desk: Desk) -> None:
    booked = desk.book(desk.at(date(2027, 1, 13), 10))
    assert len(desk.bookings.visits(DANA)) == 1
    desk.bookings.cancel(booked.id)
    assert desk.bookings.visits(DANA) == []
