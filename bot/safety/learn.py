"""Learns the statements of the warning screen and keeps what was learnt; set-up runs it beside the training."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.encoder.encoder import SentenceEncoder
from bot.safety.screen import Screen


def main(encoder: str, kept: str) -> None:
    """Learns with the encoder in the folder `encoder`, and writes to the file `kept`."""
    Screen.load(SentenceEncoder.load(encoder), kept=Path(kept), say=_say)


def _say(what: str) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
