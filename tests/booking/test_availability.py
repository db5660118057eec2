"""Which times are free: hours, breaks, time off, holidays, notice, buffers, and both clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.booking import hours
from bot.booking.refusals import UnknownPractitioner, UnknownService
from bot.booking.tables import Service
from tests.booking.conftest import DANA, FACTS, FIRST_VISIT, FOLLOW_UP, MONDAY, ROBIN, TUESDAY, Desk, MakeDesk

DENVER = ZoneInfo("America/Denver")


def test_a_visit_begins_every_quarter_of_an_hour_and_ends_within_the_hours(desk: Desk) -> None:
    times = desk.free(MONDAY, FIRST_VISIT)
    assert times[:3] == ["09:00", "09:15", "09:30"]
    # An hour before noon, an hour before five; the buffer behind it may lie in closed hours.
    assert [times[8], times[9], times[-1]] == ["11:00", "13:00", "16:00"]


def test_what_is_booked_is_free_no_longer_and_its_buffer_neither(desk: Desk) -> None:
    desk.book(desk.at(MONDAY, 9), service=FIRST_VISIT)  # an hour, and a quarter behind it
    assert desk.free(MONDAY)[:2] == ["10:15", "10:30"]
    desk.book(desk.at(MONDAY, 11), who="bob")
    assert desk.free(MONDAY)[:2] == ["10:15", "13:00"]
    # A first visit would have to end a quarter of an hour before the next one begins.
    assert desk.free(MONDAY, FIRST_VISIT)[0] == "13:00"


def test_a_break_and_time_off_are_not_offered_nor_the_buffer_before_them(make_desk: MakeDesk) -> None:
    dana = {
        "name": "Dana",
        "hours": {"monday": ["09:00-13:00"], "tuesday": ["09:00-13:00"]},
        "breaks": {"monday": ["10:30-10:50"]},
        "time_off": [{"first": TUESDAY, "last": TUESDAY}],
    }
    desk = make_desk(practitioners=[dana])
    assert desk.free(MONDAY, FIRST_VISIT) == ["09:00", "09:15", "11:00", "11:15", "11:30", "11:45", "12:00"]
    assert desk.free(TUESDAY, FIRST_VISIT) == []
    assert len(desk.free(MONDAY + timedelta(days=8))) > 0


def test_the_whole_clinic_is_away(make_desk: MakeDesk) -> None:
    booking = {**FACTS["booking"], "time_off": [{"first": MONDAY, "last": MONDAY}]}
    desk = make_desk(booking=booking)
    assert desk.free(MONDAY, practitioner=None) == []
    assert desk.free(TUESDAY, practitioner=None) != []


@pytest.mark.parametrize(
    ("region", "closed"), [("CA-AB", True), ("CA", False), ("CA-XX", False), ("ZZ", False)]
)
def test_public_holidays_are_those_of_the_region(make_desk: MakeDesk, region: str, closed: bool) -> None:
    family_day = date(2027, 2, 15)  # kept in Alberta, not in all of Canada
    assert (make_desk(region=region).free(family_day) == []) is closed


def test_a_clinic_may_treat_on_public_holidays(make_desk: MakeDesk) -> None:
    desk = make_desk(booking={**FACTS["booking"], "public_holidays": "open"})
    assert desk.free(date(2027, 2, 15)) != []


def test_notice_and_the_farthest_day_bound_what_is_offered(make_desk: MakeDesk) -> None:
    desk = make_desk(at=datetime(2027, 1, 11, 9, 50, tzinfo=DENVER))
    assert desk.free(MONDAY)[0] == "13:00"  # 11:50 would be the first, and ends after noon
    slots = desk.bookings.free(FOLLOW_UP, MONDAY - timedelta(days=400), MONDAY + timedelta(days=400))
    days = {slot.starts_at.astimezone(DENVER).date() for slot in slots}
    assert (min(days), max(days)) == (MONDAY, MONDAY + timedelta(days=60))


def test_any_practitioner_means_every_time_once_with_somebody_who_is_free(desk: Desk) -> None:
    desk.book(desk.at(MONDAY, 9), practitioner=DANA)
    slots = desk.bookings.free(FOLLOW_UP, MONDAY, MONDAY)
    assert len({slot.starts_at for slot in slots}) == len(slots)
    nine = next(slot for slot in slots if slot.starts_at == desk.at(MONDAY, 9))
    assert nine.practitioner_id == ROBIN
    assert {slot.practitioner_id for slot in desk.bookings.free(FIRST_VISIT, MONDAY, MONDAY)} == {DANA}


def test_only_what_is_offered_can_be_asked_for(desk: Desk) -> None:
    with pytest.raises(UnknownService):
        desk.free(MONDAY, service=7)
    with pytest.raises(UnknownPractitioner):
        desk.free(MONDAY, FIRST_VISIT, ROBIN)
    with desk.database.write() as session:
        session.get_one(Service, FIRST_VISIT).active = False
    with pytest.raises(UnknownService):
        desk.free(MONDAY, FIRST_VISIT)
    assert [service.name for service in desk.bookings.services()] == ["Follow-up"]


def test_a_clinic_that_names_nobody_offers_nothing(make_desk: MakeDesk) -> None:
    desk = make_desk(practitioners=None)
    assert desk.bookings.services() == []
    assert desk.free(MONDAY, practitioner=None) == []


# Clock changes. Edmonton: forward on Sunday 14 March 2027 at 2 am, back on Sunday 7 November 2027 at 2 am.
SPRING, AUTUMN = date(2027, 3, 14), date(2027, 11, 7)


def sundays(make_desk: MakeDesk, at: datetime, *spans: str) -> Desk:
    """A clinic that works on Sundays."""
    return make_desk(at=at, hours={"sunday": list(spans)}, practitioners=[{"name": "Dana"}])


def test_nine_is_nine_on_both_sides_of_a_clock_change(make_desk: MakeDesk) -> None:
    desk = sundays(make_desk, datetime(2027, 3, 1, tzinfo=UTC), "09:00-10:00")
    week = timedelta(days=7)
    slots = desk.bookings.free(FOLLOW_UP, SPRING - week, SPRING, DANA)
    assert [slot.starts_at.hour for slot in slots] == [16, 16, 15, 15]
    assert set(desk.times(slots)) == {"09:00", "09:15"}


def test_an_hour_that_the_clock_skips_is_not_offered(make_desk: MakeDesk) -> None:
    desk = sundays(make_desk, datetime(2027, 3, 1, tzinfo=UTC), "00:00-05:00")
    assert desk.free(SPRING) == [
        *("00:00", "00:15", "00:30", "00:45", "01:00", "01:15", "01:30", "01:45"),
        *("03:00", "03:15", "03:30", "03:45", "04:00", "04:15"),
    ]
    slots = desk.bookings.free(FOLLOW_UP, SPRING, SPRING, DANA)
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(minutes=45)}


def test_an_hour_that_the_clock_shows_twice_is_offered_twice(make_desk: MakeDesk) -> None:
    desk = sundays(make_desk, datetime(2027, 11, 1, tzinfo=UTC), "01:00-02:00")
    assert desk.free(AUTUMN) == ["01:00", "01:15", "01:30", "01:45", "01:00", "01:15"]
    first, second = (datetime(2027, 11, 7, 1, tzinfo=DENVER, fold=fold) for fold in (0, 1))
    desk.book(first)
    desk.book(second, who="bob")
    assert desk.free(AUTUMN) == []


def test_times_that_the_clock_skips_or_shows_twice_have_one_moment() -> None:
    def utc(day: date, at: time, last: bool = False) -> datetime:
        return datetime.fromtimestamp(hours.moment(day, at, DENVER, last=last), UTC)

    assert utc(SPRING, time(2, 30)) == datetime(2027, 3, 14, 9, 30, tzinfo=UTC)  # 3:30 am
    assert utc(AUTUMN, time(1, 30)) == datetime(2027, 11, 7, 7, 30, tzinfo=UTC)
    assert utc(AUTUMN, time(1, 30), last=True) == datetime(2027, 11, 7, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("away", "left"),
    [
        ([], [(0, 10)]),
        ([(3, 5)], [(0, 3), (5, 10)]),
        ([(3, 5), (4, 7)], [(0, 3), (7, 10)]),
        ([(-5, 2), (9, 20)], [(2, 9)]),
        ([(0, 10)], []),
        ([(20, 30)], [(0, 10)]),
    ],
)
def test_what_is_left_of_a_span(away: list[hours.Span], left: list[hours.Span]) -> None:
    assert hours.without((0, 10), away) == left
