"""The arithmetic, on cases worked out by hand."""

from __future__ import annotations

import pytest

from benchmarks.figures import auroc, percentiles, share


def test_auroc_counts_the_pairs_in_the_right_order() -> None:
    # Of the six pairs 0.9 wins both, 0.6 wins one and ties one, 0.3 loses to 0.6 and wins over 0.2.
    assert auroc([0.9, 0.6, 0.3], [0.6, 0.2]) == pytest.approx((2 + 1.5 + 1) / 6)


@pytest.mark.parametrize(
    ("inside", "outside", "area"),
    [([0.9, 0.8], [0.1, 0.2], 1.0), ([0.1], [0.9], 0.0), ([0.5, 0.5], [0.5], 0.5)],
)
def test_auroc_of_the_clear_cases(inside: list[float], outside: list[float], area: float) -> None:
    assert auroc(inside, outside) == area


def test_auroc_needs_both_kinds() -> None:
    with pytest.raises(ValueError, match="both kinds"):
        auroc([0.4], [])


def test_percentiles_name_the_middle_and_the_slow_ones() -> None:
    taken = [float(number) for number in range(1, 102)]
    assert percentiles(taken) == {"p50": 51.0, "p95": 96.0, "p99": 100.0, "count": 101}


def test_a_share_carries_its_counts_and_its_interval() -> None:
    found = share(95, 100)
    assert (found["count"], found["total"], found["share"]) == (95, 100, 0.95)
    low, high = found["interval_95"]  # type: ignore[misc]
    assert 0.88 < low < 0.95 < high < 0.99
