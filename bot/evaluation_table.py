"""A run over a file of questions, laid out for people."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Group as Stack
from rich.table import Table

from pipelines.evaluation.abstention import Threshold
from pipelines.evaluation.bootstrap import Comparison, Interval
from pipelines.evaluation.breakdown import Group
from pipelines.evaluation.report import Report

_KINDS = {"": "all", "HasAns_": "with an answer", "NoAns_": "without an answer"}


def render(run: Report, comparison: Mapping[str, Comparison] | None = None) -> Stack:
    """Lay a report out as tables.

    :param run: The report.
    :param comparison: A comparison with another run, if there is one.
    :returns: What `rich` prints.
    """
    parts = [_scores(run), _figures(run), _groups("Question word", run.question_words)]
    if run.answer_lengths:
        parts.append(_groups("Accepted answer", run.answer_lengths))
    if comparison:
        parts.append(_comparison(comparison))
    return Stack(*parts)


def _table(*headers: str) -> Table:
    table = Table(box=None, pad_edge=False, title_justify="left", header_style="bold")
    for place, header in enumerate(headers):
        table.add_column(header, justify="left" if place == 0 else "right")
    return table


def _scores(run: Report) -> Table:
    table = _table("Questions", "number", "exact match", "95%", "F1", "95%")
    for prefix, kind in _KINDS.items():
        if f"{prefix}total" in run.figures:
            exact, overlap = run.intervals[f"{prefix}exact"], run.intervals[f"{prefix}f1"]
            number = f"{run.figures[f'{prefix}total']:.0f}"
            table.add_row(kind, number, f"{exact.mean:.1f}", _range(exact), f"{overlap.mean:.1f}", _range(overlap))
    return table


def _figures(run: Report) -> Table:
    table = _table("\nFigure", "\nvalue")
    for name, value in _named_figures(run):
        table.add_row(name, value)
    return table


def _named_figures(run: Report) -> Iterator[tuple[str, str]]:
    for depth, recall in (run.recall or {}).items():
        yield f"paragraph among the first {depth} passages (recall@{depth})", f"{recall:.1f}%"
    yield "answerable questions answered", _percentage(run.shares.answerable_answered)
    yield "  answered surely", _percentage(run.shares.answerable_sure)
    yield "unanswerable questions refused", _percentage(run.shares.unanswerable_refused)
    yield "  refused or answered unsurely", _percentage(run.shares.unanswerable_not_sure)
    if run.threshold:
        yield from _at_threshold(run.threshold)
    yield "expected calibration error", f"{run.calibration_error:.3f}"
    yield "time of an answer, median", f"{run.p50_ms:.0f} ms"
    yield "time of an answer, 95%", f"{run.p95_ms:.0f} ms"


def _at_threshold(threshold: Threshold) -> Iterator[tuple[str, str]]:
    yield "lowest confidence that refuses 80% of the unanswerable", f"{threshold.confidence:.3f}"
    yield "  answerable questions answered at it", _percentage(threshold.answerable_answered)
    yield "  their F1 at it", f"{threshold.f1:.1f}"


def _groups(title: str, groups: Sequence[Group]) -> Table:
    table = _table(f"\n{title}", "\nnumber", "\nexact match", "\nF1")
    for group in groups:
        table.add_row(group.name, str(group.total), f"{group.exact:.1f}", f"{group.f1:.1f}")
    return table


def _comparison(comparison: Mapping[str, Comparison]) -> Table:
    table = _table("\nThis run less the other", "\npoints", "\n95%", "\np")
    for name, found in comparison.items():
        row = (f"{found.difference.mean:+.1f}", _range(found.difference), f"{found.p_value:.3f}")
        table.add_row({"exact": "exact match", "f1": "F1"}[name], *row)
    return table


def _range(interval: Interval) -> str:
    return f"{interval.low:.1f} to {interval.high:.1f}"


def _percentage(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f}%"
