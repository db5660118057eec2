"""Turns texts into sentence vectors with ONNX Runtime, on one thread a text.

Leaves the making of the model to `build`, and what the vectors are good for to others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from bot.encoder.files import Description, EncoderFiles

WIDTH = 384
MAX_TOKENS = 128  # what the model was trained with
MANY = 64  # texts from which a second thread is worth its start

Vectors = NDArray[np.float32]


class SentenceEncoder:
    """Texts to vectors of length 1, so that the dot product of two is their cosine.

    A text's vector does not depend on what else is encoded with it: texts run one by one, because the int8
    network scales its activations by the largest value among all texts of one run, and a shorter text would
    pay for its neighbours and for its padding. That is also the faster way on a processor.
    """

    def __init__(
        self, tokenizer: Tokenizer, run: Callable[[NDArray[np.int64]], Vectors], fingerprint: str
    ) -> None:
        self._tokenizer = tokenizer
        self._run = run
        self.fingerprint = fingerprint
        """Equal for encoders that give equal vectors; a classifier fits the encoder it was trained with."""

    @classmethod
    def load(cls, folder: Path | str) -> SentenceEncoder:
        """The encoder whose files lie in `folder`.

        Raises:
            EncoderError: there is none, or its description cannot be read.
        """
        files = EncoderFiles(Path(folder))
        description = Description.read(files.description)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # two threads were slower than one on two cores
        options.inter_op_num_threads = 1
        session = onnxruntime.InferenceSession(files.model, options, providers=["CPUExecutionProvider"])

        def run(ids: NDArray[np.int64]) -> Vectors:
            vectors: Vectors = session.run(["vectors"], {"ids": ids, "mask": np.ones_like(ids)})[0]
            return vectors

        tokenizer = Tokenizer.from_file(str(files.tokenizer))
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return cls(tokenizer, run, description.fingerprint)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """One row a text, in the order of the texts: (len(texts), 384). Of a text, 128 tokens are read."""
        if len(texts) < MANY:
            rows = [self._vector(text) for text in texts]
        else:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                rows = list(pool.map(self._vector, texts))
        return np.concatenate(rows) if rows else np.empty((0, WIDTH), np.float32)

    def knows(self, word: str) -> bool:
        """Whether a lower-case word is one of its vocabulary's, and not put together from pieces."""
        return self._tokenizer.token_to_id(word) is not None

    def _vector(self, text: str) -> Vectors:
        return self._run(np.array([self._tokenizer.encode(text).ids], np.int64))
