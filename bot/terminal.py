"""Answers as they look in a terminal."""

import unicodedata

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.wording import explained_date, label, source_line
from pipelines.types import Answer, Citation, Outcome, Quote

_INDENT = (0, 0, 0, 2)
_LONGEST_TITLE = 200


def print_answer(answer: Answer, console: Console) -> None:
    """Print an answer: each quote, what its date means, the quote bold in its sentence, and where it is from.

    :param answer: The answer.
    :param console: Where to.
    """
    for notice in answer.notices:
        console.print(Text(_safe(notice), "yellow"))
    if answer.outcome is Outcome.NOT_FOUND:
        console.print("The articles do not seem to answer that.")
        if answer.nearest:
            console.print("\nClosest to your question:")
        for citation in answer.nearest:
            console.print(Padding(_source(citation), _INDENT))
        return
    if answer.outcome is Outcome.UNSURE:
        console.print(Text("Not sure, but this comes closest:", "yellow"))
    for place, quote in enumerate(answer.quotes):
        if place:
            console.print()
        _print_quote(quote, console)


def _print_quote(quote: Quote, console: Console) -> None:
    start = quote.start - quote.sentence_start
    end = start + len(quote.text)
    sentence = Text(_safe(quote.sentence[:start]))
    sentence.append(_safe(quote.sentence[start:end]), "bold green")
    sentence.append(_safe(quote.sentence[end:]))
    # On a line of its own as well, so that it can be found where there are no colours.
    if quote.text.strip() != quote.sentence.strip():
        console.print(Text(_safe(quote.text), "bold green"))
    if meaning := explained_date(quote.date, quote.text):
        console.print(Text(meaning, "cyan"))
    console.print(Padding(sentence, _INDENT))
    console.print(Padding(_source(quote.article), _INDENT))
    for citation in quote.also_in:
        console.print(Padding(Text("also in ", "dim") + _source(citation), _INDENT))


def _source(citation: Citation) -> Text:
    source = Text(label(citation.title, longest=_LONGEST_TITLE), "italic")
    source.append(f" · {source_line(citation)}", "dim")
    if citation.url:
        source.append(f" · {citation.url}", "dim")
    return source


def _safe(text: str) -> str:
    """Take out what could steer the terminal; an article may be hostile."""
    return "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
