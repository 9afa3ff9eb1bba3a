"""`verbatim eval`: how good the answers to a file of questions are."""

import json
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipelines.evaluation.before import Before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from pipelines.evaluation.asking import Asked
    from pipelines.evaluation.dataset import Entry
    from pipelines.evaluation.predictions import Prediction


class EvalMode(StrEnum):
    """What each question is asked of."""

    READER = "reader"
    OPEN = "open"


def evaluate(
    file: Annotated[Path, typer.Argument(help="Questions in SQuAD v1 or v2 JSON, also packed (.json.gz).")],
    *,
    mode: Annotated[
        EvalMode, typer.Option(help="Ask each question of its own paragraph (reader) or of all of them (open).")
    ] = EvalMode.READER,
    no_abstain: Annotated[bool, typer.Option("--no-abstain", help="Always give the best span.")] = False,
    predictions: Annotated[Path | None, typer.Option(help="Write the answers in the official format.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of tables.")] = False,
    compare: Annotated[
        Path | None, typer.Option(help="Test against the predictions of another run over the same file.")
    ] = None,
    errors: Annotated[Path | None, typer.Option(help="Write an HTML page of the wrong answers.")] = None,
    previous: Annotated[
        Before,
        typer.Option(help="Ask a follow-up after the answer given to its `previous`, the accepted one, or nothing."),
    ] = Before.GIVEN,
    only: Annotated[str, typer.Option(help="Ask only the questions with these characters in their id.")] = "",
    reader: Annotated[
        str | None,
        typer.Option(help="Another reader: hub:NAME (extra `hub`), or the folder of an ONNX one."),
    ] = None,
) -> None:
    """Measure the answers to a file of questions."""
    from bot.evaluating import with_reader
    from bot.settings import load_settings
    from pipelines.errors import SourceError
    from pipelines.evaluation.asking import questions_of
    from pipelines.evaluation.dataset import read_squad
    from pipelines.evaluation.error_listing import listing, wrong_answers
    from pipelines.evaluation.files import write_text
    from pipelines.evaluation.predictions import answers_given, read_predictions, write_predictions
    from pipelines.evaluation.report import as_json as report_as_json
    from pipelines.evaluation.report import compare_runs, report

    entries = read_squad(file)
    asked = [one for one in questions_of(entries) if only in one.question.id]
    if not asked:
        raise SourceError(str(file), f"has no question with “{only}” in its id")
    questions = [one.question for one in asked]
    other = read_predictions(compare, questions) if compare else None
    settings = with_reader(load_settings(), reader) if reader else load_settings()
    said = _ask_all(asked, entries, mode, previous, settings)
    answers = answers_given(said, abstain=not no_abstain)
    if predictions:
        write_predictions(predictions, answers)
    if errors:
        paragraphs = [one.paragraph for one in asked]
        wrong = wrong_answers(zip(said, paragraphs, strict=True), abstain=not no_abstain)
        write_text(errors, listing(wrong))
    run = report(said, mode=mode.value, abstain=not no_abstain)
    comparison = compare_runs(questions, answers, other) if other else None
    if as_json:
        typer.echo(json.dumps(report_as_json(run, comparison), indent=1))
        return
    from rich.console import Console

    from bot.evaluation_table import render

    Console(highlight=False).print(render(run, comparison))


def _ask_all(
    asked: "Sequence[Asked]", entries: "Sequence[Entry]", mode: EvalMode, previous: Before, settings: "Settings"
) -> "list[Prediction]":
    """Ask every question, with a bar on the terminal."""
    from rich.console import Console
    from rich.progress import Progress

    from bot.evaluating import asking_everything, asking_own_paragraph

    with Progress(console=Console(stderr=True), transient=True) as bar:
        own = mode is EvalMode.READER
        way = asking_own_paragraph(settings, previous) if own else asking_everything(settings, entries, previous)
        with way as asks:
            return [asks.ask(one) for one in bar.track(asked, description="Asking")]
