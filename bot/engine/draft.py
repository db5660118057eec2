"""Loads a booking in progress, which the application keeps, into the dialogue before each turn.

A lost tracker or a new model thus goes on where the draft stands.
"""

from collections.abc import Mapping

from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActiveLoop, Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

FORM = "booking_form"

Draft = Mapping[str, str | None]


async def load(processor: MessageProcessor, conversation_id: str, draft: Draft | None) -> None:
    """Makes the dialogue of a conversation stand where `draft` does: in the form with its slots, or in no form.

    `draft` names slots of the form; None says that nothing is being booked.
    """
    if draft is None and processor.tracker_store.active_loop(conversation_id) != FORM:
        return
    if FORM not in processor.domain.form_names:  # a model from before there were bookings
        return
    tracker = await processor.fetch_tracker_and_update_session(conversation_id)
    tracker.update_with_events(_events(tracker, processor.domain, draft), processor.domain)
    await processor.save_tracker(tracker)


def _events(tracker: DialogueStateTracker, domain: Domain, draft: Draft | None) -> list[Event]:
    names = domain.required_slots_for_form(FORM)
    wanted: dict[str, str | None] = {name: (draft or {}).get(name) for name in names}
    # The question that the visitor has before them, which the form reads the message for.
    wanted[REQUESTED_SLOT] = next((name for name in names if wanted[name] is None), None) if draft else None
    events: list[Event] = [
        SlotSet(name, value) for name, value in wanted.items() if tracker.get_slot(name) != value
    ]
    loop = FORM if draft is not None else None
    return events if tracker.active_loop_name == loop else [*events, ActiveLoop(loop)]
