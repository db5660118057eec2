"""How long messages take: one at a time, from sixteen clients, and late in a long conversation.

All targets get the same questions in the same order, in turns, so that a machine that slows down slows all.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.figures import percentiles
from benchmarks.progress import step, track
from benchmarks.targets import Target

TURNS = 10  # messages of a conversation while single messages are timed
CLIENTS = 16
EARLY, LATE = range(5, 15), range(295, 305)  # turns around the 10th and the 300th
SAME = 10  # questions of a long conversation, over and over, so that turns differ by their number only

Targets = Mapping[str, Target]


@dataclass(frozen=True)
class Amount:
    """How much is measured: blocks of messages, rounds of the sixteen clients, messages of each in a round."""

    blocks: int = 8
    block: int = 50
    rounds: int = 3
    each: int = 10
    late: range = LATE  # as many as the early ones


QUICK = Amount(blocks=1, rounds=1, each=5, late=range(95, 105))


async def measure(targets: Targets, questions: Sequence[str], amount: Amount) -> dict[str, dict[str, Any]]:
    """For each target `message` (percentiles, ms), `per_second`, and `turns` (early and late, ms, ratio)."""
    with step("Warming up"):
        for target in targets.values():
            await _block(target, questions[: 2 * TURNS])
    singles = await one_at_a_time(targets, questions, amount)
    rates = await many_clients(targets, questions, amount)
    long = await long_conversation(targets, questions, amount)
    return {
        name: {"message": percentiles(singles[name]), "per_second": rates[name], "turns": long[name]}
        for name in targets
    }


async def one_at_a_time(targets: Targets, questions: Sequence[str], amount: Amount) -> dict[str, list[float]]:
    """Milliseconds of each message."""
    taken: dict[str, list[float]] = {name: [] for name in targets}
    for number in track(range(amount.blocks), "One message at a time, in blocks", amount.blocks):
        asked = _slice(questions, number * amount.block, amount.block)
        for name, target in targets.items():
            taken[name] += await _block(target, asked)
    return taken


async def many_clients(targets: Targets, questions: Sequence[str], amount: Amount) -> dict[str, float]:
    """Messages a second while sixteen clients send their next one as soon as they have an answer."""
    seconds = dict.fromkeys(targets, 0.0)
    for number in track(range(amount.rounds), f"{CLIENTS} clients, in rounds", amount.rounds):
        for name, target in targets.items():
            conversations = [await target.begin() for _ in range(CLIENTS)]
            asked = [
                _slice(questions, (number * CLIENTS + client) * amount.each, amount.each)
                for client in range(CLIENTS)
            ]
            begun = time.perf_counter()
            await asyncio.gather(*map(_client, [target] * CLIENTS, conversations, asked))
            seconds[name] += time.perf_counter() - begun
    messages = amount.rounds * CLIENTS * amount.each
    return {name: round(messages / taken, 2) for name, taken in seconds.items()}


async def long_conversation(
    targets: Targets, questions: Sequence[str], amount: Amount
) -> dict[str, dict[str, float]]:
    """The median turn around the 10th and around the 300th of a conversation, ms, and their ratio.

    The long one is led up to its late turns first; then an early turn of a new one and a late one alternate.
    """
    found = {}
    for name, target in targets.items():
        old, new = await target.begin(), await target.begin()
        for turn in track(range(amount.late.start), f"A long conversation: {name}", amount.late.start):
            await target.ask(old, questions[turn % SAME])
        for turn in range(EARLY.start):
            await target.ask(new, questions[turn % SAME])
        taken = [
            (
                await _timed(target, new, questions[turn % SAME]),
                await _timed(target, old, questions[turn % SAME]),
            )
            for turn in EARLY
        ]
        early, late = map(median, zip(*taken, strict=True))
        found[name] = {"early": round(early, 2), "late": round(late, 2), "ratio": round(late / early, 3)}
    return found


async def _block(target: Target, questions: Sequence[str]) -> list[float]:
    taken = []
    for number, question in enumerate(questions):
        if number % TURNS == 0:
            conversation = await target.begin()
        taken.append(await _timed(target, conversation, question))
    return taken


async def _client(target: Target, conversation: str, questions: Sequence[str]) -> None:
    for question in questions:
        await target.ask(conversation, question)


async def _timed(target: Target, conversation: str, question: str) -> float:
    begun = time.perf_counter()
    await target.ask(conversation, question)
    return (time.perf_counter() - begun) * 1000


def _slice(questions: Sequence[str], begin: int, count: int) -> list[str]:
    """So many questions from there on, from the start again when they end."""
    return [questions[(begin + number) % len(questions)] for number in range(count)]
