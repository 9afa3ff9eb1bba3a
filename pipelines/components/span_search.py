"""The best spans of a text by their start and end logits."""

from dataclasses import dataclass

import numpy as np

from pipelines.components.onnx import Flags, Floats


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """A span of tokens.

    :param first: Its first token.
    :param last: Its last token, itself part of the span.
    :param score: Its start logit plus its end logit.
    """

    first: int
    last: int
    score: float


def best_spans(
    starts: Floats, ends: Floats, may_start: Flags, may_end: Flags, *, longest: int, top_k: int
) -> list[TokenSpan]:
    """Find the spans with the greatest sums of start and end logits that do not overlap one another.

    Only a band of the tokens x tokens table is looked at: spans of up to `longest` tokens.

    :param starts: Start logits, [tokens].
    :param ends: End logits, [tokens].
    :param may_start: Tokens a span may start with, [tokens].
    :param may_end: Tokens a span may end with, [tokens].
    :param longest: Tokens of a span, at most; 1 or more.
    :param top_k: Spans to find, at most.
    :returns: Best first.
    """
    tokens = len(starts)
    if tokens == 0:
        return []
    width = min(longest, tokens)
    padded = np.full(tokens + width - 1, -np.inf, dtype=np.float32)
    padded[:tokens] = np.where(may_end, ends, -np.inf)
    band = np.lib.stride_tricks.sliding_window_view(padded, width) + np.where(may_start, starts, -np.inf)[:, None]
    places = np.arange(tokens)[:, None]
    lasts = places + np.arange(width)[None, :]
    found: list[TokenSpan] = []
    while len(found) < top_k:
        first, more = np.unravel_index(int(band.argmax()), band.shape)
        score = float(band[first, more])
        if score == -np.inf:
            break
        best = TokenSpan(int(first), int(first + more), score)
        found.append(best)
        band[(places <= best.last) & (lasts >= best.first)] = -np.inf
    return found
