"""A whole Meridian on free ports with a database of its own, for evaluation, tests and benchmarks.

The live one is never touched: only its model, encoder and knowledge files are read.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.problems import Problem, Problems
from bot.settings import Settings

_UNLIMITED = "1000000/minute"


@dataclass(frozen=True)
class Stack:
    """A running stack: where it is, its settings, the supervisor's process, and its log."""

    url: str
    settings: Settings
    process: subprocess.Popen[bytes]
    log: Path


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def scratch_stack(ready_seconds: float = 120, **overrides: Any) -> Iterator[Stack]:
    """Starts `meridian up` on free ports in a temporary folder; stops and removes it afterwards.

    `overrides` are settings by name; rate limits are off unless given.

    Raises:
        Problems: it does not come up; with the end of its log.
    """
    with tempfile.TemporaryDirectory(prefix="meridian-") as folder:
        port, actions_port, engine_port = free_ports(3)
        values: dict[str, Any] = {
            "data": Path(folder),
            "database_url": "",
            "host": "127.0.0.1",
            "port": port,
            "actions_port": actions_port,
            "engine_port": engine_port,
            "rate_per_conversation": _UNLIMITED,
            "rate_per_address": _UNLIMITED,
            "conversations_per_address": _UNLIMITED,
            "smtp_host": "",
            **overrides,
        }
        settings = Settings(**values)
        log = Path(folder) / "stack.log"
        with log.open("wb") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", "up"],
                cwd=settings.home,
                env={**os.environ, **settings.environment(), "PYTHONPATH": str(settings.home)},
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        stack = Stack(f"http://127.0.0.1:{port}", settings, process, log)
        try:
            _wait_ready(stack, ready_seconds)
            yield stack
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_ready(stack: Stack, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and stack.process.poll() is None:
        try:
            if httpx.get(f"{stack.url}/readyz", timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    tail = "\n".join(stack.log.read_text(errors="replace").splitlines()[-25:])
    what = f"The scratch stack did not come up. The end of its log:\n{tail}"
    raise Problems([Problem("M306", what, "Try `./meridian doctor`.")])
