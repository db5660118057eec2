"""Processes are killed in mid-conversation: the visitor hears the truth and nothing is lost."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator

import httpx
import psutil
import pytest

from bot.scratch import Stack, scratch_stack
from bot.visitor import Visitor, client

CANARY = "zygomatic-canary"


@pytest.fixture(scope="module")
def fragile(model: str) -> Iterator[Stack]:
    """A stack of its own for tests that harm it; each waits until it is whole again."""
    with scratch_stack(model=model) as running:
        yield running


def process(stack: Stack, module: str) -> psutil.Process:
    """The running process of a module of the stack."""
    children = psutil.Process(stack.process.pid).children(recursive=True)
    return next(child for child in children if module in " ".join(child.cmdline()))


def wait_ready(stack: Stack, seconds: float = 60) -> float:
    """Waits until the stack answers again; gives how long it took, seconds."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        try:
            if httpx.get(f"{stack.url}/readyz", timeout=3, trust_env=False).status_code == httpx.codes.OK:
                return time.monotonic() - begun
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    pytest.fail(f"not ready again after {seconds} s")


def test_a_killed_engine_is_admitted_and_replaced(fragile: Stack) -> None:
    with client(fragile.url) as http:
        visitor = Visitor(http)
        (before,) = visitor.ask("are the needles sterile?")
        assert before["disposition"] == "answer"
        process(fragile, "bot.engine.serve").kill()
        asked = time.monotonic()
        (during,) = visitor.ask("does it hurt a lot?")
        assert time.monotonic() - asked < 6.5
        assert during["disposition"] == "unavailable"
        assert "+1 403 555 0142" in during["text"]
        wait_ready(fragile)
        (after,) = visitor.ask("does it hurt a lot?")
        assert (after["disposition"], after["topic"]) == ("answer", "does_it_hurt")
        transcript = visitor.transcript()
        assert [message["seq"] for message in transcript] == list(range(1, len(transcript) + 1))
        assert [message["author"] for message in transcript] == ["bot", *["visitor", "bot"] * 3]


def test_a_killed_app_loses_nothing_it_acknowledged(fragile: Stack) -> None:
    """Visitors write while the app is killed again and again; each retries until acknowledged."""
    acknowledged: dict[str, list[tuple[str, int]]] = {}
    kills_done = threading.Event()

    def write(visitor: Visitor) -> None:
        number = 0
        while not kills_done.is_set() or number < 5:
            number += 1
            client_id = uuid.uuid4().hex
            while True:
                try:
                    body = {"client_message_id": client_id, "text": f"are the needles sterile? {number}"}
                    answer = visitor.call("POST", "/messages", json=body)
                    if answer.status_code == httpx.codes.OK:
                        acknowledged[visitor.id].append((client_id, answer.json()["message"]["seq"]))
                        break
                except httpx.HTTPError:
                    pass
                time.sleep(0.05)

    with client(fragile.url) as http:
        visitors = [Visitor(http) for _ in range(4)]
        acknowledged.update({visitor.id: [] for visitor in visitors})
        threads = [threading.Thread(target=write, args=(visitor,)) for visitor in visitors]
        for thread in threads:
            thread.start()
        for _ in range(3):
            time.sleep(1)
            process(fragile, "bot.web.serve").kill()
            wait_ready(fragile)
        kills_done.set()
        for thread in threads:
            thread.join(60)
        wait_settled(visitors)
        for visitor in visitors:
            transcript = visitor.transcript()
            stored = {m["client_message_id"]: m["seq"] for m in transcript if m["author"] == "visitor"}
            assert dict(acknowledged[visitor.id]).items() <= stored.items()
            assert len(acknowledged[visitor.id]) >= 5
            assert [message["seq"] for message in transcript] == list(range(1, len(transcript) + 1))
            assert sorted(stored.values()) == [
                seq for _, seq in sorted(acknowledged[visitor.id], key=lambda a: a[1])
            ]
            answered = {m["in_reply_to"] for m in transcript if m["in_reply_to"]}
            assert answered == {m["id"] for m in transcript if m["author"] == "visitor"}


def wait_settled(visitors: list[Visitor]) -> None:
    """Waits until every message has a reply."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        open_ = 0
        for visitor in visitors:
            transcript = visitor.transcript()
            answered = {m["in_reply_to"] for m in transcript}
            open_ += sum(m["author"] == "visitor" and m["id"] not in answered for m in transcript)
        if not open_:
            return
        time.sleep(0.2)
    pytest.fail(f"{open_} messages without a reply")


def test_no_word_of_a_visitor_reaches_the_log(fragile: Stack) -> None:
    with client(fragile.url) as http:
        visitor = Visitor(http)
        for text in (
            f"my {CANARY} hurts",
            f'/{CANARY}{{"x": 1}}',
            f"{CANARY} " * 40,
            f"talk to a person {CANARY}",
        ):
            visitor.ask(text)
        visitor.call("POST", "/messages", json={"client_message_id": "a", "text": CANARY * 100})
        visitor.call("POST", "/messages", content=f"{{{CANARY}".encode())
        visitor.call("POST", "/callback", json={"name": CANARY, "phone": CANARY})
        process(fragile, "bot.engine.serve").kill()
        visitor.ask(f"my {CANARY} still hurts")
    wait_ready(fragile)
    log = fragile.log.read_text(errors="replace")
    assert "service died" in log
    assert CANARY not in log


def test_a_signal_stops_everything_cleanly(fragile: Stack) -> None:
    children = psutil.Process(fragile.process.pid).children(recursive=True)
    fragile.process.terminate()
    assert fragile.process.wait(15) == 0
    assert not [child for child in children if child.is_running() and child.status() != psutil.STATUS_ZOMBIE]
