"""Actions that answer with what the engine decided, and fail when the visitor's text asks them to.

Served by `python -m rasa_sdk --actions tests.engine.actions`.
"""

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import ActionExecutionRejection

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
        return []


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
