"""Word embeddings as int8 rows, each with a scale of its own: half of the file, and only looked up."""

import numpy as np
import onnx
from onnx import helper, numpy_helper

_LARGEST = 127


def compress(model: onnx.ModelProto) -> None:
    """Replace the fused embedding layer of a float32 BERT by look-ups in an int8 table.

    ONNX Runtime's own quantised embedding layer has one scale for the whole table, and int8 layer norm weights.

    :param model: Changed in place.
    """
    graph = model.graph
    constants = {constant.name: constant for constant in graph.initializer}
    [layer] = [node for node in graph.node if node.op_type == "EmbedLayerNormalization"]
    ids, types, words, positions, kinds, gamma, beta, mask = layer.input
    table = numpy_helper.to_array(constants[words])
    scales = np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-9) / _LARGEST
    rows = np.round(table / scales).astype(np.int8)
    constants[words].CopyFrom(numpy_helper.from_array(rows, words))
    for name, value in (
        ("embed.scales", scales.astype(np.float32)),
        ("embed.first", np.array([0], dtype=np.int64)),
        ("embed.second", np.array([1], dtype=np.int64)),
        ("embed.third", np.array([2], dtype=np.int64)),
    ):
        graph.initializer.append(numpy_helper.from_array(value, name))
    epsilon = next(attribute.f for attribute in layer.attribute if attribute.name == "epsilon")
    nodes = [
        helper.make_node("Gather", [words, ids], ["embed.rows"]),
        helper.make_node("Cast", ["embed.rows"], ["embed.steps"], to=onnx.TensorProto.FLOAT),
        helper.make_node("Gather", ["embed.scales", ids], ["embed.scale"]),
        helper.make_node("Mul", ["embed.steps", "embed.scale"], ["embed.words"]),
        helper.make_node("Shape", [ids], ["embed.shape"]),
        helper.make_node("Slice", ["embed.shape", "embed.second", "embed.third"], ["embed.length"]),
        helper.make_node("Slice", [positions, "embed.first", "embed.length", "embed.first"], ["embed.positions"]),
        helper.make_node("Gather", [kinds, types], ["embed.kinds"]),
        helper.make_node("Add", ["embed.kinds", "embed.positions"], ["embed.places"]),
        helper.make_node(
            "SkipLayerNormalization",
            ["embed.words", "embed.places", gamma, beta],
            [layer.output[0]],
            domain="com.microsoft",
            epsilon=epsilon,
        ),
        # How many tokens of each row are not padding: what the fused attention takes for a mask.
        helper.make_node("ReduceSum", [mask, "embed.second"], [layer.output[1]], keepdims=0),
    ]
    place = list(graph.node).index(layer)
    graph.node.remove(layer)
    for offset, node in enumerate(nodes):
        node.name = f"embed.{offset}"
        graph.node.insert(place + offset, node)
