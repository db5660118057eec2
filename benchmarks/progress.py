"""Says what goes on, how long it usually takes, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Item = TypeVar("Item")

out = Console(highlight=False, soft_wrap=True)


@contextmanager
def step(what: str, usually: str = "") -> Iterator[None]:
    """Names a step that cannot say how far it is, turns while it goes on, and gives its time in the end."""
    begun = time.perf_counter()
    hint = f" (usually {usually})" if usually else ""
    if not out.is_terminal:
        out.print(f"… {what}{hint}", markup=False)
    with out.status(f"{what}{hint}, since {time.strftime('%H:%M')}"):
        yield
    out.print(f"[green]•[/] {what}: {time.perf_counter() - begun:.0f} s")


def track(items: Iterable[Item], what: str, total: int) -> Iterator[Item]:
    """The items, with a bar of how many are done."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=out) as bar:
        yield from bar.track(items, total=total, description=what)
