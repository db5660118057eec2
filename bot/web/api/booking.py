"""The visitor API's bookings: what is free, hold it, book it; see, move and cancel by a signed link."""

from __future__ import annotations

from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any

from anyio.to_thread import run_sync
from fastapi import APIRouter, Depends, Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bot.booking.appointments import Booking, Visitor
from bot.booking.contact import Contact, phone_number
from bot.booking.refusals import ForgedLink, Refusal, Stopped
from bot.booking.tables import State, Visit
from bot.booking.wording import moment_words, span_words
from bot.conversations.record import Reply
from bot.conversations.tables import Disposition, Message
from bot.knowledge.phrases import phrase
from bot.knowledge.topics import BOOKING
from bot.printable import Line
from bot.web.api.access import Address, App, Bearer, OwnConversation
from bot.web.api.conversations import heard
from bot.web.api.schemas import MessageOut, ProblemOut
from bot.web.api.views import as_seen
from bot.web.limits import TooMany
from bot.web.problems import refusal_of
from bot.web.services import Services

MOST_DAYS = 62
"""So many days of free times are given at once."""

Number = Annotated[int, Field(ge=1, lt=2**31)]
"""The number of a service or of a practitioner."""


class SlotOut(BaseModel):
    """A free time."""

    model_config = ConfigDict(from_attributes=True)

    service_id: int
    practitioner_id: int
    starts_at: datetime
    ends_at: datetime


class FreeOut(SlotOut):
    """A free time, with the words for it, which the chat understands."""

    words: str


class BookingProblemOut(ProblemOut):
    """Why a booking was refused. A time that cannot be had comes with up to three that can, the nearest first."""

    nearest: list[SlotOut] | None = None


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": BookingProblemOut, "content": {"application/problem+json": {}}}
    for status in (401, 404, 409, 410, 422, 429)
}
router = APIRouter(prefix="/api/v1", tags=["booking"], responses=_PROBLEMS)


class PractitionerOut(BaseModel):
    """Who treats."""

    id: int
    name: str


class ServiceOut(BaseModel):
    """What can be booked, and with whom. `visit` says whom it is for, where it is not for everybody."""

    id: int
    name: str
    minutes: int
    price: float | None
    visit: Visit | None
    practitioners: list[PractitionerOut]


class ServicesOut(BaseModel):
    """Everything that can be booked; `currency` is that of the prices."""

    services: list[ServiceOut]
    currency: str | None


class SlotsOut(BaseModel):
    """Free times in order, in UTC; `time_zone` is the clinic's, in which they are shown."""

    slots: list[FreeOut]
    time_zone: str


