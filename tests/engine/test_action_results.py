"""Our check of what the actions answer lets through and refuses what Rasa's own does."""

from typing import Any

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction

from bot.engine.action_results import validate_action_result

RASAS = RemoteAction._validate_action_result
GOOD: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "day", "value": "friday"}], "responses": [{"text": "yes"}]},
]
BAD: list[Any] = [
    [],
    None,
    "text",
    {"responses": [7]},
    {"responses": {}},
    {"events": [{"event": "slot"}]},
    {"events": [{"no": "event"}]},
]


@pytest.mark.parametrize("result", GOOD)
@pytest.mark.parametrize("check", [RASAS, validate_action_result])
def test_a_good_result_passes(check: Any, result: Any) -> None:
    assert check(RemoteAction("action_answer", None), result)


@pytest.mark.parametrize("result", BAD)
@pytest.mark.parametrize("check", [RASAS, validate_action_result])
def test_a_bad_result_is_refused(check: Any, result: Any) -> None:
    with pytest.raises(ValidationError, match="Failed to validate Action server response"):
        check(RemoteAction("action_answer", None), result)
