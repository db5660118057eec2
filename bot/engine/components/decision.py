"""Folds the parts of a message back into it and puts the decision on it, as `decision` in the parse data.

Leaves the rules to `judgement`.
"""

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot.engine.components.follow_ups import About, FollowUps
from bot.engine.components.judgement import BOOKING, CLARIFY, HANDOFF, OUT_OF_SCOPE, SMALLTALK, Judge, Reading
from bot.engine.components.splitter import AGAIN, PART

DECISION = "decision"
DISPOSITIONS = (BOOKING, CLARIFY, HANDOFF, OUT_OF_SCOPE, SMALLTALK)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionDecision(GraphComponent):
    """The only place where it is decided what a message asks and what is done about it."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`thresholds` are `judgement.Judge`'s; `dispositions` lists the intents of each, answers aside;
        `follow_ups` are `follow_ups.FollowUps`'; `alike` are intents whose confidences count together."""
        return {
            "thresholds": {"answer": 0.4, "clarify": 0.35, "candidate": 0.1},
            "dispositions": {},
            "follow_ups": {},
            "alike": [],
        }

    def __init__(self, config: dict[str, Any]) -> None:
        self._judge = judge_of(config)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "QuestionDecision":
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """The messages without their parts, each with its decision and the intent that follows from it."""
        wholes: list[Message] = []
        parts: list[list[Message]] = []
        for message in messages:
            if message.get(PART) and wholes:
                parts[-1].append(message)
            else:
                wholes.append(message)
                parts.append([])
        for whole, its_parts in zip(wholes, parts, strict=True):
            again = [_reading(part) for part in its_parts if part.get(PART) == AGAIN]
            decision = self._judge.decide(
                _reading(whole),
                [_reading(part) for part in its_parts if part.get(PART) != AGAIN],
                About.of(whole.get(METADATA)),
                again[0] if again else None,
            )
            whole.set(DECISION, decision.as_dict(), add_to_output=True)
            intent = {"name": decision.intent, "confidence": decision.questions[0].confidence}
            whole.set(INTENT, intent, add_to_output=True)
        return wholes


def judge_of(config: dict[str, Any]) -> Judge:
    """The judge that a configuration of `QuestionDecision` describes.

    Raises:
        InvalidConfigException: a disposition or a key of `follow_ups` is unknown, or an intent is listed
            under two dispositions.
    """
    dispositions: dict[str, str] = {}
    for name, intents in config["dispositions"].items():
        if name not in DISPOSITIONS:
            raise InvalidConfigException(f"config.yml has no use for the disposition {name}.")
        for intent in intents:
            if intent in dispositions:
                raise InvalidConfigException(
                    f"config.yml lists {intent} under {dispositions[intent]} and under {name}; keep one."
                )
            dispositions[intent] = name
    try:
        follow_ups = FollowUps.of(config.get("follow_ups", {}))
    except TypeError as error:
        raise InvalidConfigException(f"config.yml has a follow_ups that cannot be read: {error}.") from None
    alike = frozenset(config.get("alike", ()))
    return Judge(dispositions, **config["thresholds"], follow_ups=follow_ups, alike=alike)


def judge_in(schema: GraphSchema) -> Judge:
    """The judge of a model, from the graph in its metadata.

    Raises:
        InvalidConfigException: the model has none.
    """
    for node in schema.nodes.values():
        if issubclass(node.uses, QuestionDecision):
            return judge_of({**QuestionDecision.get_default_config(), **node.config})
    raise InvalidConfigException("The model's pipeline has no QuestionDecision.")


def _reading(message: Message) -> Reading:
    ranking = [(one["name"], one["confidence"]) for one in message.get(INTENT_RANKING_KEY, [])]
    return Reading(message.get(TEXT) or "", ranking, message.get(ENTITIES, []))
