"""The cleaner: what of an article is worth retrieving, and its title and date if nobody gave them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from haystack import component

from pipelines.components.converter import ConvertedArticle
from pipelines.components.layout import Block, Role, layout
from pipelines.components.stamps import dateline_date, full_date
from pipelines.components.titles import find_title
from pipelines.documents import article_id
from pipelines.errors import SourceError
from pipelines.types import Article, Citation, PassageKind, Span

_KINDS = {
    Role.BODY: PassageKind.BODY,
    Role.HEADLINE: PassageKind.BODY,
    Role.BYLINE: PassageKind.BODY,
    Role.CAPTION: PassageKind.CAPTION,
}
UNTITLED = "Untitled"


@dataclass(frozen=True, slots=True)
class CleanArticle:
    """An article and the stretches of it that are to be indexed.

    :param article: The article; its text is as it was converted.
    :param fingerprint: What it was made from.
    :param stretches: Runs of paragraphs between which nothing is left out, in order, each with what it is.
    """

    article: Article
    fingerprint: str
    stretches: tuple[tuple[Span, PassageKind], ...]


@component
class NewsCleaner:
    """Leaves out pointers to other articles, pull quotes and date stamps, and keeps captions apart."""

    @component.output_types(articles=list[CleanArticle], failed=list[SourceError])
    def run(self, articles: list[ConvertedArticle]) -> dict[str, list[CleanArticle] | list[SourceError]]:
        """Clean articles.

        :param articles: The converted articles.
        :returns: `articles`, the same with what is to be indexed of each, and `failed`: those with nothing to index.
        """
        cleaned = [(converted.name, _clean(converted)) for converted in articles]
        return {
            "articles": [article for _, article in cleaned if article.stretches],
            "failed": [SourceError(name, "holds no text") for name, article in cleaned if not article.stretches],
        }


def _clean(converted: ConvertedArticle) -> CleanArticle:
    text, known = converted.text, converted.metadata
    blocks = layout(text, converted.captions)
    found_title = find_title(text, blocks)
    citation = Citation(
        id=article_id(converted.origin),
        title=known.title or found_title or known.source or UNTITLED,
        source=known.source or converted.name,
        url=known.url,
        published=known.published or _published(text, blocks),
        author=known.author,
    )
    # The title is found and shown with every passage; as a passage of its own the headline would only repeat it.
    alone = {Role.BODY, Role.CAPTION} if citation.title == found_title else {Role.BODY, Role.CAPTION, Role.HEADLINE}
    return CleanArticle(Article(citation, text, converted.origin), converted.fingerprint, _stretches(blocks, alone))


def _published(text: str, blocks: Sequence[Block]) -> date | None:
    """Read the day of publication off a date stamp or a dateline, if one of them has a year."""
    stamps = [full_date(text[block.span.start : block.span.end]) for block in blocks if block.role is Role.STAMP]
    first = next((block.span for block in blocks if block.role is Role.BODY), None)
    dateline = dateline_date(text[first.start : first.end]) if first else None
    return next((day for day in (*stamps, dateline) if day), None)


def _stretches(blocks: Sequence[Block], alone: Collection[Role]) -> tuple[tuple[Span, PassageKind], ...]:
    """Join paragraphs between which nothing is left out.

    :param blocks: The layout.
    :param alone: Roles of which a paragraph may be a stretch without others.
    """
    runs: list[list[Block]] = []
    open_body = False
    for block in blocks:
        kind = _KINDS.get(block.role)
        if kind is PassageKind.BODY and open_body:
            runs[-1].append(block)
        elif kind is not None:
            runs.append([block])
        open_body = kind is PassageKind.BODY
    return tuple(
        (Span(run[0].span.start, run[-1].span.end), _KINDS[run[0].role])
        for run in runs
        if any(block.role in alone for block in run)
    )
