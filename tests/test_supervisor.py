"""The supervisor with small services: restarts what dies, gives up on what never was ready, stops in order."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.problems import Problems
from bot.scratch import free_ports
from bot.settings import Settings
from bot.supervisor import Service, Supervisor

SERVE = """
import http.server, signal, sys
signal.signal(signal.SIGTERM, lambda *a: (open(sys.argv[2], "a").write(sys.argv[3] + " "), sys.exit(0)))
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
    def log_message(self, *a): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def service(name: str, code: str, *arguments: str) -> Service:
    (port,) = free_ports(1)
    command = [sys.executable, "-c", code, str(port), *arguments]
    return Service(name, command, dict(os.environ), f"http://127.0.0.1:{port}/")


def test_what_dies_is_started_again_however_often_once_it_was_ready(
    tmp_path: Path, settings: Settings
) -> None:
    lines = str(tmp_path / "stopped")
    supervisor = Supervisor(
        [service("one", SERVE, lines, "one"), service("two", SERVE, lines, "two")], settings
    )

    async def scenario() -> None:
        ready = asyncio.Event()
        running = asyncio.create_task(supervisor.run(ready.set))
        await asyncio.wait_for(ready.wait(), 20)
        for times in range(1, 5):
            supervisor._processes["two"].kill()
            async with asyncio.timeout(20):
                while supervisor.restarts["two"] < times or not supervisor._ready["two"].is_set():
                    await asyncio.sleep(0.05)
        supervisor.stop()
        await asyncio.wait_for(running, 20)

    asyncio.run(scenario())
    assert supervisor.restarts == {"one": 0, "two": 4}
    assert Path(lines).read_text() == "one two "


def test_what_was_ready_once_is_never_given_up(tmp_path: Path, settings: Settings) -> None:
    """As an engine that is short of memory for a while: it dies at once, again and again, and comes back."""
    broken = tmp_path / "broken"
    code = f"import os, sys\nif os.path.exists({str(broken)!r}): sys.exit(1)\n{SERVE}"
    supervisor = Supervisor([service("engine", code, str(tmp_path / "stopped"), "engine")], settings)

    async def scenario() -> None:
        ready = asyncio.Event()
        running = asyncio.create_task(supervisor.run(ready.set))
        await asyncio.wait_for(ready.wait(), 20)
        broken.touch()
        supervisor._processes["engine"].kill()
        async with asyncio.timeout(30):
            while supervisor.restarts["engine"] < 4:
                await asyncio.sleep(0.05)
            broken.unlink()
            while not supervisor._ready["engine"].is_set():
                await asyncio.sleep(0.05)
        supervisor.stop()
        await asyncio.wait_for(running, 20)

    asyncio.run(scenario())


def test_what_never_becomes_ready_ends_with_what_to_do(settings: Settings) -> None:
    supervisor = Supervisor([service("engine", "raise SystemExit(3)")], settings)
    with pytest.raises(Problems, match=r"M304.*meridian train") as caught:
        asyncio.run(supervisor.run(lambda: None))
    assert "status 3" in caught.value.problems[0].what


def test_what_takes_too_long_is_named(tmp_path: Path, settings: Settings) -> None:
    slow = service("slow", "import time; time.sleep(60)")
    quick = service("quick", SERVE, str(tmp_path / "stopped"), "quick")
    with pytest.raises(Problems, match=r"slow\..*M305"):
        asyncio.run(Supervisor([quick, slow], settings).run(lambda: None, ready_seconds=2))
