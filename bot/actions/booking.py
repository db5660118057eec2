"""A booking in the chat: begins it, reads what the visitor says in it, and asks what comes next.

The booking itself is `booking.desk`'s; who comes is filled in beside the chat and never passes through here.
"""

from __future__ import annotations

from asyncio import to_thread
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.actions.question import BOOKING_FORM, Question, QuestionAction, Response, questions, say
from bot.booking.desk import Desk
from bot.booking.drafts import SLOTS
from bot.booking.questions import Asked
from bot.booking.refusals import Refusal
from bot.database import now
from bot.knowledge.phrases import phrase, phrase_with_hours
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import BOOKING

OPENING_HOURS = "opening_hours"

Events = list[dict[str, Any]]

# A form that nothing is said to would leave the message to the rules for questions.
_END: Events = [*(SlotSet(name, None) for name in SLOTS), SlotSet("requested_slot", None)]


class ActionStartBooking(QuestionAction):
    """Begins a booking as the clinic takes them: here, by a call back, or at an address of its own."""

    action_name = "action_start_booking"
    dispositions = ("booking",)

    def __init__(self, knowledge: KnowledgeBase, desk: Desk) -> None:
        self._knowledge = knowledge
        self._desk = desk

    def respond(self, question: Question, tracker: Tracker) -> Response | None:
        if tracker.active_loop_name == BOOKING_FORM:
            return None
        clinic = self._knowledge.clinic()
        first = phrase("booking_first", clinic)
        if clinic.booking_mode == "link":
            return _booking(f"{first}\n\n{phrase('booking_elsewhere', clinic)}", form="booking_page")
        if clinic.booking_mode == "slots":
            taken = self._desk.begin(tracker.sender_id, _words(tracker), _chosen(tracker))
            if taken.ended:
                return _booking(self._desk.ended())
            if taken.understood:
                return replace(_booking("\n\n".join([first, *taken.said])), begins=True)
        text = phrase_with_hours("booking", clinic, now())
        return _booking(f"{first}\n\n{text}", form="callback")


class ValidateBookingForm(Action):  # type: ignore[misc]  # rasa-sdk has no types
    """Takes a message into the booking. One that says nothing of it is left to the rules for questions; what is asked
    beside a wish ("Tuesday, and does it hurt?") is answered here, since the form goes on."""

    def __init__(self, desk: Desk, answers: QuestionAction) -> None:
        self._desk = desk
        self._answers = answers

    def name(self) -> str:
        return f"validate_{BOOKING_FORM}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        # Where another action came first, it has read the message: the form begins with what the draft says.
        if not _read_before(tracker):
            taken = await to_thread(self._desk.take, tracker.sender_id, _words(tracker), _chosen(tracker))
            if taken.ended:
                return _END
            if not taken.understood:
                return []
            if taken.asks:
                self._answer(dispatcher, tracker)
            for sentence in taken.said:
                say(dispatcher, _booking(sentence))
        draft = await to_thread(self._desk.drafts.of, tracker.sender_id)
        if draft is None:
            return _END
        return [SlotSet(name, value) for name, value in draft.slots.items()]

    def _answer(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> None:
        for question in questions(tracker):
            # "Are you free on Tuesday?" is answered with the times.
            if question.disposition in self._answers.dispositions and question.topic != OPENING_HOURS:
                response = self._answers.respond(question, tracker)
                if response is not None:
                    say(dispatcher, response, question.confidence)


class AskForSlot(Action):  # type: ignore[misc]
    """Asks for one slot of the form."""

    def __init__(self, desk: Desk, slot: str) -> None:
        self._desk = desk
        self._slot = slot

    def name(self) -> str:
        return f"action_ask_{BOOKING_FORM}_{self._slot}"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        asked = await to_thread(self._ask, tracker.sender_id)
        say(dispatcher, _booking(asked.text, tuple(asked.buttons), asked.form))
        return []

    def _ask(self, conversation_id: str) -> Asked:
        draft = self._desk.drafts.of(conversation_id)
        try:
            if draft is None:
                return Asked(self._desk.ended())
            return self._desk.questions.ask(self._slot, conversation_id, draft)
        except Refusal as refused:  # the clinic takes no bookings any more, or not this one
            self._desk.drafts.drop(conversation_id)
            return Asked(refused.sentence)


class ActionEndBooking(Action):  # type: ignore[misc]
    """Says that a booking has ended before it was made."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def name(self) -> str:
        return "action_end_booking"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        say(dispatcher, _booking(self._desk.ended()))
        return []


def form_actions(desk: Desk, answers: QuestionAction) -> Iterable[Action]:
    """What the form of a booking is made of; `answers` is the action for questions in its middle."""
    yield ValidateBookingForm(desk, answers)
    yield from (AskForSlot(desk, slot) for slot in SLOTS)
    yield ActionEndBooking(desk)


def _booking(text: str, buttons: tuple[tuple[str, str], ...] = (), form: str | None = None) -> Response:
    return Response(text, "booking", buttons, form, topic=BOOKING)


def _words(tracker: Tracker) -> str:
    return str(tracker.latest_message.get("text") or "")


def _chosen(tracker: Tracker) -> dict[str, str]:
    """What a quick reply of the booking stands for."""
    entities = tracker.latest_message.get("entities") or []
    return {one["entity"]: one["value"] for one in entities if one["entity"].startswith("booking_")}


def _read_before(tracker: Tracker) -> bool:
    """Whether another action has run since the visitor's message."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"] not in (BOOKING_FORM, "action_extract_slots"):
            return True
    return False
