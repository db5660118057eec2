"""What is free for a booking in progress: the next days, and some times of those that are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import groupby

from bot.booking.appointments import Bookings
from bot.booking.drafts import Draft
from bot.booking.slots import Slot
from bot.knowledge.clinic import Clinic

DAYS_OFFERED = 4
TIMES_OFFERED = 6
LOOK_AHEAD = timedelta(days=28)
"""Where nothing is free when it was wanted, so far ahead another time is looked for."""


class Offers:
    """Looks into the clinic's calendar for what a visitor wants."""

    def __init__(
        self, bookings: Bookings, clinic: Callable[[], Clinic], clock: Callable[[], datetime]
    ) -> None:
        self._bookings = bookings
        self._clinic = clinic
        self._now = clock

    def from_today(self, day: date | None = None) -> date:
        """The day, or today where that is over or none is named."""
        today = self._now().astimezone(self._clinic().zone).date()
        return max(day, today) if day else today

    def days(self, draft: Draft) -> tuple[date, ...]:
        """The next days that have a free time."""
        today = self.from_today()
        zone = self._clinic().zone
        free = self._free(draft, today, today + LOOK_AHEAD)
        return tuple(dict.fromkeys(slot.starts_at.astimezone(zone).date() for slot in free))[:DAYS_OFFERED]

    def times(self, draft: Draft) -> tuple[datetime, ...]:
        """Some times of the days that are wanted."""
        return self._some(self._free(draft, draft.day, draft.until or draft.day))

    def other_times(self, draft: Draft) -> tuple[datetime, ...]:
        """Some times of the weeks after, at the time of day that is wanted or else at any."""
        last = self.from_today(draft.day) + LOOK_AHEAD
        at_any_time = replace(draft, not_before=None, not_after=None)
        return self._some(self._free(draft, draft.day, last) or self._free(at_any_time, draft.day, last))

    def _free(self, draft: Draft, first: date | None, last: date | None) -> list[Slot]:
        assert draft.service_id is not None and first is not None, "asked after the visit and the day"
        zone = self._clinic().zone
        begins, ends = draft.not_before or time.min, draft.not_after or time.max
        return [
            slot
            for slot in self._bookings.free(draft.service_id, first, last or first)
            # Before noon is not at noon; but where both are the same, that time is meant.
            if begins <= (at := slot.starts_at.astimezone(zone)).time()
            and (at.time() < ends or at.time() == begins)
            if not draft.excludes(at)
        ]

    def _some(self, slots: Sequence[Slot]) -> tuple[datetime, ...]:
        """Some of them: of one day from its beginning to its end, of several the first two of each."""
        times = [slot.starts_at for slot in slots]
        zone = self._clinic().zone
        days = [list(of_day) for _, of_day in groupby(times, lambda each: each.astimezone(zone).date())]
        if len(days) > 1:
            return tuple(moment for of_day in days for moment in of_day[:2])[:TIMES_OFFERED]
        if len(times) <= TIMES_OFFERED:
            return tuple(times)
        step = (len(times) - 1) / (TIMES_OFFERED - 1)
        return tuple(times[round(at * step)] for at in range(TIMES_OFFERED))
