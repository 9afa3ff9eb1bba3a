"""The `verbatim` command."""

import gc
import sys

import typer

from bot.commands import ask, bench, doctor, evaluate, index, run
from pipelines.errors import VerbatimError

app = typer.Typer(
    name="verbatim",
    help="Answers questions about news articles with verbatim, cited quotes.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.command()(run.run)
app.command()(ask.ask)
app.command()(index.index)
app.command("eval")(evaluate.evaluate)
app.command()(bench.bench)
app.command()(doctor.doctor)


# Loading code makes very many objects and no garbage; the usual 700 would have them looked through again and again.
_OBJECTS_BETWEEN_COLLECTIONS = 50_000


def main() -> None:
    """Run the command line; an error that the person can act on is one message and exit code 1."""
    gc.set_threshold(_OBJECTS_BETWEEN_COLLECTIONS)
    try:
        app()
    except VerbatimError as error:
        print(f"verbatim: {error}", file=sys.stderr)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
