"""Runs the app: the public port, and beside it on loopback the custom actions for the engine."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator

import uvicorn
import uvloop

from bot import logs
from bot.actions.server import actions_app
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.security import MAX_BODY
from bot.web.services import Services


class _SecondServer(uvicorn.Server):
    """A server that leaves signals to the first; two would each restore the other's handlers."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def serve(settings: Settings) -> None:
    """Serves both ports until a signal comes; turns in progress are finished first."""
    services = Services.of(settings)
    public = uvicorn.Server(
        uvicorn.Config(
            create_app(services),
            host=settings.host,
            port=settings.port,
            ws="wsproto",
            ws_max_size=MAX_BODY,
            access_log=False,
            log_config=None,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=5,
        )
    )
    actions = _SecondServer(
        uvicorn.Config(
            actions_app(services.knowledge, services.desk, settings.derived_key("actions")),
            host="127.0.0.1",
            port=settings.actions_port,
            ws="none",
            access_log=False,
            log_config=None,
            # The engine keeps its connection; a message now and then must not have to open a new one.
            timeout_keep_alive=75,
        )
    )
    beside = asyncio.create_task(actions.serve())
    try:
        await public.serve()
    finally:
        actions.should_exit = True
        await beside


if __name__ == "__main__":
    logs.configure()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(Settings()))
