"""The desk: takes what a visitor wishes into the draft of their booking, and holds the time.

The words they use are read by `wishes`; how to ask for what is lacking is left to `questions`, when to the dialogue.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TypeVar

from bot.booking.appointments import Bookings, OfferedService, Visitor
from bot.booking.drafts import Draft, Drafts
from bot.booking.offers import LOOK_AHEAD, Offers
from bot.booking.questions import Questions
from bot.booking.refusals import Refusal, TimeRefused
from bot.booking.wishes import Step, Window, Wish, wish_in
from bot.database import Database, now
from bot.knowledge.clinic import WEEKDAYS, Clinic
from bot.knowledge.phrases import phrase

T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """What became of the visitor's words: nothing of the booking was in them, or `said` comes before the next
    question, or the booking is over. `asks` says that something else was asked beside it."""

    understood: bool = True
    said: Sequence[str] = ()
    ended: bool = False
    asks: bool = False


class Desk:
    """Takes everything that can be said in a booking. It holds a time as soon as one is named."""

    def __init__(
        self,
        bookings: Bookings,
        drafts: Drafts,
        clinic: Callable[[], Clinic],
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.drafts = drafts
        self._bookings = bookings
        self._clinic = clinic
        self._now = clock
        self._offers = Offers(bookings, clinic, clock)
        self.questions = Questions(bookings, drafts, self._offers, clinic)

    @classmethod
    def of(cls, database: Database, clinic: Callable[[], Clinic]) -> Desk:
        """A desk over a database."""
        bookings = Bookings(database, clinic)
        return cls(bookings, Drafts(database, bookings), clinic)

    def begin(self, conversation_id: str, words: str, chosen: Mapping[str, str]) -> Taken:
        """Begins a booking, or goes on with the one in progress, with what the visitor said when asking for it."""
        services = self._bookings.services()
        if not services:
            return Taken(False)
        if self.drafts.of(conversation_id) is None:
            self.drafts.write(conversation_id, _fresh(services))
        return replace(self.take(conversation_id, words, chosen), understood=True)

    def take(self, conversation_id: str, words: str, chosen: Mapping[str, str]) -> Taken:
        """Takes a message, or a quick reply, into the draft.

        A refused time leaves the draft as it was, with other times to choose from; the refusal's sentence is said.
        """
        draft = self.drafts.of(conversation_id)
        if draft is None:
            return Taken(False)
        services = self._bookings.services()
        wish = (
            _chosen(chosen, services)
            if chosen
            else wish_in(words, now=self._now(), clinic=self._clinic(), services=services)
        )
        if wish.step is Step.CANCEL:
            self.drafts.drop(conversation_id)
            return Taken(ended=True)
        if wish.step is Step.RESTART:
            self.drafts.write(conversation_id, _fresh(services))
            return Taken(said=[phrase("booking_fresh", self._clinic())])
        if wish.contact:
            words = "booking_contact" if draft.asked == "booking_details" else "booking_contact_later"
            return Taken(said=[phrase(words, self._clinic())])
        try:
            taken = self._wished(conversation_id, draft, wish, _moment(chosen), services)
        except Refusal as refused:
            self.drafts.write(conversation_id, replace(draft, days=()))
            taken = Taken(said=[refused.sentence])
        return replace(taken, asks=wish.asks)

    def ended(self) -> str:
        """The words to the end of a booking that was not made."""
        return phrase("booking_ended", self._clinic())

    def _wished(
        self,
        conversation_id: str,
        draft: Draft,
        wish: Wish,
        moment: datetime | None,
        services: Sequence[OfferedService],
    ) -> Taken:
        changed = self._changed(draft, wish, services)
        starts_at = moment or self._time(draft, changed, wish)
        if starts_at is not None and changed.service_id is not None:
            return self._hold(conversation_id, changed, starts_at)
        if changed == draft:
            return Taken(False)
        self.drafts.write(conversation_id, changed)
        return Taken()

    def _changed(self, draft: Draft, wish: Wish, services: Sequence[OfferedService]) -> Draft:
        """The draft with the wish in it; whatever changes, the time that is held is no longer the one wanted.

        Raises:
            PastTime, TooFar: nothing can be booked on that day.
        """
        changed = self._with_day(_with_service(_stepped(draft, wish.step), wish, services), wish)
        window = wish.window
        if window is None and wish.at is not None and changed.service_id is None:
            window = Window(wish.at, wish.at)  # kept until it is known what for
        if window is not None:
            changed = replace(changed, not_before=window.not_before, not_after=window.not_after)
        if wish.excluded:
            changed = replace(changed, excluded=_excluded(changed.excluded, wish.excluded))
        elif changed == draft:
            return draft
        return replace(changed, hold_id=None, held=None, times=(), lapsed=False)

    def _with_day(self, draft: Draft, wish: Wish) -> Draft:
        today = self._offers.from_today()
        day, until = wish.day, wish.until
        if day is None and draft.asked == "booking_day":
            if wish.ordinal:
                day = _pick(draft.days or self._offers.days(draft), wish.ordinal)
            elif wish.anyone or wish.excluded:
                day, until = today, today + LOOK_AHEAD
        if wish.days:
            days = self._bookable(wish.days)
            if len(days) > 1:
                return replace(draft, day=None, until=None, days=days)
            day = days[0]
        if day is None:
            return draft
        self._bookings.look_at(day, until or day)
        # Whoever names a single day means it.
        excluded = draft.excluded if until else frozenset()
        return replace(draft, day=day, until=until, days=(), excluded=excluded)

    def _bookable(self, days: Sequence[date]) -> tuple[date, ...]:
        """Those of the days that can be meant, at least one.

        Raises:
            PastTime, TooFar: none of them can be booked.
        """
        refused: Refusal | None = None
        kept = []
        for day in days:
            try:
                self._bookings.look_at(day, day)
                kept.append(day)
            except TimeRefused as error:
                refused = error
        if refused is not None and not kept:
            raise refused
        return tuple(kept)

    def _time(self, draft: Draft, changed: Draft, wish: Wish) -> datetime | None:
        """The time that the wish names: one of those that were offered, or one of the day."""
        zone = self._clinic().zone
        if draft.times and draft.asked == "booking_time" and wish.day is None and not wish.step:
            for moment in draft.times:
                if moment.astimezone(zone).time() == wish.at:
                    return moment
            if wish.ordinal:
                return _pick(draft.times, wish.ordinal)
            if wish.anyone:
                return draft.times[0]
        if wish.at is None or changed.day is None:
            return None
        return datetime.combine(changed.day, wish.at, zone).astimezone(UTC)

    def _hold(self, conversation_id: str, draft: Draft, starts_at: datetime) -> Taken:
        visitor, key = Visitor.of(conversation_id), secrets.token_urlsafe(12)
        day = starts_at.astimezone(self._clinic().zone).date()
        # A time that is picked is wanted, whatever was said of its weekday before.
        excluded = draft.excluded - {day.weekday()}
        wanted = replace(draft, day=day, until=None, days=(), times=(), hold_id=None, excluded=excluded)
        assert draft.service_id is not None, "the time of a visit is asked after the visit"
        # A visitor has at most two: the one before is let go first.
        self.drafts.write(conversation_id, wanted)
        try:
            held = self._bookings.hold(visitor, key, draft.service_id, starts_at)
        except TimeRefused as refused:
            zone = self._clinic().zone
            nearest = tuple(
                slot.starts_at
                for slot in refused.nearest
                if not wanted.excludes(slot.starts_at.astimezone(zone))
            )
            self.drafts.write(conversation_id, replace(wanted, times=nearest))
            return Taken(said=[refused.sentence])
        self.drafts.write(conversation_id, replace(wanted, hold_id=held.id))
        return Taken()


def _fresh(services: Sequence[OfferedService]) -> Draft:
    """A draft of which nothing is known but what need not be asked."""
    return Draft(services[0].id if len(services) == 1 else None)


def _chosen(chosen: Mapping[str, str], services: Iterable[OfferedService]) -> Wish:
    """The wish that a quick reply stands for; one that says nothing any more is an empty wish."""
    try:
        if step := chosen.get("booking_step"):
            return Wish(step=Step(step))
        if day := chosen.get("booking_day"):
            return Wish(anyone=True) if day == "any" else Wish(day=date.fromisoformat(day))
        if service := chosen.get("booking_service"):
            meant = (each.id for each in services if service in (str(each.id), each.visit))
            return Wish(service=next(meant, None))
    except ValueError:
        pass
    return Wish()


def _stepped(draft: Draft, step: Step | None) -> Draft:
    """The draft without what the visitor wants to choose again."""
    if step is Step.OTHER_SERVICE:
        return replace(draft, service_id=None)
    if step is Step.OTHER_DAY:
        return replace(
            draft, day=None, until=None, days=(), not_before=None, not_after=None, excluded=frozenset()
        )
    if step is Step.OTHER_TIME:
        return replace(draft, not_before=None, not_after=None, hold_id=None)
    return draft


def _with_service(draft: Draft, wish: Wish, services: Sequence[OfferedService]) -> Draft:
    service = wish.service
    if service is None and wish.ordinal and draft.asked == "booking_service":
        service = _pick([each.id for each in services], wish.ordinal)
    return draft if service is None else replace(draft, service_id=service)


def _excluded(before: frozenset[int], more: frozenset[int]) -> frozenset[int]:
    """The weekdays that will not do; where none would be left, what was said last counts."""
    both = before | more
    return both if len(both) < len(WEEKDAYS) else more


def _moment(chosen: Mapping[str, str]) -> datetime | None:
    """The time that a quick reply names."""
    try:
        moment = datetime.fromisoformat(chosen.get("booking_time", ""))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _pick(offered: Sequence[T], ordinal: int) -> T | None:
    """The one that is named by its number, -1 the last."""
    at = ordinal if ordinal < 0 else ordinal - 1
    return offered[at] if -len(offered) <= at < len(offered) else None
