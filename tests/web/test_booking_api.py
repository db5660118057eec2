"""Bookings over the visitor API: from free times to an appointment that its link moves and cancels."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from starlette.testclient import TestClient

from bot.booking.desk import Desk
from bot.booking.links import Links
from bot.database import Database
from bot.knowledge.store import KnowledgeBase
from bot.settings import Settings
from tests.web.conftest import Visitor, open_for_bookings
from tests.web.test_conversations_api import assert_problem

CANARY = "zygomatic-canary"
NUMB = "I have lost control of my bladder and my groin is numb"


@pytest.fixture
def database(database: Database) -> Database:
    """The demonstration clinic, open for bookings online."""
    return open_for_bookings(database)


class Booker:
    """A visitor who books."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.http = visitor, visitor.http

    def free(self, service: int = 2) -> list[dict[str, Any]]:
        today = datetime.now(UTC).date()
        params: dict[str, Any] = {"service": service, "from": today, "to": today + timedelta(days=30)}
        slots: list[dict[str, Any]] = self.http.get("/api/v1/slots", params=params).json()["slots"]
        # Late enough to be cancelled again.
        return [
            slot
            for slot in slots
            if datetime.fromisoformat(slot["starts_at"]) > datetime.now(UTC) + timedelta(days=3)
        ]

    def hold(self, slot: dict[str, Any], **changes: Any) -> Any:
        body = {"key": uuid.uuid4().hex, "service_id": slot["service_id"], "starts_at": slot["starts_at"]}
        return self.http.post("/api/v1/holds", json={**body, **changes}, headers=self.visitor.headers)

    def book(self, hold_id: str, /, **changes: Any) -> Any:
        body = {"hold_id": hold_id, "name": "Ada Example", "phone": "403 555 0142"}
        return self.http.post("/api/v1/appointments", json={**body, **changes}, headers=self.visitor.headers)

    def booked(self, slot: dict[str, Any]) -> dict[str, Any]:
        answer = self.book(self.hold(slot).json()["id"])
        assert answer.status_code == 201, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def call(self, method: str, booked: dict[str, Any], token: str | None = None, **kwargs: Any) -> Any:
        headers = {"Authorization": f"Bearer {token or booked['token']}"}
        return self.http.request(method, f"/api/v1/appointments/{booked['id']}", headers=headers, **kwargs)


def progress(me: Booker) -> dict[str, Any]:
    found: dict[str, Any] = me.visitor.call("GET", "/booking").json()
    return found


def agreed(me: Booker, database: Database) -> tuple[dict[str, Any], dict[str, Any]]:
    """A time that was agreed upon in the chat, and how it is kept."""
    desk = Desk.of(database, KnowledgeBase(database).clinic)
    slot = me.free()[0]
    desk.begin(me.visitor.id, "book", {"booking_service": "2"})
    desk.take(me.visitor.id, "", {"booking_time": slot["starts_at"]})
    return slot, progress(me)["draft"]["held"]


@pytest.fixture
def me(visitor: Visitor) -> Booker:
    return Booker(visitor)


@pytest.fixture
def other(http: TestClient) -> Booker:
    return Booker(Visitor(http).begin())


def test_what_can_be_booked_is_told_with_price_and_practitioner(http: TestClient) -> None:
    offered = http.get("/api/v1/services").json()
    assert offered["currency"] == "CAD"
    assert offered["services"][0] == {
        "id": 1,
        "name": "First visit",
        "minutes": 75,
        "price": 120.0,
        "visit": "first",
        "practitioners": [{"id": 1, "name": "Dana Example"}],
    }


