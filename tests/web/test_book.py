"""Booking on plain pages, as a browser without JavaScript does it; then the appointment behind its link."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from icalendar import Calendar
from sqlalchemy import select
from starlette.testclient import TestClient

from bot.booking.tables import Appointment, CallbackRequest, State
from bot.conversations.tables import Alert, AlertKind
from bot.database import Database, now
from bot.settings import Settings
from tests.mailbox import running_mailbox
from tests.web.conftest import open_for_bookings

CANARY = "my left ear is purple"
WHO = {"name": "Ada Example", "phone": "403 555 0142"}


@pytest.fixture
def database(database: Database) -> Database:
    """The demonstration clinic, open for bookings online a week from now at the earliest."""
    return open_for_bookings(database)


class Browser:
    """Follows links and sends forms by their words, as a visitor does."""

    def __init__(self, http: TestClient) -> None:
        self._http = http
        self.page: Any = None
        self.path = ""

    def open(self, path: str) -> Browser:
        return self._show(self._http.get(path))

    def follow(self, words: str) -> Browser:
        """The first link that holds these words."""
        for target, text in re.findall(r'<a[^>]*? href="([^"]+)"[^>]*>(.*?)</a>', self.page.text, re.DOTALL):
            if words in unescape(re.sub(r"<[^>]+>|\s+", " ", text)):
                return self.open(unescape(target))
        raise AssertionError(f"no link {words!r} on {self.path}")

    def press(self, words: str, **values: str) -> Browser:
        """The button with these words, in its form filled in."""
        for attributes, form in re.findall(r"<form([^>]*)>(.*?)</form>", self.page.text, re.DOTALL):
            for button, text in re.findall(r"<button([^>]*)>(.*?)</button>", form, re.DOTALL):
                if words in text:
                    action = re.search(r'action="([^"]+)"', attributes)
                    return self.send(
                        unescape(action[1]) if action else self.path, _fields(form) | _sent(button) | values
                    )
        raise AssertionError(f"no button {words!r} on {self.path}")

    def send(self, path: str, values: dict[str, str]) -> Browser:
        return self._show(self._http.post(path, data=values))

    @property
    def text(self) -> str:
        """The words of the page's main part."""
        (main,) = re.findall(r"<main.*?</main>", self.page.text, re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())

    @property
    def times(self) -> list[str]:
        """What can be chosen, as the buttons say it."""
        return [
            " ".join(each.split()) for each in re.findall(r'name="at"[^>]*>(.*?)</button>', self.page.text)
        ]

    def _show(self, page: Any) -> Browser:
        self.page, self.path = page, page.url.raw_path.decode()
        return self

    def choose_a_day(self) -> Browser:
        """The last day of the first page, late enough to be moved and cancelled."""
        self.open("/book").follow("Follow-up session")
        days = re.findall(r'href="([^"]+day=[^"]+)"', self.page.text)
        return self.open(unescape(days[-1]))

    def fill_in(self) -> Browser:
        """Up to the summary."""
        self.choose_a_day()
        return self.press(self.times[0]).press("Go on", **WHO)


def _fields(form: str) -> dict[str, str]:
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name:
            found[name[1]] = unescape(value[1]) if value else ""
    return found


def _sent(button: str) -> dict[str, str]:
    found = re.search(r'name="([^"]*)" value="([^"]*)"', button)
    return {found[1]: unescape(found[2])} if found else {}


@pytest.fixture
def browser(http: TestClient) -> Browser:
    return Browser(http)


def booked(database: Database) -> list[Appointment]:
    with database.read() as session:
        return list(session.scalars(select(Appointment).where(Appointment.state != State.HELD)))


def test_from_a_service_to_a_booked_visit(browser: Browser, database: Database) -> None:
    browser.choose_a_day()
    time = browser.times[0]
    browser.press(time)
    assert "Kept for you until" in browser.text
    browser.press("Go on", **WHO, note="The side door, please")
    assert "+14035550142" in browser.text
    assert booked(database) == []
    browser.press("Book this visit")
    assert browser.path.startswith("/appointments/")
    (visit,) = booked(database)
    assert visit.code
    assert "Your visit is booked" in browser.text
    assert visit.code in browser.text
    # There is no e-mail address: the address of the page is all the visitor has, so it is told.
    assert browser.path in browser.text
    assert "Please note the code" in browser.text


def test_booking_twice_by_a_double_click_is_one_visit(browser: Browser, database: Database) -> None:
    browser.fill_in()
    path, summary = browser.path, _fields(browser.page.text) | {"step": "book"}
    browser.send(path, summary)
    first = browser.path
    browser.send(path, summary)
    assert browser.path == first
    assert len(booked(database)) == 1


def test_choosing_another_time_lets_the_first_go(browser: Browser, database: Database) -> None:
    browser.choose_a_day()
    offered = browser.times
    for time in offered[:4]:
        browser.press(time).press("Another time")
        assert browser.times == offered
    times = browser.page
    for time in offered[:4]:  # also by going back in the browser
        browser.press(time).page = times
    with database.read() as session:
        assert len(session.scalars(select(Appointment)).all()) == 1


