"""`verbatim ask`: one answer in the terminal."""

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pipelines.types import Answer, Citation


def ask(
    words: Annotated[list[str], typer.Argument(metavar="QUESTION", help="The question, in plain English.")],
    *,
    since: Annotated[str | None, typer.Option(help="Only articles from this year, month or day on: 2026-01.")] = None,
    until: Annotated[str | None, typer.Option(help="Only articles up to this year, month or day.")] = None,
    source: Annotated[str | None, typer.Option(help="Only articles of outlets with these words in their name.")] = None,
    title: Annotated[str | None, typer.Option("--in", help="Only articles with these words in their title.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Answer one question from the indexed articles.

    Exit code 0 if the articles could be searched, whether or not they hold an answer; 1 if they could not.
    """
    question = " ".join(words)
    if not question.strip():
        msg = "There is no question: write what you want to know."
        raise typer.BadParameter(msg)
    # What can be typed in a chat is the one way to narrow a question.
    given = {"since": since, "until": until, "source": source, "in": title}
    terms = [f'{name}:"{value}"' for name, value in given.items() if value is not None]
    answer = replace(_ask(" ".join([question, *terms])), question=question)
    if as_json:
        typer.echo(json.dumps(as_object(answer), ensure_ascii=False))
        return
    from rich.console import Console

    from bot.terminal import print_answer

    print_answer(answer, Console(highlight=False, markup=False, emoji=False))


def as_object(answer: "Answer") -> dict[str, object]:
    """Turn an answer into what `--json` prints.

    :param answer: The answer.
    """
    return {
        "question": answer.question,
        "outcome": str(answer.outcome),
        "quotes": [
            {
                "text": quote.text,
                "start": quote.start,
                "end": quote.end,
                "confidence": round(quote.confidence, 4),
                "sentence": quote.sentence,
                "date": {"text": quote.date.text, "iso": quote.date.iso} if quote.date else None,
                "article": _citation(quote.article),
                "also_in": [_citation(citation) for citation in quote.also_in],
            }
            for quote in answer.quotes
        ],
        "elapsed_ms": round(answer.elapsed_ms, 1),
    }


def _citation(citation: "Citation") -> dict[str, str | None]:
    return {
        "id": citation.id,
        "title": citation.title,
        "source": citation.source,
        "url": citation.url,
        "published": citation.published.isoformat() if citation.published else None,
        "author": citation.author,
    }


def _ask(question: str) -> "Answer":
    from bot.assembly import build_answerer, build_store
    from bot.settings import load_settings
    from pipelines.errors import NothingIndexedError

    settings = load_settings()
    nothing = "Nothing is indexed yet. Add articles with `verbatim index FOLDER`, then ask again."
    if settings.store.kind == "embedded" and not settings.store.path.is_dir():
        raise NothingIndexedError(nothing)
    store = build_store(settings)
    try:
        if store.count_articles() == 0:
            raise NothingIndexedError(nothing)
        answerer = build_answerer(settings, store)
        answerer.warm_up()
        return answerer.ask(question)
    finally:
        store.close()
