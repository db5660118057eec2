"""A real mail server of the tests' own, which keeps what comes, or refuses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from bot.scratch import free_ports
from bot.settings import Settings


class Mailbox:
    """What came. It refuses for now while `full`, for good while `gone`, and hangs up after the text while `cut`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.full = self.gone = self.cut = False

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.gone:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.full:
            return "452 Mailbox full"
        mail = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        if self.cut:
            server.transport.abort()
        return "250 OK"

    @property
    def subjects(self) -> list[str]:
        """The subjects of what came, without the clinic's name."""
        return [str(mail["Subject"]).partition(": ")[2] for mail in self.mails]


@contextmanager
def running_mailbox(settings: Settings) -> Iterator[Mailbox]:
    """A mail server that the settings name from now on."""
    mailbox = Mailbox()
    (port,) = free_ports(1)
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    settings.smtp_host, settings.smtp_port, settings.smtp_starttls = "127.0.0.1", port, False
    try:
        yield mailbox
    finally:
        controller.stop()
