"""Processes of the app that come back at once when they are killed: each is forked from one that has loaded
everything, since loading takes seconds and being killed every other second leaves none."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta

import uvicorn
from fastapi import FastAPI
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services


def warmed(settings: Settings) -> FastAPI:
    """The app with everything that it makes ready when it is first asked, and no connection of its own."""
    services = Services.of(settings)
    app = create_app(services)
    http = TestClient(app)
    for service in http.get("/api/v1/services").raise_for_status().json()["services"]:
        week = [str(datetime.now(UTC).date() + timedelta(days=days)) for days in (1, 8)]
        params = {"service": service["id"], "from": week[0], "to": week[1]}
        http.get("/api/v1/slots", params=params).raise_for_status()
    http.post("/api/v1/holds", json={})
    services.database.dispose()
    return app


def serve(app: FastAPI, port: int) -> None:
    """Serves the app in a process of its own; gives nothing back."""
    uvicorn.run(app, host="127.0.0.1", port=port, access_log=False, log_config=None)


def main(ports: list[int]) -> None:
    """Keeps one process for each port."""
    app = warmed(Settings())
    running: dict[int, int] = {}
    waiting = list(ports)
    while True:
        for port in waiting:
            child = os.fork()
            if not child:
                serve(app, port)
                os._exit(0)
            running[child] = port
        child, _ = os.wait()
        waiting = [running.pop(child)]


if __name__ == "__main__":
    main([int(port) for port in sys.argv[1:]])