def test_a_time_that_was_just_taken_is_told_with_the_nearest_three(http: TestClient) -> None:
    me, other = Browser(http).choose_a_day(), Browser(http).choose_a_day()
    time = me.times[5]
    other.press(time)
    me.press(time)
    assert me.page.status_code == 409
    assert "This time has just been taken" in me.text
    assert len(me.times) == 3
    me.press(me.times[0])
    assert "Kept for you until" in me.text


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "", "phone": "403 555 0142"}, "Please tell us your name."),
        ({"name": "x" * 200, "phone": "403 555 0142"}, "This name is too long. At most 100 characters"),
        ({"name": "Ada"}, "Please leave a telephone number or an e-mail address."),
        ({"name": "Ada", "phone": "12"}, "This telephone number has too few or too many digits."),
        ({"name": "Ada", "phone": "soon"}, "This does not look like a telephone number."),
        ({"name": "Ada", "email": "ada at home"}, "This does not look like an e-mail address."),
        ({"name": "Ada", "phone": "403 555 0142", "note": "x" * 501}, "At most 500 characters"),
    ],
)
def test_what_is_filled_in_wrong_is_told_beside_what_was_right(
    browser: Browser, values: dict[str, str], sentence: str
) -> None:
    browser.choose_a_day()
    browser.press(browser.times[0]).press("Go on", **values)
    assert browser.page.status_code == 422
    assert sentence in browser.text
    if len(values.get("name", "")) == 3:
        assert 'value="Ada"' in browser.page.text


def test_what_is_typed_is_shown_as_text(browser: Browser) -> None:
    browser.choose_a_day()
    browser.press(browser.times[0]).press("Go on", **WHO | {"name": "<script>alert(1)</script>"})
    assert "<script>alert" not in browser.page.text


def test_a_note_with_a_warning_sign_stops_the_booking_and_staff_are_told(
    browser: Browser, database: Database
) -> None:
    browser.choose_a_day()
    browser.press(browser.times[0])
    browser.press("Go on", **WHO, note="I have crushing chest pain right now and cannot breathe")
    assert "911" in browser.text
    assert "Book this visit" not in browser.text
    browser.send(browser.path, _fields(browser.page.text) | {"step": "book"})
    assert booked(database) == []
    with database.read() as session:
        assert AlertKind.WARNING in session.scalars(select(Alert.kind)).all()


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/book?service=99", 404, "This service is not offered."),
        ("/book?service=2&with=99", 404, "This practitioner does not give this service."),
        ("/book/forged/hold", 404, "This time is no longer kept for you."),
        ("/appointments/forged", 401, "This link is not valid."),
        ("/appointments/forged/move", 401, "This link is not valid."),
        ("/appointments/forged/visit.ics", 401, "This link is not valid."),
    ],
)
def test_what_does_not_exist_is_told_on_a_page(
    browser: Browser, path: str, status: int, sentence: str
) -> None:
    assert browser.open(path).page.status_code == status
    assert sentence in browser.text


@pytest.mark.parametrize(
    "query", ["service=x", "service=2&day=yesterday", "service=2&from=0001-01-01", "service=-1"]
)
def test_an_address_that_makes_no_sense_begins_where_it_can(browser: Browser, query: str) -> None:
    assert browser.open(f"/book?{query}").page.status_code == 200


@pytest.fixture
def visit(browser: Browser) -> Browser:
    """A browser on the page of a booked visit."""
    return browser.fill_in().press("Book this visit")


def test_the_link_moves_a_visit(visit: Browser, database: Database) -> None:
    (before,) = booked(database)
    here = visit.path
    visit.follow("Move it")
    days = re.findall(r'href="([^"]+day=[^"]+)"', visit.page.text)
    visit.open(unescape(days[-1]))
    visit.press(visit.times[-1])
    assert visit.path == here
    (after,) = booked(database)
    assert (after.id, after.sequence) == (before.id, 1)
    assert after.starts_at != before.starts_at


def test_the_link_cancels_a_visit_after_asking(visit: Browser, database: Database) -> None:
    visit.follow("Cancel it")
    assert [each.state for each in booked(database)] == [State.BOOKED]
    visit.press("Yes, cancel it")
    assert "Your visit was cancelled" in visit.text
    assert [each.state for each in booked(database)] == [State.CANCELLED]


def test_looking_changes_nothing(visit: Browser, database: Database, http: TestClient) -> None:
    """Mail programs and chats open links by themselves."""
    here = visit.path
    for path in (here, f"{here}/move", f"{here}/cancel", f"{here}/visit.ics"):
        assert http.get(path).status_code == 200
        assert http.head(path).status_code == 200
    assert [(each.state, each.sequence) for each in booked(database)] == [(State.BOOKED, 0)]


