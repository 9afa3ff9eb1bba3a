"""Titles and dates are found where nobody gave them, and what was given wins."""

from datetime import date

import pytest
from haystack import Pipeline

from pipelines.components.cleaner import NewsCleaner
from pipelines.components.converter import ConvertedArticle
from pipelines.components.titles import LONGEST_MADE_TITLE
from pipelines.errors import SourceError
from pipelines.sources.metadata import NOTHING_KNOWN, ArticleMetadata
from pipelines.types import Article, Citation

CAPTION = "Workers carry paintings out of the museum in Madrid. (ANN LEE/ AFP)"
BODY = "MADRID - The museum closed on Monday. It will open again on Friday."


def article(*lines: str, metadata: ArticleMetadata = NOTHING_KNOWN) -> Article:
    metadata = metadata.or_else(ArticleMetadata(source="a.txt"))
    converted = ConvertedArticle("/a.txt", "a.txt", "f", "\n".join(lines), metadata, ())
    [cleaned] = NewsCleaner().run([converted])["articles"]
    return cleaned.article  # type: ignore[union-attr]


def test_the_headline_is_the_title() -> None:
    assert article(CAPTION, "Burst pipe closes museum", "By Ann Lee", BODY).citation.title == "Burst pipe closes museum"


def test_without_a_headline_the_first_sentence_is_the_title_without_its_dateline() -> None:
    assert article(CAPTION, BODY).citation.title == "The museum closed on Monday."


def test_a_made_title_is_cut_at_a_word() -> None:
    title = article("The museum closed " + "and closed " * 40 + "on Monday. So what.").citation.title

    assert len(title) <= LONGEST_MADE_TITLE
    assert title.endswith(("and…", "closed…"))


@pytest.mark.parametrize("lines", [(CAPTION,), ("By Ann Lee", CAPTION)])
def test_a_caption_never_becomes_the_title(lines: tuple[str, ...]) -> None:
    assert article(*lines).citation.title == "a.txt"


def test_what_was_given_wins_over_what_is_found() -> None:
    given = ArticleMetadata("Given", date(2020, 2, 2), "The Paper", "https://example.org/a", "Ann Lee")

    citation = article("Burst pipe closes museum", "Published: 3 March 2020", BODY, metadata=given).citation

    assert citation == Citation(citation.id, "Given", "The Paper", "https://example.org/a", date(2020, 2, 2), "Ann Lee")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Burst pipe closes museum", "Published: 3 March 2020", BODY), date(2020, 3, 3)),
        (("MADRID, March 3, 2020 (EFE) - The museum closed.",), date(2020, 3, 3)),
        (("MADRID, March 3 (EFE) - The museum closed in January 2019.",), None),
        (("The museum closed on March 3, 2020. That was long ago.",), None),
    ],
)
def test_the_day_of_publication_is_read_off_a_stamp_or_dateline_only(
    lines: tuple[str, ...], expected: date | None
) -> None:
    assert article(*lines).citation.published == expected


def test_an_article_without_anything_to_index_is_reported_by_name() -> None:
    converted = ConvertedArticle("/a.txt", "a.txt", "f", "READ MORE: Floods", NOTHING_KNOWN, ())

    result = NewsCleaner().run([converted])

    assert result["articles"] == []
    [error] = result["failed"]
    assert isinstance(error, SourceError)
    assert str(error) == "a.txt: holds no text"


def test_the_cleaner_is_a_haystack_component() -> None:
    pipeline = Pipeline()
    pipeline.add_component("cleaner", NewsCleaner())

    assert Pipeline.loads(pipeline.dumps(), allowed_modules=["pipelines.*"]).get_component("cleaner")
