"""Tells staff that somebody waits: by e-mail, or on the console where no mail server is set.

An alert is written in the transaction of its event and sent from here, tried again until it is sent.
No word of the visitor's chat is in it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversations.smtp import MayBeTaken, NotTaken, hand_over
from bot.conversations.tables import Alert, AlertKind, Warning
from bot.database import Database, now
from bot.knowledge.store import KnowledgeBase
from bot.settings import Settings

log = logging.getLogger(__name__)

# What staff are told of one kind of alert: the subject, and the text below it.
Describe = Callable[[Session, Alert], tuple[str, str]]

_FIRST_RETRY = timedelta(seconds=10)
_LONGEST_RETRY = timedelta(hours=1)
_BATCH = 20
_IDLE_SECONDS = 15.0


def _warning(session: Session, alert: Alert) -> tuple[str, str]:
    found = session.scalars(
        select(Warning).where(Warning.conversation_id == alert.conversation_id).order_by(Warning.id)
    )
    signs = {warning.sign: warning.level for warning in found}
    worst = min(signs.values(), key=lambda level: level.rank, default=None)
    told = "\n".join(f"- {level}: {sign.replace('_', ' ')}" for sign, level in signs.items())
    return (
        f"Warning sign in a chat ({worst})",
        f"A visitor on the website wrote of what may be a warning sign:\n{told}\nThey were shown whom to call. The"
        " assistant cannot tell whether they did. Please read the conversation.",
    )


_describe: dict[AlertKind, Describe] = {
    AlertKind.WARNING: _warning,
    AlertKind.HANDOFF: lambda session, alert: (
        "A visitor asks for a person",
        "A visitor on the website asks to talk to a person. If they leave a telephone number or an e-mail"
        " address, it comes in a message of its own.",
    ),
    AlertKind.UNAVAILABLE: lambda session, alert: (
        "The assistant could not answer",
        "The language engine did not answer a visitor's message. The visitor was told so. If this comes"
        " again, have the installation looked at: `meridian doctor`.",
    ),
}


def describe(kind: AlertKind, text: Describe) -> None:
    """Registers what staff are told of one kind of alert."""
    _describe[kind] = text


class Alerts:
    """The way out for alerts. `wake` after writing one; `run` does the rest."""

    def __init__(self, database: Database, knowledge: KnowledgeBase, settings: Settings) -> None:
        self._database = database
        self._knowledge = knowledge
        self._settings = settings
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Says that there may be something to send."""
        self._woken.set()

    async def run(self) -> None:
        """Sends what is due, for as long as the process lives."""
        while True:
            self._woken.clear()
            try:
                await asyncio.to_thread(self.send_due)
            except Exception as error:  # the loop must outlive a fault of the database
                log.error("alerts could not be sent", extra={"fault": type(error).__name__})
            try:
                await asyncio.wait_for(self._woken.wait(), _IDLE_SECONDS)
            except TimeoutError:
                pass

    def send_due(self) -> int:
        """Sends every alert that is due; gives how many were sent."""
        with self._database.read() as session:
            query = select(Alert).where(Alert.sent_at.is_(None), Alert.next_attempt_at <= now())
            due = list(session.scalars(query.order_by(Alert.id).limit(_BATCH)))
        return sum(self._send(alert) for alert in due)

    def _send(self, alert: Alert) -> bool:
        fault = None
        try:
            with self._database.read() as session:
                subject, text = _describe[alert.kind](session, alert)
            if self._settings.smtp_host:
                fault = self._mail(alert, subject, text)
            else:
                log.warning("staff alert: %s", subject, extra={"conversation_id": alert.conversation_id})
        except Exception as error:  # one that cannot be written must not hold up the others
            fault = type(error).__name__
        with self._database.write() as session:
            stored = session.get(Alert, alert.id)
            if stored is None:  # erased meanwhile
                return False
            stored.attempts += 1
            if fault is None:
                stored.sent_at = now()
                stored.last_error = None
            else:
                wait = min(_FIRST_RETRY * 2 ** (stored.attempts - 1), _LONGEST_RETRY)
                stored.next_attempt_at = now() + wait
                stored.last_error = fault
                log.warning("alert not sent", extra={"alert": alert.id, "fault": fault})
        return fault is None

    def _mail(self, alert: Alert, subject: str, text: str) -> str | None:
        """Sends one mail; gives the kind of fault, or None."""
        settings = self._settings
        clinic = self._knowledge.clinic()
        mail = EmailMessage()
        mail["Subject"] = f"{clinic.name}: {subject[:1].lower()}{subject[1:]}"
        mail["From"] = settings.mail_from
        mail["To"] = settings.staff_email or clinic.email or settings.mail_from
        mail["Date"] = format_datetime(now())
        # The same alert keeps its id, so that a mail sent twice after a crash can be told.
        mail["Message-ID"] = f"<alert-{alert.id}.{int(alert.created_at.timestamp())}@meridian.invalid>"
        when = alert.created_at.astimezone(clinic.zone)
        mail.set_content(
            f"{text}\n\nWhen: {when:%A %d %B %Y, %H:%M}\nConversation: {alert.conversation_id}\n"
        )
        try:
            hand_over(settings, mail)
        except (NotTaken, MayBeTaken) as error:  # one too many is better than none
            return error.fault
        return None
