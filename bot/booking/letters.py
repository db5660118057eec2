"""The words of the mails that follow a booking."""

from __future__ import annotations

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from enum import StrEnum

from bot.booking.appointments import Booking
from bot.booking.calendar_files import visit_file
from bot.booking.wording import moment_words, span_words
from bot.knowledge.clinic import Clinic


class Occasion(StrEnum):
    """Why a visitor is written."""

    BOOKED = "booked"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REMINDER = "reminder"


_SUBJECTS = {
    Occasion.BOOKED: "your visit is booked",
    Occasion.CHANGED: "your visit was changed",
    Occasion.CANCELLED: "your visit was cancelled",
    Occasion.REMINDER: "your visit is tomorrow",
}
_OPENINGS = {
    Occasion.BOOKED: "Your visit is booked:",
    Occasion.CHANGED: "Your visit was changed. It is now:",
    Occasion.CANCELLED: "This visit was cancelled:",
    Occasion.REMINDER: "We expect you here:",
}


def write(
    occasion: Occasion,
    seen: Booking,
    clinic: Clinic,
    *,
    link: str,
    sender: str,
    at: datetime,
    with_file: bool,
) -> EmailMessage:
    """The mail to whoever booked, without a word of their note; `with_file` attaches the calendar file."""
    mail = EmailMessage()
    mail["Subject"] = f"{clinic.name}: {_subject(occasion, seen, clinic, at)}"
    mail["From"] = formataddr((clinic.name, sender))
    mail["To"] = str(seen.email)
    if clinic.email:
        mail["Reply-To"] = clinic.email
    mail["Date"] = format_datetime(at)
    # No answer machine should answer it (RFC 3834).
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content("\n\n".join(_paragraphs(occasion, seen, clinic, link, at)) + "\n")
    if with_file:
        method = "CANCEL" if occasion is Occasion.CANCELLED else "PUBLISH"
        mail.add_attachment(
            visit_file(seen, clinic, link, sender, at),
            maintype="text",
            subtype="calendar",
            filename="visit.ics",
            params={"charset": "utf-8", "method": method},
        )
    return mail


def _subject(occasion: Occasion, seen: Booking, clinic: Clinic, at: datetime) -> str:
    days = (seen.starts_at.astimezone(clinic.zone).date() - at.astimezone(clinic.zone).date()).days
    # One that was held up goes out the day itself.
    return "your visit is today" if occasion is Occasion.REMINDER and days == 0 else _SUBJECTS[occasion]


def _paragraphs(occasion: Occasion, seen: Booking, clinic: Clinic, link: str, at: datetime) -> list[str]:
    visit = [f"{seen.service} with {seen.practitioner}", span_words(seen.starts_at, seen.ends_at, clinic)]
    if clinic.address and occasion is not Occasion.CANCELLED:
        place = (clinic.name, clinic.address.street, clinic.address.city)
        visit += [
            ", ".join(filter(None, place)),
            *filter(None, (clinic.address.access, clinic.address.parking)),
        ]
    visit.append(f"Confirmation code: {seen.code}")
    reach = " or ".join(filter(None, (clinic.phone, clinic.email)))
    parts = [f"Hello {seen.name},", _OPENINGS[occasion], "\n".join(f"  {line}" for line in visit)]
    if occasion is Occasion.CANCELLED:
        parts.append("Nothing more is needed from you.")
    elif at <= seen.changeable_until:
        until = moment_words(seen.changeable_until, clinic)
        parts.append(f"To see, move or cancel it, until {until}:\n{link}")
        parts.append("Whoever has this link can do the same, so keep it to yourself.")
    else:
        parts.append(f"It can no longer be changed online. You can see it here:\n{link}")
    if occasion is not Occasion.CANCELLED and clinic.cancellation and clinic.cancellation.policy:
        parts.append(clinic.cancellation.policy)
    if reach:
        parts.append(f"{clinic.name}: {reach}")
    if clinic.demonstration:
        parts.append("This is a demonstration. The clinic does not exist, and nobody expects you.")
    return parts
