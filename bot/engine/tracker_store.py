"""Keeps conversations in memory, bounded both ways: so many conversations, so many turns of each.

What it holds is soft state; the record is the application's. Losing a tracker costs at most a question in
progress.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_SESSION_START_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker


class BoundedTrackerStore(TrackerStore):
    """Holds each conversation's events as objects and gives out a fresh tracker that replays them.

    A turn that raises therefore leaves nothing behind: its tracker is thrown away, the events before it stay.
    Nothing is serialised. Rules and actions look back on the last turns only, and every event kept costs each turn.
    """

    def __init__(
        self,
        domain: Domain | None,
        event_broker: EventBroker | None = None,
        max_conversations: int = 2000,
        max_turns: int = 2,
        **kwargs: Any,
    ) -> None:
        """`max_conversations` are kept, the least recently used goes first; of each the last `max_turns`."""
        super().__init__(domain, event_broker, **kwargs)
        self.max_conversations = max_conversations
        self.max_turns = max_turns
        self._events: OrderedDict[str, list[Event]] = OrderedDict()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keeps the tracker's latest session, shortened when it is too long."""
        await self.stream_events(tracker)
        self._events[tracker.sender_id] = self._shortened(tracker, _latest_session(list(tracker.events)))
        self._events.move_to_end(tracker.sender_id)
        while len(self._events) > self.max_conversations:
            self._events.popitem(last=False)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """A tracker with the events of the latest session, or nothing."""
        if sender_id not in self._events:
            return None
        self._events.move_to_end(sender_id)
        tracker = self.init_tracker(sender_id)
        for event in self._events[sender_id]:
            tracker.update(event, self.domain)
        return tracker

    async def keys(self) -> Iterable[str]:
        """The conversations held, the least recently used first."""
        return list(self._events)

    def active_loop(self, sender_id: str) -> str | None:
        """The form that a conversation is in, found without replaying it."""
        loops = (
            event for event in reversed(self._events.get(sender_id, [])) if isinstance(event, ActiveLoop)
        )
        return next((loop.name for loop in loops), None)

    def forget(self, sender_id: str) -> bool:
        """Drops a conversation; whether there was one."""
        return self._events.pop(sender_id, None) is not None

    def _shortened(self, tracker: DialogueStateTracker, events: list[Event]) -> list[Event]:
        """The last whole turns of the session, behind events that restore what the lost ones had set."""
        asked = [at for at, event in enumerate(events) if isinstance(event, UserUttered)]
        if len(asked) <= self.max_turns:
            return events
        return [*_state(tracker), *events[asked[-self.max_turns] :]]


def _latest_session(events: list[Event]) -> list[Event]:
    """The events from the last start of a session on, as Rasa's own stores give them out."""
    for at in range(len(events) - 1, 0, -1):
        event = events[at]
        if isinstance(event, ActionExecuted) and event.action_name == ACTION_SESSION_START_NAME:
            return events[at:]
    return events


def _state(tracker: DialogueStateTracker) -> list[Event]:
    """Slots that differ from their start, and the active form, as events."""
    slots: list[Event] = [
        SlotSet(slot.name, slot.value) for slot in tracker.slots.values() if slot.value != slot.initial_value
    ]
    return [*slots, ActiveLoop(tracker.active_loop_name)] if tracker.active_loop_name else slots
