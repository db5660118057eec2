"""Which machine this is, and what a process holds of it."""

from __future__ import annotations

import os
import platform
from functools import cache
from pathlib import Path

import psutil


@cache
def identity() -> str:
    """Processor, number of cores and memory; figures of two machines are not to be compared."""
    gigabytes = round(psutil.virtual_memory().total / 2**30)
    return f"{_processor()}, {os.cpu_count()} cores, {gigabytes} GB"


def resident(process: int | None, holding: str = "") -> int:
    """Bytes in memory of a process and all its children whose command line holds a text."""
    if process is None:
        return 0
    parent = psutil.Process(process)
    found = [
        each for each in (parent, *parent.children(recursive=True)) if holding in " ".join(each.cmdline())
    ]
    return sum(int(each.memory_info().rss) for each in found)


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
