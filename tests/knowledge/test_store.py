"""Which answer is given: the variant for what was asked about, or the general one, and that is said."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.database import Database
from bot.knowledge.articles import SOURCES
from bot.knowledge.store import Edition, Entity, KnowledgeBase
from bot.knowledge.tables import ArticleLink, ClinicFacts
from bot.knowledge.transfer import import_files
from bot.settings import ROOT

TOPIC = "how_many_sessions"
SCIATICA, NECK = ("condition", "sciatica"), ("body_part", "neck")
ARTHRITIS, KNEE, BACK = ("condition", "arthritis"), ("body_part", "knee"), ("body_part", "lower back")


def article(title: str, *links: Entity) -> str:
    """An article on the topic for these entities, or the general one."""
    answers = [{"topic": TOPIC, "entity": {kind: name}} for kind, name in links] or [{"topic": TOPIC}]
    content = {
        "answers": answers, "title": title, "short": f"The answer: {title}.", "more": f"More on {title}.",
        "evidence": "low", "sources": ["nccih_back"], "edited_at": "2026-11-01", "review_due": "2027-11-01",
    }  # fmt: skip
    return json.dumps(content)  # which is YAML, too


@pytest.fixture
def knowledge(empty_database: Database, tmp_path: Path) -> KnowledgeBase:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "general.yml").write_text(article("General"))
    (folder / "sciatica.yml").write_text(article("Sciatica", SCIATICA))
    (folder / "neck.yml").write_text(article("Neck", NECK, ("condition", "whiplash")))
    import_files(empty_database, folder, SOURCES, ROOT / "clinic.yml")
    return KnowledgeBase(empty_database)


@pytest.mark.parametrize(
    ("asked", "carried", "text", "general_for"),
    [
        ([], [], "General", None),
        ([SCIATICA], [], "Sciatica", None),
        ([NECK], [], "Neck", None),
        ([ARTHRITIS], [], "General", ARTHRITIS),
        ([ARTHRITIS, NECK], [], "Neck", None),
        ([KNEE], [], "General", KNEE),
        ([BACK], [], "General", None),  # every answer is about it
        ([("medicine", "warfarin")], [], "General", None),  # no answer on this topic differs by medicine
        ([], [SCIATICA], "Sciatica", None),
        ([NECK], [SCIATICA], "Neck", None),
        ([], [ARTHRITIS], "General", None),  # asked about earlier: no need to go on about it
        ([KNEE], [SCIATICA], "General", KNEE),
    ],
)
def test_the_variant_for_what_was_asked_about(
    knowledge: KnowledgeBase,
    asked: list[Entity],
    carried: list[Entity],
    text: str,
    general_for: Entity | None,
) -> None:
    answer = knowledge.edition().answer(TOPIC, asked, carried)
    assert answer
    assert (answer.text, answer.more) == (f"The answer: {text}.", f"More on {text}.")
    assert answer.general_for == general_for


def test_a_topic_without_an_article_has_no_answer(knowledge: KnowledgeBase) -> None:
    assert knowledge.edition().answer("cost", [SCIATICA]) is None


def test_what_another_process_imports_is_live_at_once(
    knowledge: KnowledgeBase, empty_database: Database, tmp_path: Path
) -> None:
    first = knowledge.edition()
    assert knowledge.edition() is first, "nothing has changed"
    (tmp_path / "articles" / "general.yml").write_text(article("General, edited"))
    other = Database(empty_database.url)
    import_files(other, tmp_path / "articles", SOURCES, ROOT / "clinic.yml", overwrite=True)
    other.dispose()
    answer = knowledge.edition().answer(TOPIC)
    assert answer
    assert answer.text == "The answer: General, edited."
    (version,) = knowledge.versions({answer.version_id}).values()
    assert version.title == "General, edited"


def test_many_who_ask_at_once_wait_for_one_who_reads(
    empty_database: Database, knowledge: KnowledgeBase
) -> None:
    reads: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        if "clinic_facts" in statement:
            reads.append(statement)

    event.listen(empty_database.engine, "before_cursor_execute", note)
    fresh, ready = KnowledgeBase(empty_database), Barrier(8)

    def ask(_: int) -> Edition:
        ready.wait()
        return fresh.edition()

    with ThreadPoolExecutor(8) as threads:
        editions = list(threads.map(ask, range(8)))
    assert all(edition is editions[0] for edition in editions)
    assert len(reads) == 1


def test_a_fact_of_the_clinic_that_is_changed_is_live_at_once(
    knowledge: KnowledgeBase, empty_database: Database
) -> None:
    assert knowledge.clinic().phone != "+1 403 555 0199"
    with empty_database.write() as session:
        facts = session.get_one(ClinicFacts, 1)
        facts.facts = {**facts.facts, "phone": "+1 403 555 0199"}
    assert knowledge.clinic().phone == "+1 403 555 0199"


def test_an_article_that_is_taken_back_is_gone_at_once(
    knowledge: KnowledgeBase, empty_database: Database
) -> None:
    assert knowledge.edition().answer(TOPIC, [SCIATICA]) != knowledge.edition().answer(TOPIC)
    with empty_database.write() as session:
        for link in session.scalars(select(ArticleLink).where(ArticleLink.value == "sciatica")):
            session.delete(link)
    answer = knowledge.edition().answer(TOPIC, [SCIATICA])
    assert answer
    assert answer.text == "The answer: General."
