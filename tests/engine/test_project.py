"""The project's own Rasa files: they pass Rasa's checks, and each default path works from the root."""

import subprocess
import sys

import pytest
import ruamel.yaml
from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel
from rasa.core.run import create_http_input_channels
from rasa.core.tracker_store import FailSafeTrackerStore, TrackerStore
from rasa.core.utils import AvailableEndpoints

from bot.engine import serve
from bot.engine.components.decision import judge_of
from bot.engine.tracker_store import BoundedTrackerStore
from tests.engine.process import ROOT


def content(name: str) -> dict:
    return dict(ruamel.yaml.YAML(typ="safe", pure=True).load((ROOT / name).read_text()))


def test_rasa_has_nothing_to_warn_of() -> None:
    command = [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr[-3000:]


def test_every_intent_with_a_disposition_is_in_the_domain() -> None:
    (decision,) = (
        one for one in content("config.yml")["pipeline"] if one["name"].endswith("QuestionDecision")
    )
    intents = set(content("domain.yml")["intents"])
    named = set(judge_of(decision).dispositions)
    assert named <= intents
    assert {intent for intent in intents - named if not intent.startswith("ask_")} == set()


def test_endpoints_name_our_tracker_store() -> None:
    """Rasa only warns of a wrong class there, and keeps conversations in a store without bounds."""
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    assert isinstance(TrackerStore.create(endpoints.tracker_store), BoundedTrackerStore)


def test_credentials_name_our_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIDIAN_ENGINE_TOKEN", "a token")
    channels: list[InputChannel] = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    assert [channel.name() for channel in channels] == ["meridian"]


def test_no_fallback_store_hides_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MERIDIAN_ENGINE_TOKEN", "a token")
    agent: Agent = serve.create_app(ROOT / "models", None, "http://127.0.0.1:9/webhook").ctx.agent
    assert isinstance(agent.tracker_store, BoundedTrackerStore)
    assert not isinstance(agent.tracker_store, FailSafeTrackerStore)
