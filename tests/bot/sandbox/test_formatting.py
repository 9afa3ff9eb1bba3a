"""What the sandbox takes as formatted text, and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.errors import BotApiError
from bot.sandbox.formatting import FormattedText, formatted, units
from bot.sandbox.types import Entity

WORDS = "😀 see it"


def entity(kind: str, offset: int, length: int, url: str | None = None) -> Entity:
    return Entity(type=kind, offset=offset, length=length, url=url)


def refusal(text: str, *entities: Entity) -> str:
    with pytest.raises(BotApiError) as refused:
        formatted(text, entities)
    assert refused.value.code == 400
    return refused.value.description


def covered(content: FormattedText, kind: str) -> list[str]:
    encoded = content.text.encode("utf-16-le")
    return [
        encoded[2 * one.offset : 2 * (one.offset + one.length)].decode("utf-16-le")
        for one in content.entities
        if one.type == kind
    ]


@pytest.mark.parametrize("text", ["", " \n\t "])
def test_a_text_needs_something_to_read(text: str) -> None:
    assert refusal(text) == "Bad Request: message text is empty"


def test_length_counts_utf16_units() -> None:
    assert units(formatted("😀" * 2048).text) == 4096
    assert refusal("😀" * 2048 + "a") == "Bad Request: message is too long"


def test_a_lone_surrogate_is_refused() -> None:
    assert "UTF-8" in refusal("half \ud83d")


def test_a_hundred_entities_are_taken_and_one_more_is_not() -> None:
    marks = [entity("bold", 2 * number, 1) for number in range(101)]
    assert len(formatted("a " * 101, marks[:100]).entities) == 100
    assert "ENTITIES_TOO_LONG" in refusal("a " * 101, *marks)


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (entity("bold", 0, 1), "ends in a middle of a UTF-16 symbol"),
        (entity("bold", 1, 3), "begins in a middle of a UTF-16 symbol"),
        (entity("bold", 3, 7), "ends after the end of the text at UTF-16 offset 10"),
        (entity("bold", -1, 3), "offset -1"),
        (entity("bold", 3, 0), "length 0"),
        (entity("loud", 0, 2), "unsupported type 'loud'"),
        (entity("text_link", 0, 2), "not the address of a web page"),
        (entity("text_link", 0, 2, "javascript:alert(1)"), "not the address of a web page"),
    ],
)
def test_an_entity_that_does_not_fit_is_refused(mark: Entity, reason: str) -> None:
    assert reason in refusal(WORDS, mark)


@pytest.mark.parametrize(
    ("outer", "inner", "reason"),
    [
        (entity("bold", 0, 6), entity("italic", 3, 6), "cross"),
        (entity("blockquote", 0, 9), entity("expandable_blockquote", 3, 3), "can't be nested"),
        (entity("bold", 0, 9), entity("bold", 3, 3), "can't be nested"),
        (entity("text_link", 0, 9, "https://example.org"), entity("text_link", 3, 3, "http://a.b"), "can't be nested"),
        (entity("bold", 0, 9), entity("code", 3, 3), "code can't"),
    ],
)
def test_entities_that_telegram_would_split_are_refused(outer: Entity, inner: Entity, reason: str) -> None:
    assert reason in refusal(WORDS, inner, outer)


def test_what_may_be_nested_is_kept_sorted_with_the_longer_first() -> None:
    marks = [entity("bold", 3, 3), entity("blockquote", 0, 9), entity("text_link", 3, 3, "https://example.org")]
    content = formatted(WORDS, marks)
    assert content.entities[0].type == "blockquote"
    assert covered(content, "bold") == ["see"]


def test_white_space_at_the_ends_goes_and_entities_move_along() -> None:
    content = formatted("\n  one two \n", [entity("bold", 0, 6), entity("italic", 7, 5)])
    assert content.text == "one two"
    assert covered(content, "bold") == ["one"]
    assert covered(content, "italic") == ["two"]


def test_commands_names_and_addresses_are_found() -> None:
    content = formatted("😀 /ask@verbatim_bot, @alice: see https://example.org/a_(b). Not me@example.org or 1/2")
    assert covered(content, "bot_command") == ["/ask@verbatim_bot"]
    assert covered(content, "mention") == ["@alice"]
    assert covered(content, "url") == ["https://example.org/a_(b"]


def test_nothing_is_found_inside_a_link_or_code() -> None:
    content = formatted("@alice /ask", [entity("text_link", 0, 6, "https://t.me/alice"), entity("code", 7, 4)])
    assert [one.type for one in content.entities] == ["text_link", "code"]


@given(st.text(min_size=1), st.data())
def test_an_entity_still_covers_its_words_after_trimming(text: str, data: st.DataObject) -> None:
    if not text.strip():
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    mark = entity("bold", units(text[:start]), units(text[start:end]))
    lead = len(text) - len(text.lstrip())
    kept = text.strip()[max(start - lead, 0) : max(end - lead, 0)]
    assert covered(formatted(text, [mark]), "bold") == ([kept] if kept else [])
