"""What is done about bookings without anybody asking: mails, holds that are over, practitioners' calendars.

Each job looks in the tables for what is due, so nothing is lost with a queue, and doing it twice does no harm.
Without Redis the consumer runs as threads of the app, so that on SQLite one process writes; with it, alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from huey import Huey, MemoryHuey, RedisHuey, crontab
from huey.consumer import Consumer

from bot import logs
from bot.booking.appointments import Bookings
from bot.booking.links import Links
from bot.booking.own_calendars import OwnCalendars
from bot.booking.post import Post
from bot.database import Database
from bot.knowledge.store import KnowledgeBase
from bot.settings import Settings

log = logging.getLogger(__name__)

_WORKERS = 2  # a calendar that is slow to read must not hold up the mails
_STOP_SECONDS = 5
_QUEUE = "meridian"


class _Threads(Consumer):  # type: ignore[misc]  # huey has no types
    """A consumer beside the app, which keeps its own handling of signals."""

    def _set_signal_handlers(self) -> None:
        pass


class Jobs:
    """The jobs of bookings. `start` and `stop` run them as threads, `run` as a process."""

    def __init__(self, bookings: Bookings, post: Post, calendars: OwnCalendars, settings: Settings) -> None:
        apart = settings.jobs_apart
        self._huey: Huey = (
            RedisHuey(_QUEUE, url=settings.redis_url, results=False)
            if apart
            else MemoryHuey(_QUEUE, results=False)
        )
        every = {"minute": "*"}
        self._repeat("send_mails", post.send_due, every)
        self._repeat("expire_holds", bookings.expire, every)
        self._repeat("read_calendars", calendars.read_all, {"minute": "*/10"})
        self._consumer: _Threads | None = None

    def start(self) -> None:
        """Starts the threads."""
        self._consumer = _Threads(self._huey, workers=_WORKERS, max_delay=1, shutdown_timeout=_STOP_SECONDS)
        self._consumer.start()

    def stop(self) -> None:
        """Lets the jobs in progress finish, for some seconds at most."""
        if self._consumer is not None:
            self._consumer.stop(graceful=True)
            self._consumer = None

    def run(self) -> None:
        """Works until a signal comes."""
        Consumer(
            self._huey,
            workers=_WORKERS,
            max_delay=1,
            shutdown_timeout=_STOP_SECONDS,
            graceful_signal="TERM",
        ).run()

    def _repeat(self, name: str, job: Callable[[], int], when: dict[str, str]) -> None:
        def work() -> None:
            try:
                job()
            except Exception as error:  # its words may quote a visitor
                log.error("job failed", extra={"job": name, "fault": type(error).__name__})

        self._huey.periodic_task(crontab(**when), name=name)(work)


def jobs_of(settings: Settings) -> Jobs:
    """The jobs over what the settings name."""
    database = Database(settings.database)
    clinic = KnowledgeBase(database).clinic
    links = Links(settings.derived_key("appointment"))
    return Jobs(
        Bookings(database, clinic),
        Post(database, clinic, links, settings),
        OwnCalendars(database, clinic),
        settings,
    )


if __name__ == "__main__":
    logs.configure()
    jobs_of(Settings()).run()