def test_a_visitor_books_moves_and_cancels(me: Booker) -> None:
    first, *_, second = me.free()
    held = me.hold(first)
    assert held.status_code == 201
    answer = me.book(held.json()["id"])
    assert answer.status_code == 201, answer.text
    booked = answer.json()
    assert (booked["state"], booked["name"], booked["replies"]) == ("booked", "Ada Example", [])
    assert booked["time_zone"] == "America/Edmonton"
    seen = me.call("GET", booked)
    assert seen.json() == {name: value for name, value in booked.items() if name not in ("token", "replies")}
    moved = me.call("PATCH", booked, json={"starts_at": second["starts_at"]})
    assert moved.json()["starts_at"] == second["starts_at"]
    assert first in me.free()
    for _ in range(2):
        assert me.call("DELETE", booked).json()["state"] == "cancelled"
    assert second in me.free()
    document = assert_problem(
        me.call("PATCH", booked, json={"starts_at": first["starts_at"]}), 409, "already-cancelled"
    )
    assert "book a new one" in document["detail"]


def test_a_double_click_and_a_replayed_confirmation_are_one_appointment(me: Booker) -> None:
    slot = me.free()[0]
    one, two = (me.hold(slot, key="one").json() for _ in range(2))
    assert one == two
    first, second = (me.book(one["id"]) for _ in range(2))
    assert first.json() == second.json()
    assert_problem(me.book(one["id"], name="Bob"), 409, "conflicting-replay")
    exported = me.visitor.call("GET", "/export").json()
    assert len(exported["appointments"]) == 1


def test_a_taken_time_comes_with_the_nearest_three(me: Booker, other: Booker) -> None:
    slot = me.free()[0]
    me.booked(slot)
    document = assert_problem(other.hold(slot), 409, "slot-taken")
    assert len(document["nearest"]) == 3
    assert set(document["nearest"][0]) == {"service_id", "practitioner_id", "starts_at", "ends_at"}
    assert other.hold(document["nearest"][0]).status_code == 201


def test_a_hold_is_let_go_by_its_visitor_only(me: Booker, other: Booker) -> None:
    slot = me.free()[0]
    hold_id = me.hold(slot).json()["id"]
    for booker, is_free in ((other, False), (me, True), (me, True)):
        answer = booker.http.delete(f"/api/v1/holds/{hold_id}", headers=booker.visitor.headers)
        assert answer.status_code == 204
        assert (slot in me.free()) is is_free
    assert_problem(me.book(hold_id), 404, "unknown-hold")


def test_a_third_hold_is_refused(me: Booker, other: Booker) -> None:
    slots = me.free()[::4]
    for slot in slots[:2]:
        assert me.hold(slot, phone="(403) 555-0142").status_code == 201
    assert_problem(me.hold(slots[2]), 409, "too-many-holds")
    assert_problem(other.hold(slots[2], phone="+1 403 555 0142"), 409, "too-many-holds")


@pytest.mark.parametrize(
    ("changes", "status", "kind", "words"),
    [
        ({"starts_at": "2020-01-01T09:00:00Z"}, 422, "past-time", "has passed"),
        ({"starts_at": "0001-01-01T00:00:00+14:00"}, 422, "past-time", "has passed"),
        ({"starts_at": "9999-12-31T23:59:59-12:00"}, 422, "too-far", "60 days"),
        ({"starts_at": "2027-01-11T09:00:00"}, 422, "invalid-request", "timezone"),
        ({"starts_at": "next Tuesday"}, 422, "invalid-request", "starts_at"),
        ({"service_id": 99}, 404, "unknown-service", "not offered"),
        ({"service_id": 2**40}, 422, "invalid-request", "service_id"),
        ({"practitioner_id": 99}, 404, "unknown-practitioner", "does not give"),
        ({"phone": "call me"}, 422, "invalid-request", "telephone"),
        ({"key": "nul \x00"}, 422, "invalid-request", "no text"),
        ({"extra": 1}, 422, "invalid-request", "extra"),
    ],
)
def test_a_hold_that_cannot_be_is_refused_in_plain_words(
    me: Booker, changes: dict[str, Any], status: int, kind: str, words: str
) -> None:
    slot = me.free()[0]
    assert words in assert_problem(me.hold(slot, **changes), status, kind)["detail"]
    assert slot in me.free()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "tell us your name"),
        ({"name": "x" * 200}, "too long"),
        ({"phone": None}, "telephone number or an e-mail"),
        ({"phone": "12"}, "too few or too many"),
        ({"email": "ada@"}, "email"),
        ({"note": "x" * 501}, "note"),
        ({"hold_id": None}, "hold_id"),
        ({"hold_id": "nul \x00"}, "hold_id"),
    ],
)
def test_details_that_do_not_fit_leave_the_hold_as_it_is(
    me: Booker, changes: dict[str, Any], words: str
) -> None:
    hold_id = me.hold(me.free()[0]).json()["id"]
    document = assert_problem(me.book(hold_id, **changes), 422, "invalid-request")
    assert words in document["detail"]
    assert me.book(hold_id).status_code == 201


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"service": 1, "from": "2027-01-01", "to": "2027-12-31"},
        {"service": "x", "from": "2027-01-01", "to": "2027-01-02"},
        {"service": 1, "from": "yesterday", "to": "2027-01-02"},
    ],
)
def test_a_question_for_free_times_that_does_not_fit(http: TestClient, params: dict[str, Any]) -> None:
    assert_problem(http.get("/api/v1/slots", params=params), 422, "invalid-request")


