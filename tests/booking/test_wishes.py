"""What visitors say about the visit they want, in everyday words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.booking.appointments import OfferedService
from bot.booking.tables import Visit
from bot.booking.wishes import Step, Window, Wish, wish_in
from bot.booking.wording import moment_words
from bot.knowledge.clinic import Clinic

FIRST, FOLLOW_UP, CUPPING = 1, 2, 3
SERVICES = [
    OfferedService(FIRST, "First visit", 75, 120, Visit.FIRST, {}),
    OfferedService(FOLLOW_UP, "Follow-up session", 45, 85, Visit.FOLLOW_UP, {}),
    OfferedService(CUPPING, "Cupping", 30, 60, None, {}),
]


def clinic(region: str, time_zone: str) -> Clinic:
    return Clinic(name="Willow Lane", region=region, time_zone=time_zone, hours={})


CALGARY = clinic("CA-AB", "America/Edmonton")
BOSTON = clinic("US", "America/New_York")
LEEDS = clinic("GB", "Europe/London")
# The 21st is a Saturday.
NOW = datetime(2026, 11, 21, 10, tzinfo=CALGARY.zone)


def wish(text: str, at: datetime = NOW, where: Clinic = CALGARY) -> Wish:
    return wish_in(text, now=at, clinic=where, services=SERVICES)


def november(day: int) -> date:
    return date(2026, 11, day)


def december(day: int) -> date:
    return date(2026, 12, day)


def on(day: date) -> Wish:
    return Wish(day=day)


def either(*days: date) -> Wish:
    return Wish(days=days)


def span(first: date, last: date) -> Wish:
    return Wish(day=first, until=last)


def within(begins: int | None, ends: int | None) -> Wish:
    return Wish(window=Window(*(None if hour is None else time(hour) for hour in (begins, ends))))


def at(hour: int, minute: int = 0) -> Wish:
    return Wish(at=time(hour, minute))


NOTHING = Wish()
ASKED = Wish(asks=True)
"""A question about something else."""
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)

DAYS = [
    ("tomorrow", on(november(22))),
    ("today please", on(november(21))),
    ("the day after tomorrow", on(november(23))),
    ("Friday", on(november(27))),
    ("on friday", on(november(27))),
    ("fri", on(november(27))),
    ("tues", on(november(24))),
    ("this Friday", on(november(27))),
    ("coming monday", on(november(23))),
    ("next Tuesday", on(november(24))),
    ("next Sunday", either(november(22), november(29))),
    ("Saturday", either(november(21), november(28))),
    ("this Saturday", on(november(21))),
    ("teusday", on(november(24))),
    ("wendesday", on(november(25))),
    ("tommorow", on(november(22))),
    ("thrusday please", on(november(26))),
    ("mondays are best", on(november(23))),
    ("in two weeks", on(december(5))),
    ("in 10 days", on(december(1))),
    ("a week from Tuesday", on(december(1))),
    ("two weeks on Monday", on(december(7))),
    ("Tuesday week", on(december(1))),
    ("a week tomorrow", on(november(29))),
    ("in a fortnight", on(december(5))),
    ("24 Nov", on(november(24))),
    ("Nov 24th", on(november(24))),
    ("24th of November", on(november(24))),
    ("Tuesday the 24th", on(november(24))),
    ("Tuesday 24", on(november(24))),
    ("the 24th", on(november(24))),
    ("24", on(november(24))),
    ("1 or 2 December", either(december(1), december(2))),
    ("the Tuesday after next", on(december(1))),
    ("24/11", on(november(24))),
    ("24.11.2026", on(november(24))),
    ("2026-11-24", on(november(24))),
    ("1 Dec 2027", on(date(2027, 12, 1))),
    ("the fifth of December", on(december(5))),
    ("20 November", on(date(2027, 11, 20))),
    ("the 31st", on(december(31))),
    ("christmas eve", on(december(24))),
    ("30 February", NOTHING),
    # Somebody mistook the day or the date: asked back.
    ("Monday the 24th", either(november(24), november(23))),
    ("Tuesday or Wednesday", either(november(24), november(25))),
    ("Tuesday, Wednesday or Thursday", either(november(24), november(25), november(26))),
    ("3/4", either(date(2027, 4, 3), date(2027, 3, 4))),
    # Only one of the two is still to come.
    ("12/11/2026", on(december(11))),
    # What is over is given as it was said; the booking refuses it.
    ("yesterday", on(november(20))),
    ("last Tuesday", on(november(17))),
    ("20 November 2026", on(november(20))),
]

SPANS = [
    ("next week", span(november(23), november(29))),
    ("this week", span(november(21), november(22))),
    ("the week after next", span(november(30), december(6))),
    ("early next week", span(november(23), november(25))),
    ("end of next week", span(november(26), november(29))),
    ("the weekend", span(november(21), november(22))),
    ("next weekend", span(november(28), november(29))),
    ("end of the month", span(november(21), november(30))),
    ("early next month", span(december(1), december(10))),
    ("in December", span(december(1), december(31))),
    ("mid December", span(december(11), december(20))),
    ("second week of December", span(december(8), december(14))),
    ("between 1 and 5 December", span(december(1), december(5))),
    ("Dec 1-5", span(december(1), december(5))),
    ("in a few days", span(november(21), november(24))),
    ("the week of 7 December", span(december(7), december(13))),
    ("within two weeks", span(november(21), december(5))),
    ("Monday to Wednesday", span(november(23), november(25))),
    ("between Friday and Monday", span(november(27), november(30))),
    ("from Thursday on", span(november(26), december(9))),
    ("I'm away until Thursday", span(november(26), december(9))),
    ("before Friday", span(november(21), november(26))),
    ("by the end of next week", span(november(21), november(29))),
    ("next week, Tuesday if possible", on(november(24))),
    ("Tuesday or Thursday next week", either(november(24), november(26))),
    ("the first Monday in December", on(december(7))),
    ("the last friday of next month", on(december(25))),
]

TIMES = [
    ("10:30", at(10, 30)),
    ("half past ten", at(10, 30)),
    ("half ten", at(10, 30)),
    ("quarter to three", at(14, 45)),
    ("ten thirty", at(10, 30)),
    ("3pm", at(15)),
    ("2.30 p.m.", at(14, 30)),
    ("14:30", at(14, 30)),
    ("7:30", at(19, 30)),
    ("07:30", at(7, 30)),
    ("8:30", at(8, 30)),
    ("at 1430", at(14, 30)),
    ("ten o'clock", at(10)),
    ("around 4", at(16)),
    ("5ish", at(17)),
    ("noon", at(12)),
    ("9 in the morning", at(9)),
    ("7 in the morning", at(7)),
    ("8 in the evening", at(20)),
    ("10", at(10)),
    ("make it 4", at(16)),
    ("2", Wish(at=time(14), ordinal=2)),
    ("after 3", within(15, None)),
    ("3 or later", within(15, None)),
    ("not before 3", within(15, None)),
    ("I work until 5", within(17, None)),
    ("before noon", within(None, 12)),
    ("by 4", within(None, 16)),
    ("no later than 4 please", within(None, 16)),
    ("I have to be back by 3", within(None, 15)),
    ("between 2 and 4", within(14, 16)),
    ("2-4pm", within(14, 16)),
    ("from 10 to 12", within(10, 12)),
    ("7 to 8 am", within(7, 8)),
    ("morning", within(None, 12)),
    ("in the afternoon", within(12, 17)),
    ("afternon", within(12, 17)),
    ("evening", within(17, None)),
    ("after work", within(17, None)),
    ("lunchtime", within(12, 14)),
    ("first thing", within(None, 10)),
    ("early afternoon", within(12, 15)),
    ("in the afternoon, after 3", within(15, 17)),
    ("I can't do mornings", within(12, None)),
    ("not in the afternoon", within(None, 12)),
    ("morning or afternoon", within(None, 17)),
]

TOGETHER = [
    ("Tuesday afternoon", Wish(day=november(24), window=Window(time(12), time(17)))),
    ("tommorow afternon", Wish(day=november(22), window=Window(time(12), time(17)))),
    ("Tuesday at 3", Wish(day=november(24), at=time(15))),
    ("tuesday 3", Wish(day=november(24), at=time(15))),
    ("Tuesday morning at 9", Wish(day=november(24), at=time(9))),
    ("this afternoon", Wish(day=november(21), window=Window(time(12), time(17)))),
    ("tonight", Wish(day=november(21), window=Window(time(17)))),
    ("Thursday but not before 2", Wish(day=november(26), window=Window(time(14)))),
    ("9 am on the 3rd", Wish(day=december(3), at=time(9))),
    ("not Tuesday", Wish(excluded=frozenset({TUE}))),
    ("except Wednesday", Wish(excluded=frozenset({WED}))),
    ("any day but Friday", Wish(excluded=frozenset({FRI}), anyone=True)),
    ("Tuesday is no good", Wish(excluded=frozenset({TUE}))),
    ("I can't do Monday, Tuesday or Wednesday", Wish(excluded=frozenset({MON, TUE, WED}))),
    ("Wednesday instead of Tuesday", Wish(day=november(25), excluded=frozenset({TUE}))),
    ("I can't do Tuesday, how about Wednesday", Wish(day=november(25), excluded=frozenset({TUE}))),
    ("weekdays only", Wish(excluded=frozenset({SAT, SUN}))),
    ("Sunday or Monday, no, weekdays only", Wish(day=november(23), excluded=frozenset({SAT, SUN}))),
    (
        "I'm new here, Thursday afternoon works for me",
        Wish(service=FIRST, day=november(26), window=Window(time(12), time(17))),
    ),
]

CHOICES = [
    ("first visit", Wish(service=FIRST)),
    ("I'm a new patient", Wish(service=FIRST)),
    ("I've never been", Wish(service=FIRST)),
    ("it's my first time", Wish(service=FIRST)),
    ("an initial consultation", Wish(service=FIRST)),
    ("follow up", Wish(service=FOLLOW_UP)),
    ("actually a follow-up", Wish(service=FOLLOW_UP)),
    ("I've been before", Wish(service=FOLLOW_UP)),
    ("another session", Wish(service=FOLLOW_UP)),
    ("again", Wish(service=FOLLOW_UP)),
    ("it's not my first visit", Wish(service=FOLLOW_UP)),
    ("cupping please", Wish(service=CUPPING)),
    ("the first one", Wish(ordinal=1)),
    ("I'll take the second", Wish(ordinal=2)),
    ("option 3", Wish(ordinal=3)),
    ("the last one", Wish(ordinal=-1)),
    ("2nd", Wish(day=december(2), ordinal=2)),
    ("any", Wish(anyone=True)),
    ("whenever", Wish(anyone=True)),
    ("I don't mind", Wish(anyone=True)),
    ("the first available", Wish(anyone=True)),
    ("as soon as possible", Wish(anyone=True)),
    ("cancel that", Wish(step=Step.CANCEL)),
    ("ok forget it", Wish(step=Step.CANCEL)),
    ("never mind", Wish(step=Step.CANCEL)),
    ("stop", Wish(step=Step.CANCEL)),
    ("I don't want to book any more", Wish(step=Step.CANCEL)),
    ("Cancel the booking", Wish(step=Step.CANCEL)),
    ("can we start over?", Wish(step=Step.RESTART)),
    ("start again", Wish(step=Step.RESTART)),
    ("from the beginning", Wish(step=Step.RESTART)),
    ("another time", Wish(step=Step.OTHER_TIME)),
    ("later please", Wish(step=Step.OTHER_TIME)),
    ("none of these", Wish(step=Step.OTHER_TIME)),
    ("that's too early", Wish(step=Step.OTHER_TIME)),
    ("that doesn't work", Wish(step=Step.OTHER_TIME)),
    ("another day", Wish(step=Step.OTHER_DAY)),
    ("can I change the day?", Wish(step=Step.OTHER_DAY)),
    ("another day, Friday", Wish(step=Step.OTHER_DAY, day=november(27))),
    ("the other kind of visit", Wish(step=Step.OTHER_SERVICE)),
    ("my e-mail is ada@willow-lane.example", Wish(contact=True)),
    ("call me on 403 555 0142", Wish(contact=True)),
]

QUESTIONS = [
    ("are you free on Tuesday?", on(november(24))),
    ("do you have anything on Tuesday?", on(november(24))),
    ("what about Thursday?", on(november(26))),
    ("why not Tuesday?", on(november(24))),
    ("can't I come on Monday?", on(november(23))),
    (
        "Could I get something on Tuesday or Thursday afternoon next week?",
        Wish(days=(november(24), november(26)), window=Window(time(12), time(17))),
    ),
    ("what's the earliest you can do?", Wish(anyone=True)),
    ("would Friday work for you?", on(november(27))),
    ("when are you free next week?", span(november(23), november(29))),
    ("can I come in at 3?", at(15)),
    ("do you do evenings?", within(17, None)),
    ("can I book a first visit?", Wish(service=FIRST)),
    ("I can do Tuesday, what does it cost?", Wish(day=november(24), asks=True)),
    ("What does it cost? Tuesday would be good.", Wish(day=november(24), asks=True)),
    ("I was hoping for Tuesday", on(november(24))),
    ("I need an appointment for my back pain on Tuesday", on(november(24))),
    ("I had my last session on Tuesday, is it normal to be sore?", ASKED),
    ("my back has been stiff since Monday", NOTHING),
    ("I hurt my back three days ago", NOTHING),
    ("it hurts in the morning", NOTHING),
    ("my birthday is 5 May", NOTHING),
    ("I take my tablets at 3pm", NOTHING),
    ("can I take ibuprofen on Tuesday morning?", ASKED),
    ("is there parking on Saturday?", ASKED),
    ("are you open on Saturdays?", ASKED),
    ("what time do you open on Monday?", ASKED),
    ("does it work on day one?", ASKED),
    ("how many sessions a week?", ASKED),
    ("how long is the first visit?", ASKED),
    ("is it open 24/7?", ASKED),
    ("does the pain stop?", ASKED),
    ("can I cancel later?", ASKED),
    ("I have cancer, may I have acupuncture?", ASKED),
    ("wait a second", NOTHING),
    ("cancer", NOTHING),
    ("hello", NOTHING),
    ("", NOTHING),
]


@pytest.mark.parametrize(("text", "meant"), DAYS + SPANS + TIMES + TOGETHER + CHOICES + QUESTIONS)
def test_everyday_words(text: str, meant: Wish) -> None:
    assert wish(text) == meant


@pytest.mark.parametrize(
    ("text", "where", "meant"),
    [
        ("3/4", LEEDS, either(date(2027, 4, 3), date(2027, 3, 4))),
        ("3/4", BOSTON, either(date(2027, 3, 4), date(2027, 4, 3))),
        ("11/24", BOSTON, on(november(24))),
        ("11/24", LEEDS, on(november(24))),
        ("5/5", BOSTON, on(date(2027, 5, 5))),
        ("November 24", BOSTON, on(november(24))),
        ("24 November", LEEDS, on(november(24))),
    ],
)
def test_day_and_month_come_in_the_order_of_the_country(text: str, where: Clinic, meant: Wish) -> None:
    assert wish(text, where=where) == meant


@pytest.mark.parametrize(
    ("text", "day", "meant"),
    [
        ("next Friday", 24, either(november(27), december(4))),
        ("next Tuesday", 24, on(december(1))),
        ("Tuesday", 24, either(november(24), december(1))),
        ("this Tuesday", 24, on(november(24))),
        ("tuesday next week", 24, on(december(1))),
        ("24 November", 24, on(november(24))),
        ("the 24th", 24, on(november(24))),
        ("next weekend", 24, either(november(28), december(5))),
        ("later this week", 24, span(november(24), november(29))),
        ("the 23rd", 24, on(december(23))),
    ],
)
def test_it_depends_on_the_day(text: str, day: int, meant: Wish) -> None:
    assert wish(text, NOW.replace(day=day)) == meant


def test_tomorrow_counts_from_the_day_on_the_clinics_clock() -> None:
    late = datetime(2026, 11, 22, 3, tzinfo=UTC)
    assert wish("tomorrow", late, CALGARY).day == november(22)
    assert wish("tomorrow", late, LEEDS).day == november(23)


def test_without_such_a_service_none_is_meant() -> None:
    assert wish_in("my first visit", now=NOW, clinic=CALGARY, services=[]) == NOTHING


def test_of_several_of_a_kind_the_one_named_is_meant() -> None:
    long = OfferedService(9, "Follow-up session (long)", 60, 110, Visit.FOLLOW_UP, {})
    for text, meant in (("Follow-up session (long)", 9), ("a follow-up", FOLLOW_UP)):
        found = wish_in(text, now=NOW, clinic=CALGARY, services=[*SERVICES, long])
        assert found.service == meant, text


quarters = st.integers(0, 4 * 24 * 365)


@pytest.mark.parametrize("where", [CALGARY, BOSTON], ids=["CA", "US"])
@settings(deadline=None)
@given(begun=quarters, ahead=quarters)
def test_what_the_clinic_says_of_a_moment_is_read_back(where: Clinic, begun: int, ahead: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * begun)
    moment = (now + timedelta(minutes=15 * ahead)).astimezone(where.zone)
    assert wish(moment_words(moment, where), now, where) == Wish(day=moment.date(), at=moment.time())


WORDS = st.sampled_from([word for text, _ in DAYS + SPANS + TIMES + TOGETHER for word in text.split()])


@settings(deadline=None)
@given(st.text(max_size=1_000) | st.lists(WORDS, max_size=200).map(" ".join))
def test_any_text_will_do(text: str) -> None:
    found = wish(text)
    assert not (found.day and found.days)
    assert found == wish(text)
