"""Everything one running app holds, made once and handed to the routes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.booking.appointments import Bookings
from bot.booking.desk import Desk
from bot.booking.drafts import Drafts
from bot.booking.jobs import Jobs
from bot.booking.links import Links
from bot.booking.own_calendars import OwnCalendars
from bot.booking.post import Post
from bot.conversations.alerts import Alerts
from bot.conversations.engine_client import EngineClient
from bot.conversations.record import Record
from bot.conversations.signs import Signs
from bot.conversations.stream import Stream
from bot.conversations.turns import Turns
from bot.conversations.warnings import Warnings
from bot.database import Database
from bot.encoder.encoder import SentenceEncoder
from bot.knowledge.library import Library
from bot.knowledge.phrases import phrase
from bot.knowledge.store import KnowledgeBase
from bot.safety.screen import KEPT, Screen
from bot.settings import Settings
from bot.web.limits import Limits
from bot.web.tokens import Tokens


@dataclass(frozen=True)
class Services:
    """The parts of the app, wired to each other."""

    settings: Settings
    database: Database
    knowledge: KnowledgeBase
    library: Library
    record: Record
    warnings: Warnings
    engine: EngineClient
    stream: Stream
    turns: Turns
    alerts: Alerts
    bookings: Bookings
    desk: Desk
    links: Links
    passes: Links
    calendars: OwnCalendars
    jobs: Jobs
    tokens: Tokens
    limits: Limits

    @classmethod
    def of(cls, settings: Settings) -> Services:
        """Wires everything from the settings."""
        database = Database(settings.database)
        knowledge = KnowledgeBase(database)
        library = Library(database, knowledge.clinic)
        record = Record(database)
        stream = Stream()
        alerts = Alerts(database, knowledge, settings)
        engine = EngineClient(
            f"http://127.0.0.1:{settings.engine_port}",
            settings.derived_key("engine"),
            settings.engine_seconds,
        )
        bookings = Bookings(database, knowledge.clinic)
        drafts = Drafts(database, bookings)
        screen = _screen(settings.encoder, settings.models / KEPT)
        warnings = Warnings(screen, Signs(database), knowledge, on_stop=drafts.drop)
        turns = Turns(
            record,
            warnings=warnings,
            engine=engine,
            stream=stream,
            drafts=drafts,
            apology=lambda: phrase("unavailable", knowledge.clinic()),
            on_alert=alerts.wake,
        )
        links = Links(settings.derived_key("appointment"))
        passes = Links(settings.derived_key("book"))
        calendars = OwnCalendars(database, knowledge.clinic)
        jobs = Jobs(bookings, Post(database, knowledge.clinic, links, settings), calendars, settings)
        tokens = Tokens(settings.derived_key("visitor"), settings.token_minutes, settings.token_renewal_days)
        limits = Limits(
            settings.rate_per_conversation, settings.rate_per_address, settings.conversations_per_address
        )
        return cls(
            settings,
            database,
            knowledge,
            library,
            record,
            warnings,
            engine,
            stream,
            turns,
            alerts,
            bookings,
            Desk(bookings, drafts, knowledge.clinic),
            links,
            passes,
            calendars,
            jobs,
            tokens,
            limits,
        )


@cache
def _screen(encoder: Path, kept: Path) -> Screen:
    """The screen over everything that visitors send; a process reads its rules once."""
    return Screen.load(SentenceEncoder.load(encoder), kept=kept)