def test_days_out_of_reach_have_no_free_times(http: TestClient) -> None:
    for day in ("0001-01-01", "2020-05-05", "9999-12-31"):
        answer = http.get("/api/v1/slots", params={"service": 1, "from": day, "to": day})
        assert (answer.status_code, answer.json()["slots"]) == (200, [])


def test_only_the_signed_link_opens_an_appointment(me: Booker, settings: Settings) -> None:
    first, second = (me.booked(slot) for slot in me.free()[:8:7])
    forged = [
        second["token"],
        first["token"][:-3] + "abc",
        Links("x" * 64).sign(first["id"]),
        me.visitor.token,
        "nonsense",
    ]
    for token in forged:
        for method in ("GET", "PATCH", "DELETE"):
            body = {"starts_at": second["starts_at"]} if method == "PATCH" else None
            answer = me.call(method, first, token, json=body)
            assert_problem(answer, 401, "forged-link")
    assert_problem(me.http.get(f"/api/v1/appointments/{first['id']}"), 401, "invalid-token")
    unknown = {"id": "nobody", "token": Links(settings.derived_key("appointment")).sign("nobody")}
    assert_problem(me.call("GET", unknown), 404, "unknown-appointment")
    # A link is no conversation's token either.
    headers = {"Authorization": f"Bearer {first['token']}"}
    assert_problem(me.http.post("/api/v1/holds", json={}, headers=headers), 401, "invalid-token")


def test_a_link_whose_appointment_is_long_over_has_expired(me: Booker, database: Database) -> None:
    booked = me.booked(me.free()[0])
    with database.write() as session:
        session.connection().exec_driver_sql(
            "UPDATE appointments SET busy_from = '2020-01-01 09:00:00.000000', "
            "starts_at = '2020-01-01 09:00:00.000000', ends_at = '2020-01-01 10:00:00.000000', "
            "busy_until = '2020-01-01 10:00:00.000000'"
        )
    assert "long over" in assert_problem(me.call("GET", booked), 410, "expired-link")["detail"]


def test_after_the_deadline_nothing_is_changed_online(me: Booker, database: Database) -> None:
    booked = me.booked(me.free()[0])
    with database.write() as session:
        session.connection().exec_driver_sql("UPDATE booking_rules SET cancel_minutes = 60 * 24 * 60")
    assert "60 days" in assert_problem(me.call("DELETE", booked), 409, "too-late")["detail"]
    assert me.call("GET", booked).json()["state"] == "booked"


def test_a_warning_sign_in_the_note_that_can_wait_is_answered_and_the_visit_is_booked(me: Booker) -> None:
    hold_id = me.hold(me.free()[0]).json()["id"]
    booked = me.book(hold_id, note="my back hurts and I have a fever and chills").json()
    assert booked["state"] == "booked"
    assert [reply["disposition"] for reply in booked["replies"]] == ["urgent"]


