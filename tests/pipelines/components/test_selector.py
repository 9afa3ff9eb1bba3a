"""The selector merges what says the same, weighs it, and abstains when nothing is likely enough."""

import json
from pathlib import Path

import pytest
from haystack import Document
from haystack.dataclasses import ExtractedAnswer
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.confidence import Calibration, ReaderScore
from pipelines.components.reader import ReadAnswer, SpanEvidence
from pipelines.components.selector import AnswerSelector
from pipelines.documents import passage_to_document
from pipelines.errors import ConfigurationError
from pipelines.types import Answer, Article, Citation, Outcome, Passage, PassageKind, Span

TEXT = 'The mayor, Anna Lind, opened it on Jan 3, 2020. "We waited," Lind said. It cost 2,000 crowns.'
OTHER = "On Monday Anna Lind came back."
PLAIN = Calibration({"margin": 2.0}, 0.0, slope=1.0, intercept=0.0, answered=0.7, unsure=0.3)


def passage(text: str, name: str = "a", *, offset: int = 0) -> Document:
    article = Article(Citation(name, f"Title {name}", "Paper"), " " * offset + text, f"{name}.txt")
    return passage_to_document(Passage(name, Span(offset, offset + len(text)), text, PassageKind.BODY, 0), article)


def marked(document: Document, words: str, margin: float) -> ReadAnswer:
    start = (document.content or "").index(words)
    return ReadAnswer(
        "who",
        1 / (1 + 2.718**-margin),
        words,
        document,
        document_offset=ExtractedAnswer.Span(start, start + len(words)),
        evidence=SpanEvidence(margin, 0.0),
    )


@pytest.fixture
def calibration(tmp_path: Path) -> str:
    path = tmp_path / "calibration.json"
    fitted = {"weights": dict(PLAIN.weights), "null": 0.0, "slope": 1.0, "intercept": 0.0}
    path.write_text(json.dumps({**fitted, "answered": 0.7, "unsure": 0.3}))
    return str(path)


def select(selector: AnswerSelector, *answers: ExtractedAnswer, documents: tuple[Document, ...] = ()) -> Answer:
    selector.warm_up()
    read = list(documents or {one.document.id: one.document for one in answers if one.document}.values())
    answer: Answer = selector.run("who", answers=list(answers), documents=read)["answer"]
    return answer


def test_the_likeliest_answer_is_quoted_with_its_place(calibration: str) -> None:
    document = passage(TEXT, offset=100)
    answer = select(AnswerSelector(calibration), marked(document, "Anna Lind,", 12), marked(document, "crowns", -9))

    assert answer.outcome is Outcome.ANSWERED
    [quote] = answer.quotes
    assert quote.text == "Anna Lind"
    assert (quote.start, quote.end) == (100 + TEXT.index("Anna"), 100 + TEXT.index("Anna") + 9)
    assert (quote.sentence, quote.sentence_start) == ("The mayor, Anna Lind, opened it on Jan 3, 2020.", 100)
    assert quote.passage == Span(100, 100 + len(TEXT))


def test_the_same_words_in_two_articles_count_together_and_name_both(calibration: str) -> None:
    here, there = passage(TEXT), passage(OTHER, "b")
    alone = select(AnswerSelector(calibration), marked(here, "Anna Lind", 3), documents=(here, there))
    both = select(AnswerSelector(calibration), marked(here, "Anna Lind", 3), marked(there, "Anna Lind", 2))

    [quote] = both.quotes
    assert quote.confidence > alone.quotes[0].confidence
    assert (quote.article.id, [citation.id for citation in quote.also_in]) == ("a", ["b"])


def test_overlapping_marks_and_a_family_name_are_one_answer(calibration: str) -> None:
    document = passage(TEXT)
    marks = [marked(document, words, 5) for words in ("The mayor, Anna Lind", "Anna Lind", "Lind said")]
    whole = marked(document, "Anna Lind", 6)
    family = ReadAnswer(
        "who",
        0.9,
        "Lind",
        document,
        document_offset=ExtractedAnswer.Span(TEXT.index("Lind said"), TEXT.index("Lind said") + 4),
        evidence=SpanEvidence(4, 0),
    )

    answer = select(AnswerSelector(calibration), whole, family, *marks[:2])

    assert [quote.text for quote in answer.quotes] == ["Anna Lind"]


