"""The visitor's token: signed, bound to one conversation, short-lived, renewable for some days after its issue."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

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

    @property
    def seconds(self) -> int:
        """How long a token lives."""
        return int(self._life.total_seconds())

    def issue(self, conversation_id: str) -> tuple[str, datetime]:
        """A token for a conversation, and when it expires."""
        issued = now()
        expires = issued + self._life
        claims = {"aud": _AUDIENCE, "sub": conversation_id, "iat": issued, "exp": expires}
        return jwt.encode(claims, self._key, _ALGORITHM), expires

    def check(self, token: str, conversation_id: str) -> None:
        """Raises `InvalidToken` unless the token opens this conversation now."""
        if self._expired(self._claims(token, conversation_id)):
            raise InvalidToken

    def conversation(self, token: str) -> str:
        """The id of the conversation that the token opens now. Raises `InvalidToken`."""
        claims = self._claims(token)
        if self._expired(claims):
            raise InvalidToken
        return str(claims["sub"])

    def check_for_renewal(self, token: str, conversation_id: str) -> None:
        """Raises `InvalidToken` unless the token opens this conversation, or was issued not too long ago."""
        claims = self._claims(token, conversation_id)
        if self._expired(claims) and claims["iat"] + self._renewal.total_seconds() <= now().timestamp():
            raise InvalidToken

    def _expired(self, claims: dict[str, Any]) -> bool:
        return bool(claims["exp"] <= now().timestamp())

    def _claims(self, token: str, conversation_id: str | None = None) -> dict[str, Any]:
        """What the token says, with its signature checked and its age not."""
        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                subject=conversation_id,
                options={"require": ["exp", "iat", "sub", "aud"], "verify_exp": False},
            )
        except jwt.InvalidTokenError:
            raise InvalidToken from None
