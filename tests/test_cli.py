"""The command line: what it says when something is wrong, and that it changes nothing then."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.doctor import examine
from bot.encoder import build as encoder_build
from bot.knowledge.articles import read_articles
from bot.problems import Problems
from bot.scratch import free_ports
from bot.settings import ROOT, Settings
from bot.setup import check_files
from tests.knowledge.test_articles import ARTICLE

COUNT = len(read_articles())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation whose clinic.yml may be spoilt; everything else is the project's."""
    shutil.copy(ROOT / "clinic.yml", tmp_path)
    monkeypatch.setenv("MERIDIAN_CLINIC", str(tmp_path / "clinic.yml"))
    monkeypatch.setenv("MERIDIAN_DATA", str(tmp_path / "var"))
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def spoil(home: Path) -> None:
    path = home / "clinic.yml"
    path.write_text(path.read_text().replace("America/Edmonton", "Edmonton"))


@pytest.mark.parametrize("command", [["up"], ["knowledge", "check"], ["knowledge", "import"]])
def test_a_broken_clinic_yml_stops_with_file_line_and_remedy(home: Path, command: list[str]) -> None:
    spoil(home)
    ports = dict(zip(("", "ACTIONS_", "ENGINE_"), map(str, free_ports(3)), strict=True))
    environment = {**os.environ, **{f"MERIDIAN_{name}PORT": port for name, port in ports.items()}}
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", *command],
        cwd=ROOT, env={**environment, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "clinic.yml:6" in done.stderr
    assert "Edmonton" in done.stderr
    assert "no time zone" in done.stderr
    assert not (home / "var" / "meridian.db").exists() or command[0] == "knowledge"


def test_every_file_that_people_write_is_checked_at_once(home: Path) -> None:
    spoil(home)
    for name in ("domain.yml", "endpoints.yml", "credentials.yml"):
        shutil.copy(ROOT / name, home)
    (home / "config.yml").write_text((ROOT / "config.yml").read_text().replace("pipeline:", "pipeline: ["))
    with pytest.raises(Problems) as caught:
        check_files(Settings(home=home, clinic=home / "clinic.yml"))
    assert {problem.file and problem.file.name for problem in caught.value.problems} == {
        "clinic.yml",
        "config.yml",
    }
    assert all(problem.line for problem in caught.value.problems)


def test_a_port_that_is_taken_is_told_before_anything_starts(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("MERIDIAN_PORT", str(taken.getsockname()[1]))
        result = run("up")
    assert result.exit_code == 1
    assert "M108" in result.output
    assert "MERIDIAN_PORT" in result.output


def test_import_and_export_of_the_knowledge_base(home: Path) -> None:
    assert f"{COUNT} new" in run("knowledge", "import").output
    path = home / "clinic.yml"
    path.write_text(path.read_text().replace("price: 85", "price: 90"))
    assert "services" in run("knowledge", "import").output
    assert f"{COUNT} the same" in run("knowledge", "import", "--overwrite").output
    assert "clinic" not in run("knowledge", "import").output
    assert f"{COUNT} articles written" in run("knowledge", "export", str(home / "out")).output


def test_the_check_warns_with_status_0_and_refuses_with_status_1(home: Path) -> None:
    folder = home / "articles"
    folder.mkdir()
    article = folder / "sessions.yml"
    due = ARTICLE.replace("edited_at: 2026", "edited_at: 2020").replace(
        "review_due: 2027", "review_due: 2021"
    )
    article.write_text(due.replace("related: [how_often, cost]", "related: []"))
    warned = run("knowledge", "check", "--folder", str(folder), "--verbose")
    assert warned.exit_code == 0
    assert "M214" in warned.output
    assert f"{article}:11" in warned.output
    assert "1 articles" in warned.output and "warnings: 1" in warned.output
    assert "Warnings: 1" in run("knowledge", "import", "--folder", str(folder)).output
    article.write_text(article.read_text().replace("It depends on you.", "It is painless."))
    refused = run("knowledge", "check", "--folder", str(folder))
    assert refused.exit_code == 1
    assert "M209" in refused.output
    assert f"{article}:7" in refused.output
    assert "M214" not in refused.output


def test_the_doctor_finds_everything_at_once(home: Path) -> None:
    spoil(home)
    settings = Settings()
    settings.model = "gone.tar.gz"
    found = {problem.code for problem in examine(settings)}
    assert {"M204", "M103", "M107"} <= found


def test_a_damaged_encoder_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "encoder"
    shutil.copytree(ROOT / "models" / "encoder", folder)
    assert encoder_build.verify(folder) == []
    (folder / "model.onnx").write_bytes(b"damaged")
    assert encoder_build.verify(folder)
    assert encoder_build.verify(tmp_path / "missing")


def test_no_command_pays_for_the_drawing_of_reports() -> None:
    """Importing matplotlib takes a second; only writing a report needs it."""
    program = "import sys, bot.cli; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
