"""Mails after a booking: which ones, when, with what in them; each sent once, or flagged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from bot.booking.appointments import Booking, Visitor
from bot.booking.links import Links
from bot.booking.notices import reminder_due
from bot.booking.post import LEASE, Post
from bot.booking.tables import Mail, Way
from bot.conversations.alerts import Alerts
from bot.conversations.record import Record, Reply
from bot.conversations.smtp import hand_over
from bot.conversations.tables import Disposition
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.tables import ClinicFacts
from bot.settings import Settings
from tests.booking.conftest import ADA, FOLLOW_UP, MONDAY, TUESDAY, Desk
from tests.mailbox import Mailbox, running_mailbox

# Far enough away to be moved, cancelled and reminded of; now it is Friday 8 January 2027.
WEDNESDAY = TUESDAY + timedelta(days=1)


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    settings.public_url = "https://chat.willow-lane.example/"
    settings.mail_from = "visits@willow-lane.example"
    with running_mailbox(settings) as mailbox:
        yield mailbox


@pytest.fixture
def links() -> Links:
    return Links("a key that is as long as keys must be")


@pytest.fixture
def post(desk: Desk, settings: Settings, links: Links) -> Post:
    return Post(desk.database, lambda: desk.clinic, links, settings, desk.clock)


@pytest.fixture
def booked(desk: Desk) -> Booking:
    """Ada's follow-up on Wednesday at 10."""
    return desk.book(desk.at(WEDNESDAY, 10))


def ways(desk: Desk) -> list[str]:
    with desk.database.read() as session:
        return [mail.way.value for mail in session.query(Mail).order_by(Mail.id)]


def text_of(mailbox: Mailbox) -> str:
    body = mailbox.mails[-1].get_body()
    assert body is not None
    text = body.get_content()
    assert isinstance(text, str)
    return text


def entry_of(mailbox: Mailbox) -> tuple[str, dict[str, str]]:
    """The method of the calendar file in the last mail, and its event."""
    (file,) = mailbox.mails[-1].iter_attachments()
    assert file.get_content_type() == "text/calendar"
    content = file.get_content()
    calendar = Calendar.from_ical(content)
    event: Any
    (event,) = calendar.walk("VEVENT")
    told = {name: event[name].to_ical().decode() for name in ("UID", "SEQUENCE", "STATUS", "DTSTART")}
    return str(calendar["METHOD"]), told


def test_a_confirmation_waits_three_minutes(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking, links: Links
) -> None:
    assert post.send_due() == 0
    desk.clock.passes(minutes=3)
    assert post.send_due() == 1
    assert post.send_due() == 0
    (mail,) = mailbox.mails
    assert mail["To"] == "ada@willow-lane.example"
    assert mail["Subject"] == "Willow Lane: your visit is booked"
    text = text_of(mailbox)
    assert "Wednesday 13 January 2027, 10 am to 10:45 am (MST)" in text
    assert f"Confirmation code: {booked.code}" in text
    (token,) = re.findall(r"https://chat\.willow-lane\.example/appointments/(\S+)", text)
    assert links.read(token) == booked.id
    assert entry_of(mailbox) == (
        "PUBLISH",
        {
            "UID": f"{booked.id}@meridian",
            "SEQUENCE": "0",
            "STATUS": "CONFIRMED",
            "DTSTART": "20270113T170000Z",
        },
    )


