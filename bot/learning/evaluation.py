"""Asks real questions of a whole stack and counts what was right, wrong and refused."""

from __future__ import annotations

import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx

from bot.problems import Problem, Problems
from bot.visitor import Visitor, client

# Dispositions that give no answer: the honest way to be wrong.
REFUSALS = frozenset({"clarify", "out_of_scope", "unavailable", "handoff"})
WARNINGS = ("emergency", "urgent", "crisis")


@dataclass(frozen=True)
class Case:
    """A question, and the topics or dispositions that are right."""

    text: str
    topic: str
    accept: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What the assistant made of one question. `topics` are those of every reply that answers."""

    text: str
    topic: str | None
    topics: list[str]
    disposition: str
    confidence: float | None
    accept: list[str]
    right: bool
    reply: str
    latency_ms: float
    expected: str = field(default="", repr=False)
    conversation: str = field(default="", repr=False)

    def line(self) -> str:
        """The outcome as a JSON line."""
        values = asdict(self)
        del values["expected"], values["conversation"]
        return json.dumps(values, ensure_ascii=False)


def read_cases(path: Path) -> list[Case]:
    """Reads JSON lines of `{text, topic, accept?}`.

    Raises:
        Problems: naming each line that does not fit.
    """
    cases: list[Case] = []
    problems: list[Problem] = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Problems(
            [Problem("M401", f"The questions cannot be read: {error}.", "Name a file.", path)]
        ) from None
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            cases.append(Case(row["text"], row["topic"], tuple(row.get("accept") or [row["topic"]])))
        except (ValueError, KeyError, TypeError):
            what = "This line is no JSON object with `text` and `topic`."
            problems.append(Problem("M402", what, "Mend or remove it.", path, number))
    if problems:
        raise Problems(problems)
    return cases


def evaluate(url: str, cases: Iterable[Case]) -> Iterator[Outcome]:
    """Asks each question in a conversation of its own, through the visitor API at `url`."""
    with client(url) as http:
        for case in cases:
            visitor = Visitor(http)
            started = time.perf_counter()
            replies = _replies(visitor, case.text)
            yield outcome(case, replies, (time.perf_counter() - started) * 1000, visitor.id)


def _replies(visitor: Visitor, text: str) -> list[dict[str, Any]]:
    """The replies to a question; to one that is refused (too long, say) the warning, if it had one."""
    try:
        return visitor.ask(text)
    except httpx.HTTPStatusError as error:
        if not error.response.is_client_error:
            raise
        warning = error.response.json().get("reply")
        return [warning] if warning else []


def outcome(case: Case, replies: list[dict[str, Any]], latency_ms: float, conversation: str = "") -> Outcome:
    """Judges the replies to one question: right where a topic or a disposition is among the accepted."""
    dispositions = [reply["disposition"] for reply in replies] or ["unavailable"]
    topics = [reply["topic"] for reply in replies if reply["topic"]]
    right = bool(set(topics) | set(dispositions)) and not set(case.accept).isdisjoint(
        {*topics, *dispositions}
    )
    return Outcome(
        text=case.text,
        topic=topics[0] if topics else None,
        topics=topics,
        disposition=dispositions[0],
        confidence=replies[0]["confidence"] if replies else None,
        accept=list(case.accept),
        right=right,
        reply="\n\n".join(reply["text"] for reply in replies),
        latency_ms=round(latency_ms, 2),
        expected=case.topic,
        conversation=conversation,
    )


def verdict(outcome: Outcome) -> str:
    """`right`, `refused` (no answer where one was due) or `wrong`."""
    if outcome.right:
        return "right"
    return "refused" if not outcome.topics and outcome.disposition in REFUSALS else "wrong"


def interval(hits: int, total: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share (Wilson, J Am Stat Assoc 1927;22:209)."""
    if total == 0:
        return 0.0, 1.0
    share = hits / total
    centre = share + z * z / (2 * total)
    spread = z * ((share * (1 - share) + z * z / (4 * total)) / total) ** 0.5
    scale = 1 + z * z / total
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def summary(outcomes: list[Outcome]) -> dict[str, Any]:
    """Counts and shares with intervals, by verdict and by topic; warnings missed and false alarms by name."""
    total = len(outcomes)
    verdicts = Counter(verdict(each) for each in outcomes)
    by_topic: dict[str, Counter[str]] = defaultdict(Counter)
    for each in outcomes:
        by_topic[each.expected][verdict(each)] += 1
    latencies = sorted(each.latency_ms for each in outcomes)
    return {
        "questions": total,
        **{
            name: {
                "count": verdicts[name],
                "share": round(verdicts[name] / total, 4) if total else 0.0,
                "interval_95": [round(bound, 4) for bound in interval(verdicts[name], total)],
            }
            for name in ("right", "wrong", "refused")
        },
        "by_topic": {topic: dict(counts) for topic, counts in sorted(by_topic.items())},
        "warnings": {name: _warning(name, outcomes) for name in WARNINGS},
        "latency_ms": {
            "p50": round(median(latencies), 2) if latencies else None,
            "p95": round(quantiles(latencies, n=20)[18], 2) if len(latencies) > 1 else None,
        },
    }


def _warning(name: str, outcomes: list[Outcome]) -> dict[str, list[str]]:
    expected = [each for each in outcomes if each.expected == name]
    others = [each for each in outcomes if name not in each.accept]
    return {
        "missed": [each.text for each in expected if not each.right],
        "false_alarms": [each.text for each in others if each.disposition == name],
    }


def report(values: dict[str, Any], say: Callable[[str], None]) -> None:
    """Says the summary in lines for a person."""
    total = values["questions"]
    for name in ("right", "wrong", "refused"):
        part = values[name]
        low, high = part["interval_95"]
        say(f"{name:8} {part['count']:5} of {total}  {part['share']:6.1%}  (95 %: {low:.1%} to {high:.1%})")
    say(f"latency  p50 {values['latency_ms']['p50']} ms, p95 {values['latency_ms']['p95']} ms")
    if calibration := values.get("calibration"):
        error, messages = calibration["expected_calibration_error"], calibration["messages"]
        say(f"calibration  expected error {error:.1%} over {messages} messages")
    if misspelt := values.get("misspelt"):
        say(f"misspelt {misspelt['changed']:5} of {misspelt['questions']} get something else")
    for topic, counts in values["by_topic"].items():
        if set(counts) - {"right"}:
            say(f"  {topic}: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    for name, part in values["warnings"].items():
        if part["missed"] or part["false_alarms"]:
            say(f"  {name}: {len(part['missed'])} missed, {len(part['false_alarms'])} false alarms")
