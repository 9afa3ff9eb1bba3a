"""The reader marks the right words, wherever they stand, and says how sure it is."""

import numpy as np
import pytest
from haystack import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.components.reader import OnnxExtractiveReader, ReadAnswer
from pipelines.components.span_search import best_spans

PASSAGE = "The bridge over the Vella was opened on 4 May 1932 by Anna Lindqvist. It cost two million crowns."
FILLER = "The council met again on the matter of the parks and nothing was decided about the old trees. " * 40


@pytest.fixture(scope="module")
def reader() -> OnnxExtractiveReader:
    reader = OnnxExtractiveReader()
    reader.warm_up()
    return reader


def read(reader: OnnxExtractiveReader, question: str, *passages: str) -> list[ReadAnswer]:
    answers: list[ReadAnswer] = reader.run(question, [Document(content=passage) for passage in passages])["answers"]
    return answers


def test_the_best_answer_comes_first_with_its_offsets(reader: OnnxExtractiveReader) -> None:
    best = read(reader, "who opened the bridge", FILLER, PASSAGE)[0]

    assert best.data == "Anna Lindqvist"
    assert best.query == "who opened the bridge"
    assert best.document is not None
    assert best.document_offset is not None
    assert best.document.content == PASSAGE
    assert PASSAGE[best.document_offset.start : best.document_offset.end] == best.data
    assert best.context is not None
    assert best.context_offset is not None
    assert best.context in PASSAGE
    assert best.context[best.context_offset.start : best.context_offset.end] == best.data
    assert best.evidence.margin > 0


def test_the_no_answer_wins_when_no_passage_answers(reader: OnnxExtractiveReader) -> None:
    best = read(reader, "who won the chess championship", PASSAGE, FILLER)[0]

    assert (best.data, best.document) == (None, None)
    assert best.score > 0.5
    assert best.evidence.margin < 0


@pytest.mark.parametrize("before", [0, 1, 2, 3])
def test_an_answer_is_found_anywhere_in_a_long_passage(reader: OnnxExtractiveReader, before: int) -> None:
    text = FILLER[: 900 * before] + PASSAGE + " " + FILLER
    best = read(reader, "who opened the bridge", text)[0]

    assert best.data == "Anna Lindqvist"
    assert best.document_offset is not None
    assert best.document_offset.start == text.index("Anna Lindqvist")


def test_a_question_that_is_too_long_is_cut_and_said_so(reader: OnnxExtractiveReader) -> None:
    result = reader.run("who opened the bridge " * 30, [Document(content=PASSAGE)])

    [notice] = result["notices"]
    assert "who opened the bridge" in notice
    assert result["answers"][0].data == "Anna Lindqvist"
    assert reader.run("who opened the bridge", [Document(content=PASSAGE)])["notices"] == []


def test_passages_without_text_are_passed_over(reader: OnnxExtractiveReader) -> None:
    documents = [Document(content=None), Document(content=""), Document(content=" \n "), Document(content=PASSAGE)]

    assert reader.run("who opened the bridge", documents)["answers"][0].data == "Anna Lindqvist"
    [nothing] = reader.run("who opened the bridge", documents[:3])["answers"]
    assert (nothing.data, nothing.score) == (None, 1.0)


def test_a_passage_is_read_alike_alone_and_among_others(reader: OnnxExtractiveReader) -> None:
    alone = read(reader, "how much did it cost", PASSAGE)[0]
    among = read(reader, "how much did it cost", FILLER, PASSAGE, "Short.")[0]

    assert (alone.data, alone.evidence) == (among.data, among.evidence)


def test_the_number_of_answers_is_bounded() -> None:
    reader = OnnxExtractiveReader(top_k=2, answers_per_passage=5, no_answer=False)
    reader.warm_up()

    assert len(read(reader, "who", PASSAGE, FILLER)) == 2


def test_it_must_be_warmed_up() -> None:
    with pytest.raises(RuntimeError, match="warm_up"):
        OnnxExtractiveReader().run("who", [])


def test_a_stride_that_leaves_no_room_is_refused() -> None:
    with pytest.raises(ValueError, match="stride must be less than"):
        OnnxExtractiveReader(max_seq_length=128, stride=100)


def test_it_survives_being_written_down() -> None:
    reader = OnnxExtractiveReader(top_k=7, threads=1, stride=64)

    again = OnnxExtractiveReader.from_dict(reader.to_dict())

    assert again.to_dict() == reader.to_dict()
    assert (again.top_k, again.stride) == (7, 64)


@settings(max_examples=25, deadline=None)
@given(st.text(max_size=300), st.text(max_size=80))
def test_answers_slice_back_from_any_text(reader: OnnxExtractiveReader, text: str, question: str) -> None:
    for answer in read(reader, question, text):
        if answer.document is not None and answer.document_offset is not None:
            assert text[answer.document_offset.start : answer.document_offset.end] == answer.data


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=30), st.integers(1, 8))
def test_the_banded_search_finds_what_a_full_search_finds(logits: list[tuple[float, float]], longest: int) -> None:
    starts, ends = np.array(logits, dtype=np.float32).T
    everywhere = np.ones(len(logits), dtype=np.bool_)

    [best, *others] = best_spans(starts, ends, everywhere, everywhere, longest=longest, top_k=4)

    full = max(
        float(starts[first] + ends[last])
        for first in range(len(logits))
        for last in range(first, min(first + longest, len(logits)))
    )
    assert best.score == pytest.approx(full)
    taken = [place for one in (best, *others) for place in range(one.first, one.last + 1)]
    assert len(taken) == len(set(taken))


def test_spans_begin_and_end_only_where_they_may() -> None:
    ones = np.ones(3, dtype=np.float32)

    [span] = best_spans(ones, ones, np.array([False, True, False]), np.array([True, False, True]), longest=3, top_k=5)

    assert (span.first, span.last) == (1, 2)
    assert best_spans(ones[:0], ones[:0], ones[:0] > 0, ones[:0] > 0, longest=3, top_k=5) == []
