"""Serves the custom actions to the engine, on a private port with a token, in rasa-sdk's protocol."""

from __future__ import annotations

import hmac
import json
import logging
from typing import Any

from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from bot.actions.answer import ActionAnswer
from bot.actions.booking import ActionStartBooking, form_actions
from bot.actions.fallback import ActionFallback
from bot.actions.handoff import ActionHandoff
from bot.actions.question import QuestionAction
from bot.actions.smalltalk import ActionSmalltalk
from bot.booking.desk import Desk
from bot.knowledge.store import KnowledgeBase

log = logging.getLogger(__name__)


def question_actions(knowledge: KnowledgeBase, desk: Desk) -> list[QuestionAction]:
    """The actions that questions lead to."""
    return [
        ActionAnswer(knowledge),
        ActionFallback(knowledge),
        ActionSmalltalk(knowledge),
        ActionHandoff(knowledge),
        ActionStartBooking(knowledge, desk),
    ]


def executor(knowledge: KnowledgeBase, desk: Desk) -> ActionExecutor:
    """Every action, registered; those for questions know their sisters."""
    actions = question_actions(knowledge, desk)
    sisters = {disposition: action for action in actions for disposition in action.dispositions}
    registered = ActionExecutor()
    for action in actions:
        action.sisters = sisters
    for each in (*actions, *form_actions(desk, sisters["answer"])):
        registered.register_action(each)
    return registered


def actions_app(knowledge: KnowledgeBase, desk: Desk, token: str | None) -> Starlette:
    """The ASGI app. Without a token anyone on the port is served: for development only."""
    actions = executor(knowledge, desk)

    async def webhook(request: Request) -> JSONResponse:
        if token and not hmac.compare_digest(request.headers.get("authorization", ""), f"Bearer {token}"):
            return JSONResponse({"error": "unauthorized"}, 401)
        try:
            call: dict[str, Any] = json.loads(await request.body())
        except ValueError:
            return JSONResponse({"error": "not JSON"}, 400)
        # The engine sends its domain only to actions that ask for it; rasa-sdk wants one all the same.
        call.setdefault("domain", {})
        try:
            result = await actions.run(call)
            return JSONResponse(result.model_dump() if result else {"events": [], "responses": []})
        except (ActionExecutionRejection, ActionNotFoundException) as error:
            name = call.get("next_action")
            log.error("action refused", extra={"action": name, "fault": type(error).__name__})
            status = 400 if isinstance(error, ActionExecutionRejection) else 404
            return JSONResponse({"action_name": name, "error": type(error).__name__}, status)
        except Exception as error:
            # rasa-sdk's own server would answer with the tracker and the exception's words.
            log.error(
                "action failed", extra={"action": call.get("next_action"), "fault": type(error).__name__}
            )
            return JSONResponse({"error": "internal"}, 500)

    async def health(request: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    routes = [Route("/webhook", webhook, methods=["POST"]), Route("/health", health)]
    return Starlette(routes=routes)
