"""Mails that did not reach a visitor, or may not have: staff are told by mail, so that somebody can call."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.booking.appointments import seen_in
from bot.booking.tables import Appointment, Mail, Told, Way
from bot.booking.wording import span_words
from bot.conversations import alerts
from bot.conversations.tables import Alert, AlertKind
from bot.knowledge.clinic import Clinic
from bot.knowledge.tables import ClinicFacts

FLAGGED = (Way.FAILED, Way.UNSURE)
"""The ways in which a mail is left for a person to look at."""

_KINDS = {Told.NOTICE: "What was booked or changed", Told.REMINDER: "The reminder"}


def flagged() -> Select[Mail, Appointment]:
    """The mails that nobody has looked at yet, each with its appointment, oldest first."""
    return (
        select(Mail, Appointment)
        .join(Appointment, Appointment.id == Mail.appointment_id)
        .where(Mail.way.in_(FLAGGED), Mail.seen_at.is_(None))
        .order_by(Mail.id)
    )


def tell_staff(session: Session, mail_id: int) -> None:
    """Has staff told of a mail in the transaction that flags it."""
    conversation_id = session.scalar(
        select(Appointment.conversation_id)
        .join(Mail, Mail.appointment_id == Appointment.id)
        .where(Mail.id == mail_id)
    )
    if conversation_id:
        session.add(Alert(conversation_id=conversation_id, kind=AlertKind.MAIL))


def _describe(session: Session, alert: Alert) -> tuple[str, str]:
    clinic = Clinic.model_validate(session.get_one(ClinicFacts, 1).facts)
    lines = []
    for mail, appointment in session.execute(
        flagged().where(Appointment.conversation_id == alert.conversation_id)
    ):
        visit = seen_in(session, appointment)
        what = "could not be sent" if mail.way is Way.FAILED else "may not have been sent"
        who = ", ".join(filter(None, (visit.name, visit.phone, visit.email)))
        when = span_words(visit.starts_at, visit.ends_at, clinic)
        lines.append(
            f"{_KINDS[mail.kind]} {what}.\nWho: {who}\nVisit: {visit.service}, {when}, code {visit.code}"
        )
    told = "\n\n".join(lines) or "It was sent or looked at meanwhile."
    return (
        "A mail about a visit may not have arrived",
        f"{told}\n\nPlease tell them another way. `meridian mails` lists such mails and closes them.",
    )


alerts.describe(AlertKind.MAIL, _describe)
