"""The spaCy pipeline finds the clinic's vocabulary, however it is written."""

from collections import Counter
from pathlib import Path

import pytest
import ruamel.yaml
import spacy
from spacy.language import Language

from bot.engine.language import VocabularyError, build, patterns, pipeline

SHIPPED = Path("bot/data/nlu/vocabulary.yml")
KINDS = ("lookup", "synonym")
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


@pytest.fixture(scope="module")
def shipped() -> Language:
    return pipeline(patterns(SHIPPED))


@pytest.fixture(scope="module")
def meaning() -> dict[str, str]:
    """Every word of the shipped vocabulary in small letters, and the value it stands for."""
    return {phrase: value for value, phrases in vocabulary_values().items() for phrase in phrases}


def vocabulary_values() -> dict[str, list[str]]:
    """Each value of the shipped vocabulary with its synonyms, all in small letters."""
    entries = ruamel.yaml.YAML(typ="safe").load(SHIPPED.read_text())["nlu"]
    phrases = {kind: [(e[kind], e["examples"].splitlines()) for e in entries if kind in e] for kind in KINDS}
    values = {line[2:]: [line[2:].lower()] for _, lines in phrases["lookup"] for line in lines}
    for value, lines in phrases["synonym"]:
        values[value] += [line[2:].lower() for line in lines]
    return values


def test_no_word_of_the_vocabulary_has_two_meanings() -> None:
    count = Counter(phrase for phrases in vocabulary_values().values() for phrase in phrases)
    assert [phrase for phrase, times in count.items() if times > 1] == []


def test_every_value_has_a_synonym() -> None:
    """Rasa's mapper reads `Yoga` as `yoga` only where the value has a synonym."""
    assert [value for value, phrases in vocabulary_values().items() if len(phrases) == 1] == []


@pytest.mark.parametrize(
    ("text", "label", "value"),
    [
        ("I am 20 weeks along", "condition", "pregnancy"),
        ("I'm 20 weeks pregnant", "condition", "pregnancy"),
        ("my sister is expecting twins", "condition", "pregnancy"),
        ("siattica down one side", "condition", "sciatica"),
        ("a hernited disk", "condition", "herniated disc"),
        ("accupuncture with stenossis", "condition", "spinal stenosis"),
        ("is it fine with MS", "condition", "multiple sclerosis"),
        ("I take Coumadin", "medicine", "warfarin"),
        ("on Eliquis for my heart", "medicine", "apixaban"),
        ("Plavix", "medicine", "clopidogrel"),
        ("my pacemacker", "device", "pacemaker"),
        ("I have an ICD", "device", "defibrillator"),
        ("a spinal cord stimulator", "device", "nerve stimulator"),
        ("metal plate in my leg", "device", "metal implant"),
        ("fibromialgia", "condition", "fibromyalgia"),
    ],
)
def test_what_visitors_name_is_known(
    shipped: Language, meaning: dict[str, str], text: str, label: str, value: str
) -> None:
    found = [(entity.label_, meaning.get(entity.text.lower())) for entity in shipped(text).ents]
    assert (label, value) in found


@pytest.mark.parametrize(
    "text", ["what should I be expecting", "which time fits you", "can it damage a nerve"]
)
def test_everyday_words_name_nothing(shipped: Language, text: str) -> None:
    assert [entity.text for entity in shipped(text).ents] == []


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
