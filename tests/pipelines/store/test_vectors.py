"""The vector index by itself."""

from pathlib import Path

import numpy as np
import pytest

from pipelines.store.vectors import Graph, Tail, VectorIndex, expansion_for, unit, write_graph

COUNT, DIMENSION = 3_000, 32


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """Vectors in clusters, as those of sentences are."""
    dice = np.random.default_rng(0)
    centres = dice.standard_normal((50, DIMENSION))
    return unit((centres[dice.integers(50, size=COUNT)] + dice.standard_normal((COUNT, DIMENSION))).astype(np.float32))


def test_approximate_search_finds_what_exact_search_finds(tmp_path: Path, vectors: np.ndarray) -> None:
    # Half of the vectors were in the graph before, a quarter is added to it, the rest is still compared one by one.
    keys = np.arange(COUNT) + 1
    half, most = COUNT // 2, COUNT * 3 // 4
    first, second = tmp_path / "vectors-1.usearch", tmp_path / "vectors-2.usearch"
    assert write_graph(first, DIMENSION, [(keys[:half], vectors[:half])], base=None) == half
    assert write_graph(second, DIMENSION, [(keys[half:most], vectors[half:most])], base=first) == most
    tail = Tail().extended([(keys[most:], vectors[most:])])
    index = VectorIndex(Graph(second, DIMENSION, most), tail)
    recalls = []
    for query in vectors[::30]:
        exact = set((np.argsort(-(vectors @ query))[:10] + 1).tolist())
        found = index.search(query, 10)
        assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)
        recalls.append(len({key for key, _ in found} & exact) / 10)
    assert np.mean(recalls) >= 0.98


def test_more_candidates_are_kept_in_larger_graphs() -> None:
    assert [expansion_for(size) for size in (1, 30_000, 240_000, 10**8)] == [64, 128, 256, 512]


def test_a_graph_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path, vectors: np.ndarray) -> None:
    (tmp_path / "vectors-1.usearch").mkdir()
    with pytest.raises(OSError, match="vectors-1"):
        write_graph(tmp_path / "vectors-1.usearch", DIMENSION, [(np.arange(10), vectors[:10])], base=None)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors-1.usearch"]


@pytest.mark.parametrize("seed", range(12))
def test_who_asks_for_all_gets_all_however_alike_they_are(tmp_path: Path, seed: int) -> None:
    dice = np.random.default_rng(seed)
    centres = dice.standard_normal((4, 16))
    alike = unit((centres[dice.integers(4, size=40)] + 0.05 * dice.standard_normal((40, 16))).astype(np.float32))
    file = None
    for start in range(0, 40, 10):
        keys, base = np.arange(start, start + 10) + 1, file
        file = tmp_path / f"vectors-{start}.usearch"
        write_graph(file, 16, [(keys, alike[start : start + 10])], base=base)
    assert file is not None
    query = unit(dice.standard_normal(16).astype(np.float32))
    found, _ = Graph(file, 16, 40).search(query, 1000)
    assert sorted(found) == list(range(1, 41))