class HoldIn(BaseModel):
    """Keeps a time. The same `key` is the same hold."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    key: Line = Field(min_length=1, max_length=64, description="Made by the client; sent again with a retry.")
    service_id: Number
    starts_at: AwareDatetime
    practitioner_id: Number | None = Field(None, description="Left out: whoever is free.")
    phone: Line | None = Field(None, max_length=40, description="Where it is known already.")


class HoldOut(SlotOut):
    """A time that is kept until `held_until`."""

    id: str
    held_until: datetime | None


class BookIn(Contact):
    """Who comes to what is held."""

    hold_id: Line = Field(max_length=32)


class MoveIn(BaseModel):
    """Another time; of the same practitioner, where none is named."""

    model_config = ConfigDict(extra="forbid")

    starts_at: AwareDatetime
    practitioner_id: Number | None = None


class AppointmentOut(SlotOut):
    """An appointment, as whoever has its link sees it."""

    id: str
    code: str | None
    state: State
    service: str
    practitioner: str
    name: str | None
    changeable_until: datetime = Field(description="Until then it can be moved or cancelled.")
    time_zone: str


class BookedOut(AppointmentOut):
    """What was booked, with the token of the link that opens it, and the warnings to what stood in the note."""

    token: str
    replies: list[MessageOut]


class HeldOut(HoldOut):
    """The time that is kept in a chat, as it is shown."""

    service: str
    practitioner: str


class DraftOut(BaseModel):
    """How far a booking in a chat has come."""

    service_id: int | None
    day: date | None
    held: HeldOut | None


class LinkedOut(AppointmentOut):
    """A visit to come, with the token of the link that opens it."""

    token: str


class ProgressOut(BaseModel):
    """What a chat books, and has booked."""

    draft: DraftOut | None
    appointments: list[LinkedOut]
    time_zone: str


async def _visitor(token: Bearer, app: App) -> Visitor:
    return Visitor.of(app.tokens.conversation(token))


async def _linked(appointment_id: Annotated[str, Path(max_length=32)], app: App, token: Bearer) -> str:
    if app.links.read(token) != appointment_id:
        raise ForgedLink
    return appointment_id


Me = Annotated[Visitor, Depends(_visitor)]
LinkedAppointment = Annotated[str, Depends(_linked)]


@router.get("/services")
async def services(app: App, address: Address) -> ServicesOut:
    """What can be booked, and with whom."""
    app.limits.look(address)

    def work() -> ServicesOut:
        offered = [
            ServiceOut(
                id=service.id,
                name=service.name,
                minutes=service.minutes,
                price=service.price,
                visit=service.visit,
                practitioners=[PractitionerOut(id=i, name=name) for i, name in service.practitioners.items()],
            )
            for service in app.bookings.services()
        ]
        return ServicesOut(services=offered, currency=app.knowledge.clinic().currency)

    return await run_sync(work)


@router.get("/slots")
async def slots(
    *,
    app: App,
    address: Address,
    service: Annotated[Number, Query(description="Id of a service.")],
    first: Annotated[date, Query(alias="from", description="First day, by the clinic's calendar.")],
    last: Annotated[date, Query(alias="to", description="Last day.")],
    practitioner: Annotated[Number | None, Query(description="Left out: whoever is free.")] = None,
) -> SlotsOut:
    """Free times of a service, from one day to another, at most 62 days."""
    app.limits.look(address)
    if (last - first).days >= MOST_DAYS:
        raise _wrong("query", "to", f"At most {MOST_DAYS} days can be looked at, at once.")

    def work() -> SlotsOut:
        free = app.bookings.free(service, first, last, practitioner)
        clinic = app.knowledge.clinic()
        shown = [
            FreeOut.model_construct(**slot._asdict(), words=moment_words(slot.starts_at, clinic))
            for slot in free
        ]
        return SlotsOut.model_construct(slots=shown, time_zone=clinic.time_zone)

    return await run_sync(work)


@router.post("/holds", status_code=HTTPStatus.CREATED)
async def hold(body: HoldIn, me: Me, app: App, address: Address) -> HoldOut:
    """Keeps a time for 5 minutes, for the conversation whose token is given."""
    app.limits.message(me.key, address)

    def work() -> HoldOut:
        phone = None
        if body.phone:
            try:
                phone = phone_number(body.phone, app.knowledge.clinic().region)
            except ValueError as error:
                raise _wrong("body", "phone", str(error)) from None
        held = app.bookings.hold(
            me,
            body.key,
            body.service_id,
            body.starts_at,
            practitioner_id=body.practitioner_id,
            phone=phone,
        )
        return HoldOut.model_validate(held, from_attributes=True)

    return await run_sync(work)


@router.delete("/holds/{hold_id}", status_code=HTTPStatus.NO_CONTENT)
async def release(hold_id: Annotated[Line, Path(max_length=32)], me: Me, app: App) -> None:
    """Lets a hold go."""
    await run_sync(app.bookings.release, me, hold_id)


@router.post(
    "/appointments",
    status_code=HTTPStatus.CREATED,
    openapi_extra={"requestBody": {"content": {"application/json": {"schema": BookIn.model_json_schema()}}}},
)
async def book(body: dict[str, Any], me: Me, app: App, address: Address) -> BookedOut:
    """Books what is held. Sent again it answers the same.

    What is written is read for warning signs first. A refusal has the warning beside it; one that stops the chat is a
    refusal, too.
    """
    told = await heard(app, me.key, *(str(body[field]) for field in ("name", "note") if body.get(field)))

    def work() -> Booking:
        app.limits.message(me.key, address)
        clinic = app.knowledge.clinic()
        try:
            form = BookIn.model_validate(body, context={"region": clinic.region})
        except ValidationError as error:
            details = [{**detail, "loc": ("body", *detail["loc"])} for detail in error.errors()]
            raise RequestValidationError(details) from None
        if told.stops:
            raise Stopped
        return app.bookings.confirm(me, form.hold_id, form)

    try:
        booking = await run_sync(work)
    except (TooMany, Refusal, RequestValidationError) as error:
        raise refusal_of(error).beside(reply=told.worst) from None
    replies = list(told.warnings)
    if said := await run_sync(_tell, app, me, booking):
        app.stream.said(me.key, [said])
        replies += await run_sync(as_seen, [said], app.knowledge)
    seen = _seen(app, booking)
    return BookedOut(**seen.model_dump(), token=app.links.sign(booking.id), replies=replies)


def _tell(app: Services, me: Visitor, booking: Booking) -> Message | None:
    """Says in the chat that what was agreed there is booked, once."""
    if not me.conversation_id or not app.desk.drafts.finish(me.conversation_id, booking.id):
        return None
    clinic = app.knowledge.clinic()
    visit = f"{booking.service}, {span_words(booking.starts_at, booking.ends_at, clinic)}"
    mailed = booking.email if app.settings.smtp_host else None
    words = phrase("booked", clinic, visit=visit, code=booking.code or "", email=mailed or "")
    return app.record.say(me.conversation_id, Reply(words, Disposition.BOOKING, topic=BOOKING, form="booked"))


@router.get("/conversations/{conversation_id}/booking")
async def progress(conversation_id: OwnConversation, app: App) -> ProgressOut:
    """How far the booking of a conversation has come, and what it has booked."""

    def work() -> ProgressOut:
        draft = app.desk.drafts.of(conversation_id)
        booked = app.bookings.visits_of(Visitor.of(conversation_id))
        return ProgressOut(
            draft=draft
            and DraftOut(
                service_id=draft.service_id,
                day=draft.day,
                held=draft.held and HeldOut.model_validate(draft.held, from_attributes=True),
            ),
            appointments=[
                LinkedOut(**_seen(app, each).model_dump(), token=app.links.sign(each.id)) for each in booked
            ],
            time_zone=app.knowledge.clinic().time_zone,
        )

    return await run_sync(work)


@router.get("/appointments/{appointment_id}")
async def appointment(appointment_id: LinkedAppointment, app: App) -> AppointmentOut:
    """An appointment, by the token of its link."""
    return await run_sync(lambda: _seen(app, app.bookings.sight(appointment_id)))


@router.patch("/appointments/{appointment_id}")
async def move(appointment_id: LinkedAppointment, body: MoveIn, app: App, address: Address) -> AppointmentOut:
    """Moves an appointment."""
    app.limits.look(address)
    return await run_sync(
        lambda: _seen(app, app.bookings.move(appointment_id, body.starts_at, body.practitioner_id))
    )


@router.delete("/appointments/{appointment_id}")
async def cancel(appointment_id: LinkedAppointment, app: App) -> AppointmentOut:
    """Cancels an appointment; gives it as it is then."""
    return await run_sync(lambda: _seen(app, app.bookings.cancel(appointment_id)))


def _seen(app: Services, booking: Booking) -> AppointmentOut:
    return AppointmentOut.model_validate({**vars(booking), "time_zone": app.knowledge.clinic().time_zone})


def _wrong(where: str, field: str, sentence: str) -> RequestValidationError:
    return RequestValidationError([{"type": "value_error", "loc": (where, field), "msg": sentence}])
