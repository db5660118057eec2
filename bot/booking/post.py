"""Sends the mails that wait, each once, or flags it.

A sender claims a mail for some minutes, speaks to the mail server up to the point where the text would go, and
only then notes that it is handed over. So a sender that dies before has sent nothing, and another tries again; one
that dies after may have sent it, and nobody tries again: the mail is flagged as `unsure` for a person to look at.
A sender whose claim has run out finds so at that note, and stops.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from bot.booking import undelivered
from bot.booking.appointments import Booking, seen_in
from bot.booking.letters import Occasion, write
from bot.booking.links import Links
from bot.booking.tables import Appointment, Mail, State, Told, Way
from bot.conversations.smtp import MayBeTaken, NotTaken, hand_over
from bot.database import Database, now
from bot.knowledge.clinic import Clinic
from bot.settings import Settings

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
"""Longer than a mail server can take with every step at its time limit."""

_FIRST_RETRY = timedelta(minutes=1)
_LONGEST_RETRY = timedelta(hours=1)
_MOST_ATTEMPTS = 50  # about two days
_BATCH = 100


class _LostClaim(Exception):
    """The mail is somebody else's by now, or was erased."""


@dataclass(frozen=True)
class _Claimed:
    id: int
    claim: str
    attempts: int
    letter: EmailMessage


@dataclass(frozen=True)
class Flagged:
    """A mail that a person must look at: it failed, or nobody knows whether it was sent."""

    id: int
    way: Way
    kind: Told
    fault: str | None
    created_at: datetime
    booking: Booking


