"""Many clients who book, move and cancel at once, while the processes that serve them are killed.

Every request is repeated until it is answered, as a browser would do, so that in the end each client knows of
each of its appointments where it must be.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx
import psutil
from sqlalchemy import text

from bot.database import Database
from bot.scratch import free_ports
from bot.settings import ROOT, Settings

CONTACT = {"name": "Ada Example", "email": "ada@willow-lane.example"}
# So many of all free times are fought over.
SLOTS = 60
PROGRESS_SECONDS = 15
OVERLAPS = """
SELECT count(*) FROM appointments a JOIN appointments b
ON a.practitioner_id = b.practitioner_id AND a.id < b.id AND a.busy_from < b.busy_until AND b.busy_from < a.busy_until
WHERE a.state <> 'cancelled' AND b.state <> 'cancelled'
"""


class Apps:
    """Processes of the app over one database, each at an address of its own."""

    def __init__(self, settings: Settings, processes: int) -> None:
        ports = free_ports(processes)
        self.urls = [f"http://127.0.0.1:{port}" for port in ports]
        self._nursery = psutil.Popen(
            [sys.executable, "-m", "tests.booking.nursery", *map(str, ports)],
            cwd=ROOT,
            env={**os.environ, **settings.environment(), "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self, seconds: float = 300) -> None:
        """Waits until all of them answer."""
        deadline = time.monotonic() + seconds
        with httpx.Client(trust_env=False, timeout=2) as http:
            for url in self.urls:
                while True:
                    try:
                        http.get(f"{url}/healthz").raise_for_status()
                        break
                    except httpx.HTTPError:
                        assert self._nursery.is_running(), "the apps have ended"
                        assert time.monotonic() < deadline, "the apps do not answer"
                        time.sleep(0.1)

    def kill_one(self, dice: random.Random) -> None:
        """Kills one at once, whatever it does (SIGKILL), and waits until it is there again."""
        dice.choice(self._nursery.children()).kill()
        self.wait()

    def stop(self) -> None:
        """Ends them all."""
        self._nursery.suspend()  # or it would bring them back
        for process in (*self._nursery.children(), self._nursery):
            process.kill()
        self._nursery.wait()


@dataclass
class Run:
    """What came of a run."""

    outcomes: Counter[str] = field(default_factory=Counter)
    kills: int = 0
    overlaps: int = 0
    # Acknowledged, and not there or somewhere else.
    missing: list[str] = field(default_factory=list)
    # There, and never acknowledged.
    unknown: list[str] = field(default_factory=list)


@dataclass
class Client:
    """A visitor with a conversation, who remembers what was acknowledged."""

    urls: list[str]
    dice: random.Random
    outcomes: Counter[str]
    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._http = httpx.Client(trust_env=False, timeout=20)
        self._token = self.insist("POST", "/conversations", json={}).json()["token"]

    def insist(self, method: str, path: str, token: str = "", **kwargs: Any) -> httpx.Response:
        """Sends a request, to one process or another, until one has answered it."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        while True:
            url = f"{self.dice.choice(self.urls)}/api/v1{path}"
            try:
                answer = self._http.request(method, url, headers=headers, **kwargs)
            except (httpx.NetworkError, httpx.RemoteProtocolError, httpx.TimeoutException):
                time.sleep(0.05)
                continue
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, answer.text
            return answer

    def close(self) -> None:
        """Goes."""
        self._http.close()

    def attempt(self, slots: list[dict[str, Any]]) -> None:
        """Books a time, or moves or cancels one it has."""
        slot = self.dice.choice(slots)
        mine = [key for key, each in self.acknowledged.items() if each["state"] == "booked"]
        if mine and self.dice.random() < 0.5:
            self._change(self.dice.choice(mine), slot)
        else:
            self._book(slot)

    def _book(self, slot: dict[str, Any]) -> None:
        body = {name: slot[name] for name in ("service_id", "practitioner_id", "starts_at")}
        held = self.insist("POST", "/holds", self._token, json={**body, "key": uuid.uuid4().hex})
        if held.status_code != HTTPStatus.CREATED:
            self.outcomes[f"hold: {held.json()['type']}"] += 1
            return
        body = {**CONTACT, "hold_id": held.json()["id"]}
        booked = self.insist("POST", "/appointments", self._token, json=body)
        if booked.status_code != HTTPStatus.CREATED:
            self.outcomes[f"book: {booked.json()['type']}"] += 1
            return
        self.outcomes["booked"] += 1
        self.tokens[booked.json()["id"]] = booked.json()["token"]
        self._remember(booked)

    def _change(self, appointment: str, slot: dict[str, Any]) -> None:
        path, token = f"/appointments/{appointment}", self.tokens[appointment]
        if self.dice.random() < 0.5:
            body = {name: slot[name] for name in ("practitioner_id", "starts_at")}
            answer, done = self.insist("PATCH", path, token, json=body), "moved"
        else:
            answer, done = self.insist("DELETE", path, token), "cancelled"
        if answer.status_code == HTTPStatus.OK:
            self.outcomes[done] += 1
            self._remember(answer)
        else:
            self.outcomes[f"{done}: {answer.json()['type']}"] += 1

    def _remember(self, answer: httpx.Response) -> None:
        seen = answer.json()
        self.acknowledged[seen["id"]] = {
            "state": seen["state"],
            "practitioner_id": seen["practitioner_id"],
            "starts_at": datetime.fromisoformat(seen["starts_at"]).astimezone(UTC),
        }


