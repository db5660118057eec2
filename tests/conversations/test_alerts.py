"""Alerts reach a real mail server, are tried again, and hold no word of the chat."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.booking.callbacks import CallbackForm, request_callback
from bot.conversations.alerts import Alerts, _describe
from bot.conversations.record import Record, Reply
from bot.conversations.tables import Alert, AlertKind, Disposition
from bot.database import Database, now
from bot.knowledge.store import KnowledgeBase
from bot.scratch import free_ports
from bot.settings import Settings
from tests.mailbox import Mailbox, running_mailbox

CANARY = "my left ear is purple"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    settings.staff_email = "desk@clinic.example"
    with running_mailbox(settings) as mailbox:
        yield mailbox


def hand_over(database: Database) -> str:
    record = Record(database)
    conversation = record.begin(Reply("Hello", Disposition.SMALLTALK), None, None)[0].conversation_id
    record.accept(conversation, "one", text=CANARY)
    record.say(conversation, Reply("I have told them", Disposition.HANDOFF))
    return conversation


@pytest.fixture
def alerts(database: Database, knowledge: KnowledgeBase, settings: Settings) -> Alerts:
    return Alerts(database, knowledge, settings)


def test_staff_get_one_mail_for_a_handoff(alerts: Alerts, database: Database, mailbox: Mailbox) -> None:
    conversation = hand_over(database)
    assert alerts.send_due() == 1
    assert alerts.send_due() == 0
    (mail,) = mailbox.mails
    assert mail["To"] == "desk@clinic.example"
    assert "asks for a person" in mail["Subject"]
    text = mail.get_content()
    assert conversation in text
    assert CANARY not in text


def test_an_alert_that_cannot_be_told_holds_up_no_other(
    alerts: Alerts, database: Database, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> tuple[str, str]:
        raise LookupError

    first = hand_over(database)
    with database.write() as session:
        session.add(Alert(conversation_id=first, kind=AlertKind.UNAVAILABLE))
    monkeypatch.setitem(_describe, AlertKind.HANDOFF, fails)
    assert alerts.send_due() == 1
    (mail,) = mailbox.mails
    assert "could not answer" in mail["Subject"]


def test_a_mail_that_is_refused_is_tried_again(alerts: Alerts, database: Database, mailbox: Mailbox) -> None:
    hand_over(database)
    mailbox.full = True
    assert alerts.send_due() == 0
    with database.write() as session:
        (alert,) = session.query(Alert).all()
        assert alert.attempts == 1
        assert alert.last_error == "SMTPDataError"
        assert alert.next_attempt_at > now()
        alert.next_attempt_at = now()
    mailbox.full = False
    assert alerts.send_due() == 1


def test_a_mail_server_that_is_down_keeps_the_alert(
    alerts: Alerts, database: Database, settings: Settings
) -> None:
    settings.smtp_host, settings.smtp_port, settings.smtp_starttls = "127.0.0.1", free_ports(1)[0], False
    hand_over(database)
    assert alerts.send_due() == 0
    with database.read() as session:
        assert session.query(Alert).one().sent_at is None


def test_without_a_mail_server_the_console_is_told_without_the_visitors_words(
    alerts: Alerts, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    hand_over(database)
    with caplog.at_level(logging.DEBUG):
        assert alerts.send_due() == 1
    assert "A visitor asks for a person" in caplog.text
    assert CANARY not in caplog.text


def test_a_call_back_request_brings_what_the_visitor_left(
    alerts: Alerts, database: Database, mailbox: Mailbox
) -> None:
    conversation = hand_over(database)
    form = CallbackForm.model_validate(
        {"name": "Ada", "phone": "403 555 0142", "note": "hello\nBcc: all@evil.example"},
        context={"region": "CA-AB"},
    )
    request_callback(database, conversation, form, Reply("Thank you", Disposition.BOOKING))
    assert alerts.send_due() == 2
    mail = mailbox.mails[-1]
    assert mail["Bcc"] is None
    assert "+14035550142" in mail.get_content()
    assert CANARY not in mail.get_content()
