"""However a warning is typed and wherever it stands, its level is the same; denied, asked or past it is none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.safety.patterns import load_patterns
from bot.safety.screen import Screen
from bot.safety.statements import load_statements

LEVELS = {family.sign: family.level for family in load_patterns().families}
LIBRARY = load_statements(set(LEVELS))
SAMPLE = [text for texts in LIBRARY.warnings.values() for text in texts[::4]]

BEFORE = "I have had a bad back since spring and tried heat, tablets and a new bed."
AFTER = "How much is a session? Do you have parking?"


@pytest.fixture(scope="module")
def screen() -> Screen:
    return Screen.load()


def changed(screen: Screen, change: Callable[[str], str]) -> list[str]:
    """The statements whose level another way of typing makes milder, or loses."""
    worse = []
    for text in SAMPLE:
        before = screen.find(text)[0].level
        after = screen.find(change(text))
        if not after or after[0].level.rank > before.rank:
            worse.append(text)
    return worse


@pytest.mark.parametrize(
    "change",
    [
        str.upper,
        str.lower,
        lambda text: f"{text}!!!",
        lambda text: f"{text} 😢🙏",
        lambda text: f"🙏 {text}",
        lambda text: text.replace(" ", "   "),
        lambda text: text.replace("'", "’"),
        lambda text: text.replace(" ", "\u00a0"),
        lambda text: f"“{text}”",
        lambda text: f"{BEFORE} {text}. {AFTER}",
        lambda text: f"{text}\n{BEFORE * 10}",
        lambda text: f"{BEFORE * 10}\n\n{text}",
    ],
)
def test_the_way_it_is_typed_never_hides_a_warning(screen: Screen, change: Callable[[str], str]) -> None:
    assert changed(screen, change) == []


SIGNS = [
    "numbness in the groin",
    "chest pain",
    "weakness in both legs",
    "blood in the urine",
    "a fever with back pain",
]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "calm",
    [
        "I don't have {}",
        "no {}",
        "I have never had {}",
        "{}? No.",
        "what if I get {}?",
        "suppose someone had {}, would you treat them?",
        "can acupuncture cause {}?",
        "would {} be a reason not to come?",
        "twenty years ago I had {}",
    ],
)
def test_a_sign_denied_supposed_or_past_is_calm_and_told_is_not(screen: Screen, sign: str, calm: str) -> None:
    assert screen.find(calm.format(sign)) == []
    assert screen.find(f"since yesterday I have {sign}")


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("do you have anything for chest pain?", "I'm having it right now"),
        ("can needles make your tongue swell up?", "It's getting worse"),
        ("is numbness between the legs dangerous?", "It started yesterday"),
    ],
)
def test_a_question_that_is_then_confirmed_is_a_warning(screen: Screen, question: str, told: str) -> None:
    assert screen.find(f"{question} {told}")
