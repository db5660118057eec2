"""What every answer carries and every request must keep to: headers, body size, no stray exception."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import Refused, place, refusal_of

log = logging.getLogger(__name__)

# 1,000 characters of any kind, escaped as JSON allows.
# Far more than any message: a text that is too long is refused only after its warning signs were read.
MAX_BODY = 256 * 1024


def page_policy(*sites: str) -> str:
    """The content security policy of a page that this server and these sites may frame."""
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            " ".join(("frame-ancestors 'self'", *sites)),
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


HEADERS = {
    "Content-Security-Policy": page_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Scripts and style sheets are no pages: the rules for pages would be dead weight on each of them.
_PARTS = ("text/javascript", "text/css")
_HEADERS_OF_PARTS = {
    name: HEADERS[name] for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy")
}


def _set_headers(headers: MutableHeaders) -> None:
    """Adds what the route has not set itself."""
    part = headers.get("content-type", "").startswith(_PARTS)
    # X-Frame-Options knows no list of sites: a route with a policy of its own has said who may frame it.
    framing = "Content-Security-Policy" in headers
    for name, value in (_HEADERS_OF_PARTS if part else HEADERS).items():
        if not (framing and name == "X-Frame-Options"):
            headers.setdefault(name, value)
    # A conversation must not stay in a shared browser's cache.
    headers.setdefault("Cache-Control", "no-store")


class TooLarge(Exception):
    """The body is longer than any message may be."""


class Guard:
    """ASGI middleware around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_with_headers(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                _set_headers(MutableHeaders(scope=message))
            await send(message)

        try:
            await self._app(scope, await _read(receive), send_with_headers)
        except TooLarge:
            refusal = Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "too-large",
                f"A request may have at most {MAX_BODY} bytes. Please send a shorter message."
                " In an emergency do not wait for this chat: call your emergency number.",
            )
            await refusal.response()(scope, receive, send_with_headers)
        except Exception as error:
            # Where it happened, not what it said: an exception's words may quote a visitor.
            frames = [
                f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            log.error(
                "request failed",
                extra={"path": place(scope), "fault": type(error).__name__, "frames": frames[-6:]},
            )
            if not started:
                await refusal_of(error).response()(scope, receive, send_with_headers)


async def _read(receive: Receive) -> Receive:
    """Reads the whole body, which is short, and gives it back to whoever asks. Raises `TooLarge`."""
    body = b""
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if len(body) > MAX_BODY:
            raise TooLarge
        if not message.get("more_body"):
            message = {"type": "http.request", "body": body}
            break
    first: Message | None = message

    async def replay() -> Message:
        nonlocal first
        if first is None:
            return await receive()
        given, first = first, None
        return given

    return replay
