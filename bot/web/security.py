"""What every answer carries and every request must keep to: headers, body size, no stray exception."""

from __future__ import annotations

import logging
import traceback
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.problems import Refused, refusal_of

log = logging.getLogger(__name__)

# 1,000 characters of any kind, escaped as JSON allows.
# Far more than any message: a text that is too long is refused only after its warning signs were read.
MAX_BODY = 256 * 1024

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


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
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                # A conversation must not stay in a shared browser's cache.
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        try:
            await self._app(scope, await _read(receive), send_with_headers)
        except TooLarge:
            refusal = Refused(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "too-large",
                f"A request may have at most {MAX_BODY} bytes. Please send a shorter message.",
            )
            await refusal.response()(scope, receive, send_with_headers)
        except Exception as error:
            # Where it happened, not what it said: an exception's words may quote a visitor.
            frames = [
                f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)
            ]
            log.error(
                "request failed",
                extra={"path": scope["path"], "fault": type(error).__name__, "frames": frames[-6:]},
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
