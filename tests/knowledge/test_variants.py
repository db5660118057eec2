"""Variants: what is asked about decides which article answers, in words the engine can hand over."""

from __future__ import annotations

import pytest

from bot.knowledge.articles import read_articles
from bot.knowledge.store import KnowledgeBase
from bot.settings import ROOT
from bot.yaml_files import read


def vocabulary() -> set[tuple[str, str]]:
    """Every entity and value that the engine can find."""
    entries = [e for e in read(ROOT / "bot/data/nlu/vocabulary.yml")["nlu"] if "lookup" in e]
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
    answer = knowledge.answer(topic, {entity: value})
    assert answer
    assert words in answer.text
    general = knowledge.answer(topic)
    assert general
    assert words not in general.text


def test_where_nothing_special_is_known_the_general_answer_stands(knowledge: KnowledgeBase) -> None:
    asked, general = knowledge.answer("is_it_safe", {"condition": "tattoo"}), knowledge.answer("is_it_safe")
    assert asked
    assert general
    assert asked.version_id == general.version_id
