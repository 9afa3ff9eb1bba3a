"""`python -m pipelines.training encoder`: teach a sentence encoder which passage answers a question."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from transformers import BertModel

from pipelines.components.encoder import MAX_TOKENS
from pipelines.training.features import load_tokenizer
from pipelines.training.pairs import AskedArticle, Batch, batches
from pipelines.training.predict import Floats
from pipelines.training.retrieval import Encode, retrieval_figures
from pipelines.training.run import Gradients, Schedule, run

_ENCODED_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class EncoderPlan:
    """How to train an encoder.

    :param schedule: How the weights move.
    :param passages: Passages of a step, at least.
    :param per_article: Questions of an article in an epoch, at most.
    :param scale: What a cosine is multiplied by before the softmax.
    :param frozen_layers: Layers, from below, that do not learn; the embeddings never do.
    """

    schedule: Schedule
    passages: int = 40
    per_article: int = 6
    scale: float = 20.0
    frozen_layers: int = 2


def train_encoder(
    base: Path,
    articles: Sequence[AskedArticle],
    scored: Mapping[str, Sequence[AskedArticle]],
    plan: EncoderPlan,
    folder: Path,
) -> None:
    """Fine-tune an encoder by contrast; a second call with the same folder goes on from its last checkpoint.

    Each question is told from all passages of its step but the right ones (InfoNCE with in-batch negatives; van den
    Oord et al., 2018). Steps hold whole articles, so that the passages beside the right one are among them.

    :param base: A transformers checkpoint with `tokenizer.json`; its vector is the mean over the tokens.
    :param articles: What to train on.
    :param scored: Articles to score on, by the name of their set; never trained on.
    :param plan: How to train.
    :param folder: Where checkpoint, log and model go.
    """
    tokenizer = load_tokenizer(base / "tokenizer.json")
    model = BertModel.from_pretrained(base, dtype=torch.float32, attn_implementation="eager", local_files_only=True)
    model.eval()  # without dropout: a short run on little text has no time to overfit, and half the noise
    model.embeddings.requires_grad_(requires_grad=False)
    for layer in model.encoder.layer[: plan.frozen_layers]:
        layer.requires_grad_(requires_grad=False)

    def scores() -> dict[str, float]:
        encode = encode_with(model, tokenizer)
        figures = {name: retrieval_figures(encode, asked) for name, asked in scored.items()}
        return {f"{name}_{figure}": value for name, found in figures.items() for figure, value in found.items()}

    def learn(batch: Batch, weights: list[torch.Tensor]) -> tuple[float, Gradients]:
        loss = contrast(encode_batch(model, tokenizer, batch), plan.scale)
        return float(loss.detach()), torch.autograd.grad(loss, weights, allow_unused=True)

    run(model, plan.schedule, folder, batches=_endless(articles, plan), learn=learn, scores=scores)
    model.save_pretrained(folder / "model")
    tokenizer.save(str(folder / "model" / "tokenizer.json"))


def contrast(encoded: tuple[torch.Tensor, torch.Tensor, torch.Tensor], scale: float) -> torch.Tensor:
    """Give the loss of a step: how little of each question's softmax its right passages have.

    :param encoded: Vectors of the questions [q, d] and passages [p, d], of unit length, and which passage answers which
        question, bool [q, p], at least one a question.
    :param scale: What a cosine is multiplied by.
    """
    questions, passages, right = encoded
    scores = scale * questions @ passages.T
    among_right = scores.masked_fill(~right, -torch.inf).logsumexp(dim=1)
    return (scores.logsumexp(dim=1) - among_right).mean()


def encode_batch(
    model: BertModel, tokenizer: Tokenizer, batch: Batch
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Encode a step's texts, with gradients.

    :param model: The encoder.
    :param tokenizer: Its own.
    :param batch: The step.
    :returns: What `contrast` takes.
    """
    right = torch.zeros((len(batch.questions), len(batch.passages)), dtype=torch.bool)
    for row, places in enumerate(batch.right):
        right[row, list(places)] = True
    return vectors(model, tokenizer, batch.questions), vectors(model, tokenizer, batch.passages), right


def vectors(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str]) -> torch.Tensor:
    """Encode texts, shortest first, in small batches, so that little is padded.

    :param model: The encoder.
    :param tokenizer: Its own.
    :param texts: The texts; of each the first 256 tokens count.
    :returns: Vectors of unit length [texts, dimension], in the order of the texts.
    """
    encoded = [tokenizer.encode(text).ids[:MAX_TOKENS] for text in texts]
    order = sorted(range(len(texts)), key=lambda place: len(encoded[place]))
    parts = []
    for first in range(0, len(order), _ENCODED_AT_ONCE):
        rows = [encoded[place] for place in order[first : first + _ENCODED_AT_ONCE]]
        longest = len(rows[-1])
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
        hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
        parts.append((hidden * mask[..., None]).sum(dim=1) / mask.sum(dim=1, keepdim=True))
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return torch.nn.functional.normalize(torch.cat(parts), dim=1)[back]


def encode_with(model: BertModel, tokenizer: Tokenizer) -> Encode:
    """Wrap an encoder for `retrieval_figures`.

    :param model: The encoder.
    :param tokenizer: Its own.
    """

    def encode(texts: Sequence[str]) -> Floats:
        with torch.no_grad():
            return np.asarray(vectors(model, tokenizer, texts).numpy(), dtype=np.float32)

    return encode


def _endless(articles: Sequence[AskedArticle], plan: EncoderPlan) -> Iterator[Batch]:
    number = 0
    while True:
        yield from batches(articles, plan.passages, plan.per_article, random.Random(plan.schedule.seed * 1000 + number))
        number += 1
