"""The visitor's token: signed, bound to one conversation, short-lived, renewable for some days."""

from __future__ import annotations

from datetime import datetime, timedelta

import jwt

from bot.database import now

_ALGORITHM = "HS256"
_AUDIENCE = "visitor"


class InvalidToken(Exception):
    """The token is missing, forged, expired, or of another conversation."""


class Tokens:
    """Issues and checks tokens."""

    def __init__(self, key: str, minutes: int, renewal_days: int) -> None:
        self._key = key
        self._life = timedelta(minutes=minutes)
        self._renewal = timedelta(days=renewal_days)

    def issue(self, conversation_id: str) -> tuple[str, datetime]:
        """A token for a conversation, and when it expires."""
        issued = now()
        expires = issued + self._life
        claims = {"aud": _AUDIENCE, "sub": conversation_id, "iat": issued, "exp": expires}
        return jwt.encode(claims, self._key, _ALGORITHM), expires

    def check(self, token: str, conversation_id: str) -> None:
        """Raises `InvalidToken` unless the token opens this conversation now."""
        self._check(token, conversation_id, timedelta(0))

    def conversation(self, token: str) -> str:
        """The id of the conversation that the token opens now. Raises `InvalidToken`."""
        return self._check(token, None, timedelta(0))

    def check_for_renewal(self, token: str, conversation_id: str) -> None:
        """Raises `InvalidToken` unless the token opens this conversation, or did some days ago."""
        self._check(token, conversation_id, self._renewal)

    def _check(self, token: str, conversation_id: str | None, leeway: timedelta) -> str:
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                subject=conversation_id,
                leeway=leeway,
                options={"require": ["exp", "iat", "sub", "aud"]},
            )
        except jwt.InvalidTokenError:
            raise InvalidToken from None
        return str(claims["sub"])
