"""Articles for tests of the answer pages: variants of a topic, one signed off, one with hostile words."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from bot.database import Database
from bot.knowledge.articles import SOURCES, Answers, ArticleFile
from bot.knowledge.transfer import as_yaml, import_files
from bot.settings import ROOT

HOSTILE = """</script><script>alert(1)</script> & "quoted" <img src=x onerror=alert(1)>"""
CLINIC = ROOT / "clinic.yml"


def article(topic: str, entity: dict[str, str] | None = None, **changed: object) -> ArticleFile:
    """An article that answers a topic, with `changed` fields."""
    fields: dict[str, object] = {
        "answers": [Answers(topic=topic, entity=entity or {})],
        "title": "How many sessions?",
        "short": "A few words.",
        "more": "First.\n\nSecond.",
        "evidence": "low",
        "sources": ["nice_ng59"],
        "edited_at": date(2026, 11, 1),
        "review_due": date(2027, 11, 1),
    }
    return ArticleFile.model_validate(fields | changed)


ARTICLES = {
    # It answers a bare condition too, under a topic of its own.
    "sessions_tailbone": article(
        "how_many_sessions",
        {"condition": "tailbone pain"},
        title="How many sessions for tailbone pain?",
        get_help="Call 911 if you cannot pass urine.\n\nSee a doctor if it lasts.",
        disagreement="One says so, one says otherwise.",
        related=["how_often", "booking"],
    ),
    "sessions_jaw": article(
        "how_many_sessions",
        {"body_part": "jaw"},
        title="How many sessions for a painful jaw?",
        last_reviewed=date(2026, 11, 20),
        reviewed_by="Dana Example",
    ),
    "hostile": article(
        "does_it_hurt",
        {"body_part": "calf"},
        title=HOSTILE,
        short=HOSTILE,
        more=HOSTILE,
        get_help=HOSTILE,
        disagreement=HOSTILE,
        last_reviewed=date(2026, 11, 20),
        reviewed_by=HOSTILE,
    ),
}


def add_articles(database: Database, folder: Path, articles: dict[str, ArticleFile] | None = None) -> None:
    """Imports the articles beside the shipped ones."""
    folder.mkdir()
    for name, each in (ARTICLES if articles is None else articles).items():
        (folder / f"{name}.yml").write_text(as_yaml(each))
    import_files(database, folder, SOURCES, CLINIC)
