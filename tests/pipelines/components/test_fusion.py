"""Fusion weighs each index by its name and always gives the same order."""

import pytest
from haystack import Document
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.fusion import WeightedReciprocalRankFusion


def ranked(*names: str) -> list[Document]:
    return [Document(id=name, content=name, score=0.3) for name in names]


def fuse(fusion: WeightedReciprocalRankFusion, keyword: list[Document], dense: list[Document]) -> list[str]:
    return [one.id for one in fusion.run(keyword_documents=keyword, dense_documents=dense)["documents"]]


def test_what_both_indexes_find_comes_first() -> None:
    assert fuse(WeightedReciprocalRankFusion(), ranked("a", "b"), ranked("c", "b"))[0] == "b"


def test_weights_belong_to_the_indexes_they_are_named_for() -> None:
    keyword, dense = ranked("a"), ranked("b")

    assert fuse(WeightedReciprocalRankFusion(0.9, 0.1), keyword, dense) == ["a", "b"]
    assert fuse(WeightedReciprocalRankFusion(0.1, 0.9), keyword, dense) == ["b", "a"]
    assert fuse(WeightedReciprocalRankFusion(0.0, 1.0), keyword, dense) == ["b"]


def test_the_first_of_both_scores_one() -> None:
    [best] = WeightedReciprocalRankFusion(0.3, 0.7).run(keyword_documents=ranked("a"), dense_documents=ranked("a"))[
        "documents"
    ]

    assert best.score == pytest.approx(1.0)


@given(st.permutations("abcdefg"), st.permutations("abcdefg"), st.integers(1, 9))
def test_the_order_is_total_and_bounded(keyword: list[str], dense: list[str], top_k: int) -> None:
    fusion = WeightedReciprocalRankFusion(top_k=top_k)
    found = fuse(fusion, ranked(*keyword), ranked(*dense))

    assert len(found) == len(set(found)) == min(top_k, 7)
    assert found == fuse(fusion, ranked(*dense), ranked(*keyword))


def test_the_inputs_stay_as_they_were() -> None:
    keyword = ranked("a")
    WeightedReciprocalRankFusion().run(keyword_documents=keyword, dense_documents=[])

    assert keyword[0].score == 0.3


def test_weights_must_make_sense() -> None:
    with pytest.raises(ValueError, match="not both 0"):
        WeightedReciprocalRankFusion(0, 0)


def test_it_survives_being_written_down() -> None:
    fusion = WeightedReciprocalRankFusion(0.2, 0.8, 5)

    assert WeightedReciprocalRankFusion.from_dict(fusion.to_dict()).to_dict() == fusion.to_dict()
