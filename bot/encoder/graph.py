"""The network of all-MiniLM-L6-v2 as an ONNX graph, put together from its published weights.

What goes in are token ids and their mask, what comes out is one unit vector a sentence. Knows nothing of
where the weights come from (`source`) nor of making them smaller (`build`).

The network is BERT (Devlin et al., 2019, arXiv:1810.04805) with MiniLM's sizes (Wang et al., 2020,
arXiv:2002.10957), mean pooling and L2 (Reimers and Gurevych, 2019, arXiv:1908.10084).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
WIDTH = 384
HEAD_WIDTH = WIDTH // HEADS
EPSILON = 1e-12  # of the layer normalisation, from the model's config.json
OPSET = 17  # the first with LayerNormalization
IR_VERSION = 8  # that of opset 17, so that both environments' runtimes read it

Weights = Mapping[str, NDArray[np.float32]]


def sentence_graph(weights: Weights) -> onnx.ModelProto:
    """The whole network in float32.

    Args:
        weights: the published tensors by their published names.

    Returns:
        A model with the inputs `ids` and `mask` (int64, sentences × tokens) and the output `vectors`
        (float32, sentences × 384, rows of length 1).

    Raises:
        KeyError: a tensor is missing.
    """
    graph = _Graph()
    hidden = _embeddings(graph, weights)
    bias = _attention_bias(graph)
    for layer in range(LAYERS):
        hidden = _layer(graph, weights, f"encoder.layer.{layer}", hidden, bias)
    _pooling(graph, hidden)
    tokens = ["sentences", "tokens"]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "all-MiniLM-L6-v2",
            [helper.make_tensor_value_info(name, TensorProto.INT64, tokens) for name in ("ids", "mask")],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["sentences", WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)],
        ir_version=IR_VERSION,
        producer_name="meridian",
    )
    onnx.checker.check_model(model)
    return model


class _Graph:
    """Nodes and constants so far; every node's output carries the node's own name."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def node(self, kind: str, name: str, *inputs: str, **attributes: Any) -> str:
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def linear(self, name: str, inputs: str, matrix: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """inputs · matrixᵀ + bias; the published matrices are outputs × inputs."""
        product = self.node("MatMul", f"{name}.product", inputs, self.constant(f"{name}.matrix", matrix.T))
        return self.node("Add", name, product, self.constant(f"{name}.bias", bias))

    def norm(self, name: str, inputs: str, weights: Weights, published: str) -> str:
        return self.node(
            "LayerNormalization",
            name,
            inputs,
            self.constant(f"{name}.scale", weights[f"{published}.weight"]),
            self.constant(f"{name}.shift", weights[f"{published}.bias"]),
            axis=-1,
            epsilon=EPSILON,
        )


def _embeddings(graph: _Graph, weights: Weights) -> str:
    # Half precision halves the largest table and costs nothing that int8 layers could notice.
    words = graph.constant("words.table", weights["embeddings.word_embeddings.weight"].astype(np.float16))
    word = graph.node("Cast", "words", graph.node("Gather", "words.half", words, "ids"), to=TensorProto.FLOAT)
    # Every token is of segment 0, so its row joins the positions once and for all.
    places = weights["embeddings.position_embeddings.weight"]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.node(
        "Gather",
        "length",
        graph.node("Shape", "ids.shape", "ids"),
        graph.constant("one.index", np.array([1], np.int64)),
    )
    place = graph.node(
        "Slice",
        "places",
        graph.constant("places.table", places),
        graph.constant("zero", np.array([0], np.int64)),
        length,
    )
    return graph.norm(
        "embeddings", graph.node("Add", "embeddings.sum", word, place), weights, "embeddings.LayerNorm"
    )


def _attention_bias(graph: _Graph) -> str:
    """0 for a token, a large negative number for padding; sentences × 1 × 1 × tokens."""
    mask = graph.node("Cast", "mask.float", "mask", to=TensorProto.FLOAT)
    wide = graph.node("Unsqueeze", "mask.wide", mask, graph.constant("axes.1.2", np.array([1, 2], np.int64)))
    absent = graph.node("Sub", "mask.absent", graph.constant("one", np.array(1, np.float32)), wide)
    return graph.node("Mul", "mask.bias", absent, graph.constant("never", np.array(-10000, np.float32)))


def _layer(graph: _Graph, weights: Weights, layer: str, hidden: str, bias: str) -> str:
    attended = _attention(graph, weights, layer, hidden, bias)
    hidden = graph.norm(
        f"{layer}.attended",
        graph.node("Add", f"{layer}.attended.sum", attended, hidden),
        weights,
        f"{layer}.attention.output.LayerNorm",
    )
    inner = _linear(graph, weights, f"{layer}.intermediate.dense", hidden)
    outer = _linear(graph, weights, f"{layer}.output.dense", _gelu(graph, f"{layer}.gelu", inner))
    return graph.norm(
        f"{layer}.normed",
        graph.node("Add", f"{layer}.sum", outer, hidden),
        weights,
        f"{layer}.output.LayerNorm",
    )


def _linear(graph: _Graph, weights: Weights, published: str, inputs: str) -> str:
    return graph.linear(published, inputs, weights[f"{published}.weight"], weights[f"{published}.bias"])


def _attention(graph: _Graph, weights: Weights, layer: str, hidden: str, bias: str) -> str:
    own = f"{layer}.attention.self"
    # One multiplication for queries, keys and values; the scale of the scores goes into the queries.
    parts = [
        (weights[f"{own}.{part}.weight"] * scale, weights[f"{own}.{part}.bias"] * scale)
        for part, scale in (
            ("query", np.float32(HEAD_WIDTH**-0.5)),
            ("key", np.float32(1)),
            ("value", np.float32(1)),
        )
    ]
    joint = graph.linear(
        f"{own}.joint", hidden, np.concatenate([w for w, _ in parts]), np.concatenate([b for _, b in parts])
    )
    graph.nodes.append(
        helper.make_node(
            "Split",
            [joint],
            [f"{own}.{part}" for part in ("query", "key", "value")],
            name=f"{own}.split",
            axis=-1,
        )
    )
    query = _heads(graph, f"{own}.query", (0, 2, 1, 3))
    key = _heads(graph, f"{own}.key", (0, 2, 3, 1))
    value = _heads(graph, f"{own}.value", (0, 2, 1, 3))
    scores = graph.node("Add", f"{own}.scores", graph.node("MatMul", f"{own}.products", query, key), bias)
    shares = graph.node("Softmax", f"{own}.shares", scores, axis=-1)
    mixed = graph.node("MatMul", f"{own}.mixed", shares, value)
    rows = graph.node("Transpose", f"{own}.rows", mixed, perm=(0, 2, 1, 3))
    flat = graph.node(
        "Reshape", f"{own}.flat", rows, graph.constant(f"{own}.flat.shape", np.array([0, 0, WIDTH]))
    )
    return _linear(graph, weights, f"{layer}.attention.output.dense", flat)


def _heads(graph: _Graph, name: str, order: tuple[int, ...]) -> str:
    shape = graph.constant(f"{name}.shape", np.array([0, 0, HEADS, HEAD_WIDTH], np.int64))
    return graph.node(
        "Transpose", f"{name}.heads", graph.node("Reshape", f"{name}.split", name, shape), perm=order
    )


def _gelu(graph: _Graph, name: str, inputs: str) -> str:
    """The exact form, x/2 · (1 + erf(x/√2)); the model was trained with it, not with the tanh form."""
    root = graph.constant(f"{name}.root", np.array(2**0.5, np.float32))
    erf = graph.node("Erf", f"{name}.erf", graph.node("Div", f"{name}.scaled", inputs, root))
    one = graph.constant(f"{name}.one", np.array(1, np.float32))
    half = graph.constant(f"{name}.half", np.array(0.5, np.float32))
    product = graph.node("Mul", f"{name}.product", inputs, graph.node("Add", f"{name}.sum", erf, one))
    return graph.node("Mul", name, product, half)


def _pooling(graph: _Graph, hidden: str) -> str:
    """The mean over the tokens that are there, brought to length 1 (the mean's divisor cancels out)."""
    weight = graph.node(
        "Unsqueeze", "mask.column", "mask.float", graph.constant("axis.2", np.array([2], np.int64))
    )
    total = graph.node(
        "ReduceSum",
        "total",
        graph.node("Mul", "kept", hidden, weight),
        graph.constant("axis.1", np.array([1])),
        keepdims=0,
    )
    return graph.node("LpNormalization", "vectors", total, axis=1, p=2)
