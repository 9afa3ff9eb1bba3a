"""`verbatim ask` answers in the terminal and as JSON, and says what to do when it cannot."""

import io
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from bot.cli import app
from bot.terminal import print_answer
from pipelines.errors import NothingIndexedError, QuestionError
from pipelines.types import Answer, Citation, Outcome, Quote, ResolvedDate, Span

SEEDS = Path(__file__).parents[3] / "seeds"
CITATION = Citation("a" * 16, "Talks end", "The Paper", "https://example.org/talks", date(2021, 1, 5), "Ann Lee")
SENTENCE = "The talks began last June 12, he said."
QUOTE = Quote(
    "last June 12", 16, 28, 0.93, SENTENCE, 0, Span(0, 60), CITATION, ResolvedDate("last June 12", "2020-06-12")
)


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERBATIM_STORE__PATH", str(tmp_path / "index"))
    return tmp_path / "index"


def printed(answer: Answer) -> str:
    console = Console(file=io.StringIO(), width=90, force_terminal=True, color_system=None, highlight=False)
    print_answer(answer, console)
    output = console.file
    assert isinstance(output, io.StringIO)
    return output.getvalue()


def test_without_an_index_it_says_how_to_make_one(index: Path) -> None:
    result = CliRunner().invoke(app, ["ask", "who is it"])

    assert isinstance(result.exception, NothingIndexedError)
    assert "verbatim index" in str(result.exception)
    assert not index.exists()


def test_the_seed_question_is_answered_as_json(index: Path) -> None:
    assert CliRunner().invoke(app, ["index", str(SEEDS)]).exit_code == 0

    result = CliRunner().invoke(app, ["ask", "when did the strategic dialogue start", "--json"])

    assert result.exit_code == 0
    answer = json.loads(result.output)
    assert list(answer) == ["question", "outcome", "quotes", "elapsed_ms"]
    assert (answer["question"], answer["outcome"]) == ("when did the strategic dialogue start", "answered")
    quote = answer["quotes"][0]
    assert list(quote) == ["text", "start", "end", "confidence", "sentence", "date", "article", "also_in"]
    assert quote["text"] == "last June 12"
    assert quote["date"] == {"text": "last June 12", "iso": "2020-06-12"}
    assert list(quote["article"]) == ["id", "title", "source", "url", "published", "author"]
    assert quote["article"]["published"] == "2021-01-05"

    refused = CliRunner().invoke(app, ["ask", "who is the president of france", "--json"])
    assert refused.exit_code == 0
    assert json.loads(refused.output)["quotes"] == []


def test_a_question_needs_no_quotes(index: Path) -> None:
    assert CliRunner().invoke(app, ["index", str(SEEDS)]).exit_code == 0
    question = "when did the strategic dialogue start"

    quoted, bare = (
        json.loads(CliRunner().invoke(app, ["ask", *words, "--json"]).output)
        for words in ([question], question.split())
    )

    assert bare["question"] == question
    assert bare["quotes"] == quoted["quotes"]


def test_no_question_is_refused(index: Path) -> None:
    refused = CliRunner().invoke(app, ["ask", "  "])

    assert refused.exit_code == 2
    assert "There is no question" in refused.output


def test_options_narrow_the_question(index: Path) -> None:
    CliRunner().invoke(app, ["index", str(SEEDS)])
    question = ["ask", "when did the strategic dialogue start"]

    kept = CliRunner().invoke(app, [*question, "--since", "2021-01", "--in", "us troops", "--json"])
    left_out = CliRunner().invoke(app, [*question, "--until", "2020", "--json"])
    wrong = CliRunner().invoke(app, [*question, "--since", "soon"])

    assert json.loads(kept.output)["question"] == question[1]
    assert json.loads(kept.output)["outcome"] == "answered"
    assert json.loads(left_out.output)["outcome"] == "not_found"
    assert isinstance(wrong.exception, QuestionError)


def test_a_quote_is_printed_with_its_date_its_sentence_and_its_source() -> None:
    lines = printed(Answer("when", Outcome.ANSWERED, (QUOTE,))).splitlines()

    assert [line.rstrip() for line in lines] == [
        "last June 12",
        "12 June 2020",
        f"  {SENTENCE}",
        "  Talks end · by Ann Lee · The Paper · 5 January 2021 · https://example.org/talks",
    ]


def test_a_quote_that_is_its_whole_sentence_is_printed_once() -> None:
    whole = replace(QUOTE, text=SENTENCE, start=0, end=len(SENTENCE), date=None)

    assert printed(Answer("what", Outcome.ANSWERED, (whole,))).count(SENTENCE) == 1


def test_the_quote_stands_out_in_its_sentence() -> None:
    console = Console(file=io.StringIO(), width=90, force_terminal=True, color_system="standard", highlight=False)
    print_answer(Answer("when", Outcome.ANSWERED, (QUOTE,)), console)

    output = console.file
    assert isinstance(output, io.StringIO)
    assert "\x1b[1;32mlast June 12\x1b[0m" in output.getvalue()


def test_doubt_and_notices_are_said() -> None:
    output = printed(Answer("when", Outcome.UNSURE, (QUOTE,), notices=("It was cut.",)))

    assert "It was cut." in output
    assert "Not sure" in output


def test_nothing_found_names_the_nearest_articles() -> None:
    output = printed(Answer("when", Outcome.NOT_FOUND, nearest=(CITATION,)))

    assert "do not seem to answer" in output
    assert "Talks end" in output


def test_an_article_cannot_steer_the_terminal() -> None:
    hostile = replace(QUOTE, sentence="\x1b[2Jlk  began last June 12, [bold]he[/bold] said.")

    output = printed(Answer("when", Outcome.ANSWERED, (hostile,)))

    assert "\x1b[2J" not in output
    assert "[bold]he[/bold]" in output