def test_a_warning_sign_in_the_note_that_comes_before_everything_stops_the_booking(
    me: Booker, database: Database
) -> None:
    slot, held = agreed(me, database)
    refused = assert_problem(me.book(held["id"], note=NUMB), 409, "stopped")
    assert "Nothing was booked" in refused["detail"]
    assert refused["reply"]["disposition"] == "emergency"
    assert (progress(me)["draft"], progress(me)["appointments"]) == (None, [])
    assert slot in me.free(), "the time that was kept is let go"


def test_a_warning_sign_in_a_message_that_is_refused_stops_the_booking_too(
    me: Booker, database: Database
) -> None:
    agreed(me, database)
    refused = assert_problem(me.visitor.send(NUMB + " and so on" * 200), 422, "invalid-request")
    assert refused["reply"]["disposition"] == "emergency"
    assert progress(me)["draft"] is None


def test_a_warning_sign_on_a_form_that_is_refused_is_answered_all_the_same(me: Booker) -> None:
    hold_id = me.hold(me.free()[0]).json()["id"]
    refused = assert_problem(me.book(hold_id, phone="12", note=NUMB), 422, "invalid-request")
    assert refused["reply"]["disposition"] == "emergency"
    refused = assert_problem(me.book("gone", note=NUMB), 409, "stopped")
    assert refused["reply"]["disposition"] == "emergency"


def test_what_was_agreed_in_the_chat_is_told_there_once_it_is_booked(me: Booker, database: Database) -> None:
    slot, held = agreed(me, database)
    assert progress(me)["draft"]["service_id"] == 2
    assert held["starts_at"] == slot["starts_at"]
    assert progress(me)["appointments"] == []

    first, again = me.book(held["id"]).json(), me.book(held["id"]).json()
    (told,) = first["replies"]
    assert (told["form"], first["code"] in told["text"]) == ("booked", True)
    assert again["replies"] == []
    transcript = me.visitor.call("GET", "/messages").json()["messages"]
    assert [message["form"] for message in transcript if message["form"]] == ["booked"]
    (appointment,) = progress(me)["appointments"]
    assert progress(me)["draft"] is None
    assert me.call("GET", appointment).json()["code"] == first["code"]


def test_nobody_sees_what_another_books(me: Booker, other: Booker) -> None:
    path = f"/api/v1/conversations/{me.visitor.id}/booking"
    assert_problem(me.http.get(path, headers=other.visitor.headers), 401, "invalid-token")


def test_free_times_come_with_words_for_them(me: Booker) -> None:
    slot = me.free()[0]
    starts = datetime.fromisoformat(slot["starts_at"]).astimezone(ZoneInfo("America/Edmonton"))
    assert slot["words"].startswith(f"{starts:%A} {starts.day} {starts:%B} {starts.year}, ")


def test_deleting_the_conversation_deletes_its_appointments(me: Booker) -> None:
    slot = me.free()[0]
    booked = me.booked(slot)
    assert "Ada Example" in me.visitor.call("GET", "/export").text
    assert me.visitor.call("DELETE").status_code == 204
    assert_problem(me.call("GET", booked), 404, "unknown-appointment")
    assert slot in me.free()


def test_no_word_of_a_visitor_reaches_the_log(me: Booker, caplog: pytest.LogCaptureFixture) -> None:
    hold_id = me.hold(me.free()[0]).json()["id"]
    me.book(hold_id, name=CANARY, note=CANARY)
    me.book(hold_id, name=CANARY * 2)
    me.book(CANARY, phone=CANARY)
    assert CANARY not in caplog.text


def test_openapi_describes_bookings(http: TestClient) -> None:
    described = http.get("/api/openapi.json").json()
    assert {"/api/v1/slots", "/api/v1/holds", "/api/v1/appointments"} <= set(described["paths"])
    body = described["paths"]["/api/v1/appointments"]["post"]["requestBody"]
    assert "hold_id" in body["content"]["application/json"]["schema"]["properties"]
