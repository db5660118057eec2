"""Measures the path of a message: through app and engine, early and late, and the memory they hold.

Times drift from machine to machine and from hour to hour; only ratios within one run are worth comparing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median, quantiles

import httpx
import psutil

from bot.learning.evaluation import read_cases
from bot.scratch import Stack, scratch_stack
from bot.settings import ROOT, Settings
from bot.setup import train
from bot.visitor import Visitor, client

MESSAGES = 200
EARLY, LATE = range(5, 15), range(295, 305)


def main() -> None:
    """Runs every measurement and prints one line each."""
    settings = Settings()
    begun = time.perf_counter()
    train(settings, lambda what: None)
    show("training, from nothing to a model file", f"{time.perf_counter() - begun:.1f} s")
    questions = [case.text for case in read_cases(ROOT / "tests/data/questions.jsonl")][:MESSAGES]
    begun = time.perf_counter()
    with scratch_stack() as stack, client(stack.url) as http:
        show("start of app and engine, until both answer", f"{time.perf_counter() - begun:.1f} s")
        visitors = [Visitor(http) for _ in range(20)]
        whole = measure(lambda n: visitors[n % 20].ask(questions[n % len(questions)]))
        show("one message through the app, stored", percentiles(whole))
        with engine(stack) as http_engine:
            alone = measure(
                lambda n: ask_engine(http_engine, f"alone-{n % 20}", questions[n % len(questions)])
            )
        show("one message through the engine alone", percentiles(alone))
        show("the app's share", f"{median(whole) - median(alone):.1f} ms")
        visitor = Visitor(http)
        # The same ten questions over and over, so that early and late turns are alike but for their number.
        long = measure(lambda n: visitor.ask(questions[n % 10]), LATE.stop)
        early, late = (median(long[n] for n in turns) for turns in (EARLY, LATE))
        show("turn 10, turn 300, and their ratio", f"{early:.1f} ms, {late:.1f} ms, {late / early:.2f}")
        for name, module in (("app", "bot.web.serve"), ("engine", "bot.engine.serve")):
            show(f"memory of the {name}", f"{resident(stack, module) / 2**20:.0f} MB")


def measure(call: Callable[[int], object], times: int = MESSAGES) -> list[float]:
    """Milliseconds of each call, after ten that warm up."""
    for number in range(10):
        call(number)
    taken = []
    for number in range(times):
        begun = time.perf_counter()
        call(number)
        taken.append((time.perf_counter() - begun) * 1000)
    return taken


def engine(stack: Stack) -> httpx.Client:
    """A client of the stack's engine."""
    settings = stack.settings
    headers = {"Authorization": f"Bearer {settings.derived_key('engine')}"}
    url = f"http://127.0.0.1:{settings.engine_port}"
    return httpx.Client(base_url=url, headers=headers, trust_env=False, timeout=20)


def ask_engine(http: httpx.Client, conversation: str, text: str) -> None:
    """One message, straight to the engine."""
    body = {"conversation_id": conversation, "message_id": "m", "text": text}
    http.post("/webhooks/meridian/message", json=body).raise_for_status()


def percentiles(taken: list[float]) -> str:
    """The median and the 95th percentile in words."""
    return f"p50 {median(taken):.1f} ms, p95 {quantiles(taken, n=20)[18]:.1f} ms"


def resident(stack: Stack, module: str) -> int:
    """Bytes of memory that a process of the stack holds."""
    children = psutil.Process(stack.process.pid).children(recursive=True)
    return next(int(c.memory_info().rss) for c in children if module in " ".join(c.cmdline()))


def show(what: str, value: str) -> None:
    """One line of the result."""
    print(f"{what:45} {value}", flush=True)


if __name__ == "__main__":
    main()