def test_after_the_deadline_the_page_says_whom_to_call(visit: Browser, database: Database) -> None:
    with database.write() as session:
        row = session.scalars(select(Appointment)).one()
        shift = row.starts_at - now() - timedelta(hours=5)
        for name in ("starts_at", "ends_at", "busy_from", "busy_until"):
            setattr(row, name, getattr(row, name) - shift)
    here = visit.path
    visit.open(here)
    assert "It can no longer be changed here. Please call +1 403 555 0142" in visit.text
    visit.send(f"{here}/cancel", {})
    assert visit.page.status_code == 409
    assert "Appointments can be changed online until 24 hours before they begin." in visit.text
    assert [each.state for each in booked(database)] == [State.BOOKED]


def test_the_pages_stay_with_their_visitor(visit: Browser) -> None:
    headers = visit.page.headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-robots-tag"] == "noindex"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers
    assert "<script" not in visit.page.text


def test_the_calendar_file_is_one(visit: Browser, http: TestClient) -> None:
    answer = http.get(f"{visit.path}/visit.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["SUMMARY"]) == "Follow-up session, Willow Lane Acupuncture"


def test_with_a_mail_server_the_page_says_where_the_confirmation_goes(
    settings: Settings, browser: Browser
) -> None:
    with running_mailbox(settings):
        browser.choose_a_day()
        browser.press(browser.times[0]).press("Go on", name="Ada", email="ada@willow-lane.example")
        browser.press("Book this visit")
    assert "A mail with this goes to ada@willow-lane.example" in browser.text


def test_a_practitioners_feed_opens_by_its_secret_address_only(
    app: FastAPI, visit: Browser, http: TestClient
) -> None:
    (dana,) = app.state.services.calendars.known()
    answer = http.get(f"/calendars/{dana.feed_key}.ics")
    assert len(Calendar.from_ical(answer.content).walk("VEVENT")) == 1
    assert answer.headers["cache-control"] == "no-store"
    assert http.get("/calendars/guessed.ics").status_code == 404


def test_no_log_holds_a_token_or_what_was_typed(
    browser: Browser, app: FastAPI, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise RuntimeError(CANARY)

    with caplog.at_level(logging.DEBUG):
        browser.choose_a_day()
        browser.press(browser.times[0]).press("Go on", **WHO, note=CANARY).press("Book this visit")
        token = browser.path.rpartition("/")[2]
        monkeypatch.setattr(app.state.services.bookings, "sight", breaks)
        assert browser.open(f"/appointments/{token}").page.status_code == 500
    logged = [record for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))]
    told = " ".join(f"{record.getMessage()} {vars(record)}" for record in logged)
    assert "request failed" in told
    assert token not in told
    assert CANARY not in told


@pytest.fixture
def by_request(database: Database) -> Iterator[Database]:
    yield open_for_bookings(database, mode="request")


def test_a_clinic_that_books_by_request_gets_a_request(by_request: Database, browser: Browser) -> None:
    browser.open("/book").press("Send", **WHO, preferred_times="Tuesdays after four")
    assert "Nothing is booked yet" in browser.text
    with by_request.read() as session:
        (request,) = session.scalars(select(CallbackRequest))
        assert (request.name, request.preferred_times) == ("Ada Example", "Tuesdays after four")
        assert AlertKind.CALLBACK in session.scalars(select(Alert.kind)).all()
    assert booked(by_request) == []


def test_a_request_without_a_way_to_answer_is_asked_again(by_request: Database, browser: Browser) -> None:
    browser.open("/book").press("Send", name="Ada")
    assert "Please leave a telephone number or an e-mail address." in browser.text


def test_a_clinic_that_books_elsewhere_leads_there(database: Database, browser: Browser) -> None:
    open_for_bookings(database, mode="link", link="https://book.example/willow-lane")
    browser.open("/book")
    assert 'href="https://book.example/willow-lane"' in browser.page.text
    answer = browser.send(
        "/book/hold", {"service": "2", "at": f"{now() + timedelta(days=9):%Y-%m-%dT%H:00:00+00:00}"}
    )
    assert "Visits are booked at https://book.example/willow-lane." in answer.text


def test_the_pages_have_their_style(browser: Browser, http: TestClient) -> None:
    sheets = re.findall(r'rel="stylesheet" href="([^"]+)"', browser.open("/book").page.text)
    assert [http.get(sheet).status_code for sheet in sheets] == [200] * 5


@pytest.mark.parametrize(
    "booking", [{}, {"mode": "request"}, {"mode": "link", "link": "https://book.example"}]
)
def test_who_should_not_book_yet_is_told_first(
    database: Database, browser: Browser, http: TestClient, booking: dict[str, str]
) -> None:
    open_for_bookings(database, **booking)
    browser.open("/book")
    assert "Call 911 now, and do not book" in browser.text
    assert "Ask a doctor before acupuncture" in browser.text
    for answer in re.findall(r'<div class="notice">.*?</div>', browser.page.text, re.DOTALL):
        for link in re.findall(r'href="([^"]+)"', answer):
            assert http.get(link, follow_redirects=False).status_code == 200
