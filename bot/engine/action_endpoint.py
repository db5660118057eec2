"""Calls the custom actions over one kept connection, with their token and a short patience.

Rasa's own endpoint opens a connection for each call, a tenth of a message's time, and waits five minutes.
"""

from typing import Any

import aiohttp
from rasa.utils.endpoints import ClientResponseError, EndpointConfig

PATIENCE = 5.0  # seconds

# Uvicorn closes a connection after 5 idle seconds. Closing ours sooner spares a call that meets a closed
# door, which must not be repeated: an action may have booked something.
IDLE = 2.0  # seconds


class ActionEndpoint(EndpointConfig):
    """Stands where Rasa expects the endpoint of the actions. `close` it when the engine stops."""

    def __init__(self, url: str, token: str = "", patience: float = PATIENCE) -> None:
        """`token` goes into the Authorization header, unless it is empty; `patience` is in seconds."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        super().__init__(url, headers=headers, enable_selective_domain=True)
        self._patience = aiohttp.ClientTimeout(total=patience)
        self._session: aiohttp.ClientSession | None = None

    async def request(self, method: str = "post", *_: Any, json: Any = None, **__: Any) -> Any:
        """The JSON that the actions answered to `json`.

        Raises:
            ClientResponseError: they answered with an error.
            aiohttp.ClientError, asyncio.TimeoutError: they did not answer.
        """
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self.headers,
                timeout=self._patience,
                connector=aiohttp.TCPConnector(keepalive_timeout=IDLE),
                cookie_jar=aiohttp.DummyCookieJar(),  # none are set, and to look for some takes time
            )
        async with self._session.request(method, self.url or "", json=json) as response:
            if response.status >= 400:
                # A 400 is Rasa's "choose another action"; our rules have no other, and it would ask for ever.
                status = 500 if response.status == 400 else response.status
                raise ClientResponseError(status, response.reason or "", await response.text())
            return await response.json()

    async def close(self) -> None:
        """Closes the connection; a later call would open another."""
        if self._session is not None:
            await self._session.close()
            self._session = None
