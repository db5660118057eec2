"""What makes a message quicker changes nothing of what comes of it: the same as Rasa's own runner and rules."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pytest
from rasa.core import processor
from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.constants import PLACEHOLDER_MESSAGE, PLACEHOLDER_TRACKER
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.engine import empty_domain, intent_rules
from bot.engine.in_order import InOrderRunner

Remembered = WeakKeyDictionary[RulePolicy, dict[str, frozenset[str]]]

TEXTS = ("does it hurt?", "what does it cost, and does it hurt?", "hello", "the moon is made of cheese")


@pytest.fixture
def agent(models: Path, monkeypatch: pytest.MonkeyPatch) -> Agent:
    monkeypatch.setattr(processor, "DaskGraphRunner", InOrderRunner)
    return Agent.load(models / "small.tar.gz")


def asked(agent: Agent, *intents: str | None) -> DialogueStateTracker:
    """A conversation in which something was asked, answered each time but the last."""
    answered = ActionExecuted("action_answer")
    heard = [[UserUttered("some words", {"name": name, "confidence": 1.0})] for name in intents]
    events = [event for words in heard for event in (ActionExecuted("action_listen"), *words, answered)][:-1]
    return DialogueStateTracker.from_events("one", events, domain=agent.domain)


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_is_understood_as_by_rasas_runner(agent: Agent, text: str) -> None:
    runner = agent.processor.graph_runner
    assert isinstance(runner, InOrderRunner)
    target = agent.processor.model_metadata.nlu_target

    def understood(run: Any) -> Any:
        inputs = {PLACEHOLDER_MESSAGE: [UserMessage(text)], PLACEHOLDER_TRACKER: asked(agent, None)}
        (message,) = run(runner, inputs, [target])[target]
        return message.as_dict(only_output_properties=True)

    assert understood(InOrderRunner.run) == understood(DaskGraphRunner.run)


def conversations(agent: Agent) -> Iterator[DialogueStateTracker]:
    """With each intent, and with none, in the first message and in a later one; what follows on the answer; in a form
    and when it has ended."""
    intents = [*sorted(agent.domain.intents), None]
    for earlier in ([], intents[:1], [None]):
        for intent in intents:
            tracker = asked(agent, *earlier, intent)
            yield tracker.copy()
            tracker.update(ActionExecuted("action_answer"), agent.domain)
            yield tracker
    tracker = asked(agent, "ask_booking")
    tracker.update(ActionExecuted("booking_form"), agent.domain)
    tracker.update(ActiveLoop("booking_form"), agent.domain)
    yield tracker.copy()
    tracker.update(ActiveLoop(None), agent.domain)
    yield tracker


def test_a_conversation_goes_on_as_by_rasas_rules(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    def predicted() -> list[PolicyPrediction]:
        return [agent.processor._predict_next_with_tracker(tracker) for tracker in conversations(agent)]

    rasas = predicted()
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", intent_rules.find_action_from_rules)
    assert predicted() == rasas, "looked for"
    assert predicted() == rasas, "remembered"
    assert len({str(prediction.probabilities) for prediction in rasas}) > 1
    assert "action_end_booking" in {
        agent.domain.action_names_or_texts[int(np.argmax(prediction.probabilities))] for prediction in rasas
    }


def test_what_is_remembered_of_rules_has_no_words(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered: Remembered = WeakKeyDictionary()
    monkeypatch.setattr(intent_rules, "_fitting", remembered)
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", intent_rules.find_action_from_rules)
    for tracker in conversations(agent):
        agent.processor._predict_next_with_tracker(tracker)
    (states,) = remembered.values()
    assert any("ask_booking" in state for state in states)
    assert not any("some words" in state for state in states)


def test_states_without_end_are_not_remembered(agent: Agent, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered: Remembered = WeakKeyDictionary()
    monkeypatch.setattr(intent_rules, "_fitting", remembered)
    monkeypatch.setattr(intent_rules, "STATES", 2)
    monkeypatch.setattr(RulePolicy, "_find_action_from_rules", intent_rules.find_action_from_rules)
    for intent in agent.domain.intents:
        agent.processor._predict_next_with_tracker(asked(agent, intent))
        assert len(*remembered.values()) <= 2


def test_a_domain_is_empty_where_rasa_says_so(agent: Agent) -> None:
    for domain in (agent.domain, Domain.empty()):
        for _ in range(2):
            assert empty_domain.is_empty(domain) == (domain.as_dict() == Domain.empty().as_dict())
