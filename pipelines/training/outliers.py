"""Outliers of the activations, taken apart before quantisation: most of what int8 loses is lost to them.

Dynamic int8 has one scale for a whole activation tensor, so that one channel of size 28 among channels of size 3 leaves
the others a tenth of the steps. Nothing here changes what the float graph computes.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import helper, numpy_helper

from pipelines.training.features import Feature

KEPT_FLOAT = "outliers"
"""Matrix products whose name holds this are small and stay in float32."""

Floats = npt.NDArray[np.float32]
_SMOOTHING = 0.75
_HIDDEN_OUTLIERS = 16


def ease(model: onnx.ModelProto, texts: Iterable[Feature]) -> None:
    """Rewrite a fused float32 BERT so that int8 loses little.

    Three rewrites: the input of the query, key, value and first feed-forward products is divided by a factor a channel,
    and the weights multiplied by it (SmoothQuant; Xiao et al., 2023); the factors of the attention's output product go
    into the value weights; the 16 hidden channels of each feed-forward layer with the greatest activations become a
    product of their own, in float32 (LLM.int8(); Dettmers et al., 2022).

    :param model: Changed in place.
    :param texts: Pairs of question and passage as the model will meet them, to see the activations of.
    """
    graph = _Graph(model)
    attentions = [node for node in model.graph.node if node.op_type == "Attention"]
    gelus = [node for node in model.graph.node if node.op_type == "BiasGelu"]
    after_attention = [graph.reader(node.output[0]) for node in attentions]
    into_hidden = [graph.writer(node.input[0]) for node in gelus]
    out_of_hidden = [graph.reader(node.output[0]) for node in gelus]
    eased = [*attentions, *after_attention, *into_hidden, *out_of_hidden]
    greatest = _greatest(model, [node.input[0] for node in eased], texts)
    for node in (*attentions, *into_hidden):
        graph.smooth(node, greatest[node.input[0]])
    for attention, product in zip(attentions, after_attention, strict=True):
        graph.smooth_values(attention, product, greatest[product.input[0]])
    for into, gelu, out_of in zip(into_hidden, gelus, out_of_hidden, strict=True):
        graph.part(into, gelu, out_of, greatest[out_of.input[0]])


def _greatest(model: onnx.ModelProto, names: Sequence[str], texts: Iterable[Feature]) -> dict[str, Floats]:
    """Find the greatest absolute activation of each channel of some tensors."""
    watched = onnx.ModelProto()
    watched.CopyFrom(model)
    wanted = list(dict.fromkeys(names))
    watched.graph.output.extend(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None) for name in wanted)
    session = onnxruntime.InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, Floats] = {}
    for text in texts:
        ids = np.array([text.ids], dtype=np.int64)
        types = np.array([text.types], dtype=np.int64)
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": types}
        for name, value in zip(wanted, session.run(wanted, feed), strict=True):
            peak = np.abs(value).max(axis=(0, 1))
            found[name] = np.maximum(found[name], peak) if name in found else peak
    return found


def _factors(greatest: Floats, weights: Floats) -> Floats:
    """Share the range of a channel between activations and weights [channels, outputs]."""
    ours = np.maximum(greatest, 1e-3) ** _SMOOTHING
    theirs = np.maximum(np.abs(weights).max(axis=1), 1e-4) ** (1 - _SMOOTHING)
    factors = ours / theirs
    return np.asarray(factors / factors.mean(), dtype=np.float32)


class _Graph:
    """The rewrites, on the graph of one model."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._graph = model.graph
        self._constants = {constant.name: constant for constant in self._graph.initializer}

    def reader(self, name: str) -> onnx.NodeProto:
        """Find the one node that reads a tensor."""
        [node] = [node for node in self._graph.node if name in node.input]
        return node

    def writer(self, name: str) -> onnx.NodeProto:
        """Find the node that writes a tensor."""
        [node] = [node for node in self._graph.node if name in node.output]
        return node

    def smooth(self, node: onnx.NodeProto, greatest: Floats) -> None:
        """Divide a product's input by factors and multiply its weights by them."""
        weights = self._value(node.input[1])
        factors = _factors(greatest, weights)
        self._replace(node.input[1], weights * factors[:, None])
        prefix = f"{node.input[1]}.eased"
        inputs = [node.input[0], self._add(f"{prefix}.factors", np.reciprocal(factors))]
        divided = helper.make_node("Mul", inputs, [prefix], name=f"{prefix}.mul")
        self._insert(divided, node)
        node.input[0] = prefix

    def smooth_values(self, attention: onnx.NodeProto, product: onnx.NodeProto, greatest: Floats) -> None:
        """Let the value weights of an attention do the dividing for the product after it."""
        weights = self._value(product.input[1])
        factors = _factors(greatest, weights)
        self._replace(product.input[1], weights * factors[:, None])
        # Query, key and value weights stand side by side: the values are the last third.
        width = len(factors)
        for name in attention.input[1:3]:
            joined = self._value(name).copy()
            joined[..., 2 * width :] /= factors
            self._replace(name, joined)

    def part(self, into: onnx.NodeProto, gelu: onnx.NodeProto, out_of: onnx.NodeProto, greatest: Floats) -> None:
        """Give the hidden channels with the greatest activations a way of their own through a feed-forward layer."""
        apart = np.sort(np.argsort(-greatest)[:_HIDDEN_OUTLIERS])
        rest = np.setdiff1d(np.arange(len(greatest)), apart)
        entering, bias, leaving = (self._value(name) for name in (into.input[1], gelu.input[1], out_of.input[1]))
        name = f"{out_of.input[1]}.{KEPT_FLOAT}"
        first = [into.input[0], self._add(f"{name}.in", entering[:, apart])]
        bent = [f"{name}.a", self._add(f"{name}.bias", bias[apart])]
        second = [f"{name}.b", self._add(f"{name}.out", leaving[apart])]
        own = [
            helper.make_node("MatMul", first, [f"{name}.a"], name=f"{name}.first"),
            helper.make_node("BiasGelu", bent, [f"{name}.b"], name=f"{name}.gelu", domain="com.microsoft"),
            helper.make_node("MatMul", second, [f"{name}.c"], name=f"{name}.second"),
        ]
        self._replace(into.input[1], entering[:, rest])
        self._replace(gelu.input[1], bias[rest])
        self._replace(out_of.input[1], leaving[rest])
        total = out_of.output[0]
        out_of.output[0] = f"{name}.rest"
        own.append(helper.make_node("Add", [f"{name}.rest", f"{name}.c"], [total], name=f"{name}.sum"))
        place = list(self._graph.node).index(out_of) + 1
        for offset, node in enumerate(own):
            self._graph.node.insert(place + offset, node)

    def _value(self, name: str) -> Floats:
        return np.asarray(numpy_helper.to_array(self._constants[name]), dtype=np.float32)

    def _replace(self, name: str, value: Floats) -> None:
        self._constants[name].CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value, dtype=np.float32), name))

    def _add(self, name: str, value: Floats) -> str:
        constant = numpy_helper.from_array(np.ascontiguousarray(value, dtype=np.float32), name)
        self._graph.initializer.append(constant)
        return name

    def _insert(self, node: onnx.NodeProto, before: onnx.NodeProto) -> None:
        self._graph.node.insert(list(self._graph.node).index(before), node)
