"""The engine's one door: what the application, and nobody else, asks of it over HTTP.

    POST /webhooks/meridian/message  {conversation_id, message_id, text | choice, about?, draft?}
    POST /webhooks/meridian/forget   {conversation_id}
    POST /webhooks/meridian/model    {model_file}
    GET  /webhooks/meridian/health

Checks and translates; `incoming` reads bodies, `live_model` changes models, Rasa understands and acts.
"""

import asyncio
import hmac
import logging
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, TEXT
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, json

from bot.engine import draft
from bot.engine.components.decision import DECISION
from bot.engine.components.follow_ups import ABOUT, About
from bot.engine.components.judgement import Judge, may_follow
from bot.engine.components.splitter import AGAIN
from bot.engine.incoming import BadBody, Incoming, chosen, message_in, plain
from bot.engine.live_model import BadModel, LiveModel, NoSuchModel

TOKEN = "MERIDIAN_ENGINE_TOKEN"  # noqa: S105 - the name of the variable
RANKED = 5
TURN_WITHIN = 10.0  # seconds; the application has given up by then, and the conversation must go on

Handler = Callable[[Request], Awaitable[HTTPResponse]]

logger = logging.getLogger(__name__)


class Replies(OutputChannel):
    """Collects the responses of one turn, each with its text, buttons and custom part together."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return "meridian"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps a response as the actions gave it; one that says nothing is left out."""
        reply = {
            "text": message.get("text") or "",
            "buttons": [
                {"title": button["title"], "payload": button["payload"]}
                for button in message.get("buttons") or []
            ],
            "custom": message.get("custom") or {},
        }
        if any(reply.values()):
            self.replies.append(reply)


class MeridianChannel(InputChannel):
    """The routes above. Every one of them wants the token as a bearer."""

    def __init__(self, token: str) -> None:
        """`token` is the application's key; an empty one is refused with ValueError."""
        if not token:
            raise ValueError(f"The engine has no token; set {TOKEN}.")
        self._token = token.encode()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    @classmethod
    def name(cls) -> str:
        return "meridian"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> "MeridianChannel":
        """For Rasa's own commands, which find the channel in credentials.yml."""
        return cls(os.environ.get(TOKEN, ""))

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes; `on_new_message` is not used, since an answer here carries what was understood."""
        routes = Blueprint("meridian")
        for method, path, answer in (
            ("POST", "/message", self._message),
            ("POST", "/forget", self._forget),
            ("POST", "/model", self._model),
            ("GET", "/health", self._health),
        ):
            # A partial, since Sanic writes on its handlers, which a bound method does not allow.
            routes.add_route(partial(self._guarded, answer), path, methods=[method], name=path.strip("/"))
        return routes

    async def _guarded(self, answer: Handler, request: Request) -> HTTPResponse:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), b"Bearer " + self._token):
            return json({"error": "token"}, status=401)
        return await answer(request)

    async def _health(self, request: Request) -> HTTPResponse:
        live: LiveModel = request.app.ctx.live
        if live.processor is None:
            return json({"error": "model", "ready": False}, status=503)
        return json({**live.names, "ready": True})

    async def _message(self, request: Request) -> HTTPResponse:
        live: LiveModel = request.app.ctx.live
        processor, judge = live.processor, live.judge
        if processor is None or judge is None:
            return json({"error": "model"}, status=503)
        try:
            message = message_in(_body(request))
            # Rasa's own lock looks once a second whether its turn has come; this one is woken.
            async with self._turn(message.conversation_id):
                understanding, replies = await asyncio.wait_for(_turn(message, processor, judge), TURN_WITHIN)
        except BadBody as error:
            return json({"error": "body", "what": str(error)}, status=400)
        except asyncio.TimeoutError:
            logger.error("a turn took more than %s seconds", TURN_WITHIN)
            return json({"error": "action"}, status=502)
        if not replies:
            # Rasa goes on without a reply when an action fails, as if that were an answer.
            logger.error("no action answered")
            return json({"error": "action"}, status=502)
        model_id = processor.model_metadata.model_id
        return json({"model_id": model_id, "understanding": understanding, "replies": replies})

    async def _forget(self, request: Request) -> HTTPResponse:
        body = _body(request)
        if not isinstance(body, dict) or not isinstance(body.get("conversation_id"), str):
            return json({"error": "body", "what": "conversation_id must be a text."}, status=400)
        conversation_id = body["conversation_id"]
        async with self._turn(conversation_id):
            return json({"forgotten": request.app.ctx.agent.tracker_store.forget(conversation_id)})

    async def _model(self, request: Request) -> HTTPResponse:
        live: LiveModel = request.app.ctx.live
        body = _body(request)
        if not isinstance(body, dict) or not isinstance(body.get("model_file"), str):
            return json({"error": "body", "what": "model_file must be a file's name."}, status=400)
        try:
            await live.change(body["model_file"])
        except NoSuchModel:
            return json({"error": "model", "what": "There is no such model file."}, status=404)
        except BadModel as error:
            logger.exception("%s", error)
            return json({"error": "model", "what": str(error), **live.names}, status=422)
        return json(live.names)

    def _turn(self, conversation_id: str) -> asyncio.Lock:
        """One turn of a conversation at a time; a lock nobody holds or awaits goes away by itself."""
        return self._turns.setdefault(conversation_id, asyncio.Lock())


async def _turn(
    message: Incoming, processor: MessageProcessor, judge: Judge
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """What was understood, and the replies; understood once, and with one model from beginning to end."""
    if message.choice is not None:
        text = message.choice
        parsed = chosen(text, processor.domain, judge, message.about)
    else:
        text = plain(message.text or "")
        parsed = _kept(await _read(text, message, processor))
    await draft.load(processor, message.conversation_id, message.draft)
    output = Replies()
    await processor.handle_message(
        UserMessage(
            text,
            output,
            message.conversation_id,
            parse_data=parsed,
            input_channel=MeridianChannel.name(),
            message_id=message.message_id,
        )
    )
    return _understanding(parsed), output.replies


async def _read(text: str, message: Incoming, processor: MessageProcessor) -> dict[str, Any]:
    """What a text is understood as: by itself, and where that leaves it open, behind what was last answered.

    To read every short message both ways takes half as long again, and few need it.
    """

    def read(metadata: dict[str, Any]) -> Awaitable[dict[str, Any]]:
        incoming = UserMessage(text, sender_id=message.conversation_id, metadata=metadata)
        return processor.parse_message(incoming)

    metadata = {ABOUT: message.about}
    parsed = await read(metadata)
    if may_follow(parsed[DECISION]["rule"], text, About.of(metadata)):
        parsed = await read({**metadata, AGAIN: True})
    return parsed


def _kept(parsed: dict[str, Any]) -> dict[str, Any]:
    """What later steps read: every event of a conversation carries this, and each action call carries them all."""
    kept = {key: parsed[key] for key in (TEXT, INTENT, ENTITIES, DECISION)}
    return {**kept, INTENT_RANKING_KEY: parsed[INTENT_RANKING_KEY][:RANKED]}


def _understanding(parsed: dict[str, Any]) -> dict[str, Any]:
    ranking = [{"intent": one["name"], "confidence": one["confidence"]} for one in parsed[INTENT_RANKING_KEY]]
    entities = [{key: one[key] for key in ("entity", "value", "start", "end")} for one in parsed[ENTITIES]]
    return {"ranking": ranking, "entities": entities, **parsed[DECISION]}


def _body(request: Request) -> Any:
    try:
        return request.json
    except Exception:  # Sanic's InvalidUsage would quote the body
        return None
