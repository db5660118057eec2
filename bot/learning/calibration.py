"""Whether the confidence tells the truth, and what another threshold would make of the same messages.

Pure arithmetic over guesses: the likeliest intent of each message, how sure, and whether it was right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

# A wrong answer to a patient costs as much as this many answers withheld.
WRONG_COSTS = 5


@dataclass(frozen=True)
class Guess:
    """The likeliest intent of one message.

    `declines`: the intent itself is one that gets no answer (out of scope, a person). `right_to_decline`: to
    ask back or to decline would have been right. `offer`: how likely the few topics are together that a
    question asked back would offer (None where there are none), `offer_right`: one of them is right.
    """

    confidence: float
    right: bool
    declines: bool = False
    right_to_decline: bool = False
    offer: float | None = None
    offer_right: bool = False


@dataclass(frozen=True)
class Bin:
    """The guesses with a confidence above `low` and up to `high`."""

    low: float
    high: float
    count: int
    right: int
    confidence: float

    @property
    def accuracy(self) -> float:
        """The share that was right; `confidence` is their mean confidence."""
        return self.right / self.count


def bins(guesses: Iterable[Guess], number: int = 10) -> list[Bin]:
    """Bins of equal width over 0 to 1, as in Guo et al.; those that hold nothing are left out."""
    held: list[list[Guess]] = [[] for _ in range(number)]
    for guess in guesses:
        # The bounds are the ones printed: of 0.1, 0.2, … each belongs to the bin that ends with it.
        place = next(i for i in range(number) if guess.confidence <= (i + 1) / number or i == number - 1)
        held[place].append(guess)
    return [
        Bin(
            low=place / number,
            high=(place + 1) / number,
            count=len(inside),
            right=sum(guess.right for guess in inside),
            confidence=sum(guess.confidence for guess in inside) / len(inside),
        )
        for place, inside in enumerate(held)
        if inside
    ]


def expected_calibration_error(guesses: Sequence[Guess], number: int = 10) -> float:
    """The mean distance between confidence and share right over the bins, weighted by their counts.

    Guo, Pleiss, Sun, Weinberger: On calibration of modern neural networks, ICML 2017, equation 3.
    0 is perfect. Without guesses it is 0.
    """
    total = len(guesses)
    return sum(each.count / total * abs(each.accuracy - each.confidence) for each in bins(guesses, number))


def brier_score(guesses: Sequence[Guess]) -> float:
    """The mean squared distance between the confidence and what came true (1 right, 0 not); 0 is perfect.

    Brier, Monthly Weather Review 1950;78:1, for the one event that the guess is right.
    """
    if not guesses:
        return 0.0
    return sum((guess.confidence - guess.right) ** 2 for guess in guesses) / len(guesses)


@dataclass(frozen=True)
class AtThreshold:
    """What becomes of the guesses when those of a confidence from `threshold` up are taken as meant."""

    threshold: float
    total: int
    answered: int
    right: int
    wrong: int
    refused: int

    @property
    def coverage(self) -> float:
        """The share answered."""
        return self.answered / self.total if self.total else 0.0

    @property
    def risk(self) -> float:
        """The share wrong among those answered (El-Yaniv & Wiener, JMLR 2010;11:1605)."""
        return self.wrong / self.answered if self.answered else 0.0

    @property
    def cost(self) -> float:
        """Answers withheld, a wrong one counting as `WRONG_COSTS` of them, for each message."""
        return (self.wrong * WRONG_COSTS + self.refused) / self.total if self.total else 0.0


def at_threshold(guesses: Sequence[Guess], threshold: float) -> AtThreshold:
    """The guesses at one threshold: answered and right, answered and wrong, refused where an answer was due."""
    answered = right = wrong = 0
    for guess in guesses:
        taken = guess.confidence >= threshold
        answers = taken and not guess.declines
        answered += answers
        right += guess.right if taken else guess.right_to_decline
        wrong += answers and not guess.right
    return AtThreshold(threshold, len(guesses), answered, right, wrong, len(guesses) - right - wrong)


def threshold_table(guesses: Sequence[Guess], thresholds: Iterable[float]) -> list[AtThreshold]:
    """The guesses at each of the thresholds, in their order."""
    return [at_threshold(guesses, threshold) for threshold in thresholds]


def cheapest(table: Sequence[AtThreshold]) -> AtThreshold | None:
    """The row of least cost; of equals the most careful."""
    return min(table, key=lambda row: (row.cost, -row.threshold), default=None)


@dataclass(frozen=True)
class AtOffer:
    """Of the messages below the answer threshold: how many would be asked back, and how often that helps."""

    threshold: float
    unsure: int
    offered: int
    helpful: int


def offer_table(guesses: Sequence[Guess], answer: float, thresholds: Iterable[float]) -> list[AtOffer]:
    """What asking back would do at each threshold, for the messages whose confidence is below `answer`."""
    unsure = [guess for guess in guesses if guess.confidence < answer]
    table = []
    for threshold in thresholds:
        offered = [guess for guess in unsure if guess.offer is not None and guess.offer >= threshold]
        helpful = sum(guess.offer_right for guess in offered)
        table.append(AtOffer(threshold, len(unsure), len(offered), helpful))
    return table
