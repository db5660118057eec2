"""The second net: what it learns is kept, made anew when stale, and reads the parts of a long message."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.encoder.encoder import SentenceEncoder
from bot.safety import likeness
from bot.safety.likeness import BLOCK, _solve, kept, key_of, learn
from bot.safety.net import LONG, WINDOW, everyday, windows_of
from bot.safety.screen import Level, Screen
from bot.safety.statements import Statement
from bot.safety.words import read_words
from bot.settings import ROOT
from bot.web.api.schemas import MAX_TEXT

LIBRARY = [
    Statement(id="chest_1", text="my chest is being squeezed", sign="chest"),
    Statement(id="chest_2", text="there is a weight on my chest", sign="chest"),
    Statement(id="fever_1", text="I am shivering and hot", sign="fever"),
    Statement(id="calm_1", text="what does a session cost"),
    Statement(id="calm_2", text="are you open on Sunday"),
]


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    return SentenceEncoder.load(ROOT / "models/encoder")


@pytest.fixture(scope="module")
def screen(encoder: SentenceEncoder) -> Screen:
    return Screen.load(encoder)


# What only the second net knows: no rule has words for it.
PILLS = "I keep counting the pills in my drawer and wondering whether they would be enough."


def test_what_the_net_finds_beside_a_concern_comes_first(screen: Screen) -> None:
    assert not Screen.load().find(PILLS)
    found = screen.find(f"My husband hits me. {PILLS}")
    assert [finding.level for finding in found] == [Level.CRISIS, Level.CONCERN]


STORY = [f"On day {number} I walked to the shop and had my tea." for number in range(200)]
TERSE = [f"I am {number}." for number in range(200)]


@pytest.mark.parametrize("sentences", [STORY, TERSE, TERSE[:1] * 200], ids=["story", "terse", "the same"])
@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_sign_is_found_wherever_it_stands_in_the_longest_message(
    screen: Screen, sentences: list[str], at_the_end: bool
) -> None:
    calm = "\n".join(sentences)[: MAX_TEXT - len(PILLS) - 1].rpartition("\n")[0]
    assert screen.find(calm) == []
    both = [calm, PILLS] if at_the_end else [PILLS, calm]
    assert [finding.level for finding in screen.find("\n".join(both))] == [Level.CRISIS]


def test_like_statements_are_told_from_unlike_ones(encoder: SentenceEncoder) -> None:
    learnt = learn(encoder, LIBRARY)
    texts = ["something heavy sits on my chest", "how much is a session"]
    warning, calm = learnt.score(encoder.encode(texts), texts)
    assert learnt.signs[int(warning.argmax())] == "chest"
    assert warning.max() > 0 > calm.max()
    assert learnt.nearest(encoder.encode(["a weight on the chest"])[0], "chest") == "chest_2"


def test_the_same_spelling_makes_more_alike(encoder: SentenceEncoder) -> None:
    learnt = learn(encoder, LIBRARY)
    vector = encoder.encode(["I am shivering"])
    same, other = (learnt.score(vector, [text])[0] for text in ("i am shivering", "wholly else"))
    assert same[learnt.signs.index("fever")] > other[learnt.signs.index("fever")]


def test_everyday_sentences_like_a_warning_are_learnt_as_calm(encoder: SentenceEncoder) -> None:
    text = "does acupuncture help a tight chest"
    vector = encoder.encode([text])
    before = learn(encoder, LIBRARY).score(vector, [text]).max()
    after = learn(encoder, LIBRARY, [text]).score(vector, [text]).max()
    assert after < before - 0.2


def test_the_system_is_solved_in_place_as_numpy_would() -> None:
    drawn = np.random.default_rng(1)
    size = 2 * BLOCK + 100
    half = drawn.normal(size=(size, 40))
    matrix, target = half @ half.T / 40 + np.eye(size), drawn.normal(size=(size, 3))
    lower = np.tril(matrix).astype(np.float32)
    found = _solve(lower, target.astype(np.float32))
    assert np.allclose(found, np.linalg.solve(matrix, target), atol=1e-4)


def test_the_examples_of_the_intents_are_everyday_sentences() -> None:
    sentences = everyday()
    assert len(sentences) > 1000
    assert not [text for text in sentences if "](" in text or text.startswith("-")]


def test_what_is_kept_scores_the_same_and_only_for_its_key(encoder: SentenceEncoder, tmp_path: Path) -> None:
    learnt = learn(encoder, LIBRARY)
    place = tmp_path / "models" / "net.npz"
    learnt.keep(place, "one")
    again = kept(place, "one")
    assert again is not None
    texts = ["I feel hot and shivery"]
    vectors = encoder.encode(texts)
    assert np.array_equal(again.score(vectors, texts), learnt.score(vectors, texts))
    assert kept(place, "two") is None
    place.write_bytes(place.read_bytes()[:100])
    assert kept(place, "one") is None, "a damaged file is learnt anew"


def test_a_change_of_the_library_or_the_recipe_is_another_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "statements.yml"
    path.write_text("calm: [one]")
    before = key_of("encoder", [path])
    path.write_text("calm: [two]")
    changed = key_of("encoder", [path])
    monkeypatch.setattr(likeness, "RIDGE", 9.0)
    assert len({before, changed, key_of("encoder", [path]), key_of("other", [path])}) == 4


def test_a_place_that_cannot_be_written_is_no_matter(encoder: SentenceEncoder, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    learn(encoder, LIBRARY).keep(tmp_path / "file" / "net.npz", "one")


def test_short_sentences_are_read_whole_and_long_ones_in_parts() -> None:
    words = read_words("My back is stiff. " + "I walked to the shop and then to the park, " * 4)
    first, *rest = windows_of(words, frozenset())
    assert first == "my back is stiff"
    assert rest
    assert all(WINDOW // 2 <= len(part.split()) <= LONG for part in rest)


def test_what_the_rules_judged_is_not_read() -> None:
    words = read_words("no fever but my hand is cold")
    assert list(windows_of(words, frozenset([0, 1]))) == ["but my hand is cold"]
