"""Measures the screen: how long a message takes, with the rules alone and with the second net as well."""

from __future__ import annotations

import time
from statistics import median, quantiles

from bot.encoder.encoder import SentenceEncoder
from bot.safety.patterns import load_patterns
from bot.safety.screen import Screen
from bot.safety.statements import load_statements
from bot.settings import Settings

ROUNDS = 3
MESSAGES = 20
"""Long messages, each put together from statements all over the library."""
LONG = 1000
"""Characters of a message at its longest."""


def main() -> None:
    """Prints a line for each way of screening and each kind of message, and the time loading takes."""
    library = load_statements({family.sign for family in load_patterns().families}).all()
    short = [statement.text for statement in library]
    rows = [short[start::MESSAGES] for start in range(MESSAGES)]
    long = [". ".join(row)[:LONG] for row in rows]
    begun = time.perf_counter()
    rules = Screen.load()
    print(f"loading the rules                {time.perf_counter() - begun:6.2f} s")
    encoder = SentenceEncoder.load(Settings().encoder)
    begun = time.perf_counter()
    both = Screen.load(encoder)
    print(f"loading the rules and the net    {time.perf_counter() - begun:6.2f} s")
    for name, screen in (("rules", rules), ("rules and net", both)):
        for kind, texts in (("short", short), (f"{LONG} characters", long)):
            times = sorted(measure(screen, text) for _ in range(ROUNDS) for text in texts)
            print(
                f"{name:14} {kind:16} p50 {median(times):6.2f} ms  p95 {quantiles(times, n=20)[18]:6.2f} ms"
            )


def measure(screen: Screen, text: str) -> float:
    """Milliseconds of processor time to screen one message, so that a busy machine does not count."""
    begun = time.process_time()
    screen.find(text)
    return (time.process_time() - begun) * 1000


if __name__ == "__main__":
    main()
