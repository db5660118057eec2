"""The tracker store is bounded, forgets half turns, and keeps what a shortened tracker must know."""

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine.tracker_store import BoundedTrackerStore

DOMAIN = Domain.from_yaml(
    """
version: "3.1"
intents: [greet]
slots:
  day: {type: text, influence_conversation: false, mappings: [{type: custom}]}
"""
)


@pytest.fixture
def store() -> BoundedTrackerStore:
    return BoundedTrackerStore(DOMAIN, max_conversations=3, max_turns=5)


async def turn(store: BoundedTrackerStore, sender: str = "one", text: str = "hi") -> DialogueStateTracker:
    """What a turn does to a tracker: four events."""
    tracker = await store.get_or_create_tracker(sender, append_action_listen=False)
    if not tracker.events:
        tracker.update_with_events(
            [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")],
            DOMAIN,
        )
    tracker.update(UserUttered(text, {"name": "greet"}), DOMAIN)
    tracker.update_with_events(
        [ActionExecuted("action_answer"), BotUttered("hello"), ActionExecuted("action_listen")], DOMAIN
    )
    await store.save(tracker)
    return tracker


async def test_a_conversation_goes_on_where_it_was(store: BoundedTrackerStore) -> None:
    await turn(store, text="first")
    await turn(store, text="second")
    tracker = await store.retrieve("one")
    assert tracker is not None
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["first", "second"]
    assert tracker.latest_message is not None
    assert tracker.latest_message.text == "second"
    assert tracker.latest_action_name == "action_listen"


async def test_turns_are_bounded_and_whole(store: BoundedTrackerStore) -> None:
    for number in range(100):
        await turn(store, text=str(number))
    tracker = await store.retrieve("one")
    assert tracker is not None
    said = [event.text for event in tracker.events if isinstance(event, UserUttered)]
    assert said == ["95", "96", "97", "98", "99"]
    assert isinstance(tracker.events[0], UserUttered)
    assert tracker.events[-1].as_dict()["name"] == "action_listen"
    assert tracker.applied_events()


async def test_a_turn_replays_no_more_events_later_than_earlier(store: BoundedTrackerStore) -> None:
    """The 300th turn costs what the tenth does: as many events to replay, and to send to the actions."""
    lengths = [len((await turn(store)).events) for _ in range(300)]
    assert max(lengths[10:]) <= max(lengths[5:10])


async def test_what_lost_events_had_set_stays_set(store: BoundedTrackerStore) -> None:
    tracker = await turn(store)
    tracker.update(SlotSet("day", "friday"), DOMAIN)
    await store.save(tracker)
    for _ in range(20):
        tracker = await turn(store)
    assert tracker.get_slot("day") == "friday"
    assert tracker.copy().get_slot("day") == "friday"
    assert len(tracker.events) <= 1 + 6 * 4


async def test_the_least_recently_used_conversation_goes_first(store: BoundedTrackerStore) -> None:
    for sender in ("a", "b", "c", "a", "d"):
        await turn(store, sender)
    assert list(await store.keys()) == ["c", "a", "d"]
    assert await store.retrieve("b") is None


async def test_a_turn_that_fails_leaves_nothing_behind(store: BoundedTrackerStore) -> None:
    await turn(store, text="kept")
    tracker = await store.get_or_create_tracker("one")
    tracker.update(UserUttered("half done"), DOMAIN)
    again = await store.retrieve("one")
    assert again is not None
    assert [event.text for event in again.events if isinstance(event, UserUttered)] == ["kept"]


async def test_an_expired_session_is_let_go(store: BoundedTrackerStore) -> None:
    tracker = await turn(store, text="yesterday")
    tracker.update_with_events(
        [ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen")], DOMAIN
    )
    await store.save(tracker)
    await turn(store, text="today")
    tracker = await turn(store, text="again")
    assert [event.text for event in tracker.events if isinstance(event, UserUttered)] == ["today", "again"]
    assert isinstance(tracker.events[1], SessionStarted)


async def test_a_forgotten_conversation_is_gone(store: BoundedTrackerStore) -> None:
    await turn(store)
    assert store.forget("one")
    assert not store.forget("one")
    assert await store.retrieve("one") is None
