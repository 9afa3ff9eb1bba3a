"""`python -m pipelines.training export`: a trained checkpoint becomes one int8 ONNX file."""

import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import onnx
import onnxruntime
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.transformers import optimizer
from onnxruntime.transformers.fusion_options import FusionOptions
from tokenizers import Tokenizer
from transformers import BertConfig, BertForQuestionAnswering, BertModel

from pipelines.components.splitter import PASSAGE_WORDS
from pipelines.training.data import Example
from pipelines.training.embeddings import compress
from pipelines.training.features import Feature, Ints, encode, load_tokenizer
from pipelines.training.outliers import KEPT_FLOAT, ease
from pipelines.training.passages import cut
from pipelines.training.predict import Floats, Forward

_LOADED = {"dtype": torch.float32, "attn_implementation": "eager", "local_files_only": True}


def to_float_onnx(model: torch.nn.Module, config: BertConfig, outputs: Sequence[str], path: Path) -> None:
    """Write a model as float32 ONNX with ONNX Runtime's fused operators.

    :param model: Takes token ids, mask and types, and returns as many tensors as there are output names.
    :param config: Of the BERT in it, which has eager attention.
    :param outputs: Names of the outputs.
    :param path: The file to write.
    """
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {name: {0: "batch", 1: "sequence"} for name in names} | {name: {0: "batch"} for name in outputs}
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
            output_names=list(outputs),
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
        fused = optimizer.optimize_model(
            str(raw),
            "bert",
            num_heads=config.num_attention_heads,
            hidden_size=config.hidden_size,
            optimization_options=FusionOptions("bert"),
        )
        fused.save_model_to_file(str(path))


def quantise(source: Path, target: Path, texts: Sequence[Feature]) -> None:
    """Make int8 of a float32 graph.

    :param source: The float32 ONNX file, of fused operators.
    :param target: The int8 ONNX file to write.
    :param texts: Pairs of question and passage that show where the activations' outliers are.
    """
    model = onnx.load(source)
    ease(model, texts)
    compress(model)
    kept = [node.name for node in model.graph.node if KEPT_FLOAT in node.name]
    # Unsigned weights: on processors without VNNI, sums of two products with 8-bit signed ones overflow 16 bits,
    # silently. 7-bit signed ones do not and take a sixth less time, but cost about three points of F1.
    quantize_dynamic(
        model,
        target,
        op_types_to_quantize=["MatMul", "Attention"],
        per_channel=True,
        weight_type=QuantType.QUInt8,
        nodes_to_exclude=kept,
        extra_options={"MatMulConstBOnly": True, "DefaultTensorType": onnx.TensorProto.FLOAT},
    )


def sample(examples: Sequence[Example], tokenizer: Tokenizer, count: int, rng: random.Random) -> list[Feature]:
    """Pair questions with passages of their texts.

    :param examples: Training examples.
    :param tokenizer: The model's.
    :param count: Pairs to make, at most.
    :param rng: Draws.
    """
    made = []
    for example in rng.sample(examples, min(count, len(examples))):
        span = rng.choice(cut(example.context, PASSAGE_WORDS))
        made.append(encode(tokenizer, example.question, example.context[span.start : span.end], None))
    return [feature for feature in made if feature is not None]


def open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    """Open an ONNX file.

    :param path: The graph.
    :param threads: Threads to run it with.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def open_graph(path: Path, threads: int) -> Forward:
    """Open an ONNX reader for `predict`.

    :param path: The graph.
    :param threads: Threads to run it with.
    """
    session = open_session(path, threads)

    def forward(ids: Ints, mask: Ints, types: Ints) -> tuple[Floats, Floats]:
        given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types}
        starts, ends = session.run(["start_logits", "end_logits"], given)
        return np.asarray(starts, dtype=np.float32), np.asarray(ends, dtype=np.float32)

    return forward


def milliseconds(path: Path, threads: int, tokens: int, repeats: int) -> float:
    """Time one sequence, the median of several runs.

    :param path: The graph.
    :param threads: Threads to run it with.
    :param tokens: Tokens of the sequence.
    :param repeats: How often to run it.
    """
    session = open_session(path, threads)
    ids = np.random.default_rng(7).integers(1000, 20000, size=(1, tokens))
    given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    taken = []
    for _ in range(repeats):
        begun = time.perf_counter()
        session.run(None, given)
        taken.append(1000 * (time.perf_counter() - begun))
    return float(np.median(taken))


class _MeanOfTokens(torch.nn.Module):  # type: ignore[misc]
    # The encoder's vector: the mean over the tokens that are not padding.
    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        hidden = self.bert(input_ids=ids, attention_mask=mask, token_type_ids=types)[0]
        kept = mask[..., None].to(hidden.dtype)
        return (hidden * kept).sum(dim=1) / kept.sum(dim=1)


class _Spans(torch.nn.Module):  # type: ignore[misc]
    # A plain tuple (start, end) is what the tracer can name.
    def __init__(self, reader: BertForQuestionAnswering) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        output = self.reader(input_ids=ids, attention_mask=mask, token_type_ids=types)
        return output.start_logits, output.end_logits


def export(checkpoint: Path, folder: Path, examples: Sequence[Example], *, quantised: bool = True) -> None:
    """Write `model.onnx` and `tokenizer.json` of a trained reader or encoder.

    :param checkpoint: A transformers checkpoint with `tokenizer.json`; its `config.json` says which of the two it is.
    :param folder: Where to write; made if need be.
    :param examples: Training examples; 64 of them show where the activations' outliers are.
    :param quantised: False: the float32 graph, to compare with.
    """
    config = BertConfig.from_pretrained(checkpoint, local_files_only=True)
    if "BertForQuestionAnswering" in (config.architectures or []):
        reader = BertForQuestionAnswering.from_pretrained(checkpoint, **_LOADED)
        model, outputs = _Spans(reader), ["start_logits", "end_logits"]
    else:
        model, outputs = _MeanOfTokens(BertModel.from_pretrained(checkpoint, **_LOADED)), ["embedding"]
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(checkpoint / "tokenizer.json", folder / "tokenizer.json")
    if not quantised:
        to_float_onnx(model, config, outputs, folder / "model.onnx")
        return
    texts = sample(examples, load_tokenizer(checkpoint / "tokenizer.json"), 64, random.Random(7))
    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "float.onnx"
        to_float_onnx(model, config, outputs, source)
        quantise(source, folder / "model.onnx", texts)
