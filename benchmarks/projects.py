"""A Rasa project in a folder: trained once for its content, this machine and these versions, then kept.

Training goes through Rasa's own command. What is measured about a trained project is kept beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks import machine
from benchmarks.progress import step
from bot.problems import Problem, Problems
from bot.settings import Settings

PACKAGES = ("rasa", "tensorflow-cpu", "numpy", "scipy", "scikit-learn", "onnxruntime")
_MODEL = "model"
_TRAINING = "training.json"


@dataclass(frozen=True)
class Project:
    """The text of each file by its path. `whole` ones have dialogue; the others only understand.

    `depends` is what else decides the result, such as code and an encoder outside the folder.
    """

    name: str
    files: Mapping[str, str]
    whole: bool = False
    depends: str = ""

    @property
    def key(self) -> str:
        """Changes with the files, the machine and the versions of what trains."""
        parts = {
            "files": dict(self.files),
            "depends": self.depends,
            "machine": machine.identity(),
            "versions": versions(),
        }
        return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Trained:
    """A trained project: its folder, its model, and how its training went."""

    folder: Path
    training: dict[str, Any]

    @property
    def model(self) -> Path:
        """The archive that Rasa serves."""
        return self.folder / f"{_MODEL}.tar.gz"

    @property
    def seconds(self) -> float:
        """How long the training took, from starting the process to the model file."""
        return float(self.training["seconds"])

    def kept(self, what: str) -> dict[str, Any] | None:
        """A result of this model that was kept."""
        path = self.folder / f"{what}.json"
        return json.loads(path.read_text()) if path.is_file() else None

    def keep(self, what: str, result: Mapping[str, Any]) -> None:
        """Keeps a result beside the model."""
        (self.folder / f"{what}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


def trained(project: Project, into: Path, usually: str, anew: bool = False) -> Trained:
    """The project, trained in a folder of `into` unless its like was trained there before.

    Raises:
        Problems: the training failed; its output is kept.
    """
    if not anew and (found := kept(project, into)):
        return found
    folder = _folder(project, into)
    for path, text in project.files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    # Says later whether the machine had anything else to do.
    load = os.getloadavg()[0]
    begun = time.perf_counter()
    with step(f"Training {project.name} with Rasa's own command", usually):
        _train(project, folder)
    training = {
        "seconds": round(time.perf_counter() - begun, 1),
        "load_average_before": round(load, 2),
        "ended": time.strftime("%Y-%m-%d %H:%M"),
        "machine": machine.identity(),
        "versions": versions(),
    }
    (folder / _TRAINING).write_text(json.dumps(training, indent=1) + "\n", encoding="utf-8")
    return Trained(folder, training)


def kept(project: Project, into: Path) -> Trained | None:
    """The project, if it was trained in a folder of `into` before."""
    folder = _folder(project, into)
    record = folder / _TRAINING
    return Trained(folder, json.loads(record.read_text())) if record.is_file() else None


def _folder(project: Project, into: Path) -> Path:
    return into / f"{project.name}-{project.key}"


def environment() -> dict[str, str]:
    """The environment of Rasa's own commands: quiet, offline, on the processor, otherwise as Rasa has it."""
    home = Settings().home
    return {
        **os.environ,
        # Meridian's components are found from here; stock Rasa does not look.
        "PYTHONPATH": str(home),
        "RASA_TELEMETRY_ENABLED": "false",
        # A training that finds half its work done in a cache cannot be timed.
        "RASA_MAX_CACHE_SIZE": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }


@cache
def versions() -> dict[str, str]:
    """The versions of the packages of the engine's environment that decide a training's result."""
    code = (
        "import importlib.metadata as m, json, sys\n"
        "have = {d.metadata['Name'].lower(): d.version for d in m.distributions()}\n"
        "print(json.dumps({name: have.get(name, 'none') for name in sys.argv[1:]}))"
    )
    told = subprocess.run(
        [Settings().engine_python, "-c", code, *PACKAGES], capture_output=True, text=True, check=True
    )
    found: dict[str, str] = json.loads(told.stdout)
    return found


def _train(project: Project, folder: Path) -> None:
    what = ["train", "--data", "data", "--force"] if project.whole else ["train", "nlu", "--nlu", "data"]
    log = folder / "train.log"
    with log.open("wb") as output:
        ended = subprocess.run(
            [
                Settings().engine_python,
                *("-m", "rasa", *what, "--domain", "domain.yml", "--config", "config.yml"),
                *("--out", ".", "--fixed-model-name", _MODEL),
            ],
            cwd=folder,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0 or not (folder / f"{_MODEL}.tar.gz").is_file():
        last = "\n  ".join(log.read_text(errors="replace").strip().splitlines()[-8:])
        what_failed = f"The training of {project.name} failed. Its last words:\n  {last}"
        raise Problems([Problem("M502", what_failed, "Read the whole output here.", log)])
