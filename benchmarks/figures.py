"""The arithmetic of the report: percentiles, shares with their intervals, and how well a score tells two apart."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median, quantiles

from bot.learning.evaluation import interval


def percentiles(taken: Sequence[float]) -> dict[str, float]:
    """`p50`, `p95` and `p99` of at least two values, and how many there were."""
    cuts = quantiles(taken, n=100, method="inclusive")
    return {
        "p50": round(median(taken), 2),
        "p95": round(cuts[94], 2),
        "p99": round(cuts[98], 2),
        "count": len(taken),
    }


def share(count: int, total: int) -> dict[str, float | list[float]]:
    """A count of a total as a share, with Wilson's 95 % interval."""
    return {
        "count": count,
        "total": total,
        "share": round(count / total, 4) if total else 0.0,
        "interval_95": [round(bound, 4) for bound in interval(count, total)],
    }


def auroc(inside: Sequence[float], outside: Sequence[float]) -> float:
    """How likely a score of `inside` is above one of `outside`, ties counting half (Mann and Whitney, 1947).

    Raises:
        ValueError: one of the two is empty.
    """
    if not inside or not outside:
        raise ValueError("The area under the curve needs scores of both kinds.")
    ranked = sorted([(score, 1) for score in inside] + [(score, 0) for score in outside])
    above = 0.0
    below = at = 0  # scores of `outside` so far, and where the run of equal scores begins
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        equal_inside = sum(kind for _, kind in ranked[at:end])
        equal_outside = end - at - equal_inside
        above += equal_inside * (below + equal_outside / 2)
        below += equal_outside
        at = end
    return above / (len(inside) * len(outside))
