"""The link by which a visitor sees, moves and cancels an appointment without an account."""

from __future__ import annotations

import jwt

from bot.booking.refusals import ForgedLink

_ALGORITHM = "HS256"
_AUDIENCE = "appointment"


class Links:
    """Signs and reads the tokens of links.

    A token names its appointment and no date: a move must not make the link in an older mail expire early.
    Until when it opens the appointment is the appointment's matter.
    """

    def __init__(self, key: str) -> None:
        self._key = key

    def sign(self, appointment_id: str) -> str:
        """The token that opens an appointment."""
        return jwt.encode({"aud": _AUDIENCE, "sub": appointment_id}, self._key, _ALGORITHM)

    def read(self, token: str) -> str:
        """The id of the appointment that a token opens.

        Raises:
            ForgedLink.
        """
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=[_ALGORITHM],
                audience=_AUDIENCE,
                options={"require": ["sub", "aud"]},
            )
        except jwt.InvalidTokenError:
            raise ForgedLink from None
        return str(claims["sub"])
