"""Actions that answer with what the engine decided, and fail when the visitor's text asks them to.

Served by `python -m rasa_sdk --actions tests.engine.actions`.
"""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

FORM = "booking_form"
BREAKS = "break the actions"
SILENT = "say nothing"
REJECTS = "refuse to run"


class _Echo(Action):
    """One response a question, with its disposition and topic; the events seen come with the first."""

    def name(self) -> str:
        return self.action_name

    action_name = ""

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        text = tracker.latest_message["text"] or ""
        if BREAKS in text:
            raise RuntimeError(f"as asked: {text}")
        if REJECTS in text:
            raise ActionExecutionRejection(self.action_name, text)
        if SILENT not in text:
            for question in tracker.latest_message["decision"]["questions"]:
                dispatcher.utter_message(
                    text=f"{self.action_name} to {question['intent']}",
                    buttons=[{"title": "The price?", "payload": "/ask_cost"}],
                    json_message={
                        "disposition": question["disposition"],
                        "topic": question["topic"],
                        "events": len(tracker.events),
                    },
                )
        return [FollowupAction(FORM)] if tracker.active_loop_name == FORM else []


class ValidateForm(Action):
    """Takes "Tuesday" for the day, and "never mind" for the end."""

    def name(self) -> str:
        return f"validate_{FORM}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        text = (tracker.latest_message["text"] or "").lower()
        if "never mind" in text:
            return [SlotSet("booking_day", None), SlotSet("requested_slot", None)]
        return [SlotSet("booking_day", "tuesday")] if "tuesday" in text else []


class _Ask(Action):
    """Says which slot it asks for, and the slots so far."""

    slot = ""

    def name(self) -> str:
        return f"action_ask_{FORM}_{self.slot}"

    def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        known = {
            name: value for name, value in tracker.slots.items() if name.startswith("booking_") and value
        }
        dispatcher.utter_message(text=f"{self.slot}?", json_message={"known": known})
        return []


class AskService(_Ask):
    slot = "booking_service"


class AskDay(_Ask):
    slot = "booking_day"


class AskTime(_Ask):
    slot = "booking_time"


class EndBooking(_Echo):
    action_name = "action_end_booking"


class Answer(_Echo):
    action_name = "action_answer"


class Fallback(_Echo):
    action_name = "action_fallback"


class Smalltalk(_Echo):
    action_name = "action_smalltalk"


class Handoff(_Echo):
    action_name = "action_handoff"


class StartBooking(_Echo):
    action_name = "action_start_booking"
