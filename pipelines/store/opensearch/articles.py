"""The articles: written whole, listed, looked up and removed.

A cluster has no transactions. What stands in for them: an article is marked as unfinished while its passages are
written or removed, and passages have ids made from what they say. A run that is killed leaves at most unfinished
articles, and the next run writes those again, over the same ids: nothing is lost and nothing doubled.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from opensearchpy import OpenSearch

from pipelines.documents import citation_from_meta
from pipelines.store.opensearch import bulk
from pipelines.store.opensearch.base import OpenSearchBase
from pipelines.store.opensearch.copies import Joined
from pipelines.store.opensearch.documents import UNFINISHED, article_from, article_source, passage_source
from pipelines.store.opensearch.queries import NEWEST_FIRST, passages_of
from pipelines.store.types import IndexedArticle
from pipelines.types import Article, Citation

_PAGE = 5_000
_SHOWN = ["article_id", "title", "source", "url", "published", "author"]
_NOT_FOUND = 404


class Articles(OpenSearchBase):
    """The store as a library of articles."""

    def count_articles(self) -> int:
        """Count the articles."""
        with self._reading() as client:
            return int(client.count(index=self._articles, ignore_unavailable=True)["count"])

    def articles(self, *, offset: int = 0, limit: int = 20) -> list[Citation]:
        """List articles, newest first; those without a date come last.

        :param offset: How many to leave out, from 0.
        :param limit: How many to list at most.
        :returns: Their citations.
        """
        body = {"from": offset, "size": limit, "sort": NEWEST_FIRST, "_source": _SHOWN, "query": {"match_all": {}}}
        with self._reading() as client:
            return [citation_from_meta(hit["_source"]) for hit in _hits(client, self._articles, body)]

    def article(self, id: str) -> Article | None:  # noqa: A002  the name in bot.protocols.Library
        """Read one article.

        :param id: The article's id.
        :returns: The article, or None if it is not indexed.
        """
        with self._reading() as client:
            found = client.get(index=self._articles, id=id, ignore=_NOT_FOUND)
        return article_from(found["_source"]) if found.get("found") else None

    def fingerprints(self) -> dict[str, str]:
        """Read every article's fingerprint.

        :returns: The fingerprints by article id.
        """
        with self._reading() as client:
            sources = self._each(client, {"match_all": {}}, ["article_id", "fingerprint"])
            return {source["article_id"]: source["fingerprint"] for source in sources}

    def article_ids_under(self, origin_prefix: str) -> set[str]:
        """Find the articles whose origin begins with a prefix.

        :param origin_prefix: The prefix; end a folder's with its separator.
        :returns: Their ids.
        """
        with self._reading() as client:
            sources = self._each(client, {"prefix": {"origin": {"value": origin_prefix}}}, ["article_id"])
            return {source["article_id"] for source in sources}

    def write_articles(self, batch: Sequence[IndexedArticle]) -> int:
        """Add articles with their passages, or replace them; a batch that fails is written again by the next run.

        :param batch: The articles; many at a time are quicker than one by one.
        :returns: How many of them are copies of other articles.
        :raises pipelines.errors.StorageError: If the cluster does not take one of them.
        :raises pipelines.errors.SearchUnavailableError: If the cluster does not answer, or has too much to do.
        """
        if not batch:
            return 0
        written = [document.id for indexed in batch for document in indexed.documents]
        with self._writing() as client:
            if self._copies.is_full:
                self._show(client)
            earlier = self._known(client, {indexed.article.citation.id for indexed in batch})
            joined = self._copies.join(client, self._articles, [indexed.article for indexed in batch])
            bulk.write(client, self._contents(batch, joined))
            if earlier:
                self._remove_passages(client, earlier, but=written)
            bulk.write(client, self._marks({one.article.citation.id: one.fingerprint for one in batch}))
        return sum(one.is_copy for one in joined.values())

    def recognise_copies(self) -> None:
        """Do nothing: every article was compared with the others when it was written."""

    def families(self, ids: Iterable[str]) -> dict[str, int]:
        """Tell which articles are copies of one text.

        :param ids: Articles' ids; unknown ones are left out.
        :returns: A number for each: the same for copies and near copies.
        """
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        with self._reading() as client:
            answer = client.mget(index=self._articles, body={"ids": wanted}, _source=["family"])
        return {found["_id"]: found["_source"]["family"] for found in answer["docs"] if found.get("found")}

    def delete_articles(self, ids: Collection[str]) -> int:
        """Remove articles with their passages.

        :param ids: Their ids; unknown ones are left out.
        :returns: How many were removed.
        :raises pipelines.errors.SearchUnavailableError: If the cluster does not answer.
        """
        if not ids:
            return 0
        with self._writing() as client:
            known = self._known(client, ids)
            if not known:
                return 0
            bulk.write(client, self._marks(dict.fromkeys(known, UNFINISHED)))
            self._remove_passages(client, known)
            return bulk.write(client, (bulk.delete(self._articles, id_) for id_ in sorted(known)))

    def _contents(self, batch: Iterable[IndexedArticle], joined: Mapping[str, Joined]) -> Iterator[dict[str, Any]]:
        for indexed in batch:
            id_ = indexed.article.citation.id
            source = article_source(indexed, joined[id_].wording, joined[id_].family)
            yield bulk.index(self._articles, id_, source)
            for document in indexed.documents:
                yield bulk.index(self._passages, document.id, passage_source(document))

    def _marks(self, fingerprints: dict[str, str]) -> Iterator[dict[str, Any]]:
        for id_, fingerprint in fingerprints.items():
            yield bulk.update(self._articles, id_, {"fingerprint": fingerprint})

    def _known(self, client: OpenSearch, ids: Collection[str]) -> set[str]:
        answer = client.mget(index=self._articles, body={"ids": sorted(ids)}, _source=False)
        return {found["_id"] for found in answer["docs"] if found.get("found")}

    def _remove_passages(self, client: OpenSearch, article_ids: Collection[str], *, but: Collection[str] = ()) -> None:
        # A query finds only what can be searched already.
        self._show(client)
        client.delete_by_query(
            index=self._passages,
            body=passages_of(article_ids, but=but),
            conflicts="proceed",
            request_timeout=bulk.WRITE_SECONDS,
        )

    def _each(self, client: OpenSearch, query: dict[str, Any], fields: list[str]) -> Iterator[dict[str, Any]]:
        """Read fields of every article that a query selects."""
        body: dict[str, Any] = {"size": _PAGE, "query": query, "sort": [{"article_id": "asc"}], "_source": fields}
        while hits := _hits(client, self._articles, body):
            yield from (hit["_source"] for hit in hits)
            body["search_after"] = hits[-1]["sort"]


def _hits(client: OpenSearch, index: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    found = client.search(index=index, body=body, ignore_unavailable=True, allow_partial_search_results=False)
    hits: list[dict[str, Any]] = found["hits"]["hits"]
    return hits
