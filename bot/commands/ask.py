"""`verbatim ask`: one answer in the terminal."""

from typing import Annotated

import typer


def ask(
    question: Annotated[str, typer.Argument(help="The question, in plain English.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")] = False,
) -> None:
    """Answer one question from the indexed articles."""
    raise NotImplementedError
