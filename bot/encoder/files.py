"""What lies in the encoder's folder, and what its description says. Neither makes nor runs the model."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path


class EncoderError(Exception):
    """The encoder's files are missing, damaged, or made from something else than expected."""


@dataclass(frozen=True)
class EncoderFiles:
    """Where the three files of an encoder lie."""

    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "model.onnx"

    @property
    def tokenizer(self) -> Path:
        return self.folder / "tokenizer.json"

    @property
    def description(self) -> Path:
        return self.folder / "encoder.json"


@dataclass(frozen=True)
class Description:
    """`encoder.json`: what the encoder was made from, and what came out.

    `version` counts the recipes of `build`, `source` has the SHA-256 of each published file, `sha256` that
    of each file made.
    """

    version: int
    name: str
    source: Mapping[str, str]
    sha256: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """The same for two encoders that give the same vectors: the same source, the same recipe."""
        made_of = json.dumps({"version": self.version, "source": dict(self.source)}, sort_keys=True)
        return hashlib.sha256(made_of.encode()).hexdigest()

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Description:
        """Raises `EncoderError` when there is none, or not one that this code understands."""
        try:
            return cls(**json.loads(path.read_text(encoding="utf-8")))
        except FileNotFoundError:
            raise EncoderError(f"There is no {path}; make it with `python -m bot.encoder.build`.") from None
        except (ValueError, TypeError) as error:
            raise EncoderError(f"{path} is not the description of an encoder: {error}") from None


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()
