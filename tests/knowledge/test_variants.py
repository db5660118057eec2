"""Variants: what is asked about decides which article answers, in words the engine can hand over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import cast

import pytest
import spacy
from spacy.pipeline import EntityRuler

from bot.engine.language import patterns
from bot.knowledge.articles import read_articles
from bot.knowledge.store import Entity, KnowledgeBase
from bot.settings import ROOT
from bot.yaml_files import read

VOCABULARY = ROOT / "bot/data/nlu/vocabulary.yml"


@cache
def canonical() -> dict[str, str]:
    """What each synonym stands for."""
    entries = [entry for entry in read(VOCABULARY)["nlu"] if "synonym" in entry]
    return {
        line.removeprefix("- ").lower(): e["synonym"] for e in entries for line in e["examples"].splitlines()
    }


def taught() -> Iterator[tuple[str, str]]:
    """Every training example of a topic."""
    for path in (ROOT / "bot/data/nlu").glob("*.yml"):
        for entry in read(path)["nlu"]:
            if str(entry.get("intent", "")).startswith("ask_") and entry["intent"] != "ask_for_help":
                for line in entry["examples"].splitlines():
                    yield entry["intent"].removeprefix("ask_"), line.removeprefix("- ")


def vocabulary() -> set[tuple[str, str]]:
    """Every entity and value that the engine can find."""
    entries = [e for e in read(VOCABULARY)["nlu"] if "lookup" in e]
    return {(e["lookup"], line.removeprefix("- ")) for e in entries for line in e["examples"].splitlines()}


def test_every_variant_can_be_asked_for() -> None:
    found = vocabulary()
    for name, article in read_articles().items():
        for link in article.answers:
            assert set(link.entity.items()) <= found, name


@pytest.mark.parametrize(
    ("topic", "entity", "value", "words"),
    [
        ("is_it_safe", "medicine", "warfarin", "about five times as likely"),
        ("blood_thinners", "medicine", "apixaban", "studies disagree"),
        ("side_effects", "medicine", "aspirin", "no clear rise in bleeding"),
        ("contraindications", "condition", "lymphoedema", "should not be needled"),
        ("is_it_safe", "condition", "pregnancy", "Ask your midwife"),
        (
            "electroacupuncture",
            "device",
            "defibrillator",
            "Electroacupuncture is not for people with a pacemaker",
        ),
        ("electroacupuncture", "condition", "epilepsy", "Do not have electroacupuncture"),
        ("pacemaker", "device", "hip replacement", "new hip or knee"),
        ("moxibustion", "condition", "pregnancy", "baby in distress"),
        ("medication", "medicine", "gabapentin", "Do not stop them at once"),
        ("is_it_safe", "technique", "cupping", "round marks"),
        ("does_it_hurt", "technique", "dry needling", "the muscle may twitch"),
        ("serious_risks", "body_part", "upper back", "emergency: call 911"),
    ],
)
def test_what_is_asked_about_decides_the_answer(
    knowledge: KnowledgeBase, topic: str, entity: str, value: str, words: str
) -> None:
    answer = knowledge.edition().answer(topic, [(entity, value)])
    assert answer
    assert words in answer.text
    general = knowledge.edition().answer(topic)
    assert general
    assert words not in general.text


@pytest.mark.parametrize(
    ("topic", "asked", "title"),
    [
        ("how_many_sessions", [("body_part", "lower back"), ("condition", "sciatica")], "sciatica"),
        ("is_it_safe", [("technique", "cupping"), ("medicine", "warfarin")], "warfarin"),
        ("pregnancy", [("condition", "pregnancy"), ("condition", "pelvic girdle pain")], "back"),
    ],
)
def test_of_several_things_the_weightiest_decides(
    knowledge: KnowledgeBase, topic: str, asked: list[Entity], title: str
) -> None:
    answer = knowledge.edition().answer(topic, asked)
    assert answer
    assert title in knowledge.versions({answer.version_id})[answer.version_id].title.lower()


def test_nobody_is_told_that_there_is_no_answer_for_what_the_topic_is_about(knowledge: KnowledgeBase) -> None:
    """ "I have no separate answer about a pacemaker" would be nonsense under the topic pacemaker."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "LOWER"})
    cast(EntityRuler, ruler).add_patterns(patterns(VOCABULARY))
    told = Counter[str]()
    examples = Counter[str]()
    for topic, text in taught():
        found = [
            (entity.label_, canonical().get(entity.text.lower(), entity.text.lower()))
            for entity in nlp(text).ents
        ]
        answer = knowledge.edition().answer(topic, found)
        examples[topic] += 1
        told[topic] += bool(answer and answer.general_for)
    del told["other_conditions"]  # which is about whatever has no topic of its own
    assert {topic: count for topic, count in told.items() if count > examples[topic] / 4} == {}


def test_where_nothing_special_is_known_the_general_answer_stands(knowledge: KnowledgeBase) -> None:
    asked, general = (
        knowledge.edition().answer("is_it_safe", [("condition", "tattoo")]),
        knowledge.edition().answer("is_it_safe"),
    )
    assert asked
    assert general
    assert asked.version_id == general.version_id
