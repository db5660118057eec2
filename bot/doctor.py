"""Looks for everything that keeps Meridian from running, all in one go, and says how to mend each.

Codes: M1xx the installation, M2xx files that people write, M3xx training and starting.
"""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from alembic.util.exc import CommandError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.database import Database
from bot.encoder import build as encoder_build
from bot.knowledge.regions import stale_checks
from bot.knowledge.topics import rasa_files
from bot.problems import Problem, Problems
from bot.settings import Settings
from bot.setup import check_files, engine_environment
from bot.yaml_files import read

Check = Callable[[Settings], Iterator[Problem]]


def examine(settings: Settings, say: Callable[[str], None] = lambda what: None) -> list[Problem]:
    """Runs every check and collects what they find; `say` names each check as it begins."""
    found: list[Problem] = []
    for name, check in CHECKS.items():
        say(name)
        try:
            found += check(settings)
        except Problems as error:
            found += error.problems
    return found


def _environments(settings: Settings) -> Iterator[Problem]:
    if not settings.engine_python.exists():
        what = "The engine's environment is missing."
        yield Problem(
            "M101",
            what,
            "Run `./meridian doctor` from the top folder, which brings it.",
            settings.engine_python,
        )


def _files(settings: Settings) -> Iterator[Problem]:
    check_files(settings)
    yield from ()


def _regions(settings: Settings) -> Iterator[Problem]:
    yield from stale_checks(date.today())  # noqa: DTZ011  # a day more or less is no matter


def _topics(settings: Settings) -> Iterator[Problem]:
    try:
        generated = rasa_files(settings.home)
    except ValueError as error:
        yield Problem("M105", f"{error}.", "Put the two lines back.", settings.home / "domain.yml")
        return
    for path, content in generated.items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            yield Problem(
                "M105", "This file is out of step with the topics.", "Run `./meridian topics`.", path
            )


def _encoder(settings: Settings) -> Iterator[Problem]:
    for what in encoder_build.verify(settings.encoder):
        remedy = "Run `./meridian up`, which makes it anew."
        yield Problem("M102", f"The sentence encoder: {what}.".replace("..", "."), remedy, settings.encoder)


# Run by the engine's interpreter with the names as arguments: prints a line for each that fails.
_IMPORT_ALL = """
import importlib, sys
for name in sys.argv[1:]:
    module, _, attribute = name.rpartition(".")
    try:
        getattr(importlib.import_module(module), attribute)
    except Exception as error:
        print(name, type(error).__name__, str(error).splitlines()[0], sep="\\t")
"""


def _endpoints(settings: Settings) -> Iterator[Problem]:
    """Every class named for Rasa can be imported: on a wrong name Rasa only warns and does without."""
    if not settings.engine_python.exists():
        return
    named: dict[str, Path] = {}
    for file in ("endpoints.yml", "credentials.yml", "config.yml"):
        path = settings.home / file
        named |= dict.fromkeys(_class_names(read(path)), path)
    for line in _in_engine(settings, "-c", _IMPORT_ALL, *named).stdout.splitlines():
        name, fault, words = line.split("\t")
        what = f"`{name}` cannot be imported ({fault}: {words})."
        yield Problem("M104", what, "Correct the name or the module.", named[name])


def _class_names(data: object) -> Iterator[str]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _class_names(key)
            yield from _class_names(value)
    elif isinstance(data, list):
        for value in data:
            yield from _class_names(value)
    elif isinstance(data, str) and data.startswith("bot.engine."):
        yield data


def _model(settings: Settings) -> Iterator[Problem]:
    model = settings.live_model
    if model is None or not model.is_file():
        yield Problem(
            "M103", "There is no trained model.", "Run `./meridian train`.", model or settings.models
        )
        return
    if not settings.engine_python.exists():
        return
    checked = _in_engine(settings, "-m", "bot.engine.serve", "--check", "--model", str(model))
    if checked.returncode:
        last = (checked.stderr.strip().splitlines() or ["no reason given"])[-1]
        yield Problem("M103", f"The model does not load: {last}", "Run `./meridian train`.", model)


def _in_engine(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [settings.engine_python, *arguments],
        cwd=settings.home,
        env=engine_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )


def _database(settings: Settings) -> Iterator[Problem]:
    database = Database(settings.database)
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
        database.check()
    except SQLAlchemyError as error:
        what = f"The database does not answer ({type(error).__name__})."
        yield Problem(
            "M106", what, "Check MERIDIAN_DATABASE_URL, the disk and the rights of the data folder."
        )
    except CommandError:
        yield Problem(
            "M107", "The tables are not at the newest version.", "Run `./meridian up`, which migrates."
        )
    finally:
        database.dispose()


def _sites(settings: Settings) -> Iterator[Problem]:
    """A page that is not encrypted can be changed on its way, and the chat on it with what is written there."""
    for site in settings.allowed_sites:
        address = urlsplit(site)
        if address.scheme == "http" and address.hostname not in ("localhost", "127.0.0.1"):
            what = f"{site} may show the chat, and is not encrypted."
            yield Problem(
                "M110", what, "Serve that website over https and write it so in MERIDIAN_ALLOWED_SITES."
            )


def _ports(settings: Settings) -> Iterator[Problem]:
    ports = {
        "MERIDIAN_PORT": settings.port,
        "MERIDIAN_ACTIONS_PORT": settings.actions_port,
        "MERIDIAN_ENGINE_PORT": settings.engine_port,
    }
    for variable, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                what = f"Port {port} is in use (by a running Meridian, or another program)."
                yield Problem("M108", what, f"Stop that, or set {variable} to another.")


def _ports_unless_serving(settings: Settings) -> Iterator[Problem]:
    """A Meridian that runs holds its own ports."""
    try:
        alive = httpx.get(f"http://127.0.0.1:{settings.port}/healthz", timeout=2, trust_env=False)
        serving = alive.headers.get("content-type") == "application/json" and alive.json() == {"status": "ok"}
    except (httpx.HTTPError, ValueError):
        serving = False
    if not serving:
        yield from _ports(settings)


def check_ports(settings: Settings) -> None:
    """Raises `Problems` where a port is taken."""
    if problems := list(_ports(settings)):
        raise Problems(problems)


CHECKS: dict[str, Check] = {
    "environments": _environments,
    "clinic.yml, articles and Rasa's files": _files,
    "telephone numbers and rules of the regions": _regions,
    "intents and rules of the topics": _topics,
    "sentence encoder": _encoder,
    "classes named for Rasa": _endpoints,
    "model": _model,
    "database": _database,
    "websites that may show the chat": _sites,
    "ports": _ports_unless_serving,
}
