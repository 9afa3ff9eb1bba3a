"""Passages are whole sentences with exact offsets."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.cleaner import CleanArticle, NewsCleaner
from pipelines.components.converter import ConvertedArticle
from pipelines.components.sentences import sentences
from pipelines.components.splitter import PASSAGE_WORDS, PassageSplitter, SplitArticle, split_passages
from pipelines.sources.metadata import ArticleMetadata
from pipelines.types import PassageKind, Span


def clean(text: str) -> list[CleanArticle]:
    converted = ConvertedArticle("/a.txt", "a.txt", "f", text, ArticleMetadata(source="a.txt"), ())
    return NewsCleaner().run([converted])["articles"]  # type: ignore[return-value]


def split(text: str) -> SplitArticle:
    [article] = PassageSplitter().run(clean(text))["articles"]
    return article


def numbered(count: int, words: int = 20) -> str:
    return " ".join(f"Sentence {at} {'word ' * (words - 3)}ends." for at in range(count))


def test_passages_are_whole_sentences_near_the_length_aimed_at() -> None:
    text = numbered(50)
    ends = {span.end for span in sentences(text)}
    starts = {span.start for span in sentences(text)}

    passages = split(text).passages

    assert all(passage.span.start in starts and passage.span.end in ends for passage in passages)
    assert all(0.7 * PASSAGE_WORDS <= len(passage.text.split()) <= 1.3 * PASSAGE_WORDS for passage in passages[:-1])


def test_a_passage_repeats_the_last_sentence_of_the_one_before() -> None:
    passages = split(numbered(50)).passages

    for one, following in pairwise(passages):
        last = sentences(one.text)[-1]
        assert following.text.startswith(one.text[last.start : last.end])


def test_a_long_sentence_is_not_repeated() -> None:
    text = numbered(12, words=90)

    passages = split(text).passages

    assert sum(len(passage.text) for passage in passages) <= len(text)


def test_a_caption_is_a_passage_of_its_own_and_what_is_left_out_is_in_none() -> None:
    caption = "Workers carry paintings out of the museum. (ANN LEE/ AFP)"
    before, after = "MADRID - The museum closed on Monday.", "It will open again on Friday."

    article = split("\n".join([caption, before, "READ MORE: Floods", after]))

    assert [(passage.text, passage.kind, passage.index) for passage in article.passages] == [
        (caption, PassageKind.CAPTION, 0),
        (before, PassageKind.BODY, 1),
        (after, PassageKind.BODY, 2),
    ]


def test_a_sentence_longer_than_a_passage_is_cut_where_it_pauses() -> None:
    text = "The list held " + ", ".join(f"item number {at}" for at in range(400)) + "."

    passages = split(text).passages

    assert all(len(passage.text.split()) <= 1.5 * PASSAGE_WORDS for passage in passages)
    assert all(passage.text.endswith((",", ".")) for passage in passages)


def test_text_without_any_space_is_cut_too() -> None:
    passages = split("x" * 50_000 + ".").passages

    assert len(passages) > 10
    assert max(len(passage.text) for passage in passages) < 5000


@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from(" .\nA,a")), max_size=3000))
def test_every_passage_of_any_text_slices_back_exactly(text: str) -> None:
    for article in PassageSplitter().run(clean(text))["articles"]:
        stored = article.article.text
        assert stored == text
        assert article.passages
        for index, passage in enumerate(article.passages):
            assert stored[passage.span.start : passage.span.end] == passage.text
            assert passage.text == passage.text.strip() != ""
            assert passage.index == index


@given(st.lists(st.integers(1, 260), min_size=1, max_size=60))
def test_passages_cover_a_stretch_without_gaps_and_make_progress(lengths: list[int]) -> None:
    text = " ".join("Word " + "word " * (length - 1) + "end." for length in lengths)

    passages = split_passages(text, Span(0, len(text)))

    assert passages[0].start == 0
    assert passages[-1].end == len(text)
    for one, following in pairwise(passages):
        assert one.start < following.start
        assert one.end < following.end
        assert text[one.end : following.start].strip() == ""


@pytest.mark.parametrize("text", ["word " * 200_000, "Short one. " * 50_000, "x" * 1_000_000])
def test_a_long_text_takes_linear_time(text: str) -> None:
    began = time.process_time()

    split_passages(text.strip(), Span(0, len(text.strip())))

    assert time.process_time() - began < 15
