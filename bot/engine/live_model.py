"""The model that answers now, and its change for another while messages go on.

A bad archive never takes the place of a good one: Rasa's `Agent.load_model` builds the new model whole
before it lets go of the old.
"""

import asyncio
import logging
import re
from pathlib import Path

from rasa.core.agent import Agent
from rasa.core.processor import MessageProcessor
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.data import TrainingType

from bot.engine.components.decision import judge_in
from bot.engine.components.judgement import Judge

ASSISTANT = "meridian"

logger = logging.getLogger(__name__)

_FILE_NAME = re.compile(r"\w[\w.-]*\.tar\.gz")


class NoSuchModel(Exception):
    """There is no such file in the models' folder."""


class BadModel(Exception):
    """The archive is damaged, is of another Rasa or encoder, or is not a whole model of Meridian's."""


class LiveModel:
    """Loads models from one folder into one agent."""

    def __init__(self, agent: Agent, folder: Path) -> None:
        self.agent = agent
        self.folder = folder
        self.judge: Judge | None = None
        self._one_at_a_time = asyncio.Lock()

    @property
    def processor(self) -> MessageProcessor | None:
        """What handles messages with the live model; nothing before the first model."""
        return self.agent.processor

    @property
    def names(self) -> dict[str, str | None]:
        """Rasa's id of the live model and the name of its file."""
        return {"model_id": self.agent.model_id, "model_file": self.agent.model_name}

    def load(self, path: Path) -> None:
        """Makes an archive's model the live one; blocks. Raises `BadModel`, and then nothing has changed."""
        try:
            metadata = LocalModelStorage.metadata_from_archive(path)
            if metadata.training_type is not TrainingType.BOTH or metadata.assistant_id != ASSISTANT:
                raise BadModel(f"{path.name} is not a whole model of Meridian's.")
            judge = judge_in(metadata.predict_schema)
            self.agent.load_model(path)
        except BadModel:
            raise
        except (
            Exception
        ) as error:  # an archive can be wrong in as many ways as there are libraries that read it
            raise BadModel(f"{path.name} cannot be loaded ({type(error).__name__}).") from error
        self.judge = judge
        logger.info("model %s is live, id %s", path.name, self.agent.model_id)

    async def change(self, file_name: str) -> None:
        """Loads a file of the folder in a thread, while the live model goes on answering.

        Raises:
            NoSuchModel: the name is not that of a file directly in the folder.
            BadModel: it cannot be loaded.
        """
        path = self.folder / file_name
        if not _FILE_NAME.fullmatch(file_name) or not path.is_file():
            raise NoSuchModel
        async with self._one_at_a_time:
            await asyncio.get_running_loop().run_in_executor(None, self.load, path)
