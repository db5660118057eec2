"""Brings an installation to the point where it can serve: encoder, language, database, knowledge, model.

Every step looks first whether there is something to do, so that a second start takes no time.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot import safety
from bot.booking.seed import seed
from bot.database import Database
from bot.encoder import build as encoder_build
from bot.knowledge import never_repeat
from bot.knowledge.articles import ARTICLES, SOURCES, read_articles
from bot.knowledge.clinic import Clinic
from bot.knowledge.phrases import PHRASES
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.transfer import import_files, is_empty
from bot.problems import Problem, Problems
from bot.safety.gate import misses
from bot.safety.net import is_learnt
from bot.safety.screen import KEPT
from bot.settings import Settings
from bot.yaml_files import read, read_as

# Says what is being done; called again with more while a long step goes on.
Say = Callable[[str], None]


def prepare(settings: Settings, say: Say) -> None:
    """Everything that serving needs, in order.

    Raises:
        Problems: something is broken; each says what, where and what to do.
    """
    check_files(settings)
    # What visitors write is for this user alone, also where the folder was made otherwise.
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    settings.data.chmod(0o700)
    make_encoder(settings, say)
    check_warnings(settings, say)
    with making_warnings(settings, say):
        make_language(settings, say)
        make_database(settings, say)
        make_model(settings, say)


def check_files(settings: Settings, articles: Path = ARTICLES) -> None:
    """Reads every file that people write, so that a mistake stops the start and not a visitor's question.

    Raises:
        Problems: all that is wrong in clinic.yml, the articles, the phrases, or Rasa's files.
    """
    problems: list[Problem] = []
    rasa_files = [
        settings.home / name for name in ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
    ]
    checks: list[Callable[[], object]] = [
        lambda: read_as(settings.clinic, Clinic),
        lambda: read_articles(articles, SOURCES),
        lambda: never_repeat.check(PHRASES),
        *((lambda path=path: read(path)) for path in rasa_files),
    ]
    for check in checks:
        try:
            check()
        except Problems as error:
            problems += error.problems
    if problems:
        raise Problems(problems)


def make_encoder(settings: Settings, say: Say) -> None:
    """The sentence encoder's files, made from the published weights where they are missing or damaged."""
    if encoder_build.verify(settings.encoder):
        say("Making the sentence encoder (a few seconds, once)")
        encoder_build.build(settings.encoder, say)


def check_warnings(settings: Settings, say: Say) -> None:
    """Holds the rules of the warning screen to the library of statements, where either has changed.

    Raises:
        Problems: a statement that must be found is missed, or a calm one alarms. Nothing is served like that.
    """
    files = sorted(path for path in Path(safety.__file__).parent.iterdir() if path.suffix in (".py", ".yml"))
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()
    stamp = settings.models / "warnings.sha256"
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say("Checking the rules of the warning screen against the statements they must find")
    if problems := misses():
        raise Problems(problems)
    settings.models.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest)


@contextmanager
def making_warnings(settings: Settings, say: Say) -> Iterator[None]:
    """What the warning screen learns from its statements, where it is missing or stale.

    It is learnt beside what is done within, and there when that ends.

    Raises:
        Problems: the learning failed, its output is kept.
    """
    kept = settings.models / KEPT
    if is_learnt(settings.encoder, kept):
        yield
        return
    say("Learning the statements of the warning screen (a minute, once), beside what follows")
    command = [sys.executable, "-m", "bot.safety.learn", str(settings.encoder), str(kept)]
    environment = {**os.environ, "PYTHONPATH": str(settings.home)}
    with _running(settings, command, environment, "warnings") as ended:
        yield
        ended(say)


def make_language(settings: Settings, say: Say) -> None:
    """The spaCy pipeline, made anew when the vocabulary or the code that makes it has changed."""
    inputs = (
        settings.home / "bot" / "data" / "nlu" / "vocabulary.yml",
        settings.home / "bot" / "engine" / "language.py",
    )
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    stamp = settings.language.with_suffix(".sha256")
    if settings.language.is_dir() and stamp.is_file() and stamp.read_text() == digest:
        return
    say("Making the language pipeline")
    _run_in_engine(settings, ["-m", "bot.engine.language", str(settings.language)], "language", say)
    stamp.write_text(digest)