def test_a_quick_correction_is_told_in_the_same_mail(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.clock.passes(minutes=2)
    desk.bookings.move(booked.id, desk.at(WEDNESDAY, 15))
    desk.clock.passes(minutes=2)
    assert post.send_due() == 0  # the grace begins anew
    desk.clock.passes(minutes=1)
    assert post.send_due() == 1
    assert mailbox.subjects == ["your visit is booked"]
    assert "3 pm to 3:45 pm" in text_of(mailbox)


def test_a_later_change_replaces_the_entry_in_the_calendar(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.clock.passes(minutes=3)
    post.send_due()
    desk.bookings.move(booked.id, desk.at(WEDNESDAY, 15))
    desk.clock.passes(minutes=3)
    assert post.send_due() == 1
    assert mailbox.subjects[-1] == "your visit was changed"
    method, event = entry_of(mailbox)
    assert (method, event["UID"], event["SEQUENCE"]) == ("PUBLISH", f"{booked.id}@meridian", "1")


def test_a_cancellation_takes_the_entry_out(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.clock.passes(minutes=3)
    post.send_due()
    desk.bookings.cancel(booked.id)
    desk.clock.passes(minutes=3)
    assert post.send_due() == 1
    assert mailbox.subjects[-1] == "your visit was cancelled"
    method, event = entry_of(mailbox)
    assert (method, event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", "1")


def test_booked_and_cancelled_at_once_is_one_mail_without_a_file(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.bookings.cancel(booked.id)
    desk.clock.passes(days=10)
    assert post.send_due() == 0  # too late: the visit would be over
    desk.clock.at -= timedelta(days=10)
    other = desk.book(desk.at(WEDNESDAY, 11), "ben")
    desk.bookings.cancel(other.id)
    desk.clock.passes(minutes=3)
    assert post.send_due() == 1
    assert mailbox.subjects == ["your visit was cancelled"]
    assert list(mailbox.mails[0].iter_attachments()) == []


def test_moved_and_moved_back_says_nothing(desk: Desk, post: Post, mailbox: Mailbox, booked: Booking) -> None:
    desk.clock.passes(minutes=3)
    post.send_due()
    desk.bookings.move(booked.id, desk.at(WEDNESDAY, 15))
    desk.bookings.move(booked.id, desk.at(WEDNESDAY, 10))
    desk.clock.passes(minutes=3)
    assert post.send_due() == 0
    assert mailbox.subjects == ["your visit is booked"]


def test_a_reminder_goes_out_at_nine_the_day_before(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.clock.passes(minutes=3)
    post.send_due()
    desk.clock.at = desk.at(TUESDAY, 8, 59)
    assert post.send_due() == 0
    desk.clock.at = desk.at(TUESDAY, 9)
    assert post.send_due() == 1
    assert mailbox.subjects[-1] == "your visit is tomorrow"
    assert list(mailbox.mails[-1].iter_attachments()) != []


def test_a_moved_visit_is_reminded_of_once_on_its_new_day(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.bookings.move(booked.id, desk.at(WEDNESDAY + timedelta(days=2), 10))
    desk.clock.at = desk.at(WEDNESDAY, 9)
    post.send_due()
    desk.clock.at = desk.at(WEDNESDAY + timedelta(days=1), 9)
    post.send_due()
    assert mailbox.subjects == ["your visit is booked", "your visit is tomorrow"]


def test_nobody_is_reminded_of_what_was_cancelled(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    desk.bookings.cancel(booked.id)
    desk.clock.at = desk.at(TUESDAY, 12)
    post.send_due()
    assert mailbox.subjects == ["your visit was cancelled"]


@pytest.mark.parametrize(
    ("visit", "booked_on", "due"),
    [
        # The clock goes forward on 14 March 2027, back on 7 November: 9 am is 9 am.
        (date(2027, 3, 15), date(2027, 3, 1), datetime(2027, 3, 14, 15, tzinfo=UTC)),
        (date(2027, 3, 14), date(2027, 3, 1), datetime(2027, 3, 13, 16, tzinfo=UTC)),
        (date(2027, 11, 8), date(2027, 11, 1), datetime(2027, 11, 7, 16, tzinfo=UTC)),
        (date(2027, 3, 15), date(2027, 3, 14), None),
    ],
)
def test_reminders_keep_to_the_clinics_clock(
    desk: Desk, visit: date, booked_on: date, due: datetime | None
) -> None:
    assert reminder_due(desk.at(visit, 10), desk.at(booked_on, 7), desk.clinic.zone) == due


def test_who_left_only_a_telephone_number_gets_no_mail(desk: Desk, post: Post, mailbox: Mailbox) -> None:
    ada = Visitor("ada")
    held = desk.bookings.hold(ada, "one", FOLLOW_UP, desk.at(WEDNESDAY, 10))
    desk.bookings.confirm(ada, held.id, ADA)
    desk.clock.passes(days=4)
    assert post.send_due() == 0
    assert ways(desk) == []


def test_without_a_mail_server_mails_wait(
    desk: Desk, settings: Settings, post: Post, booked: Booking
) -> None:
    desk.clock.passes(hours=1)
    assert post.send_due() == 0
    with running_mailbox(settings) as mailbox:
        assert post.send_due() == 1
        assert mailbox.subjects == ["your visit is booked"]


def test_a_mail_that_is_refused_for_now_is_tried_again_under_the_same_id(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    mailbox.full = True
    desk.clock.passes(minutes=3)
    assert post.send_due() == 0
    mailbox.full = False
    assert post.send_due() == 0  # not before its time
    desk.clock.passes(minutes=1)
    assert post.send_due() == 1
    (mail,) = mailbox.mails
    assert re.fullmatch(r"<booking-1\.\d+@willow-lane\.example>", mail["Message-ID"])


def test_a_mailbox_that_does_not_exist_is_flagged(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    mailbox.gone = True
    desk.clock.passes(minutes=3)
    post.send_due()
    (flagged,) = post.flagged()
    assert (flagged.way, flagged.fault) == (Way.FAILED, "SMTPRecipientsRefused")
    assert flagged.booking.code == booked.code
    assert post.mark_seen(flagged.id)
    assert not post.mark_seen(flagged.id)
    assert post.flagged() == []


def test_staff_are_told_whom_a_mail_did_not_reach(
    desk: Desk, settings: Settings, post: Post, mailbox: Mailbox
) -> None:
    begun = Record(desk.database).begin(Reply("Hello", Disposition.SMALLTALK), None, None)
    ada = Visitor.of(begun[0].conversation_id)
    for hour in (10, 14):
        held = desk.bookings.hold(ada, str(hour), FOLLOW_UP, desk.at(WEDNESDAY, hour))
        desk.bookings.confirm(ada, held.id, ADA.model_copy(update={"email": "ada@willow-lane.example"}))
    mailbox.gone = True
    desk.clock.passes(minutes=3)
    post.send_due()
    mailbox.gone = False
    with desk.database.write() as session:
        session.add(ClinicFacts(id=1, facts=desk.clinic.model_dump(mode="json", exclude_none=True)))
    alerts = Alerts(desk.database, KnowledgeBase(desk.database), settings)
    assert alerts.send_due() == 2
    assert alerts.send_due() == 0
    assert mailbox.subjects == ["a mail about a visit may not have arrived"] * 2
    told = text_of(mailbox)
    assert told.count("What was booked or changed could not be sent.") == 2
    assert "Ada Example, +14035550142, ada@willow-lane.example" in told
    assert "Wednesday 13 January 2027, 10 am" in told


def test_a_line_cut_while_the_text_goes_is_flagged_and_not_repeated(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking
) -> None:
    mailbox.cut = True
    desk.clock.passes(minutes=3)
    assert post.send_due() == 0
    mailbox.cut = False
    desk.clock.passes(hours=6)
    post.send_due()
    assert len(mailbox.mails) == 1
    assert [flagged.way for flagged in post.flagged()] == [Way.UNSURE]


class Killed(BaseException):
    """What a sender meets that is killed: nothing of it runs any more."""


def test_a_sender_that_dies_before_the_text_goes_is_made_up_for(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_: object) -> None:
        raise Killed

    desk.clock.passes(minutes=3)
    with monkeypatch.context() as patch:
        patch.setattr("bot.booking.post.hand_over", dies)
        with pytest.raises(Killed):
            post.send_due()
    assert post.send_due() == 0  # the claim still holds
    desk.clock.passes(seconds=LEASE.total_seconds())
    assert post.send_due() == 1
    assert len(mailbox.mails) == 1


def test_a_sender_that_dies_after_the_mail_server_took_it_is_flagged_and_not_repeated(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def takes_and_dies(*parts: object) -> None:
        hand_over(*parts)  # type: ignore[arg-type]
        raise Killed

    desk.clock.passes(minutes=3)
    with monkeypatch.context() as patch:
        patch.setattr("bot.booking.post.hand_over", takes_and_dies)
        with pytest.raises(Killed):
            post.send_due()
    assert ways(desk)[0] == "handed-over"
    desk.clock.passes(seconds=LEASE.total_seconds())
    assert post.send_due() == 0
    assert len(mailbox.mails) == 1
    assert [flagged.fault for flagged in post.flagged()] == ["SenderDied"]


def test_a_sender_that_slept_beyond_its_claim_does_not_send(
    desk: Desk, post: Post, mailbox: Mailbox, booked: Booking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sleeps(*parts: object) -> None:
        desk.clock.passes(seconds=LEASE.total_seconds())
        patch.undo()
        assert post.send_due() == 1  # meanwhile another sends it
        hand_over(*parts)  # type: ignore[arg-type]

    desk.clock.passes(minutes=3)
    with monkeypatch.context() as patch:
        patch.setattr("bot.booking.post.hand_over", sleeps)
        assert post.send_due() == 0
    assert len(mailbox.mails) == 1
    assert ways(desk)[0] == "sent"


def test_a_name_cannot_add_a_header(desk: Desk, post: Post, mailbox: Mailbox) -> None:
    ada = Visitor("ada")
    held = desk.bookings.hold(ada, "one", FOLLOW_UP, desk.at(WEDNESDAY, 10))
    who = ADA.model_copy(update={"name": "Ada\r\nBcc: all@evil.example", "email": "ada@willow-lane.example"})
    desk.bookings.confirm(ada, held.id, who)
    desk.clock.passes(minutes=3)
    assert post.send_due() == 1
    assert mailbox.mails[0]["Bcc"] is None


@pytest.mark.parametrize("kind", ["postgresql"])
def test_on_postgresql_as_well(desk: Desk, post: Post, mailbox: Mailbox, booked: Booking) -> None:
    desk.bookings.move(booked.id, desk.at(MONDAY + timedelta(days=3), 10))
    desk.clock.passes(minutes=3)
    assert post.send_due() == 1
    assert ways(desk) == ["sent", "waiting"]
