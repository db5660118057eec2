"""Requests for a call back: taken from a form, kept, and passed on to staff.

Name, telephone and e-mail come here straight from the form; they never pass the language engine.
"""

from __future__ import annotations

from typing import Any

from pydantic import Field
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.booking.contact import Contact
from bot.booking.tables import CallbackRequest
from bot.conversations import alerts, personal_data
from bot.conversations.record import Reply, UnknownConversation, append_reply
from bot.conversations.tables import Alert, AlertKind, Conversation, Message
from bot.database import Database, now
from bot.printable import Line


class CallbackForm(Contact):
    """What the visitor filled in."""

    preferred_times: Line | None = Field(None, max_length=300)


def request_callback(
    database: Database, conversation_id: str, form: CallbackForm, thanks: Reply | None
) -> Message | None:
    """Keeps the request, the alert to staff and the thanks in the chat (if any), all or nothing.

    A form sent again replaces the open request of the conversation: a double click is one request.

    Raises:
        UnknownConversation.
    """
    with database.write() as session:
        if session.get(Conversation, conversation_id, with_for_update=True) is None:
            raise UnknownConversation
        request = _open_request(session, conversation_id)
        if request is None:
            request = CallbackRequest(conversation_id=conversation_id)
            session.add(request)
        for name, value in form.model_dump().items():
            setattr(request, name, value)
        pending = session.scalar(
            select(Alert).where(
                Alert.conversation_id == conversation_id,
                Alert.kind == AlertKind.CALLBACK,
                Alert.sent_at.is_(None),
            )
        )
        if pending is None:
            session.add(Alert(conversation_id=conversation_id, kind=AlertKind.CALLBACK))
        return append_reply(session, conversation_id, thanks) if thanks else None


def open_requests(database: Database) -> list[CallbackRequest]:
    """Requests that nobody has handled, oldest first."""
    with database.read() as session:
        query = select(CallbackRequest).where(CallbackRequest.handled_at.is_(None))
        return list(session.scalars(query.order_by(CallbackRequest.created_at)))


def mark_handled(database: Database, request_id: int) -> bool:
    """Notes that a request was dealt with; gives whether there was such an open one."""
    with database.write() as session:
        request = session.get(CallbackRequest, request_id)
        if request is None or request.handled_at is not None:
            return False
        request.handled_at = now()
        return True


def _open_request(session: Session, conversation_id: str) -> CallbackRequest | None:
    return session.scalar(
        select(CallbackRequest)
        .where(CallbackRequest.conversation_id == conversation_id, CallbackRequest.handled_at.is_(None))
        .order_by(CallbackRequest.id.desc())
    )


def _describe(session: Session, alert: Alert) -> tuple[str, str]:
    request = _open_request(session, alert.conversation_id)
    if request is None:
        return "A request for a call back", "The request was handled or taken back meanwhile."
    lines = {
        "Name": request.name,
        "Telephone": request.phone,
        "E-mail": request.email,
        "When it suits": request.preferred_times,
        "Note": request.note,
    }
    return "A request for a call back", "\n".join(f"{key}: {value}" for key, value in lines.items() if value)


def _export(session: Session, conversation_id: str) -> list[dict[str, Any]]:
    query = select(CallbackRequest).where(CallbackRequest.conversation_id == conversation_id)
    fields = ("name", "phone", "email", "preferred_times", "note")
    return [
        {"at": request.created_at.isoformat(), **{name: getattr(request, name) for name in fields}}
        for request in session.scalars(query)
    ]


def _erase(session: Session, conversation_id: str) -> None:
    session.execute(delete(CallbackRequest).where(CallbackRequest.conversation_id == conversation_id))


alerts.describe(AlertKind.CALLBACK, _describe)
personal_data.register(personal_data.Keeper("callback_requests", _export, _erase))