def make_database(settings: Settings, say: Say) -> None:
    """The tables at their newest version; an empty knowledge base gets the articles and the clinic, empty
    booking tables what the clinic offers."""
    database = Database(settings.database)
    try:
        database.migrate()
        if is_empty(database):
            difference = import_files(database, ARTICLES, SOURCES, settings.clinic)
            say(f"Imported {len(difference.new)} articles and the clinic's facts into the database")
            if difference.warnings:
                say(f"Warnings: {difference.warnings}; `./meridian knowledge check` names them")
        if seed(database, KnowledgeBase(database).clinic()):
            say("Took over services, practitioners and hours for bookings")
    finally:
        database.dispose()


def make_model(settings: Settings, say: Say) -> None:
    """A model, trained where there is none or where what it was trained from has changed."""
    model = settings.live_model
    if model is None:
        train(settings, say)
    elif (
        not settings.model
        and _stamp(model).is_file()
        and _stamp(model).read_text() != training_inputs(settings)
    ):
        say("The training data or the engine has changed since the last training")
        train(settings, say)


def train(settings: Settings, say: Say) -> Path:
    """Trains a model in the engine's environment; gives its file.

    Raises:
        Problems: the rules of the warning screen miss a statement; or the training failed, its output is kept.
    """
    check_warnings(settings, say)
    say("Training the model")
    inputs = training_inputs(settings)
    before = settings.live_model
    log = _run_in_engine(settings, ["-m", "bot.engine.train", "--out", str(settings.models)], "train", say)
    trained = settings.live_model
    if trained is None or trained == before:
        raise Problems([Problem("M301", "The training made no model.", "Read its output.", log)])
    _stamp(trained).write_text(inputs)
    return trained


def training_inputs(settings: Settings) -> str:
    """A digest of everything that decides what a training makes."""
    files = [settings.home / "config.yml", settings.home / "domain.yml", settings.encoder / "encoder.json"]
    files += sorted((settings.home / "bot" / "data").rglob("*.yml"))
    files += sorted((settings.home / "bot" / "engine" / "components").glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()


def _stamp(model: Path) -> Path:
    """Where the digest of a model's inputs is kept; a model that Rasa's own command trained has none."""
    return model.with_name(model.name.removesuffix(".tar.gz") + ".sha256")


def engine_environment(settings: Settings) -> dict[str, str]:
    """The environment of a process of the engine: quiet, on the processor, telling nobody."""
    inherited = dict(os.environ)
    # Rasa without its bytecode takes ten seconds longer to start; it is kept in our own environment.
    inherited.pop("PYTHONDONTWRITEBYTECODE", None)
    return {
        **inherited,
        "PYTHONPATH": str(settings.home),
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        # A message's matrices are small: a second thread only spins, at three times the processor's time.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


def _run_in_engine(settings: Settings, arguments: list[str], name: str, say: Say) -> Path:
    """Runs the engine's Python from the home folder; gives the log file that has its output."""
    command = [str(settings.engine_python), *arguments]
    with _running(settings, command, engine_environment(settings), name) as ended:
        return ended(say)


@contextmanager
def _running(
    settings: Settings, command: list[str], environment: dict[str, str], name: str
) -> Iterator[Callable[[Say], Path]]:
    """A program that runs, from the home folder, while what is within goes on; its output goes to a log file.

    What it yields waits for the program's end and gives that file. Left early, the program is ended.

    Raises:
        Problems: the program failed; raised by what is yielded.
    """
    log = settings.data / f"{name}.log"
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    begun = time.monotonic()
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=settings.home,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )

    def ended(say: Say) -> Path:
        said = time.monotonic()
        while process.poll() is None:
            time.sleep(0.2)
            if time.monotonic() - said >= 5:
                said = time.monotonic()
                say(f"Running {name}: {said - begun:.0f} s")
        if process.returncode != 0:
            last = log.read_text(errors="replace").strip().splitlines()[-8:]
            what = f"The step `{name}` failed. Its last words:\n  " + "\n  ".join(last)
            raise Problems([Problem("M302", what, "Read the whole output here.", log)])
        return log

    try:
        yield ended
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()
