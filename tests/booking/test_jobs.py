"""Jobs run beside the app, or apart from it on Redis; what they find due stands in the tables."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.booking.appointments import Bookings, Visitor
from bot.booking.jobs import Jobs
from bot.booking.links import Links
from bot.booking.own_calendars import OwnCalendars
from bot.booking.post import Post
from bot.booking.tables import Appointment
from bot.database import now
from bot.scratch import free_ports
from bot.settings import ROOT, Settings
from bot.supervisor import services
from tests.booking.conftest import FOLLOW_UP, MONDAY, Desk
from tests.mailbox import running_mailbox

A_MINUTE = 60.0


def until(holds: Callable[[], bool], seconds: float = 20.0) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never held"
        time.sleep(0.1)


@pytest.fixture
def jobs(desk: Desk, settings: Settings) -> Iterator[Jobs]:
    clinic = lambda: desk.clinic  # noqa: E731
    post = Post(desk.database, clinic, Links("a key that is as long as keys must be"), settings, desk.clock)
    jobs = Jobs(desk.bookings, post, OwnCalendars(desk.database, clinic, desk.clock), settings)
    yield jobs
    jobs.stop()


def count(desk: Desk) -> int:
    with desk.database.read() as session:
        return session.scalar(select(func.count()).select_from(Appointment)) or 0


def test_threads_send_mails_and_let_holds_go(desk: Desk, jobs: Jobs, settings: Settings) -> None:
    desk.book(desk.at(MONDAY, 10))
    desk.bookings.hold(Visitor("ben"), "one", FOLLOW_UP, desk.at(MONDAY, 15))
    assert count(desk) == 2
    desk.clock.passes(minutes=5)
    with running_mailbox(settings) as mailbox:
        jobs.start()
        until(lambda: mailbox.subjects == ["your visit is booked"] and count(desk) == 1)


def test_the_threads_stop_within_seconds(jobs: Jobs) -> None:
    jobs.start()
    begun = time.monotonic()
    jobs.stop()
    assert time.monotonic() - begun < 6


def test_a_job_that_fails_does_not_stop_the_others_and_logs_no_words(
    desk: Desk, jobs: Jobs, caplog: pytest.LogCaptureFixture
) -> None:
    desk.bookings.hold(Visitor("ben"), "one", FOLLOW_UP, desk.at(MONDAY, 15))
    desk.clock.passes(minutes=5)
    with desk.database.write() as session:
        session.connection().exec_driver_sql("ALTER TABLE calendars RENAME TO purple_ears")
        session.connection().exec_driver_sql("ALTER TABLE mails RENAME TO lost_mails")
    with caplog.at_level(logging.WARNING):
        jobs.start()
        until(lambda: count(desk) == 0)
    assert "purple" not in caplog.text


def test_on_sqlite_jobs_are_never_a_process_of_their_own(settings: Settings) -> None:
    settings.redis_url = "redis://127.0.0.1:6379/0"
    assert not settings.jobs_apart
    settings.database_url = "postgresql+psycopg://meridian@/meridian"
    assert settings.jobs_apart


def test_with_redis_the_supervisor_keeps_a_third_process(settings: Settings, tmp_path: Path) -> None:
    settings.model = "any.tar.gz"
    assert [service.name for service in services(settings)] == ["app", "engine"]
    settings.redis_url, settings.database_url = "redis://127.0.0.1:6379/0", "postgresql+psycopg://m@/m"
    assert [service.name for service in services(settings)] == ["app", "jobs", "engine"]


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """A Redis server of the tests' own; skipped where there is none."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        pytest.skip("no redis-server is installed")
    (port,) = free_ports(1)
    server = subprocess.Popen(
        [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_process_of_its_own_works_on_redis(desk: Desk, settings: Settings, tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        settings.redis_url = redis
        settings.database_url = desk.database.engine.url.render_as_string(hide_password=False)
        bookings = Bookings(desk.database, lambda: desk.clinic)
        slot = bookings.free(FOLLOW_UP, now().date(), now().date().replace(year=now().year + 1))[0]
        held = bookings.hold(Visitor("ben"), "one", FOLLOW_UP, slot.starts_at)
        with desk.database.write() as session:
            session.get_one(Appointment, held.id).held_until = now()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.booking.jobs"], cwd=ROOT, env={**os.environ, **settings.environment()}
        )
        try:
            until(lambda: count(desk) == 0, 2 * A_MINUTE)
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