class Post:
    """The way out for mails to visitors."""

    def __init__(
        self,
        database: Database,
        clinic: Callable[[], Clinic],
        links: Links,
        settings: Settings,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self._database = database
        self._clinic = clinic
        self._links = links
        self._settings = settings
        self._now = clock

    def send_due(self) -> int:
        """Sends what is due; gives how many went. Without a mail server everything waits."""
        if not self._settings.smtp_host:
            return 0
        self.settle()
        sent = 0
        for _ in range(_BATCH):
            claimed = self._claim()
            if claimed is None:
                break
            sent += self._send(claimed)
        return sent

    def settle(self) -> None:
        """Takes care of what senders left that died: tried again, or flagged where it may have been sent."""
        with self._database.write() as session:
            over = Mail.leased_until <= self._now()
            session.execute(update(Mail).where(Mail.way == Way.CLAIMED, over).values(way=Way.WAITING))
            lost = session.execute(
                update(Mail)
                .where(Mail.way == Way.HANDED_OVER, over)
                .values(way=Way.UNSURE, fault="SenderDied")
                .returning(Mail.id)
            ).scalars()
            for mail in lost:
                undelivered.tell_staff(session, mail)
                log.error("mail may not have been sent: see `meridian mails`", extra={"mail": mail})

    def flagged(self) -> list[Flagged]:
        """The mails that a person must look at, oldest first."""
        with self._database.read() as session:
            return [
                Flagged(
                    mail.id, mail.way, mail.kind, mail.fault, mail.created_at, seen_in(session, appointment)
                )
                for mail, appointment in session.execute(undelivered.flagged())
            ]

    def mark_seen(self, mail_id: int) -> bool:
        """Notes that somebody has dealt with a flagged mail; gives whether there was such a one."""
        with self._database.write() as session:
            mail = session.get(Mail, mail_id)
            if mail is None or mail.way not in undelivered.FLAGGED or mail.seen_at:
                return False
            mail.seen_at = self._now()
            return True

    def _claim(self) -> _Claimed | None:
        """The next mail that is due, for this sender alone; None where there is none."""
        while True:
            with self._database.write() as session:
                at = self._now()
                mail = session.scalar(
                    select(Mail)
                    .where(Mail.way == Way.WAITING, Mail.due_at <= at)
                    .order_by(Mail.due_at, Mail.id)
                    .limit(1)
                    .with_for_update(skip_locked=True)
                )
                if mail is None:
                    return None
                try:
                    letter = self._letter(session, mail, at)
                except Exception as error:  # one that cannot be written must not hold up the others
                    mail.way, mail.fault = Way.FAILED, type(error).__name__
                    undelivered.tell_staff(session, mail.id)
                    log.error("mail cannot be written", extra={"mail": mail.id, "fault": mail.fault})
                    continue
                if letter is None:
                    mail.way = Way.DROPPED
                    continue
                mail.way, mail.claim = Way.CLAIMED, secrets.token_hex(16)
                mail.leased_until = at + LEASE
                mail.attempts += 1
                return _Claimed(mail.id, mail.claim, mail.attempts, letter)

    def _letter(self, session: Session, mail: Mail, at: datetime) -> EmailMessage | None:
        """The mail as it must be now; None where nothing is left to say."""
        appointment = session.get_one(Appointment, mail.appointment_id)
        told = (appointment.state, appointment.starts_at, appointment.practitioner_id)
        if appointment.email is None or appointment.starts_at <= at:
            return None
        last = _last_told(session, appointment.id)
        occasion = Occasion.REMINDER
        if mail.kind is Told.NOTICE:
            if last and told == (last.told_state, last.told_starts_at, last.told_practitioner_id):
                return None  # moved, and moved back
            occasion = Occasion.CHANGED if last else Occasion.BOOKED
            if appointment.state is State.CANCELLED:
                occasion = Occasion.CANCELLED
        elif appointment.state is not State.BOOKED:
            return None
        mail.told_state, mail.told_starts_at, mail.told_practitioner_id = told
        letter = write(
            occasion,
            seen_in(session, appointment),
            self._clinic(),
            link=f"{self._settings.public_address}/appointments/{self._links.sign(appointment.id)}",
            sender=self._settings.mail_from,
            at=at,
            # What no calendar has, none must take out.
            with_file=occasion is not Occasion.CANCELLED or last is not None,
        )
        # The same however often it is tried, so that a mail server or a person can tell it is the same.
        domain = parseaddr(self._settings.mail_from)[1].rpartition("@")[2] or "meridian.invalid"
        letter["Message-ID"] = f"<booking-{mail.id}.{int(mail.created_at.timestamp())}@{domain}>"
        return letter

    def _send(self, claimed: _Claimed) -> bool:
        def last_moment() -> None:
            if not self._goes_on(claimed, Way.CLAIMED, way=Way.HANDED_OVER):
                raise _LostClaim

        try:
            hand_over(self._settings, claimed.letter, last_moment)
        except _LostClaim:
            return False
        except NotTaken as error:
            if error.for_good or claimed.attempts >= _MOST_ATTEMPTS:
                values: dict[str, Any] = {"way": Way.FAILED}
                log.error("mail cannot be sent: see `meridian mails`", extra={"mail": claimed.id})
            else:
                wait = min(_FIRST_RETRY * 2 ** (claimed.attempts - 1), _LONGEST_RETRY)
                values = {"way": Way.WAITING, "due_at": self._now() + wait}
            self._goes_on(claimed, Way.CLAIMED, Way.HANDED_OVER, fault=error.fault, **values)
            return False
        except MayBeTaken as error:
            log.error("mail may not have been sent: see `meridian mails`", extra={"mail": claimed.id})
            self._goes_on(claimed, Way.HANDED_OVER, way=Way.UNSURE, fault=error.fault)
            return False
        # Also where it was flagged meanwhile: now it is known.
        self._goes_on(claimed, Way.HANDED_OVER, Way.UNSURE, way=Way.SENT, fault=None, sent_at=self._now())
        return True

    def _goes_on(self, claimed: _Claimed, *ways: Way, **values: Any) -> bool:
        """Notes how far a mail has come; False where it is no longer this sender's."""
        ours = [Mail.id == claimed.id, Mail.claim == claimed.claim, Mail.way.in_(ways)]
        if values["way"] is Way.HANDED_OVER:
            ours.append(Mail.leased_until > self._now())
        with self._database.write() as session:
            result = session.execute(update(Mail).where(*ours).values(**values))
            assert isinstance(result, CursorResult)
            noted = result.rowcount == 1
            if noted and values["way"] in undelivered.FLAGGED:
                undelivered.tell_staff(session, claimed.id)
            return noted


def _last_told(session: Session, appointment_id: str) -> Mail | None:
    """The last notice that went, or may have gone."""
    return session.scalar(
        select(Mail)
        .where(
            Mail.appointment_id == appointment_id,
            Mail.kind == Told.NOTICE,
            Mail.way.in_((Way.SENT, Way.HANDED_OVER, Way.UNSURE)),
        )
        .order_by(Mail.id.desc())
        .limit(1)
    )
