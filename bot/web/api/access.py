"""What a route asks of its caller, as parameters that cannot be forgotten.

Coroutines, though they wait for nothing: FastAPI gives a plain function a thread, for each parameter of each request.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.requests import HTTPConnection

from bot.web.services import Services
from bot.web.tokens import InvalidToken


def services(connection: HTTPConnection) -> Services:
    """The parts of the app."""
    found: Services = connection.app.state.services
    return found


async def _services(connection: HTTPConnection) -> Services:
    return services(connection)


async def bearer(request: Request) -> str:
    """The token of the Authorization header. Raises `InvalidToken`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise InvalidToken
    return token.strip()


def address(connection: HTTPConnection) -> str:
    """The visitor's network address, as Uvicorn gives it (it believes only the proxies in the settings)."""
    return connection.client.host if connection.client else "unknown"


async def _address(connection: HTTPConnection) -> str:
    return address(connection)


App = Annotated[Services, Depends(_services)]
Address = Annotated[str, Depends(_address)]
ConversationId = Annotated[str, Path(max_length=32, description="Id of the conversation.")]


async def _own(conversation_id: ConversationId, token: Annotated[str, Depends(bearer)], app: App) -> str:
    app.tokens.check(token, conversation_id)
    return conversation_id


# The id of a conversation that the caller's token opens.
OwnConversation = Annotated[str, Depends(_own)]
Bearer = Annotated[str, Depends(bearer)]
