"""What people write beside an article is read as they mean it, or refused with the reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sources.metadata import ArticleMetadata, one_line, read_sidecar, split_front_matter


@pytest.mark.parametrize(
    "published",
    ["2021-01-05", "'2021-01-05'", "2021-01-05T10:30:00Z", "2021-01-05 10:30:00", "January 5, 2021", "5 Jan 2021"],
)
def test_a_sidecar_is_read(published: str) -> None:
    text = f"title: 'Talks: the end'\npublished: {published}\nsource: The Paper\nurl: https://a.example/b?c=d\n"

    assert read_sidecar(text) == ArticleMetadata(
        "Talks: the end", date(2021, 1, 5), "The Paper", "https://a.example/b?c=d"
    )


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ann Lee", "Ann Lee"),
        ("By Ann Lee", "Ann Lee"),
        ("Ann Lee; Bob Ray", "Ann Lee, Bob Ray"),
        ("[Ann Lee, Bob Ray, Ann Lee]", "Ann Lee, Bob Ray"),
        ("[{name: Ann Lee, url: https://a.example/ann}, Bob Ray]", "Ann Lee, Bob Ray"),
        ("{name: Ann Lee}", "Ann Lee"),
        ("https://a.example/ann", None),
        ("[1, {}, '']", None),
        ("7", None),
    ],
)
def test_authors_are_read_as_people_write_them_down(author: str, expected: str | None) -> None:
    assert read_sidecar(f"author: {author}\n").author == expected
    assert split_front_matter(f"---\nauthors: {author}\n---\nText")[0].author == expected


def test_an_empty_sidecar_says_nothing() -> None:
    assert read_sidecar("") == read_sidecar("title:\nurl: ''\n") == ArticleMetadata()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title: [", "is not valid YAML (line 1)"),
        ("title: a: b", "is not valid YAML (line 1)"),
        ("just words", 'is not of the form "title: ..."'),
        ("titel: A", "has the unknown key 'titel' (known: title, published, source, url, author)"),
        ("title: [a, b]", "has a title that is not text"),
        ("published: 2021", "has no day in published: '2021' (write it as 2021-01-05)"),
        ("published: 05/01/2021", "has no day in published: '05/01/2021' (write it as 2021-01-05)"),
        ("published: 2021-02-30", "is not valid YAML"),
        ("url: javascript:alert(1)", "has a url that is no http or https address: 'javascript:alert(1)'"),
        ("url: https:///a", "has a url that is no http or https address: 'https:///a'"),
        ("title: !!python/object:os.system x", "is not valid YAML (line 1)"),
    ],
)
def test_a_wrong_sidecar_is_refused_with_the_reason(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        read_sidecar(text)

    assert str(refused.value) == expected


def test_text_without_front_matter_stays_as_it_is() -> None:
    text = "--- a line\n---\ntitle: no\n---\n"

    assert split_front_matter(text) == (ArticleMetadata(), text)


def test_a_title_cannot_hide_or_reorder_what_is_shown_beside_it() -> None:
    assert one_line("  A\n\u202etitle\u200b\x07 of\tit ") == "A title of it"


@given(st.text(), st.integers(2, 40))
def test_a_title_is_one_line_of_bounded_length(text: str, longest: int) -> None:
    line = one_line(text, longest)

    assert len(line) <= longest
    assert line == line.strip()
    assert len(line.splitlines()) <= 1