def settings_for(folder: Any, database_url: str = "") -> Settings:
    """Settings of an app whose clients may ask as often as they like."""
    unlimited = "100000000/minute"
    return Settings(
        _env_file=None,
        data=folder,
        database_url=database_url,
        secret="s" * 32,
        engine_port=9,
        rate_per_conversation=unlimited,
        rate_per_address=unlimited,
        conversations_per_address=unlimited,
    )


@contextmanager
def serving(settings: Settings, processes: int) -> Iterator[Apps]:
    """So many processes of the app over one database."""
    apps = Apps(settings, processes)
    try:
        apps.wait()
        yield apps
    finally:
        apps.stop()


def contend(
    apps: Apps, database: Database, *, clients: int, attempts: int, kill_every: float, seed: int = 1
) -> Run:
    """Lets clients make attempts while a process is killed every so many seconds; then counts."""
    dice = random.Random(seed)
    run = Run()
    visitors = [Client(apps.urls, random.Random(dice.random()), Counter()) for _ in range(clients)]
    slots = _slots(visitors[0], dice)
    faults: list[BaseException] = []
    done = threading.Event()

    def work(visitor: Client) -> None:
        try:
            for _ in range(attempts // clients):
                visitor.attempt(slots)
        except BaseException as fault:
            faults.append(fault)

    def kill() -> None:
        while not done.wait(kill_every):
            apps.kill_one(dice)
            run.kills += 1

    threads = [threading.Thread(target=work, args=(visitor,)) for visitor in visitors]
    killer = threading.Thread(target=kill)
    for thread in (*threads, killer):
        thread.start()
    while alive := [thread for thread in threads if thread.is_alive()]:
        alive[0].join(PROGRESS_SECONDS)
        made = sum(visitor.outcomes.total() for visitor in visitors)
        print(f"{made} of {attempts} attempts, {run.kills} kills", flush=True)  # noqa: T201  # shown with -s
    done.set()
    killer.join()
    for visitor in visitors:
        visitor.close()
    if faults:
        raise faults[0]
    for visitor in visitors:
        run.outcomes += visitor.outcomes
    _count(run, database, {key: each for visitor in visitors for key, each in visitor.acknowledged.items()})
    return run


def _slots(visitor: Client, dice: random.Random) -> list[dict[str, Any]]:
    """The times that are fought over: of both services, so that they overlap in every way."""
    first = datetime.now(UTC).date() + timedelta(days=7)
    found: list[dict[str, Any]] = []
    for service in visitor.insist("GET", "/services").json()["services"]:
        for practitioner in service["practitioners"]:
            params = {
                "service": service["id"], "practitioner": practitioner["id"],
                "from": str(first), "to": str(first + timedelta(days=2)),
            }  # fmt: skip
            found += visitor.insist("GET", "/slots", params=params).json()["slots"]
    return dice.sample(found, min(SLOTS, len(found)))


def _count(run: Run, database: Database, acknowledged: dict[str, dict[str, Any]]) -> None:
    from bot.booking.tables import Appointment, State

    with database.read() as session:
        run.overlaps = session.scalar(text(OVERLAPS)) or 0
        stored = {each.id: each for each in session.query(Appointment) if each.state is not State.HELD}
    for key, told in acknowledged.items():
        row = stored.get(key)
        if row is None or {name: getattr(row, name) for name in told} != told:
            run.missing.append(key)
    run.unknown = sorted(set(stored) - set(acknowledged))
