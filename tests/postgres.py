"""A real PostgreSQL server of the tests' own, from the system's programs; tests that need it are skipped where
there are none."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text


class Server:
    """A running server, reached through a socket in its folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, database: str) -> str:
        """SQLAlchemy's URL of one of its databases."""
        return f"postgresql+psycopg://postgres@/{database}?host={self._folder}"

    def create(self, template: str = "template1") -> str:
        """A new database, a copy of another; gives its name."""
        name = f"meridian_{uuid.uuid4().hex}"
        self._run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        """Removes a database, whoever is still connected."""
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


@contextmanager
def running_server() -> Iterator[Server]:
    """Starts a server in a folder of its own; removes both afterwards."""
    programs = _programs()
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="meridian-postgres-"))
    shutil.chown(folder, user)
    data = folder / "data"
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True,
        capture_output=True,
        user=user,
        cwd=folder,
    )
    command = [str(programs / "postgres"), "-D", str(data), "-k", str(folder), "-c", "listen_addresses="]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, user=user, cwd=folder)
    try:
        _wait(data / "postmaster.pid", process)
        yield Server(folder)
    finally:
        process.terminate()  # waits for clients to go
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGINT)  # sends them away
            process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path:
    """The folder of PostgreSQL's programs. Skips the test where there are none."""
    found = [Path(folder) for folder in os.environ["PATH"].split(os.pathsep)]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for folder in found:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return (folder / "postgres").resolve().parent
    pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")


def _user() -> str:
    """Who runs the server, which refuses root."""
    if os.geteuid():
        return pwd.getpwuid(os.geteuid()).pw_name
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        pytest.skip("PostgreSQL does not run as root, and there is no user postgres")


def _wait(state: Path, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Waits until the server writes that it is ready."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if state.exists() and "ready" in state.read_text():
            return
        time.sleep(0.1)
    pytest.fail("PostgreSQL did not start")
