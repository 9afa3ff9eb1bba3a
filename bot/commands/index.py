"""`verbatim index`: add or update articles."""

from typing import Annotated

import typer


def index(
    sources: Annotated[
        list[str] | None, typer.Argument(help="Files, folders or URLs; seeds/ if none is given.")
    ] = None,
) -> None:
    """Add or update articles; those that did not change cost nothing."""
    raise NotImplementedError
