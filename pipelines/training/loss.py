"""The loss: margins that can be compared between passages (shared normalisation, Clark and Gardner, 2018)."""

from collections.abc import Sequence

import torch
from torch.nn import functional
from transformers import BertForQuestionAnswering

from pipelines.training.features import PASSAGE, Feature, collate
from pipelines.training.mixture import Bundle

NEVER = -1e4
"""A logit no softmax gives weight to."""

_ROWS = 5


def bundle_loss(model: BertForQuestionAnswering, bundles: Sequence[Bundle], alone: float) -> torch.Tensor:
    """Sum the loss over questions.

    Every start logit is taken less that of its passage's null answer, as the product does. Then all starts of all
    passages of a question and one null answer, at 0, share a softmax; ends likewise.

    :param model: The reader.
    :param bundles: The questions with their passages.
    :param alone: Weight of the usual loss besides, in which each passage has a softmax of its own.
    """
    features = [feature for bundle in bundles for feature in bundle.features]
    starts, ends = _logits(model, features)
    total = torch.zeros(())
    first = 0
    for bundle in bundles:
        rows = slice(first, first + len(bundle.features))
        first = rows.stop
        right = bundle.features[0]
        for logits, target in ((starts[rows], right.start), (ends[rows], right.end)):
            shared = torch.cat([torch.zeros(1), logits[:, 1:].flatten()])
            # Position 0 of a row is the null answer, so a target in the first row keeps its number.
            total = total + functional.cross_entropy(shared, torch.tensor(target)) / 2
            if alone:
                targets = torch.zeros(len(logits), dtype=torch.long)
                targets[0] = target
                total = total + alone * functional.cross_entropy(logits, targets) / 2
    return total


def _logits(model: BertForQuestionAnswering, features: Sequence[Feature]) -> tuple[torch.Tensor, torch.Tensor]:
    # Rows of similar length go through the model together: there is little padding, and the order is restored after.
    order = sorted(range(len(features)), key=lambda row: len(features[row].ids))
    longest = len(features[order[-1]].ids)
    parts = []
    for first in range(0, len(order), _ROWS):
        rows = order[first : first + _ROWS]
        batch = collate([features[row] for row in rows])
        mask = torch.from_numpy(batch.mask)
        types = torch.from_numpy(batch.types)
        output = model(input_ids=torch.from_numpy(batch.ids), attention_mask=mask, token_type_ids=types)
        logits = torch.stack([output.start_logits, output.end_logits]).float()
        logits = logits - logits[:, :, :1]
        lengths = mask.sum(1, keepdim=True)
        places = torch.arange(mask.shape[1])
        # A span may stand anywhere in the passage, but not in the question or on the last [SEP]; 0 is the null answer.
        allowed = ((types == PASSAGE) & (places < lengths - 1)) | (places == 0)
        logits = logits.masked_fill(~allowed, NEVER)
        parts.append(functional.pad(logits, (0, longest - mask.shape[1]), value=NEVER))
    gathered = torch.cat(parts, dim=1)[:, torch.argsort(torch.tensor(order))]
    return gathered[0], gathered[1]