def test_half_a_date_becomes_the_whole(calibration: str) -> None:
    document = passage(TEXT)
    answer = select(AnswerSelector(calibration), marked(document, "Jan 3", 9), marked(document, "2020", 8))

    assert [quote.text for quote in answer.quotes] == ["Jan 3, 2020"]


@pytest.mark.parametrize(("margin", "outcome"), [(20, Outcome.ANSWERED), (0, Outcome.UNSURE), (-20, Outcome.NOT_FOUND)])
def test_the_confidence_decides_what_is_said(calibration: str, margin: float, outcome: Outcome) -> None:
    answer = select(AnswerSelector(calibration), marked(passage(TEXT), "Anna Lind", margin))

    assert answer.outcome is outcome
    assert bool(answer.quotes) == (outcome is not Outcome.NOT_FOUND)
    assert bool(answer.nearest) == (outcome is Outcome.NOT_FOUND)


def test_settings_win_over_the_calibration(calibration: str) -> None:
    mark = marked(passage(TEXT), "Anna Lind", 2)

    assert select(AnswerSelector(calibration, unsure=0.99), mark).outcome is Outcome.NOT_FOUND
    assert select(AnswerSelector(calibration, answered=0.1, unsure=0.0), mark).outcome is Outcome.ANSWERED


def test_at_most_three_nearest_articles_are_named_best_first() -> None:
    documents = (*(passage(f"Text {name}.", name) for name in "cabd"), passage("Text again.", "c", offset=50))
    answer = select(AnswerSelector(None), documents=documents)

    assert [citation.id for citation in answer.nearest] == ["c", "a", "b"]


def test_marks_of_function_words_alone_are_no_answer() -> None:
    document = passage("It is at the end of it all.")

    assert select(AnswerSelector(None), marked(document, "at the", 9)).outcome is Outcome.NOT_FOUND


def test_a_reader_without_evidence_is_taken_at_its_own_word() -> None:
    document = passage(TEXT)
    start = TEXT.index("Anna Lind")
    score = ExtractedAnswer("who", 0.8, "Anna Lind", document, None, ExtractedAnswer.Span(start, start + 9))
    no_answer = ExtractedAnswer("who", 0.9)

    answer = select(AnswerSelector(None), no_answer, score)

    assert (answer.outcome, answer.quotes[0].text, answer.quotes[0].confidence) == (Outcome.ANSWERED, "Anna Lind", 0.8)
    assert ReaderScore().answered > ReaderScore().unsure


def test_a_broken_calibration_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calibration.json"
    path.write_text("{}")

    with pytest.raises(ConfigurationError, match=str(path)):
        AnswerSelector(str(path)).warm_up()


def test_it_must_be_warmed_up() -> None:
    with pytest.raises(RuntimeError, match="warm_up"):
        AnswerSelector(None).run("who", answers=[], documents=[])


def test_it_survives_being_written_down() -> None:
    selector = AnswerSelector(None, answered=0.9, unsure=0.2)

    assert AnswerSelector.from_dict(selector.to_dict()).to_dict() == selector.to_dict()


@given(st.lists(st.floats(-40, 40), max_size=12), st.floats(-5, 5))
def test_shares_of_candidates_and_no_answer_make_one_whole(margins: list[float], null: float) -> None:
    calibration = Calibration({"margin": 1.0}, null, slope=1.0, intercept=0.0, answered=0.5, unsure=0.5)
    shares = calibration.shares_of([{"margin": margin} for margin in margins])

    assert sum(shares) < 1 + 1e-9
    assert sorted(shares, reverse=True) == [shares[i] for i in sorted(range(len(shares)), key=lambda i: -margins[i])]
