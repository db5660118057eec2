"""Trains and serves both assistants side by side, and measures them in turns."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks import machine, meridian, stock
from benchmarks.messages import Amount, measure
from benchmarks.progress import step
from benchmarks.projects import Project, Trained
from benchmarks.questions import ask_meridian, ask_stock, counted
from benchmarks.serving import Server, rasa_server
from benchmarks.targets import open_targets
from bot.knowledge.articles import read_articles
from bot.knowledge.clinic import Clinic
from bot.knowledge.rendering import render
from bot.knowledge.topics import intent_of
from bot.learning.evaluation import Case
from bot.scratch import Stack, scratch_stack
from bot.settings import Settings
from bot.visitor import Visitor, client
from bot.yaml_files import read, read_as

MEGABYTE = 2**20
OPENER = "does it hurt?"
SMALLTALK = "I can tell you about acupuncture and back pain. What would you like to know?"


@dataclass(frozen=True)
class Contest:
    """What both are asked: visitors' questions to be judged, and the texts whose time is taken."""

    cases: Sequence[Case]
    timed: Sequence[str]
    amount: Amount


def stock_assistant(settings: Settings) -> Project:
    """Stock Rasa on Meridian's own examples."""
    return stock.assistant(_nlu(settings), _intents(settings))


def run(settings: Settings, contest: Contest, model: Path, rival: Trained | None) -> dict[str, Any]:
    """Serves Meridian's model, and stock Rasa's if there is one; measures both.

    Gives `meridian`, `stock` and `messages`, as benchmarks.goals reads them.
    """
    with ExitStack() as running:
        begun = time.perf_counter()
        with step("Starting Meridian", "5 to 15 s"):
            stack = running.enter_context(scratch_stack(model=str(model)))
            with client(stack.url) as http:
                Visitor(http).ask(OPENER)
        ours: dict[str, Any] = {"first_answer_seconds": round(time.perf_counter() - begun, 2)}
        server = running.enter_context(rasa_server(rival, stock_answers(settings))) if rival else None
        theirs: dict[str, Any] = {}
        if server:
            body = {"sender": "first", "message": OPENER}
            url = f"{server.url}/webhooks/rest/webhook"
            httpx.post(url, json=body, trust_env=False, timeout=60).raise_for_status()
            theirs["first_answer_seconds"] = round(time.perf_counter() - server.begun, 2)
        if contest.cases:
            ours["questions"] = counted(ask_meridian(stack.url, contest.cases))
            if server:
                listed = meridian.dispositions(settings)
                theirs["questions"] = counted(ask_stock(server.url, contest.cases, listed))
        messages = asyncio.run(_messages(stack, server, contest))
        # Measured last, when both have worked for a while.
        ours["memory"] = _memory_of(stack)
        if server:
            theirs["memory"] = _memory_of_stock(server)
        return {"meridian": ours, "stock": theirs, "messages": messages}


def _memory_of(stack: Stack) -> dict[str, float]:
    engine = machine.resident(stack.process.pid, "bot.engine.serve")
    return {"engine": engine / MEGABYTE, "all": machine.resident(stack.process.pid) / MEGABYTE}


def _memory_of_stock(server: Server) -> dict[str, float]:
    processes = machine.resident(server.process), machine.resident(server.actions_process)
    return {"engine": processes[0] / MEGABYTE, "all": sum(processes) / MEGABYTE}


async def _messages(stack: Stack, server: Server | None, contest: Contest) -> dict[str, Any]:
    async with open_targets(stack, server) as targets:
        return await measure(targets, contest.timed, contest.amount)


def _nlu(settings: Settings) -> Path:
    return settings.home / "bot" / "data" / "nlu"


def _intents(settings: Settings) -> set[str]:
    return {
        part["intent"]
        for path in _nlu(settings).glob("*.yml")
        for part in read(path)["nlu"]
        if "intent" in part
    }


def stock_answers(settings: Settings) -> dict[str, str]:
    """The text that stock Rasa's action gives for each intent: that of the article, where there is one."""
    clinic = read_as(settings.clinic, Clinic)
    answers = dict.fromkeys(_intents(settings), SMALLTALK)
    for article in read_articles().values():
        text = render(article.otherwise or article.short, clinic)
        answers |= {intent_of(answer.topic): text for answer in article.answers}
    return answers
