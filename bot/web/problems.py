"""Every refusal as a problem document (RFC 9457) that says what was wrong and what to do."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import Scope

from bot.booking import refusals
from bot.conversations.record import ConflictingRetry, UnknownChoice, UnknownConversation, UnknownReply
from bot.web.limits import TooMany
from bot.web.tokens import InvalidToken

log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that is refused with a problem document; `extra` are members beside the standard ones."""

    def __init__(
        self, status: HTTPStatus, kind: str, detail: str, headers: dict[str, str] | None = None, **extra: Any
    ) -> None:
        super().__init__(kind)
        self.status, self.kind, self.detail, self.headers, self.extra = status, kind, detail, headers, extra

    def beside(self, **extra: Any) -> Refused:
        """The same refusal with further members; those that are None are left out."""
        given = {name: value for name, value in extra.items() if value is not None}
        return Refused(self.status, self.kind, self.detail, self.headers, **self.extra | given)

    def document(self) -> dict[str, Any]:
        """The problem document."""
        return {
            "type": f"/problems/{self.kind}",
            "title": self.kind.replace("-", " ").capitalize(),
            "status": self.status.value,
            "detail": self.detail,
            **self.extra,
        }

    def response(self) -> JSONResponse:
        """The problem document as an answer."""
        return JSONResponse(
            self.document(), self.status.value, self.headers, media_type="application/problem+json"
        )


_S = HTTPStatus
_KNOWN: dict[type[Exception], tuple[HTTPStatus, str, str]] = {
    UnknownConversation: (
        _S.NOT_FOUND,
        "unknown-conversation",
        "There is no such conversation, or it was deleted. Please start a new one.",
    ),
    UnknownChoice: (
        _S.UNPROCESSABLE_ENTITY,
        "unknown-choice",
        "This choice was not offered in this conversation. Please type your question.",
    ),
    UnknownReply: (_S.NOT_FOUND, "unknown-reply", "This conversation has no such reply."),
    ConflictingRetry: (
        _S.CONFLICT,
        "conflicting-retry",
        "Another message was already sent under this id. Send it under a new one.",
    ),
    InvalidToken: (
        _S.UNAUTHORIZED,
        "invalid-token",
        "The token is missing, has expired, or belongs to another conversation. Renew it or start a new one.",
    ),
}

# A refused booking is a conflict with what stands, unless it says otherwise; it has its own words.
_BOOKING: dict[type[refusals.Refusal], HTTPStatus] = {
    refusals.UnknownService: _S.NOT_FOUND,
    refusals.UnknownPractitioner: _S.NOT_FOUND,
    refusals.UnknownHold: _S.NOT_FOUND,
    refusals.UnknownAppointment: _S.NOT_FOUND,
    refusals.PastTime: _S.UNPROCESSABLE_ENTITY,
    refusals.TooSoon: _S.UNPROCESSABLE_ENTITY,
    refusals.TooFar: _S.UNPROCESSABLE_ENTITY,
    refusals.Closed: _S.UNPROCESSABLE_ENTITY,
    refusals.ForgedLink: _S.UNAUTHORIZED,
    refusals.ExpiredLink: _S.GONE,
}


def too_long(length: int, most: int, field: str = "text") -> Refused:
    """The refusal of a text that is longer than possible."""
    return _unfit(field, f"There are {length} characters; at most {most} are possible. Please shorten it.")


def unprintable(field: str = "text") -> Refused:
    """The refusal of a text with control characters."""
    return _unfit(field, "The text holds characters that are no text.")


def _unfit(field: str, sentence: str) -> Refused:
    errors = [{"field": field, "message": sentence}]
    return Refused(_S.UNPROCESSABLE_ENTITY, "invalid-request", f"{field}: {sentence}", errors=errors)


def refusal_of(error: Exception) -> Refused:
    """The refusal for an exception; an unknown one is an internal fault, and says nothing of itself."""
    if isinstance(error, Refused):
        return error
    if known := _KNOWN.get(type(error)):
        status, kind, detail = known
        return Refused(status, kind, detail, _asking(status))
    for kind_of_error, refuse in _MADE.items():
        if isinstance(error, kind_of_error):
            return refuse(error)
    return Refused(
        _S.INTERNAL_SERVER_ERROR,
        "internal-fault",
        "Something went wrong on our side. Nothing you sent before is lost. Please try again.",
    )


def _asking(status: HTTPStatus) -> dict[str, str] | None:
    """The header by which a 401 says what it wants."""
    return {"WWW-Authenticate": "Bearer"} if status is _S.UNAUTHORIZED else None


def _too_many(error: TooMany) -> Refused:
    return Refused(
        _S.TOO_MANY_REQUESTS,
        "too-many-messages",
        f"That was a lot at once. Please wait {error.retry_after} seconds and try again. In an emergency do not"
        " wait for this chat: call your emergency number.",
        {"Retry-After": str(error.retry_after)},
        retry_after=error.retry_after,
    )


def _refused_booking(error: refusals.Refusal) -> Refused:
    status = _BOOKING.get(type(error), _S.CONFLICT)
    refusal = Refused(status, error.kind, error.sentence, _asking(status))
    if isinstance(error, refusals.TimeRefused):
        return refusal.beside(nearest=[slot.document() for slot in error.nearest])
    return refusal


def _refused_by_http(error: HTTPException) -> Refused:
    status = HTTPStatus(error.status_code)
    headers = dict(error.headers) if error.headers else None  # what may be done instead: `Allow`
    return Refused(status, status.phrase.lower().replace(" ", "-"), f"{status.phrase}.", headers)


def _invalid(error: RequestValidationError) -> Refused:
    """What did not fit, field by field, without repeating what was sent."""
    errors: Sequence[Any] = error.errors()
    if any(error["type"] == "json_invalid" for error in errors):
        return Refused(_S.BAD_REQUEST, "not-json", "The request is not valid JSON in UTF-8.")
    fields = [
        {"field": ".".join(map(str, error["loc"][1:])) or "body", "message": _sentence(error["msg"])}
        for error in errors
    ]
    detail = " ".join(f"{field['field']}: {field['message']}" for field in fields)
    return Refused(_S.UNPROCESSABLE_ENTITY, "invalid-request", detail, errors=fields)


# Refusals that are made from what the exception says.
_MADE: dict[type[Exception], Callable[[Any], Refused]] = {
    TooMany: _too_many,
    refusals.Refusal: _refused_booking,
    RequestValidationError: _invalid,
    HTTPException: _refused_by_http,
}


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ")
    return message if message.endswith(".") else f"{message}."


def place(scope: Scope) -> str:
    """Where a request went, for the log: the route as it is declared, since an address may hold a token."""
    return str(getattr(scope.get("route"), "path", "no route"))


def install(app: FastAPI) -> None:
    """Makes the app answer every exception with a problem document."""

    async def refuse(request: Request, error: Exception) -> JSONResponse:
        refusal = refusal_of(error)
        if refusal.status >= _S.INTERNAL_SERVER_ERROR:
            # The kind and the place: an exception's own words may quote a visitor.
            log.error("request failed", extra={"path": place(request.scope), "fault": type(error).__name__})
        return refusal.response()

    kinds: tuple[type[Exception], ...] = (Refused, *_MADE, *_KNOWN)
    for kind in kinds:
        app.add_exception_handler(kind, refuse)
