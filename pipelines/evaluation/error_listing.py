"""A page that lists wrong answers beside the right ones, each marked where it stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from pipelines.evaluation.dataset import Paragraph, Question
from pipelines.evaluation.metrics import exact_match, f1
from pipelines.evaluation.predictions import Prediction
from pipelines.types import Span

_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Wrong answers</title><style>
:root { color-scheme: light dark; --gold: #b7e4c7; --predicted: #ffc9c9; --both: #ffe8a3 }
@media (prefers-color-scheme: dark) { :root { --gold: #1b5e3a; --predicted: #7a2430; --both: #6b5310 } }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem }
p { white-space: pre-wrap; overflow-wrap: anywhere }
mark { color: inherit } .gold { background: var(--gold) }
.predicted { background: var(--predicted) } .both { background: var(--both) }
</style></head><body><h1>Wrong answers</h1>
<p><mark class="gold">accepted</mark> <mark class="predicted">given</mark> <mark class="both">both</mark></p>
"""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """A question that was answered wrongly.

    :param question: The question, after the one before it if there was one.
    :param passage: The text it was asked of.
    :param golds: Where the accepted answers stand in it; none: it has no answer.
    :param predicted: Where the given answer stands in it; None: none was given, or it stands in another text.
    :param given: The given answer's words; empty: none was given.
    :param sentence: The sentence the given answer stands in.
    """

    question: str
    passage: str
    golds: Sequence[Span]
    predicted: Span | None
    given: str
    sentence: str = ""


def wrong_answers(predictions: Iterable[tuple[Prediction, Paragraph]], *, abstain: bool) -> list[WrongAnswer]:
    """Pick the answers that do not match, those that share the fewest words with an accepted one first.

    :param predictions: What was said to each question, and the question's own paragraph.
    :param abstain: Whether a span below the threshold counts as no answer.
    :returns: The wrong ones.
    """
    scored = []
    for prediction, paragraph in predictions:
        given, golds = prediction.given(abstain=abstain), prediction.question.texts
        if not exact_match(given, golds):
            error = WrongAnswer(
                question=_asked(prediction.question),
                passage=paragraph.context,
                golds=[Span(one.answer_start, one.answer_start + len(one.text)) for one in prediction.question.answers],
                predicted=prediction.span if given else None,
                given=given,
                sentence=prediction.sentence,
            )
            scored.append((f1(given, golds), error))
    return [error for _, error in sorted(scored, key=lambda one: one[0])]


def listing(errors: Iterable[WrongAnswer]) -> str:
    """Lay the wrong answers out as one HTML page that needs no other file.

    :param errors: The wrong answers, in the order to list them.
    :returns: The page.
    """
    return _HEAD + "".join(map(_section, errors)) + "</body></html>\n"


def _asked(question: Question) -> str:
    return f"{question.previous.question} / {question.question}" if question.previous else question.question


def _section(error: WrongAnswer) -> str:
    given = f"Given: {escape(error.given)}" if error.given else "Given: no answer"
    if error.given and error.predicted is None:
        given += f" (in another text: “{escape(error.sentence)}”)"
    wanted = "" if error.golds else " (the text does not answer this)"
    passage = _marked(error.passage, error.golds, error.predicted)
    return f"<section><h2>{escape(error.question)}</h2>\n<p>{given}{wanted}</p>\n<p>{passage}</p></section>\n"


def _marked(text: str, golds: Sequence[Span], predicted: Span | None) -> str:
    spans = [*golds, predicted] if predicted else list(golds)
    edges = sorted({0, len(text), *(edge for span in spans for edge in (span.start, span.end))})
    pieces = []
    for start, end in pairwise(edges):
        gold = any(span.start <= start and end <= span.end for span in golds)
        ours = predicted is not None and predicted.start <= start and end <= predicted.end
        kind = "both" if gold and ours else "gold" if gold else "predicted" if ours else ""
        words = escape(text[start:end])
        pieces.append(f'<mark class="{kind}">{words}</mark>' if kind else words)
    return "".join(pieces)
