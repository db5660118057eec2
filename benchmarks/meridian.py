"""Meridian as it is: its classifier on any examples, and the whole of it trained and served."""

from __future__ import annotations

import hashlib
import json
import subprocess
import time
from pathlib import Path

from benchmarks.data import Examples, nlu_file
from benchmarks.progress import step
from benchmarks.projects import Project
from bot.encoder.files import Description, EncoderFiles
from bot.problems import Problem, Problems
from bot.settings import Settings
from bot.setup import engine_environment, make_encoder, make_language
from bot.yaml_files import read

# Parts of the pipeline that know this clinic, or decide what is done; the others name the intent.
NOT_FOR_OTHER_DATA = frozenset(
    {
        "ConditionVariants",
        "SpacyNLP",
        "SpacyTokenizer",
        "SpacyEntityExtractor",
        "EntitySynonymMapper",
        "QuestionSplitter",
        "QuestionDecision",
    }
)


def classifier(settings: Settings, name: str, examples: Examples) -> Project:
    """The parts of Meridian's pipeline that name an intent, as config.yml sets them, on these examples."""
    config = read(settings.home / "config.yml")
    pipeline = [
        # The project trains in a folder of its own, so the path of the encoder is written out.
        {key: str(settings.home / value) if key == "encoder" else value for key, value in part.items()}
        for part in config["pipeline"]
        if part["name"].rpartition(".")[2] not in NOT_FOR_OTHER_DATA
    ]
    domain = 'version: "3.1"\nintents:\n' + "".join(f"  - {intent}\n" for intent in examples)
    settings_file = {"recipe": config["recipe"], "language": config["language"], "assistant_id": "meridian"}
    # JSON is YAML as well.
    written = json.dumps({**settings_file, "pipeline": pipeline}, indent=1)
    files = {"config.yml": written, "domain.yml": domain, "data/nlu.yml": nlu_file(examples)}
    return Project(f"meridian-{name}", files, depends=_code(settings))


def train(settings: Settings, out: Path) -> tuple[Path, float]:
    """Trains the whole assistant; the model's file, and the seconds from nothing to it.

    Raises:
        Problems: the training failed; its output is kept.
    """
    make_encoder(settings, lambda what: None)
    make_language(settings, lambda what: None)
    out.mkdir(parents=True, exist_ok=True)
    model, log = out / "meridian.tar.gz", out / "meridian-train.log"
    model.unlink(missing_ok=True)
    begun = time.perf_counter()
    with step("Training Meridian", "15 to 30 s"), log.open("wb") as output:
        subprocess.run(
            [settings.engine_python, "-m", "bot.engine.train", "--name", "meridian", "--out", str(out)],
            cwd=settings.home,
            env=engine_environment(settings),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if not model.is_file():
        last = "\n  ".join(log.read_text(errors="replace").strip().splitlines()[-8:])
        what = f"Meridian could not be trained. Its last words:\n  {last}"
        raise Problems([Problem("M504", what, "Read the whole output here.", log)])
    return model, time.perf_counter() - begun


def dispositions(settings: Settings) -> dict[str, str]:
    """What is done about each intent that is not simply answered, from config.yml."""
    for part in read(settings.home / "config.yml")["pipeline"]:
        if listed := part.get("dispositions"):
            return {intent: name for name, intents in listed.items() for intent in intents}
    return {}


def _code(settings: Settings) -> str:
    components = sorted((settings.home / "bot" / "engine" / "components").glob("*.py"))
    code = hashlib.sha256(b"".join(path.read_bytes() for path in components)).hexdigest()
    encoder = Description.read(EncoderFiles(settings.encoder).description).fingerprint
    return f"{code} {encoder}"
