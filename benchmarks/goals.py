"""What is to be reached, and whether it was: the figures that docs/benchmarks.md sets out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Of = Literal["value", "ratio"]


@dataclass(frozen=True)
class Bound:
    """A limit to our value, or to the ratio of ours to stock Rasa's; `at_least` or else at most."""

    limit: float
    at_least: bool = False
    of: Of = "value"

    def holds(self, value: float | None, ratio: float | None) -> bool | None:
        """Whether it is kept; None where it was not measured."""
        measured = value if self.of == "value" else ratio
        if measured is None:
            return None
        return measured >= self.limit if self.at_least else measured <= self.limit


@dataclass(frozen=True)
class Figure:
    """One line of the table. `key` is its place in the results: `message.p50` of `engine`, say.

    `form` is a format of Python for the values. `floor` is what must be kept, `reach` what is aimed at.
    """

    what: str
    ours: str
    stock: str
    form: str
    floor: Bound | None = None
    reach: Bound | None = None


def at_least(limit: float, of: Of = "value") -> Bound:
    """A limit from below."""
    return Bound(limit, at_least=True, of=of)


def at_most(limit: float, of: Of = "value") -> Bound:
    """A limit from above."""
    return Bound(limit, of=of)


SHARE, MS, SECONDS, RATE, MEGABYTES, TIMES = (
    "{:.1%}",
    "{:.1f} ms",
    "{:.1f} s",
    "{:.1f}/s",
    "{:.0f} MB",
    "{:.2f} ×",
)


def _both(what: str, key: str, form: str, floor: Bound | None = None, reach: Bound | None = None) -> Figure:
    return Figure(what, f"meridian.{key}", f"stock.{key}", form, floor, reach)


def _door(what: str, door: str, key: str, form: str, *goals: Bound | None) -> Figure:
    return Figure(what, f"messages.{door}.{key}", f"messages.stock.{key}", form, *goals)


FIGURES = (
    _both("visitors' questions, right", "questions.right.share", SHARE, at_least(0.88), at_least(0.95)),
    _both("  of them without a warning sign, right", "questions.right_without_warnings.share", SHARE),
    _both("  answered wrongly", "questions.wrong.share", SHARE, at_most(0.04), at_most(0.01)),
    _both("  refused", "questions.refused.share", SHARE),
    _both(
        "out of scope, yet answered", "questions.outside_answered.share", SHARE, at_most(0.05), at_most(0.01)
    ),
    _both("emergencies and crises missed", "questions.alarms_missed.count", "{:.0f}", at_most(0), at_most(0)),
    _both("false alarms", "questions.false_alarms.share", SHARE, at_most(0.01), at_most(0.003)),
    _both(
        "BANKING77, 10 examples each, right", "banking77.right.share", SHARE, at_least(0.86), at_least(0.88)
    ),
    _both("CLINC150, 10 examples each, right", "clinc150.right.share", SHARE, at_least(0.91), at_least(0.93)),
    _both("CLINC150, out of scope, AUROC", "clinc150.auroc", "{:.3f}", at_least(0.96), at_least(0.97)),
    _both(
        "training, nothing to a model file", "training_seconds", SECONDS, at_most(0.1, "ratio"), at_most(15)
    ),
    _both("start of all processes to the first answer", "first_answer_seconds", SECONDS),
    _both("memory of the engine", "memory.engine", MEGABYTES, at_most(0.55, "ratio"), at_most(0.45, "ratio")),
    _both("memory of all processes", "memory.all", MEGABYTES),
    _door(
        "one message, engine, p50",
        "engine",
        "message.p50",
        MS,
        at_most(1 / 5, "ratio"),
        at_most(1 / 8, "ratio"),
    ),
    _door("one message, engine, p95", "engine", "message.p95", MS),
    _door("one message, engine, p99", "engine", "message.p99", MS),
    _door(
        "one message, whole app, stored, p50",
        "app",
        "message.p50",
        MS,
        at_most(1 / 3, "ratio"),
        at_most(1 / 5, "ratio"),
    ),
    _door("one message, whole app, p95", "app", "message.p95", MS),
    _door("one message, whole app, p99", "app", "message.p99", MS),
    _door(
        "messages a second, 16 clients, engine",
        "engine",
        "per_second",
        RATE,
        at_least(3.4, "ratio"),
        at_least(6, "ratio"),
    ),
    _door("messages a second, 16 clients, whole app", "app", "per_second", RATE),
    _door("turn 300 against turn 10, engine", "engine", "turns.ratio", TIMES, at_most(1.5), at_most(1.1)),
    _door("turn 300 against turn 10, whole app", "app", "turns.ratio", TIMES, at_most(1.5), at_most(1.1)),
)


@dataclass(frozen=True)
class Row:
    """A figure with what was measured. `ratio` is ours over stock Rasa's."""

    figure: Figure
    ours: float | None
    stock: float | None

    @property
    def ratio(self) -> float | None:
        """Ours over stock's, where both were measured and it means something."""
        return None if self.ours is None or not self.stock else self.ours / self.stock

    @property
    def verdict(self) -> str:
        """`reached`, `floor kept`, `below the floor`, or nothing where there is no goal or no measurement."""
        goals = self.figure.floor, self.figure.reach
        floor, reach = (goal.holds(self.ours, self.ratio) if goal else None for goal in goals)
        if reach:
            return "reached"
        if floor is not None:
            return "floor kept" if floor else "below the floor"
        return ""


def rows(results: dict[str, Any]) -> list[Row]:
    """Every figure of which something was measured."""
    found = (Row(figure, _at(results, figure.ours), _at(results, figure.stock)) for figure in FIGURES)
    return [row for row in found if row.ours is not None]


def _at(results: dict[str, Any], path: str) -> float | None:
    value: Any = results
    for key in path.split("."):
        if not isinstance(value, dict) or value.get(key) is None:
            return None
        value = value[key]
    return float(value)


def said(goal: Bound | None, form: str) -> str:
    """A goal in words: `≥ 88.0%`, `≤ 1/5`, or nothing."""
    if goal is None:
        return ""
    sign = "≥" if goal.at_least else "≤"
    if goal.of == "value":
        return f"{sign} {form.format(goal.limit)}"
    inverse = 1 / goal.limit
    fraction = goal.limit < 1 and abs(inverse - round(inverse)) < 1e-9
    return f"{sign} 1/{round(inverse)} of stock" if fraction else f"{sign} {goal.limit:g} × stock"
