"""An appointment by its signed link: see it, take it into a calendar, move it, cancel it. Works without JavaScript.

The token in the address is the only authority. No cookie is read, so another site has nothing to ride on; what
changes something is a POST, so no preview of a link does; and the address goes to nobody as a Referer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from http import HTTPStatus

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.booking.appointments import Booking
from bot.booking.calendar_files import feed_file, visit_file
from bot.booking.refusals import Refusal, TimeRefused, UnknownAppointment
from bot.booking.slots import Slot
from bot.booking.tables import State
from bot.database import now
from bot.web.api.access import Address, App
from bot.web.book import SHOWN, Wish, moment_of
from bot.web.html import form_of, private_page
from bot.web.limits import TooMany
from bot.web.problems import refusal_of
from bot.web.services import Services

FEED_PAST = timedelta(days=30)
_READ = ["GET", "HEAD"]

router = APIRouter(include_in_schema=False)


@router.api_route("/appointments/{token}", methods=_READ)
async def see(request: Request, app: App, address: Address, token: str) -> Response:
    """The appointment, and what can be done with it."""
    return await _over(request, app, address, token, lambda seen: _page(request, app, token, seen, "see"))


@router.api_route("/appointments/{token}/visit.ics", methods=_READ)
async def calendar_file(request: Request, app: App, address: Address, token: str) -> Response:
    """The appointment for a calendar."""

    def work(seen: Booking) -> Response:
        link = f"{app.settings.public_address}/appointments/{token}"
        file = visit_file(seen, app.knowledge.clinic(), link, app.settings.mail_from, now())
        return _calendar(file)

    return await _over(request, app, address, token, work)


@router.api_route("/appointments/{token}/move", methods=_READ)
async def other_times(request: Request, app: App, address: Address, token: str) -> Response:
    """Other times, of the same practitioner; those of one day where one is named."""
    wish = Wish.of(dict(request.query_params))
    return await _over(request, app, address, token, lambda seen: _times(request, app, token, seen, wish))


@router.post("/appointments/{token}/move")
async def move(request: Request, app: App, address: Address, token: str) -> Response:
    """Moves the appointment."""
    values = await form_of(request)

    def work(seen: Booking) -> Response:
        starts_at = moment_of(values.get("at"))
        if starts_at is None:
            return _see_other(f"/appointments/{token}/move")
        app.bookings.move(seen.id, starts_at)
        return _see_other(f"/appointments/{token}")

    return await _over(request, app, address, token, work)


@router.api_route("/appointments/{token}/cancel", methods=_READ)
async def ask_first(request: Request, app: App, address: Address, token: str) -> Response:
    """Asks whether to cancel."""
    return await _over(request, app, address, token, lambda seen: _page(request, app, token, seen, "cancel"))


@router.post("/appointments/{token}/cancel")
async def cancel(request: Request, app: App, address: Address, token: str) -> Response:
    """Cancels the appointment."""

    def work(seen: Booking) -> Response:
        app.bookings.cancel(seen.id)
        return _see_other(f"/appointments/{token}")

    return await _over(request, app, address, token, work)


@router.api_route("/calendars/{key}.ics", methods=_READ)
async def feed(app: App, address: Address, key: str) -> Response:
    """A practitioner's visits, under their secret address."""
    app.limits.look(address)

    def work() -> Response:
        practitioner = app.calendars.owner(key)
        if practitioner is None:
            raise UnknownAppointment
        visits = app.bookings.visits(practitioner.id, FEED_PAST)
        return _calendar(feed_file(practitioner.name, visits, app.knowledge.clinic(), now()))

    return await run_sync(work)


async def _over(
    request: Request, app: Services, address: str, token: str, work: Callable[[Booking], Response]
) -> Response:
    """What `work` makes of the appointment that the token opens, or why not."""

    def guarded() -> Response:
        seen = None
        try:
            app.limits.look(address)
            seen = app.bookings.sight(app.links.read(token))
            return work(seen)
        except (Refusal, TooMany) as error:
            refusal = refusal_of(error)
            nearest = error.nearest if isinstance(error, TimeRefused) else ()
            return _page(
                request,
                app,
                token,
                seen,
                "refused",
                status=refusal.status,
                sentence=refusal.detail,
                nearest=nearest,
            )

    return await run_sync(guarded)


def _times(request: Request, app: Services, token: str, seen: Booking, wish: Wish) -> Response:
    clinic = app.knowledge.clinic()
    today = now().astimezone(clinic.zone).date()
    first = wish.day or max(wish.first or today, today)
    last = wish.day or first + SHOWN
    days: dict[date, list[Slot]] = {}
    for slot in app.bookings.free(seen.service_id, first, last, seen.practitioner_id):
        if slot.starts_at != seen.starts_at:
            days.setdefault(slot.starts_at.astimezone(clinic.zone).date(), []).append(slot)
    return _page(
        request,
        app,
        token,
        seen,
        "move",
        days=days,
        day=wish.day,
        later=last + timedelta(days=1),
        first=first,
    )


def _page(
    request: Request,
    app: Services,
    token: str,
    seen: Booking | None,
    step: str,
    *,
    status: int = HTTPStatus.OK,
    **values: object,
) -> Response:
    clinic = app.knowledge.clinic()
    shown = {
        "step": step,
        "seen": seen,
        "here": f"/appointments/{token}",
        "link": f"{app.settings.public_address}/appointments/{token}",
        "changeable": seen is not None and seen.state is State.BOOKED and now() <= seen.changeable_until,
        "movable": clinic.booking_mode == "slots",
        "over": seen is not None and seen.starts_at <= now(),
        "mailed": bool(app.settings.smtp_host and seen and seen.email),
        **values,
    }
    return private_page(request, clinic, "appointment.html", shown, status)


def _calendar(file: bytes) -> Response:
    return Response(file, media_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})


def _see_other(address: str) -> Response:
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
