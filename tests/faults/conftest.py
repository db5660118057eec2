"""How much is done to a Meridian here: a little with every run of the tests, all of it under `make faults`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from bot.scratch import Stack, scratch_stack

FULL = os.environ.get("MERIDIAN_FAULTS") == "full"
CUTS = 200 if FULL else 20
KILLS = 20 if FULL else 3

Message = dict[str, Any]


@pytest.fixture(scope="package")
def fragile(model: str) -> Iterator[Stack]:
    """A stack of its own for tests that harm it; each waits until it is whole again."""
    with scratch_stack(model=model) as running:
        yield running


def assert_whole(transcript: list[Message], written: list[str]) -> None:
    """Everything written is there once and in its order, everything is answered, and no `seq` is missing."""
    assert [message["seq"] for message in transcript] == list(range(1, len(transcript) + 1))
    visitors = [message for message in transcript if message["author"] == "visitor"]
    assert [message["text"] for message in visitors] == written
    answered = {message["in_reply_to"] for message in transcript if message["in_reply_to"]}
    assert answered == {message["id"] for message in visitors}
