"""The questions of a booking: which visit, which day, which time, who comes. Each with what can be pressed."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.booking.appointments import Bookings, OfferedService
from bot.booking.drafts import Draft, Drafts
from bot.booking.offers import Offers
from bot.booking.wishes import Step
from bot.booking.wording import day_words, span_words, time_words
from bot.knowledge.clinic import Clinic
from bot.knowledge.phrases import phrase
from bot.knowledge.rendering import money
from bot.knowledge.topics import BOOKING, intent_of

Button = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """A question of the booking: its words, what can be pressed, and the card of the widget below it."""

    text: str
    buttons: Sequence[Button] = ()
    form: str | None = None


class Questions:
    """Asks for what a draft still lacks. What is offered is kept in the draft, so that it can be chosen by number."""

    def __init__(
        self, bookings: Bookings, drafts: Drafts, offers: Offers, clinic: Callable[[], Clinic]
    ) -> None:
        self._bookings = bookings
        self._drafts = drafts
        self._offers = offers
        self._clinic = clinic

    def ask(self, slot: str, conversation_id: str, draft: Draft) -> Asked:
        """The question for one of `drafts.SLOTS`.

        Raises:
            Refusal: nothing can be booked any more.
        """
        if slot == "booking_service":
            return self._service()
        if slot == "booking_day":
            return self._day(draft)
        if slot == "booking_time":
            return self._time(conversation_id, draft)
        return self._details(draft)

    def _service(self) -> Asked:
        """Which visit?"""
        clinic = self._clinic()
        buttons = [
            (_service_words(service, clinic), to_book(booking_service=str(service.id)))
            for service in self._bookings.services()
        ]
        return Asked(phrase("booking_service", clinic), [*buttons, self._way_out()])

    def _day(self, draft: Draft) -> Asked:
        """Which day? Where a day can be read in two ways, which of them; else the next days with free times."""
        clinic = self._clinic()
        days = draft.days or self._offers.days(draft)
        if not days:
            return self._nothing()
        text = phrase("booking_which_day" if draft.days else "booking_day", clinic)
        buttons = [(f"{day:%a} {day.day} {day:%b}", to_book(booking_day=day.isoformat())) for day in days]
        first = (phrase("first_available", clinic), to_book(booking_day="any"))
        return Asked(text, [*buttons, first, self._way_out()])

    def _time(self, conversation_id: str, draft: Draft) -> Asked:
        """Which time? Of the day, or of the nearest days where nothing is free then."""
        clinic = self._clinic()
        said = [phrase("booking_lapsed", clinic)] if draft.lapsed else []
        times = draft.times or self._offers.times(draft)
        if not times:
            said.append(phrase("booking_full", clinic, when=self._when(draft)))
            times = self._offers.other_times(draft)
        if not times:
            return self._nothing()
        self._drafts.write(conversation_id, replace(draft, times=times, hold_id=None))
        days = {moment.astimezone(clinic.zone).date() for moment in times}
        if len(days) == 1:
            said.append(phrase("booking_times", clinic, when=day_words(days.pop(), clinic)))
            titles = [time_words(moment, clinic) for moment in times]
        else:
            said.append(phrase("booking_times_of_days", clinic))
            titles = [_short(moment, clinic) for moment in times]
        buttons = [
            (title, to_book(booking_time=moment.isoformat()))
            for title, moment in zip(titles, times, strict=True)
        ]
        other = (phrase("another_day", clinic), to_book(booking_step=Step.OTHER_DAY))
        return Asked(" ".join(said), [*buttons, other, self._way_out()], "booking_times")

    def _details(self, draft: Draft) -> Asked:
        """Who comes? By the form beside the chat."""
        clinic, held = self._clinic(), draft.held
        assert held is not None and held.held_until is not None, "asked only while a time is held"
        visit = f"{held.service}, {span_words(held.starts_at, held.ends_at, clinic)}"
        text = phrase("booking_details", clinic, visit=visit, until=time_words(held.held_until, clinic))
        other = (phrase("another_time", clinic), to_book(booking_step=Step.OTHER_TIME))
        return Asked(text, [other, self._way_out()], "booking_details")

    def _when(self, draft: Draft) -> str:
        """`on Tuesday 24 November 2026 after 12 pm`."""
        clinic = self._clinic()
        assert draft.day is not None, "asked after the day"
        words = f"on {day_words(draft.day, clinic)}"
        if draft.until:
            words = f"from {day_words(draft.day, clinic)} to {day_words(draft.until, clinic)}"
        return words + (" at that time of day" if draft.not_before or draft.not_after else "")

    def _nothing(self) -> Asked:
        clinic = self._clinic()
        person = (phrase("talk_to_a_person", clinic), "/request_person")
        other = (phrase("another_day", clinic), to_book(booking_step=Step.OTHER_DAY))
        return Asked(phrase("booking_nothing", clinic), [other, person, self._way_out()])

    def _way_out(self) -> Button:
        return phrase("cancel_the_booking", self._clinic()), to_book(booking_step=Step.CANCEL)


def to_book(**entities: str) -> str:
    """The payload of a quick reply that begins a booking, or says something in one (`booking_day` and the like)."""
    return f"/{intent_of(BOOKING)}{json.dumps(entities) if entities else ''}"


def _short(moment: datetime, clinic: Clinic) -> str:
    local = moment.astimezone(clinic.zone)
    return f"{local:%a} {local.day} {local:%b}, {time_words(moment, clinic)}"


def _service_words(service: OfferedService, clinic: Clinic) -> str:
    price = f", {money(service.price, clinic.currency)}" if service.price is not None else ""
    return f"{service.name}, {service.minutes} min{price}"
