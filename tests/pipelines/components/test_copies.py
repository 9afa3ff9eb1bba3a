"""Of passages that stand in several copies of one article, one is kept."""

from collections.abc import Iterable, Mapping

from haystack import Document

from pipelines.components.copies import CopyMerger
from pipelines.store import EmbeddedDocumentStore
from tests.pipelines.test_wording import prose

ONE, OTHER = prose(1, 60), prose(2, 60)


class Families(EmbeddedDocumentStore):
    """Knows the articles of an agency, a1, a2 and so on, to be copies."""

    def families(self, ids: Iterable[str]) -> dict[str, int]:
        return {one: 1 for one in ids if one.startswith("a")}


def passage(article: str, text: str) -> Document:
    return Document(id=f"{article}:{text[:40]}", content=text, meta={"article_id": article})


def merged(*documents: Document, top_k: int = 8) -> tuple[list[str], Mapping[str, list[str]]]:
    found = CopyMerger(Families("never opened"), top_k=top_k).run(list(documents))
    ids = [document.meta["article_id"] for document in found["documents"]]
    return ids, {key[:2]: [copy.meta["article_id"] for copy in copies] for key, copies in found["copies"].items()}


def test_the_best_of_the_copies_is_kept_and_the_others_are_told() -> None:
    assert merged(passage("a2", ONE), passage("b", ONE), passage("a1", f"Mosul - {ONE}"), passage("a3", ONE)) == (
        ["a2", "b"],
        {"a2": ["a1", "a3"]},
    )


def test_what_only_one_copy_has_stays() -> None:
    assert merged(passage("a1", ONE), passage("a2", OTHER)) == (["a1", "a2"], {})


def test_a_copy_with_another_figure_stays() -> None:
    assert merged(passage("a1", f"{ONE} of 12"), passage("a2", f"{ONE} of 13")) == (["a1", "a2"], {})


def test_passages_of_one_article_stay() -> None:
    assert merged(passage("a1", ONE), passage("a1", f"{ONE} again")) == (["a1", "a1"], {})


def test_no_more_are_kept_than_are_read_and_later_copies_are_told() -> None:
    assert merged(passage("a1", ONE), passage("b", OTHER), passage("a2", ONE), top_k=1) == (["a1"], {"a1": ["a2"]})


def test_it_can_be_written_down_and_made_again() -> None:
    merger = CopyMerger(EmbeddedDocumentStore("never opened"), top_k=3)
    assert CopyMerger.from_dict(merger.to_dict()).to_dict() == merger.to_dict()
