"""Starts the language engine: `python -m bot.engine.serve --model models/X.tar.gz --port 8002`.

Rasa's own server, set up as YAML cannot: one private channel, a tracker store that is not wrapped in a
fallback, one connection to the actions, a log without visitors' words; each in a module beside this one.
"""

import argparse
import ipaddress
import logging
import os
import sys
from pathlib import Path
from typing import Any

# Before anything of Rasa's is imported: it reads these once, and TensorFlow looks for a graphics card.
os.environ["RASA_TELEMETRY_ENABLED"] = "false"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

from bot.engine import logs, without_tensorflow

ROOT = Path(__file__).resolve().parents[2]
STOP_WITHIN = 1.5  # seconds that messages under way have to finish

logger = logging.getLogger(__name__)


def main() -> None:
    """Serves until SIGTERM; refuses to start, in words, when it would be unsafe or useless."""
    options = _options()
    logs.configure(logging.getLevelName(options.log_level.upper()))
    # The paths in config.yml (models/language, models/encoder) and those in the model hold from here.
    models = options.models.resolve()
    model = options.model.resolve() if options.model else None
    os.chdir(ROOT)
    if options.check:
        os.environ.setdefault("MERIDIAN_ENGINE_TOKEN", "none: nothing is served")
    app = create_app(models, model, options.actions_url)
    if options.check:
        return
    app.run(host=options.host, port=options.port, access_log=False, motd=False)


def create_app(models: Path, model: Path | None, actions_url: str) -> Any:
    """The Sanic application with its model loaded, if one is named.

    Raises:
        SystemExit: the token is missing, or the model cannot be loaded.
    """
    without_tensorflow.stand_in()
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import register
    from sanic import Sanic

    from bot.engine import action_results, empty_domain, in_order, intent_rules
    from bot.engine.action_endpoint import ActionEndpoint
    from bot.engine.channel import TOKEN, MeridianChannel
    from bot.engine.live_model import BadModel, LiveModel
    from bot.engine.tracker_store import BoundedTrackerStore

    if not os.environ.get(TOKEN):
        sys.exit(f"The engine does not start without {TOKEN}: anybody on this machine could use it.")
    action_results.install()
    in_order.install()
    intent_rules.install()
    empty_domain.install()
    endpoint = ActionEndpoint(actions_url, os.environ.get("MERIDIAN_ACTIONS_TOKEN", ""))
    agent = Agent(action_endpoint=endpoint)
    # Given to the constructor, it would be wrapped in one that turns each failure into a lost conversation.
    agent.tracker_store = BoundedTrackerStore(None)
    live = LiveModel(agent, models)
    if model is not None:
        try:
            live.load(model)
        except BadModel as error:
            logger.critical("%s", error, exc_info=error)
            sys.exit(str(error))

    app = Sanic("meridian_engine", configure_logging=False)
    app.config.GRACEFUL_SHUTDOWN_TIMEOUT = STOP_WITHIN
    app.config.FALLBACK_ERROR_FORMAT = "json"
    # Longer than the application keeps an idle connection, so that no message meets a closing door.
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.REQUEST_MAX_SIZE = 64 * 1024
    app.ctx.agent = agent
    app.ctx.live = live
    register([MeridianChannel(os.environ[TOKEN])], app, route="/webhooks/")

    async def close(*_: Any) -> None:
        await endpoint.close()

    app.register_listener(close, "after_server_stop")
    return app


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bot.engine.serve", description="Meridian's language engine."
    )
    parser.add_argument(
        "--model", type=Path, help="the model to start with; without one it waits for POST /model"
    )
    parser.add_argument(
        "--models", type=Path, default=ROOT / "models", help="the folder that POST /model reads"
    )
    parser.add_argument("--check", action="store_true", help="load the model, then end: 0 if it can serve")
    parser.add_argument("--log-level", choices=("debug", "info", "warning", "error"), default="info")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--actions-url", default="http://127.0.0.1:8001/webhook")
    parser.add_argument(
        "--allow-remote", action="store_true", help="serve on an address that others can reach"
    )
    options = parser.parse_args()
    if not options.allow_remote and not _is_loopback(options.host):
        parser.error(
            f"{options.host} can be reached by others; the engine is private (--allow-remote to insist)."
        )
    return options


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


if __name__ == "__main__":
    main()
