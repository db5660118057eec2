"""The spaCy pipeline finds the clinic's vocabulary, however it is written."""

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from bot.engine.language import VocabularyError, build, patterns, pipeline

VOCABULARY = """
version: "3.1"
nlu:
  - lookup: condition
    examples: |
      - sciatica
      - herniated disc
  - lookup: body_part
    examples: |
      - lower back
  - synonym: herniated disc
    examples: |
      - slipped disc
      - hnp
"""


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("nlu") / "vocabulary.yml"
    path.write_text(VOCABULARY)
    return path


@pytest.fixture(scope="module")
def language(vocabulary: Path) -> Language:
    return pipeline(patterns(vocabulary))


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("Does it help SCIATICA?", [("SCIATICA", "condition")]),
        ("my Slipped Disc in the lower back", [("Slipped Disc", "condition"), ("lower back", "body_part")]),
        ("hnp", [("hnp", "condition")]),
        ("for 3 months", [("3 months", "duration")]),
        ("since 2019", [("since 2019", "duration")]),
        ("10 years of it", [("10 years", "duration")]),
        ("ten years", [("ten years", "duration")]),
        ("a couple of weeks", [("couple of weeks", "duration")]),
        ("10 to 12 weeks, 6-8 weeks", [("10 to 12 weeks", "duration"), ("6-8 weeks", "duration")]),
        ("since last summer", [("since last summer", "duration")]),
        ("3wks now", [("3wks", "duration")]),
        ("what does it cost", []),
        ("2019", []),
    ],
)
def test_what_is_found(language: Language, text: str, entities: list[tuple[str, str]]) -> None:
    assert [(entity.text, entity.label_) for entity in language(text).ents] == entities


def test_words_have_lemmas(language: Language) -> None:
    assert [token.lemma_ for token in language("the needles were hurting")][1::2] == ["needle", "hurt"]


def test_it_is_read_back_as_it_was_built(vocabulary: Path, tmp_path: Path) -> None:
    (tmp_path / "language").mkdir()
    (tmp_path / "language" / "old").touch()
    build(tmp_path / "language", vocabulary)
    assert [path.name for path in tmp_path.iterdir()] == ["language"]
    loaded = spacy.load(tmp_path / "language")
    assert [entity.label_ for entity in loaded("a slipped disc for 3 weeks").ents] == [
        "condition",
        "duration",
    ]


@pytest.mark.parametrize("content", [None, "[", "version: 3", "nlu: 7"])
def test_a_vocabulary_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "vocabulary.yml"
    if content is not None:
        path.write_text(content)
    with pytest.raises(VocabularyError, match=r"vocabulary\.yml"):
        patterns(path)
