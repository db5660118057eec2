"""The documents keep up with the code."""

from __future__ import annotations

import re
from pathlib import Path

import tomllib
from typer.testing import CliRunner

from bot.cli import app
from bot.knowledge.topics import topics
from bot.safety.patterns import load_patterns
from bot.settings import ROOT, Settings


def test_every_setting_is_explained() -> None:
    text = (ROOT / "docs/operations.md").read_text()
    for name, field in Settings.model_fields.items():
        assert f"| `MERIDIAN_{name.upper()}` |" in text, name
        assert field.description and field.description in text, name


def test_every_dependency_has_its_reason() -> None:
    text = (ROOT / "docs/dependencies.md").read_text()
    for project in (ROOT, ROOT / "bot/engine"):
        values = tomllib.loads((project / "pyproject.toml").read_text())
        for requirement in values["project"]["dependencies"]:
            name = re.split(r"[<>=~\[; ]", requirement)[0]
            assert re.search(rf"\b{re.escape(name)}\b", text), name


def test_every_command_of_the_documents_exists() -> None:
    listed = (
        CliRunner().invoke(app, ["--help"]).output + CliRunner().invoke(app, ["knowledge", "--help"]).output
    )
    targets = (ROOT / "Makefile").read_text()
    for path in (ROOT / "README.md", *(ROOT / "docs").glob("*.md")):
        text = path.read_text()
        for command in re.findall(r"\./meridian ((?:knowledge )?[a-z]+)", text):
            assert command.split()[-1] in listed, f"{path.name}: ./meridian {command}"
        for target in re.findall(r"`make ([a-z]+)", text):
            assert f"\n{target}:" in targets, f"{path.name}: make {target}"


def test_every_link_within_the_documents_leads_somewhere() -> None:
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text()):
            assert (path.parent / target).exists(), f"{path.relative_to(ROOT)}: {target}"


def test_the_readme_counts_right() -> None:
    articles = len(list((ROOT / "bot/knowledge/articles").glob("*.yml")))
    assert f"{articles} articles for {len(topics())} topics" in (ROOT / "README.md").read_text()


def test_the_page_on_safety_counts_the_families_of_signs() -> None:
    families = len(load_patterns().families)
    assert f"Read the {families} families of" in (ROOT / "docs/clinical-safety.md").read_text()


def test_the_project_names_no_place_of_the_machine_it_was_written_on() -> None:
    own = Path(__file__)
    home = "/" + "root" + "/"
    for path in [*ROOT.glob("*.*"), *(ROOT / "bot").rglob("*.py"), *(ROOT / "docs").rglob("*.md")]:
        if path.is_file() and path != own and ".venv" not in path.parts and path.suffix != ".lock":
            assert home not in path.read_text(errors="replace"), path
