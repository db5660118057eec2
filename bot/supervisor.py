"""Starts the app and the engine, restarts what dies, and stops both cleanly."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import httpx

from bot.problems import Problem, Problems
from bot.settings import Settings
from bot.setup import engine_environment

log = logging.getLogger(__name__)

_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 10.0
# So many deaths in a row without having been ready once are no accident.
_HOPELESS_AFTER = 3
_LOOK_EVERY = 0.1
_STOP_SECONDS = 12.0  # the app may take ten to finish what it has begun


@dataclass(frozen=True)
class Service:
    """A process to keep alive. It is ready when `ready_url` answers 200; without one, as soon as it runs."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    ready_url: str
    headers: dict[str, str] = field(default_factory=dict)


def services(settings: Settings) -> list[Service]:
    """The app and the engine, in the order they are stopped: the app first, to finish its turns. With Redis a
    process for the jobs as well."""
    model = settings.live_model
    if model is None:
        raise Problems([Problem("M303", "There is no model.", "Run `./meridian train`.", settings.models)])
    engine_token = settings.derived_key("engine")
    environment = engine_environment(settings)
    engine = Service(
        "engine",
        [
            str(settings.engine_python),
            *("-m", "bot.engine.serve", "--model", str(model), "--port", str(settings.engine_port)),
            *("--actions-url", f"http://127.0.0.1:{settings.actions_port}/webhook"),
        ],
        {
            **environment,
            "MERIDIAN_ENGINE_TOKEN": engine_token,
            "MERIDIAN_ACTIONS_TOKEN": settings.derived_key("actions"),
        },
        f"http://127.0.0.1:{settings.engine_port}/webhooks/meridian/health",
        {"Authorization": f"Bearer {engine_token}"},
    )
    host = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host  # noqa: S104
    app = Service(
        "app",
        [sys.executable, "-m", "bot.web.serve"],
        {**environment, **settings.environment()},
        f"http://{host}:{settings.port}/healthz",
    )
    if not settings.jobs_apart:
        return [app, engine]
    jobs = Service("jobs", [sys.executable, "-m", "bot.booking.jobs"], app.environment, "")
    return [app, jobs, engine]


class Supervisor:
    """Keeps services alive. `restarts` counts by name."""

    def __init__(self, services: Sequence[Service], settings: Settings) -> None:
        self._services = services
        self._home = settings.home
        self._processes: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()
        self._ready = {service.name: asyncio.Event() for service in services}
        self.restarts: dict[str, int] = {service.name: 0 for service in services}

    async def run(self, on_ready: Callable[[], None], ready_seconds: float = 120.0) -> None:
        """Runs until a signal or `stop`.

        Raises:
            Problems: a service cannot be brought up.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self.stop)
        keepers = [asyncio.create_task(self._keep(service)) for service in self._services]
        ready = asyncio.create_task(self._all_ready(ready_seconds))
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait([ready, stopping, *keepers], return_when=asyncio.FIRST_COMPLETED)
            if ready.done():
                ready.result()
                on_ready()
            await asyncio.wait([stopping, *keepers], return_when=asyncio.FIRST_COMPLETED)
            for keeper in keepers:
                if keeper.done():
                    keeper.result()
        finally:
            self._stopping.set()
            for task in (ready, stopping):
                task.cancel()
            await self._end()
            await asyncio.gather(*keepers, return_exceptions=True)

    def stop(self) -> None:
        """Asks for a clean stop."""
        self._stopping.set()

    async def _keep(self, service: Service) -> None:
        deaths, ever_ready = 0, False
        while not self._stopping.is_set():
            process = await asyncio.create_subprocess_exec(
                *service.command,
                cwd=self._home,
                env=service.environment,
                stdin=asyncio.subprocess.DEVNULL,
                # A group of its own: Ctrl+C reaches the supervisor alone, which stops in order.
                start_new_session=True,
            )
            self._processes[service.name] = process
            watch = asyncio.create_task(self._watch(service))
            status = await process.wait()
            watch.cancel()
            if self._stopping.is_set():
                return
            was_ready = self._ready[service.name].is_set()
            ever_ready = ever_ready or was_ready
            self._ready[service.name].clear()
            deaths = 1 if was_ready else deaths + 1
            if deaths >= _HOPELESS_AFTER and not ever_ready:
                what = f"The {service.name} ended {deaths} times without having been ready (status {status})."
                remedy = "Read its last messages above, then try `./meridian doctor`."
                if service.name == "engine":
                    remedy += " If the model cannot be loaded, `./meridian train` makes a new one."
                raise Problems([Problem("M304", what, remedy)])
            pause = min(_FIRST_PAUSE * 2 ** (deaths - 1), _LONGEST_PAUSE)
            log.error("service died", extra={"service": service.name, "status": status, "restart_in": pause})
            self.restarts[service.name] += 1
            await asyncio.sleep(pause)

    async def _watch(self, service: Service) -> None:
        """Notes when a service becomes ready."""
        if not service.ready_url:
            self._ready[service.name].set()
            return
        async with httpx.AsyncClient(timeout=2, trust_env=False) as http:
            while True:
                try:
                    answer = await http.get(service.ready_url, headers=service.headers)
                    if answer.status_code == httpx.codes.OK:
                        self._ready[service.name].set()
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(_LOOK_EVERY)

    async def _all_ready(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                for ready in self._ready.values():
                    await ready.wait()
        except TimeoutError:
            late = ", ".join(name for name, ready in self._ready.items() if not ready.is_set())
            what = f"Not ready after {seconds:.0f} s: {late}."
            remedy = "Read the messages above; try `./meridian doctor`."
            raise Problems([Problem("M305", what, remedy)]) from None

    async def _end(self) -> None:
        """Stops in the order of the services: the app finishes its turns while the engine still answers."""
        for service in self._services:
            process = self._processes.get(service.name)
            if process is None or process.returncode is not None:
                continue
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _STOP_SECONDS)
            except TimeoutError:
                log.error("service killed", extra={"service": service.name})
                process.kill()
                await process.wait()
