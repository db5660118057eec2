"""What the engine's tests share: a small model trained once, the actions, and a serving engine."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")

from bot.engine import without_tensorflow

without_tensorflow.stand_in()  # these tests need Rasa, not TensorFlow, and start in half the time

from rasa.engine.graph import ExecutionContext, GraphSchema  # noqa: E402
from rasa.engine.storage.local_model_storage import LocalModelStorage  # noqa: E402
from rasa.engine.storage.resource import Resource  # noqa: E402

from tests.engine.process import ROOT, Actions, Engine  # noqa: E402
from tests.engine.small_project import write  # noqa: E402

ENCODER = ROOT / "models" / "encoder"
LANGUAGE = ROOT / "models" / "language"


@pytest.fixture(scope="session", autouse=True)
def _what_models_need() -> None:
    """Encoder and language are made at set-up; config.yml names them from the project's root."""
    missing = [folder.name for folder in (ENCODER, LANGUAGE) if not folder.is_dir()]
    if missing:
        pytest.exit(f"models/ has no {' and no '.join(missing)}: run ./meridian setup", returncode=4)
    os.chdir(ROOT)


@pytest.fixture
def storage(tmp_path: Path) -> LocalModelStorage:
    """Where a component under test keeps what it learned."""
    return LocalModelStorage.create(tmp_path)


@pytest.fixture
def resource() -> Resource:
    return Resource("under_test")


@pytest.fixture
def context() -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name="under_test")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `small.tar.gz`, a whole model of a few intents."""
    folder = tmp_path_factory.mktemp("engine")
    write(folder)
    command = [sys.executable, "-m", "bot.engine.train", "--name", "small", "--out", str(folder / "models")]
    command += ["--data", str(folder / "data"), "--domain", str(folder / "domain.yml")]
    trained = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert trained.returncode == 0, trained.stderr[-2000:]
    return folder / "models"


@pytest.fixture(scope="session")
def actions() -> Iterator[Actions]:
    """The actions of `actions.py`, served by rasa-sdk."""
    with Actions.started() as running:
        yield running


@pytest.fixture(scope="session")
def engine(models: Path, actions: Actions, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A serving engine with the small model, at the most talkative log level."""
    log = tmp_path_factory.mktemp("log") / "engine.log"
    options = ("--model", str(models / "small.tar.gz"), "--log-level", "debug")
    with Engine.started(models, actions.url, log, *options) as running:
        yield running
