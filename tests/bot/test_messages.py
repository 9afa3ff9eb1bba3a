"""How answers look: whatever the articles hold, the marked words are the quote and Telegram's limits hold."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from telegram import MessageEntity

from bot.messages import (
    NOT_FOUND,
    UNSURE,
    VerbatimMismatchError,
    answer_message,
    more_message,
    passage_message,
)
from bot.richtext import MAX_ENTITIES, MAX_LENGTH, Message, entity_text, utf16_length
from bot.wording import GAP
from pipelines.types import Answer, Citation, Outcome, Quote, ResolvedDate, Span

ARTICLE = Citation(
    id="a" * 16,
    title="Only hundreds of US troops to remain",
    source="The Paper",
    url="https://example.org/troops",
    published=date(2021, 1, 5),
)
RTL = "\u0627\u0644\u0639\u0631\u0627\u0642"
HOSTILE = [
    "\u202e",
    "\u2066",
    "\u200f",
    "e\u0301\u0301",
    "👩‍👩‍👧‍👦",
    "🇮🇶",
    RTL,
    "@someone",
    "\U0001d54f",
    "\n",
    "/start",
    "<b>",
    "\x00",
    " ",
]

texts = st.lists(st.one_of(st.text(max_size=30), st.sampled_from(HOSTILE)), max_size=12).map("".join)


@st.composite
def quotes(draw: st.DrawFn, *, longest: int = 40) -> Quote:
    before, after = draw(texts) * draw(st.integers(0, longest)), draw(texts) * draw(st.integers(0, longest))
    words = draw(texts.filter(bool)) * draw(st.integers(1, 3))
    start = draw(st.integers(0, 1000)) + len(before)
    sentence = before + words + after
    titles = st.one_of(texts, st.text(max_size=400))
    citation = Citation("b" * 16, draw(titles), draw(titles), draw(st.none() | st.just("https://example.org/a")))
    return Quote(
        text=words,
        start=start,
        end=start + len(words),
        confidence=0.9,
        sentence=sentence,
        sentence_start=start - len(before),
        passage=Span(start - len(before), start + len(words) + len(after)),
        article=citation,
        date=draw(st.none() | st.just(ResolvedDate(words, "2020-06-12"))),
        also_in=tuple(draw(st.lists(st.just(citation), max_size=5))),
    )


def _quote(sentence: str, words: str, **changes: object) -> Quote:
    offset = sentence.index(words)
    fields: dict[str, object] = {
        "text": words,
        "start": 100 + offset,
        "end": 100 + offset + len(words),
        "confidence": 0.9,
        "sentence": sentence,
        "sentence_start": 100,
        "passage": Span(100, 100 + len(sentence)),
        "article": ARTICLE,
    } | changes
    return Quote(**fields)  # type: ignore[arg-type]


def _answered(*found: Quote) -> Answer:
    return Answer("a question", Outcome.ANSWERED, found)


def _marked(message: Message, kind: str = MessageEntity.BOLD) -> list[str]:
    return [entity_text(message, entity) for entity in message.entities if entity.type == kind]


def _assert_telegram_takes(message: Message) -> None:
    assert utf16_length(message.text) <= MAX_LENGTH
    assert len(message.entities) <= MAX_ENTITIES
    for entity in message.entities:
        assert entity.length > 0
        assert 0 <= entity.offset <= entity.offset + entity.length <= utf16_length(message.text)
    spans = [(entity.offset, entity.offset + entity.length) for entity in message.entities]
    assert spans == sorted(spans, key=lambda span: (span[0], -span[1]))
    for index, (start, end) in enumerate(spans):
        for other_start, other_end in spans[index + 1 :]:
            assert other_start >= end or other_end <= end, "two entities cross"
            assert other_start >= start


@given(quotes())
@example(_quote("🎉" * 900 + " words " + RTL * 400, "words"))
@example(_quote("@someone " * 400 + "said so", "said"))
@example(_quote("x" * 5000, "x" * 5000))
def test_the_marked_words_are_the_quote_and_the_limits_hold(quote: Quote) -> None:
    message = answer_message(_answered(quote))
    _assert_telegram_takes(message)
    for words in _marked(message):
        assert words == quote.text or (len(quote.text) > 400 and quote.text.startswith(words))


@given(st.lists(quotes(), min_size=2, max_size=5))
def test_more_answers_fit_into_one_message_and_mark_each_quote(found: list[Quote]) -> None:
    message = more_message(_answered(*found))
    _assert_telegram_takes(message)
    marked = _marked(message)
    for quote in found[1:]:
        assert any(quote.text == words or (words and quote.text.startswith(words)) for words in marked)


@given(quotes(longest=200))
def test_a_passage_marks_the_quote(quote: Quote) -> None:
    text = "#" * quote.sentence_start + quote.sentence
    message = passage_message(quote, text)
    assert message is not None
    _assert_telegram_takes(message)
    assert len(_marked(message, MessageEntity.BLOCKQUOTE)) == 1
    assert _marked(message)[0] == quote.text or utf16_length(quote.text) > 400


@given(texts, texts, texts)
def test_a_hostile_title_stays_on_its_line(title: str, source: str, question: str) -> None:
    nearest = Citation("c" * 16, title, source)
    message = answer_message(Answer(question, Outcome.NOT_FOUND, nearest=(nearest,) * 3), with_question=True)
    _assert_telegram_takes(message)
    assert len(message.text.split("\n")) == 8
    assert "\u202e" not in message.text


def test_an_answer_is_quote_date_sentence_article() -> None:
    sentence = "The talks began last June 12, he said."
    quote = _quote(sentence, "last June 12", date=ResolvedDate("last June 12", "2020-06-12"))
    message = answer_message(_answered(quote))
    assert message.text == (
        "last June 12\n12 June 2020\n\nThe talks began last June 12, he said.\n"
        "Only hundreds of US troops to remain\nThe Paper · 5 January 2021"
    )
    assert _marked(message) == ["last June 12", "last June 12"]
    assert _marked(message, MessageEntity.BLOCKQUOTE) == [sentence]
    [link] = [entity for entity in message.entities if entity.type == MessageEntity.TEXT_LINK]
    assert link.url == "https://example.org/troops"
    assert entity_text(message, link) == ARTICLE.title


def test_a_quote_that_is_its_whole_sentence_is_shown_once() -> None:
    message = answer_message(_answered(_quote("They left in March.", "They left in March.")))
    assert message.text.count("They left in March.") == 1
    assert _marked(message, MessageEntity.BLOCKQUOTE) == _marked(message) == ["They left in March."]


def test_a_date_inside_a_longer_quote_is_explained_by_name() -> None:
    words = "on the Tuesday after the talks had begun"
    quote = _quote(f"It was {words}.", words, date=ResolvedDate("Tuesday", "2021-01-05"))
    assert "\n“Tuesday” is 5 January 2021\n" in answer_message(_answered(quote)).text


@pytest.mark.parametrize(("iso", "words"), [("2020-06", "June 2020"), ("2020", "2020")])
def test_a_month_or_a_year_is_all_that_is_said_when_no_day_is_known(iso: str, words: str) -> None:
    quote = _quote("It began last summer, he said.", "last summer", date=ResolvedDate("last summer", iso))
    assert f"last summer\n{words}\n" in answer_message(_answered(quote)).text


def test_a_date_that_is_already_plain_is_not_repeated() -> None:
    words = "12 June 2020"
    quote = _quote(f"It began on {words}.", words, date=ResolvedDate(words, "2020-06-12"))
    assert answer_message(_answered(quote)).text.count(words) == 2


def test_an_article_without_a_day_says_so() -> None:
    quote = _quote("They left in March.", "March", article=Citation("d" * 16, "Title", "notes.txt"))
    assert answer_message(_answered(quote)).text.endswith("Title\nnotes.txt · no date")


def test_an_author_is_named_with_the_article() -> None:
    quote = _quote("They left in March.", "March", article=replace(ARTICLE, author="Ann\u202e Lee"))
    assert answer_message(_answered(quote)).text.endswith("\nby Ann Lee · The Paper · 5 January 2021")


def test_other_articles_that_agree_are_named() -> None:
    quote = _quote("They left in March.", "March", also_in=(ARTICLE,) * 4)
    assert answer_message(_answered(quote)).text.endswith(
        f"\nAlso in: {'; '.join([f'{ARTICLE.title} (The Paper, 5 January 2021)'] * 3)}; and 1 more"
    )


def test_an_unsure_answer_says_so_before_anything_else() -> None:
    answer = Answer("q", Outcome.UNSURE, (_quote("They left in March.", "March"),))
    message = answer_message(answer)
    assert message.text.startswith(f"{UNSURE}\n\nMarch\n")
    assert _marked(message)[0] == "March"


def test_not_found_names_the_nearest_articles_and_marks_nothing() -> None:
    message = answer_message(Answer("q", Outcome.NOT_FOUND, nearest=(ARTICLE,)))
    assert message.text.startswith(NOT_FOUND)
    assert message.text.endswith(f"\n• {ARTICLE.title} (The Paper · 5 January 2021)")
    assert _marked(message) == []


def test_notices_stand_first_in_italics() -> None:
    answer = Answer("q", Outcome.ANSWERED, (_quote("They left in March.", "March"),), notices=("A notice.",))
    message = answer_message(answer)
    assert message.text.startswith("A notice.\n\n")
    assert _marked(message, MessageEntity.ITALIC) == ["A notice."]


def test_a_question_asked_by_a_button_is_repeated() -> None:
    message = answer_message(_answered(_quote("They left in March.", "March")), with_question=True)
    assert message.text.startswith("a question\n\nMarch\n")


def test_a_long_sentence_is_cut_at_words_and_only_outside_the_quote() -> None:
    sentence = "before " * 400 + "the answer" + " after" * 400
    message = answer_message(_answered(_quote(sentence, "the answer")))
    [block] = _marked(message, MessageEntity.BLOCKQUOTE)
    assert block.startswith(f"{GAP} before before")
    assert block.endswith(f"after after {GAP}")
    assert "before the answer after" in block
    assert utf16_length(block) < 1300


def test_a_name_in_an_article_notifies_nobody() -> None:
    quote = _quote("The minister, @minister, met reader@example.org.", "@minister")
    message = answer_message(_answered(quote))
    links = [entity for entity in message.entities if entity.type == MessageEntity.TEXT_LINK]
    shielded = [entity.url for entity in links if entity_text(message, entity) == "@minister"]
    assert shielded == ["https://t.me/minister"] * 2
    assert "https://t.me/example" not in [entity.url for entity in links]
    assert _marked(message) == ["@minister", "@minister"]


def test_a_name_that_the_quote_cuts_in_two_is_shielded_as_well() -> None:
    message = answer_message(_answered(_quote("He wrote to @minister today.", "minister today")))
    _assert_telegram_takes(message)
    shielded = [entity_text(message, entity) for entity in message.entities if entity.url == "https://t.me/minister"]
    assert shielded == ["@"]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "tg://user?id=1", "https://", "file:///etc/passwd", "  "])
def test_only_web_links_are_offered(url: str) -> None:
    article = Citation("e" * 16, "Title", "Outlet", url)
    message = answer_message(_answered(_quote("They left in March.", "March", article=article)))
    assert all(entity.type != MessageEntity.TEXT_LINK for entity in message.entities)


def test_a_title_loses_its_control_characters_and_is_isolated_when_right_to_left() -> None:
    article = Citation("f" * 16, f"\u202e{RTL}\x07\n", "Out\u2066let")
    message = answer_message(_answered(_quote("They left in March.", "March", article=article)))
    assert message.text.endswith(f"\n\u2068{RTL}\u2069\nOutlet · no date")


def test_a_quote_that_is_not_in_its_sentence_is_never_shown() -> None:
    quote = _quote("They left in March.", "March", text="April")
    with pytest.raises(VerbatimMismatchError):
        answer_message(_answered(quote))


def test_a_passage_of_a_changed_article_is_not_shown() -> None:
    assert passage_message(_quote("They left in March.", "March"), "#" * 100 + "They left in April.") is None


def test_a_passage_is_shown_whole_with_nothing_to_open() -> None:
    text = "They left in March. " + "Nobody saw them go. " * 40
    quote = _quote(text.rstrip(), "March", start=13, end=18, sentence_start=0, passage=Span(0, len(text) - 1))
    message = passage_message(quote, text)
    assert message is not None
    assert _marked(message, MessageEntity.BLOCKQUOTE) == [text.rstrip()]


def test_a_very_long_passage_is_cut_at_sentences_around_the_quote() -> None:
    text = "Nobody saw them come. " * 100 + "They left in March. " + "Nobody saw them go. " * 100
    start = text.index("March")
    quote = _quote(text, "March", start=start, end=start + 5, sentence_start=0, passage=Span(0, len(text)))
    message = passage_message(quote, text)
    assert message is not None
    [block] = _marked(message, MessageEntity.BLOCKQUOTE)
    assert block.startswith(f"{GAP} Nobody saw them come. Nobody")
    assert "come. They left in March. Nobody" in block
    assert block.endswith(f"saw them go. {GAP}")
    assert 1100 < utf16_length(block) < 1250
