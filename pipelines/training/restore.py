"""The shipped int8 reader as a float32 checkpoint again, so that training can go on from it."""

from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from transformers import BertConfig, BertForQuestionAnswering

from pipelines.errors import SourceError
from pipelines.training.outliers import KEPT_FLOAT, Floats

_PREFIX = "reader."
"""What the exported wrapper is called; parameters that int8 leaves alone keep their names behind it."""


def restore(path: Path) -> BertForQuestionAnswering:
    """Turn an int8 graph that `export` wrote back into a model.

    Its weights are those of before up to the steps of int8. Channels stand in another order, and factors that `export`
    moved from the activations of an attention into its value weights stay there; neither changes what is computed.

    :param path: The ONNX file of a reader.
    :returns: The model, in float32, with eager attention.
    :raises SourceError: If the file is not such a graph.
    """
    graph = _Quantised(onnx.load(path))
    if not graph.attentions or len(graph.products) != 3 * len(graph.attentions) + 1:
        raise SourceError(str(path), "is not an int8 reader as `export` writes it; give a checkpoint of transformers")
    state = {name.removeprefix(_PREFIX): value for name, value in graph.constants.items() if name.startswith(_PREFIX)}
    words = "bert.embeddings.word_embeddings.weight"
    state[words] = state[words] * graph.constants["embed.scales"]
    for number, attention in enumerate(graph.attentions):
        layer = f"bert.encoder.layer.{number}"
        joined, shifts = graph.weights(attention, eased=True), graph.constants[f"Attention_{number}_qkv_bias"]
        for place, part in enumerate(("query", "key", "value")):
            state[f"{layer}.attention.self.{part}.weight"] = np.split(joined, 3, axis=1)[place].T
            state[f"{layer}.attention.self.{part}.bias"] = np.split(shifts, 3)[place]
        after, into, out_of = graph.products[3 * number : 3 * number + 3]
        state[f"{layer}.attention.output.dense.weight"] = graph.weights(after).T
        apart = {part: graph.constants[f"{out_of}.{KEPT_FLOAT}.{part}"] for part in ("in", "bias", "out")}
        entering = np.concatenate([graph.weights(into, eased=True), graph.ease(into, apart["in"])], axis=1)
        state[f"{layer}.intermediate.dense.weight"] = entering.T
        bias = f"{layer}.intermediate.dense.bias"
        state[bias] = np.concatenate([state[bias], apart["bias"]])
        state[f"{layer}.output.dense.weight"] = np.concatenate([graph.weights(out_of), apart["out"]]).T
    state["qa_outputs.weight"] = graph.weights(graph.products[-1]).T
    model = BertForQuestionAnswering(graph.config(state))
    model.load_state_dict({name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()})
    return model


class _Quantised:
    """A graph whose products have been quantised, and the weights they had before."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._nodes = model.graph.node
        self.constants: dict[str, Floats] = {
            one.name: np.asarray(numpy_helper.to_array(one), dtype=np.float32) for one in model.graph.initializer
        }
        suffix = "_quantized"
        self.attentions = [node.input[1].removesuffix(suffix) for node in self._nodes if node.op_type == "QAttention"]
        self.products = [node.input[1].removesuffix(suffix) for node in self._nodes if node.op_type == "MatMulInteger"]

    def weights(self, name: str, *, eased: bool = False) -> Floats:
        """Give the weights of a product, [inputs, outputs], and with `eased` without the factors of its input."""
        steps = self.constants[f"{name}_quantized"] - self.constants[f"{name}_zero_point"]
        weights = steps * self.constants[f"{name}_scale"]
        return self.ease(name, weights) if eased else weights

    def ease(self, name: str, weights: Floats) -> Floats:
        """Move the factors that a product's input is multiplied by into weights."""
        return weights * self.constants[f"{name}.eased.factors"][:, None]

    def config(self, state: dict[str, Floats]) -> BertConfig:
        """Read the model's shape off its weights and nodes."""
        vocabulary, width = state["bert.embeddings.word_embeddings.weight"].shape
        return BertConfig(
            vocab_size=vocabulary,
            hidden_size=width,
            num_hidden_layers=len(self.attentions),
            num_attention_heads=self._attribute("QAttention", "num_heads"),
            intermediate_size=len(state["bert.encoder.layer.0.intermediate.dense.bias"]),
            max_position_embeddings=len(state["bert.embeddings.position_embeddings.weight"]),
            layer_norm_eps=self._attribute("SkipLayerNormalization", "epsilon"),
            attn_implementation="eager",
        )

    def _attribute(self, kind: str, name: str) -> int | float:
        [first, *_] = [node for node in self._nodes if node.op_type == kind]
        [found] = [helper.get_attribute_value(one) for one in first.attribute if one.name == name]
        return found if isinstance(found, int) else float(found)
