"""Booking as plain pages, for links in mails and for people who do not chat: service, day, time, who, summary.

Nothing is kept by looking. Choosing a time begins a conversation without words, so that a note is read for warning
signs, staff are told, and the visitor can be forgotten as anybody else. A pass in the address, which opens nothing
but these pages, goes on in place of a cookie: no other site can act for a visitor without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from bot.booking.appointments import Booking, Visitor
from bot.booking.callbacks import CallbackForm, request_callback
from bot.booking.contact import Contact
from bot.booking.refusals import ForgedLink, Refusal, TimeRefused, UnknownHold, UnknownService
from bot.booking.slots import Slot
from bot.conversations.record import Reply, UnknownConversation
from bot.conversations.tables import Disposition
from bot.database import now
from bot.knowledge.clinic import Clinic
from bot.knowledge.phrases import phrase, phrase_with_hours
from bot.web.api.access import Address, App
from bot.web.api.conversations import heard
from bot.web.html import form_of, private_page, sentences
from bot.web.limits import TooMany
from bot.web.problems import refusal_of
from bot.web.services import Services

SHOWN = timedelta(days=27)
"""So many days after the first are shown on one page."""

_FIELDS = ("name", "phone", "email", "note")
_READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Wish:
    """What a visitor has chosen so far, as the address tells it; what cannot be read was not chosen."""

    service: int | None = None
    practitioner: int | None = None
    day: date | None = None
    first: date | None = None
    ticket: str = ""

    @classmethod
    def of(cls, values: dict[str, str]) -> Wish:
        """The wish in a query or a form."""
        return cls(
            _number(values.get("service")),
            _number(values.get("with")),
            _day(values.get("day")),
            _day(values.get("from")),
            values.get("pass", ""),
        )

    def address(self, **changes: Any) -> str:
        """Where the wish stands, with changes; None takes a part away."""
        values = {
            "service": self.service,
            "with": self.practitioner,
            "day": self.day,
            "from": self.first,
            "pass": self.ticket,
            **changes,
        }
        query = urlencode({name: value for name, value in values.items() if value})
        return f"/book?{query}" if query else "/book"


@router.api_route("/book", methods=_READ)
async def choose(request: Request, app: App, address: Address) -> Response:
    """Services; days of a service; times of a day."""

    def work() -> Response:
        try:
            app.limits.look(address)
            return _choices(request, app, Wish.of(dict(request.query_params)))
        except (Refusal, TooMany) as error:
            return _refused(request, app, error)

    return await run_sync(work)


@router.post("/book/hold")
async def hold(request: Request, app: App, address: Address) -> Response:
    """Keeps the chosen time; the same choice sent twice is one."""
    values = await form_of(request)
    wish = Wish.of(values)

    def work() -> Response:
        try:
            app.limits.look(address)
            starts_at = moment_of(values.get("at"))
            if wish.service is None or starts_at is None:
                raise UnknownService
            ticket = wish.ticket
            try:
                visitor = _visitor(app, ticket)
            except UnknownHold:
                visitor, ticket = _begin(app, address)
            key = f"{wish.service}/{starts_at.isoformat()}/{wish.practitioner or 'any'}"
            app.bookings.release_others(visitor, key)
            held = app.bookings.hold(visitor, key, wish.service, starts_at, practitioner_id=wish.practitioner)
        except (Refusal, TooMany, UnknownConversation) as error:
            return _refused(request, app, error, wish)
        return _see_other(f"/book/{ticket}/{held.id}")

    return await run_sync(work)


@router.post("/book/request")
async def leave_request(request: Request, app: App, address: Address) -> Response:
    """Leaves a request for a call back, at a clinic that books by request."""
    values = await form_of(request)

    def work() -> tuple[str, str] | Response:
        clinic = app.knowledge.clinic()
        try:
            fields = (*_FIELDS, "preferred_times")
            given = {name: values.get(name, "") for name in fields}
            form = CallbackForm.model_validate(given, context={"region": clinic.region})
            app.limits.look(address)
            visitor, _ = _begin(app, address)
        except ValidationError as error:
            return _book(request, clinic, "request", {"values": values, "errors": sentences(error)}, 422)
        except TooMany as error:
            return _refused(request, app, error)
        words = phrase_with_hours("callback_taken", clinic, now())
        request_callback(app.database, visitor.key, form, Reply(words, Disposition.BOOKING))
        app.alerts.wake()
        return visitor.key, words

    taken = await run_sync(work)
    if isinstance(taken, Response):
        return taken
    visitor, words = taken
    told = await heard(app, visitor, values.get("note"), values.get("preferred_times"))
    shown = {"words": words, "warnings": told.warnings}
    return _book(request, await run_sync(app.knowledge.clinic), "requested", shown)


@router.api_route("/book/{ticket}/{hold_id}", methods=_READ)
async def details(request: Request, app: App, ticket: str, hold_id: str) -> Response:
    """Asks who comes to the time that is kept."""

    def work() -> Response:
        try:
            held = app.bookings.held(_visitor(app, ticket), hold_id)
        except Refusal as error:
            return _refused(request, app, error, Wish(ticket=ticket))
        if held.held_until is None:  # booked already: back from the page behind
            return _see_other(_appointment(app, held))
        return _form(request, app, ticket, held, {})

    return await run_sync(work)


@router.post("/book/{ticket}/{hold_id}")
async def finish(request: Request, app: App, address: Address, ticket: str, hold_id: str) -> Response:
    """The summary of what was filled in, back to the form or the times, or the booking. Sent twice it books once."""
    values = {name: value for name, value in (await form_of(request)).items() if name in (*_FIELDS, "step")}
    wish = Wish(ticket=ticket)

    def filled_in() -> tuple[Visitor, Booking, Contact] | Response:
        nonlocal wish
        try:
            app.limits.look(address)
            visitor = _visitor(app, ticket)
            held = app.bookings.held(visitor, hold_id)
            wish = Wish(service=held.service_id, ticket=ticket)
            if values.get("step") == "release":
                app.bookings.release(visitor, hold_id)
                day = held.starts_at.astimezone(app.knowledge.clinic().zone).date()
                return _see_other(wish.address(day=day))
            if values.get("step") == "edit":
                return _form(request, app, ticket, held, values)
            given = {name: values.get(name, "") for name in _FIELDS}
            contact = Contact.model_validate(given, context={"region": app.knowledge.clinic().region})
        except ValidationError as error:
            return _form(request, app, ticket, held, values, errors=sentences(error))
        except (Refusal, TooMany) as error:
            return _refused(request, app, error, wish)
        return visitor, held, contact

    def booked(visitor: Visitor, contact: Contact) -> Response:
        try:
            return _see_other(_appointment(app, app.bookings.confirm(visitor, hold_id, contact)))
        except Refusal as error:
            return _refused(request, app, error, wish)

    found = await run_sync(filled_in)
    if isinstance(found, Response):
        return found
    visitor, held, contact = found
    try:
        told = await heard(app, visitor.key, contact.note)
    except UnknownConversation as error:
        return await run_sync(_refused, request, app, error, wish)
    if values.get("step") == "book" and not told.stops:
        return await run_sync(booked, visitor, contact)
    shown = {
        "held": held,
        "contact": contact,
        "warnings": told.warnings,
        "stops": told.stops,
        "ticket": ticket,
        "mailed": bool(app.settings.smtp_host),
    }
    return _book(request, await run_sync(app.knowledge.clinic), "summary", shown)


def _choices(request: Request, app: Services, wish: Wish) -> Response:
    clinic = app.knowledge.clinic()
    if clinic.booking_mode != "slots":
        return _book(request, clinic, clinic.booking_mode, {"values": {}, "errors": {}})
    offered = {service.id: service for service in app.bookings.services()}
    if wish.service is None:
        return _book(request, clinic, "services", {"services": list(offered.values()), "wish": wish})
    service = offered.get(wish.service)
    if service is None:
        raise UnknownService
    today = now().astimezone(clinic.zone).date()
    first = wish.day or max(wish.first or today, today)
    last = wish.day or first + SHOWN
    slots = app.bookings.free(service.id, first, last, wish.practitioner)
    days: dict[date, list[Slot]] = {}
    for slot in slots:
        days.setdefault(slot.starts_at.astimezone(clinic.zone).date(), []).append(slot)
    shown = {"service": service, "wish": wish, "days": days, "first": first, "last": last}
    if wish.day:
        return _book(request, clinic, "times", shown)
    rest = app.bookings.free(
        service.id, last + timedelta(days=1), last + timedelta(days=366), wish.practitioner
    )
    earlier = max(first - SHOWN - timedelta(days=1), today)
    shown |= {
        "later": last + timedelta(days=1) if rest else None,
        "earlier": earlier if first > today else None,
    }
    return _book(request, clinic, "days", shown)


def _form(
    request: Request,
    app: Services,
    ticket: str,
    held: Booking,
    values: dict[str, str],
    *,
    errors: dict[str, str] | None = None,
) -> Response:
    shown = {"held": held, "values": values, "errors": errors or {}, "ticket": ticket}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return _book(request, app.knowledge.clinic(), "details", shown, status)


def _refused(request: Request, app: Services, error: Exception, wish: Wish | None = None) -> Response:
    """The sentence of a refusal, with other times to choose where there are some."""
    refusal = refusal_of(error)
    nearest = error.nearest if isinstance(error, TimeRefused) else ()
    wish = wish or Wish()
    if nearest and wish.service is None:
        wish = Wish(service=nearest[0].service_id, ticket=wish.ticket)
    shown = {"sentence": refusal.detail, "nearest": nearest, "wish": wish}
    return _book(request, app.knowledge.clinic(), "refused", shown, refusal.status)


def _book(
    request: Request, clinic: Clinic, step: str, values: dict[str, Any], status: int = HTTPStatus.OK
) -> Response:
    return private_page(request, clinic, "book.html", {"step": step, **values}, status)


def _begin(app: Services, address: str) -> tuple[Visitor, str]:
    """A new visitor, who counts as a new conversation does; and their pass. Raises `TooMany`."""
    app.limits.conversation(address)
    greeting = Reply(phrase("greeting", app.knowledge.clinic()), Disposition.SMALLTALK)
    conversation_id = app.record.begin(greeting, None, "/book")[0].conversation_id
    return Visitor.of(conversation_id), app.passes.sign(conversation_id)


def _visitor(app: Services, ticket: str) -> Visitor:
    try:
        return Visitor.of(app.passes.read(ticket))
    except ForgedLink:
        raise UnknownHold from None


def _appointment(app: Services, booked: Booking) -> str:
    return f"/appointments/{app.links.sign(booked.id)}"


def _see_other(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _day(text: str | None) -> date | None:
    try:
        found = date.fromisoformat(text or "")
    except ValueError:
        return None
    return found if 2000 < found.year < 3000 else None


def moment_of(text: str | None) -> datetime | None:
    """A moment with its zone, as a form sends it back; None where it is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo and 2000 < found.year < 3000 else None
