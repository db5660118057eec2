"""Set-up: what is learnt beside the training is there at the end, or its fault is told."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.problems import Problems
from bot.settings import ROOT, Settings
from bot.setup import _running, making_warnings

WAITS = """
import pathlib, sys, time
place, until = pathlib.Path(sys.argv[1]), time.monotonic() + 30
while not place.exists() and time.monotonic() < until:
    time.sleep(0.01)
sys.exit(f"{place.name} never came" if not place.exists() else 0)
"""


@contextmanager
def beside(settings: Settings, program: str, *arguments: str) -> Iterator[list[str]]:
    """A program that runs beside what is within, and is waited for at its end; gives what is said meanwhile."""
    said: list[str] = []
    with _running(settings, [sys.executable, "-c", program, *arguments], dict(os.environ), "step") as ended:
        yield said
        ended(said.append)


def test_a_step_goes_on_beside_what_is_within(settings: Settings, tmp_path: Path) -> None:
    go = tmp_path / "go"
    with beside(settings, WAITS, str(go)):
        go.touch()


def test_a_step_that_fails_says_its_last_words_and_where_the_rest_stands(settings: Settings) -> None:
    done = False
    with pytest.raises(Problems) as error, beside(settings, "raise SystemExit('no room on the disk')"):
        done = True
    (problem,) = error.value.problems
    assert done, "what is within is not disturbed"
    assert problem.code == "M302"
    assert "no room on the disk" in problem.what
    assert problem.file == settings.data / "step.log"


def test_a_fault_within_is_told_and_ends_the_step_beside(settings: Settings, tmp_path: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(ZeroDivisionError), beside(settings, WAITS, str(tmp_path / "go")):
        raise ZeroDivisionError
    assert time.monotonic() - begun < 20, "it was not waited for"


def test_what_is_learnt_already_is_not_learnt_again(settings: Settings) -> None:
    said: list[str] = []
    with making_warnings(settings, said.append):
        pass
    assert (said, list(settings.data.glob("*.log"))) == ([], [])


def test_what_the_warning_screen_cannot_learn_stops_set_up(settings: Settings, tmp_path: Path) -> None:
    """As where a file of the encoder is damaged: nothing is left that could be taken for what was learnt."""
    (tmp_path / "bot").symlink_to(ROOT / "bot")
    broken = settings.model_copy(update={"home": tmp_path})
    broken.encoder.mkdir(parents=True)
    shutil.copy(ROOT / "models/encoder/encoder.json", broken.encoder)
    with pytest.raises(Problems, match="The step `warnings` failed"), making_warnings(broken, print):
        pass
    assert [path.name for path in broken.models.iterdir()] == ["encoder"]
