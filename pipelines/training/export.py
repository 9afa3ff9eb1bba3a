"""`python -m pipelines.training export`: a trained checkpoint becomes one int8 ONNX file."""

import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import quantize_dynamic
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from transformers import BertForQuestionAnswering

from pipelines.training.features import Ints
from pipelines.training.predict import Floats, Forward


class Scheme(StrEnum):
    """How weights and activations become 8 bits wide."""

    DYNAMIC = "dynamic"
    """Weights: a scale a column. Activations: one scale a tensor, found at run time."""

    BLOCKS = "blocks"
    """Weights and activations: a scale for every 32 numbers, so that an outlier spoils 31 others at most."""


def to_float_onnx(model: BertForQuestionAnswering, path: Path, scheme: Scheme) -> None:
    """Write a reader as float32 ONNX with ONNX Runtime's fused operators.

    :param model: The reader, with eager attention.
    :param path: The file to write.
    :param scheme: How it will be quantised: `blocks` needs the products of attention as nodes of their own.
    """
    model.config.return_dict = False  # a plain tuple (start, end) is what the tracer can name
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "sequence"} for name in [*names, "start_logits", "end_logits"]}
    # Two rows of different length, so that the tracer keeps the mask and both axes.
    ids = torch.tensor([[101, 2040, 102, 2054, 102], [101, 2054, 102, 102, 0]])
    mask = (ids != 0).long()
    types = torch.tensor([[0, 0, 0, 1, 1], [0, 0, 0, 1, 0]])
    with TemporaryDirectory() as folder:
        raw = Path(folder) / "raw.onnx"
        torch.onnx.export(
            model.eval(),
            (ids, mask, types),
            str(raw),
            input_names=names,
            output_names=["start_logits", "end_logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        config = model.config
        fusion = FusionOptions("bert")
        fusion.use_multi_head_attention = scheme is Scheme.BLOCKS
        fused = optimizer.optimize_model(
            str(raw),
            "bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            optimization_options=fusion,
        )
        fused.save_model_to_file(str(path))


def quantise(source: Path, target: Path, scheme: Scheme, keep_float: tuple[str, ...] = ()) -> None:
    """Make int8 of a float32 graph.

    :param source: The float32 ONNX file.
    :param target: The int8 ONNX file to write.
    :param scheme: How.
    :param keep_float: With `dynamic`, matrix products whose name holds one of these stay in float32.
    """
    options = {"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT}
    if scheme is Scheme.DYNAMIC:
        kept = [node.name for node in onnx.load(source).graph.node if any(part in node.name for part in keep_float)]
        quantize_dynamic(source, target, per_channel=True, nodes_to_exclude=kept, extra_options=options)
        return
    with TemporaryDirectory() as folder:
        # Word embeddings are half of the file; they are looked up, so per-tensor int8 costs next to nothing.
        embedded = Path(folder) / "embedded.onnx"
        quantize_dynamic(source, embedded, op_types_to_quantize=["EmbedLayerNormalization"], extra_options=options)
        # accuracy_level 4: activations are int8 too, which is what makes it fast.
        quantizer = MatMulNBitsQuantizer(
            onnx.load(embedded), bits=8, block_size=32, is_symmetric=True, accuracy_level=4
        )
        quantizer.process()
        quantizer.model.save_model_to_file(str(target))


def open_graph(path: Path, threads: int) -> Forward:
    """Open an ONNX reader for `predict`.

    :param path: The graph.
    :param threads: Threads to run it with.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def forward(ids: Ints, mask: Ints, types: Ints) -> tuple[Floats, Floats]:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        starts, ends = session.run(["start_logits", "end_logits"], given)
        return np.asarray(starts, dtype=np.float32), np.asarray(ends, dtype=np.float32)

    return forward


def milliseconds(forward: Forward, tokens: int, repeats: int, clock: Callable[[], float]) -> float:
    """Time one passage, the median of several runs.

    :param forward: The model.
    :param tokens: Tokens of the passage and its question.
    :param repeats: How often to run it.
    :param clock: Seconds, monotonic.
    """
    rng = np.random.default_rng(7)
    ids = rng.integers(1000, 20000, size=(1, tokens))
    mask, types = np.ones_like(ids), np.zeros_like(ids)
    taken = []
    for _ in range(repeats):
        begun = clock()
        forward(ids, mask, types)
        taken.append(1000 * (clock() - begun))
    return float(np.median(taken))


def export_reader(checkpoint: Path, folder: Path, scheme: Scheme) -> None:
    """Write `model.onnx` and `tokenizer.json` of a trained reader.

    :param checkpoint: A transformers checkpoint with `tokenizer.json`.
    :param folder: Where to write; made if need be.
    :param scheme: How to quantise.
    """
    model = BertForQuestionAnswering.from_pretrained(
        checkpoint, dtype=torch.float32, attn_implementation="eager", local_files_only=True
    )
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "float.onnx"
        to_float_onnx(model, source, scheme)
        quantise(source, folder / "model.onnx", scheme)
    shutil.copyfile(checkpoint / "tokenizer.json", folder / "tokenizer.json")
