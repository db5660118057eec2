"""The engine and its actions as processes of their own, spoken to over HTTP."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "a token for tests"
START_WITHIN = 60.0  # seconds; on a busy machine Rasa's imports alone take ten


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: its status and its JSON."""

    status: int
    body: Any


@dataclass(frozen=True)
class Actions:
    """The running actions."""

    url: str
    process: subprocess.Popen[bytes]

    @classmethod
    @contextmanager
    def started(cls) -> Iterator["Actions"]:
        port = free_port()
        command = [sys.executable, "-m", "rasa_sdk", "--actions", "tests.engine.actions", "--port", str(port)]
        with _process(command, subprocess.DEVNULL) as process:
            _wait(lambda: send("GET", f"http://127.0.0.1:{port}/health").status == 200, process)
            yield cls(f"http://127.0.0.1:{port}/webhook", process)


@dataclass
class Engine:
    """A running engine; `log` has all that it wrote to stdout and stderr."""

    url: str
    log: Path
    process: subprocess.Popen[bytes]
    turn: int = 0

    @classmethod
    @contextmanager
    def started(cls, models: Path, actions_url: str, log: Path, *options: str) -> Iterator["Engine"]:
        """An engine that answers `/health`, with a model or without."""
        port = free_port()
        command = [sys.executable, "-m", "bot.engine.serve", "--models", str(models), "--port", str(port)]
        command += ["--actions-url", actions_url, *options]
        with log.open("wb") as output, _process(command, output) as process:
            engine = cls(f"http://127.0.0.1:{port}/webhooks/meridian", log, process)
            _wait(lambda: engine.get("/health").status in (200, 503), process)
            yield engine

    def get(self, path: str, token: str | None = TOKEN) -> Answer:
        return send("GET", self.url + path, None, token)

    def post(self, path: str, body: Any, token: str | None = TOKEN) -> Answer:
        return send("POST", self.url + path, body, token)

    def say(self, text: str, conversation: str = "one", **more: Any) -> Answer:
        """What the engine answers to a visitor's text; `more` goes into the body."""
        return self._message(conversation, {"text": text, **more})

    def choose(self, payload: str, conversation: str = "one") -> Answer:
        """What the engine answers to a quick reply."""
        return self._message(conversation, {"choice": payload})

    def _message(self, conversation: str, content: dict[str, Any]) -> Answer:
        self.turn += 1
        return self.post(
            "/message", {"conversation_id": conversation, "message_id": f"m{self.turn}", **content}
        )


def send(method: str, url: str, body: Any = None, token: str | None = None) -> Answer:
    """One request; an answer with an error status is an answer too."""
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return Answer(response.status, json.loads(response.read() or b"null"))
    except urllib.error.HTTPError as error:
        return Answer(error.code, json.loads(error.read() or b"null"))


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def _process(command: list[str], output: Any) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "MERIDIAN_ENGINE_TOKEN": TOKEN}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(ready: Any, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + START_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            if ready():
                return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.1)
    raise TimeoutError(f"{process.args!r} did not answer within {START_WITHIN} s")
