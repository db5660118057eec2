"""Hands a mail to the mail server, and tells what is known when that fails."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import closing, suppress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import getaddresses

from bot.settings import Settings

_SECONDS = 20.0
_OK = 250
_FOR_GOOD = range(500, 600)


class NotTaken(Exception):
    """The mail server does not have the mail. `fault` is its kind; `for_good`: it never will take it."""

    def __init__(self, fault: str, *, for_good: bool = False) -> None:
        super().__init__(fault)
        self.fault, self.for_good = fault, for_good


class MayBeTaken(Exception):
    """The connection broke while the mail was handed over: the mail server may have it or not."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


def hand_over(settings: Settings, mail: EmailMessage, last_moment: Callable[[], None] = lambda: None) -> None:
    """Hands one mail over. `last_moment` is called before the first byte of it goes; what it raises stops all.

    Raises:
        NotTaken, MayBeTaken.
    """
    try:
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=_SECONDS)
    except (OSError, smtplib.SMTPException) as error:
        raise NotTaken(type(error).__name__) from None
    with closing(server):
        try:
            raw = _addressed(server, settings, mail)
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(type(error).__name__) from None
        last_moment()
        try:
            code, _ = server.data(raw)
        except smtplib.SMTPDataError as error:  # it did not ask for the text
            raise NotTaken("SMTPDataError", for_good=error.smtp_code in _FOR_GOOD) from None
        except (OSError, smtplib.SMTPException) as error:
            raise MayBeTaken(type(error).__name__) from None
        if code != _OK:
            raise NotTaken("SMTPDataError", for_good=code in _FOR_GOOD)
        with suppress(OSError, smtplib.SMTPException):
            server.quit()


def _addressed(server: smtplib.SMTP, settings: Settings, mail: EmailMessage) -> bytes:
    """Everything that comes before the text of the mail; gives the text."""
    if settings.smtp_starttls:
        server.starttls(context=ssl.create_default_context())
    if settings.smtp_user:
        server.login(settings.smtp_user, settings.smtp_password)
    server.ehlo_or_helo_if_needed()
    ((_, sender), *_), recipients = getaddresses([str(mail["From"])]), getaddresses([str(mail["To"])])
    is_plain = all(address.isascii() for _, address in [("", sender), *recipients])
    if not is_plain and not server.has_extn("smtputf8"):
        raise NotTaken("SMTPNotSupportedError", for_good=True)
    code, answer = server.mail(sender, [] if is_plain else ["SMTPUTF8", "BODY=8BITMIME"])
    if code != _OK:
        raise smtplib.SMTPSenderRefused(code, answer, sender)
    for _, address in recipients:
        code, answer = server.rcpt(address)
        if code not in (_OK, 251):
            raise NotTaken("SMTPRecipientsRefused", for_good=code in _FOR_GOOD)
    return mail.as_bytes(policy=SMTP if is_plain else SMTPUTF8)
