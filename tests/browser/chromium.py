"""Finds a Chromium for the browser tests, and brings one where there is none.

The one on the PATH, else Playwright's own, else Debian's package when run as root.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Without these a headless Chromium looks up hosts of its own at every start.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)


def find() -> str | None:
    """The path of a Chromium, or None."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def bring() -> str:
    """The path of a Chromium, installed where there was none.

    Raises:
        SystemExit: with what to do, where none can be had.
    """
    if path := find():
        return path
    print("• Bringing a Chromium for the browser tests (once)", flush=True)  # noqa: T201
    attempts = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        attempts += [["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]]
    for attempt in attempts:
        done = subprocess.run(attempt, capture_output=True, text=True, check=False)
        if done.returncode == 0 and (path := find()):
            return path
    raise SystemExit("There is no Chromium and none could be installed. Install one, then try again.")


if __name__ == "__main__":
    print(f"• Browser for the tests: {bring()}")  # noqa: T201
