"""Processes of the app that come back at once when they are killed: each is forked from one that has loaded
everything, since loading takes seconds and being killed every other second leaves none."""

from __future__ import annotations

import os
import sys

import uvicorn

from bot.safety.screen import KEPT
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services, _screen


def serve(port: int) -> None:
    """Serves the app in a process of its own; gives nothing back."""
    app = create_app(Services.of(Settings()))
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_config=None)


def main(ports: list[int]) -> None:
    """Keeps one process for each port."""
    settings = Settings()
    _screen(settings.encoder, settings.models / KEPT)  # read once, and kept
    running: dict[int, int] = {}
    waiting = list(ports)
    while True:
        for port in waiting:
            child = os.fork()
            if not child:
                serve(port)
                os._exit(0)
            running[child] = port
        child, _ = os.wait()
        waiting = [running.pop(child)]


if __name__ == "__main__":
    main([int(port) for port in sys.argv[1:]])
