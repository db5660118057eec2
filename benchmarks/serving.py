"""Rasa's own server, and its action server, on free ports and loopback only."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.progress import step
from benchmarks.projects import Trained, environment
from benchmarks.stock import write_serving_files
from bot.problems import Problem, Problems
from bot.scratch import free_ports
from bot.settings import Settings

READY_WITHIN = 180.0  # seconds


@dataclass(frozen=True)
class Server:
    """A running Rasa. `begun` is `time.perf_counter()` of just before it was started."""

    url: str
    begun: float
    process: int
    actions_process: int | None


@contextmanager
def rasa_server(model: Trained, answers: Mapping[str, str] | None = None) -> Iterator[Server]:
    """Serves a model with `rasa run`; with `answers` (by intent) its action server as well.

    Raises:
        Problems: it does not come up.
    """
    port, actions_port = free_ports(2)
    write_serving_files(model.folder, dict(answers or {}), actions_port)
    with ExitStack() as running:
        begun = time.perf_counter()
        with step("Starting Rasa's server", "10 to 30 s"):
            actions = None
            if answers is not None:
                command = [
                    *(sys.executable, "-m", "rasa_sdk"),
                    "--actions",
                    "actions",
                    "--port",
                    str(actions_port),
                ]
                actions = running.enter_context(_running(command, model.folder, "actions.log"))
            command = [
                *(str(Settings().engine_python), "-m", "rasa", "run", "--enable-api"),
                *("--model", str(model.model), "--interface", "127.0.0.1", "--port", str(port)),
                *("--endpoints", "endpoints.yml", "--credentials", "credentials.yml"),
            ]
            process = running.enter_context(_running(command, model.folder, "serve.log"))
            _wait(f"http://127.0.0.1:{port}/status", process, model.folder / "serve.log")
            if actions is not None:
                _wait(f"http://127.0.0.1:{actions_port}/health", actions, model.folder / "actions.log")
        yield Server(f"http://127.0.0.1:{port}", begun, process.pid, actions.pid if actions else None)


@contextmanager
def _running(command: list[str], folder: Path, log: str) -> Iterator[subprocess.Popen[bytes]]:
    with (folder / log).open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**environment(), "SANIC_HOST": "127.0.0.1"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if httpx.get(url, timeout=2, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    last = "\n  ".join(log.read_text(errors="replace").strip().splitlines()[-8:])
    what = f"Rasa's server did not come up. Its last words:\n  {last}"
    raise Problems([Problem("M503", what, "Read the whole output here.", log)])
