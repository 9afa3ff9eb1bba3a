from importlib.util import find_spec
from pathlib import Path

import pytest
from haystack import Document

from pipelines.benchmark.readers import PASSAGES_READ, compare_readers, compare_speed, reading_tasks
from pipelines.components.splitter import PASSAGE_WORDS


class CountingReader:
    def __init__(self, work: int) -> None:
        self.work = work
        self.read = 0

    def run(self, query: str, documents: list[Document]) -> dict[str, object]:
        self.read += len(documents)
        sum(range(self.work))
        return {"answers": []}


def test_readers_read_the_same_passages_in_turns_after_a_round_to_warm_up() -> None:
    quick, slow = CountingReader(1000), CountingReader(400_000)
    tasks = [("who?", [Document(content="a"), Document(content="b")])]
    first, second = compare_speed({"quick": quick, "slow": slow}, tasks, rounds=3)
    assert quick.read == slow.read == 8
    assert (first.name, first.times_slower) == ("quick", 1)
    assert second.times_slower == pytest.approx(first.passages_per_second / second.passages_per_second)
    assert second.times_slower > 2


def test_the_passages_are_real_text_from_the_shipped_data() -> None:
    tasks = reading_tasks()
    assert all(len(passages) == PASSAGES_READ for _, passages in tasks)
    words = [len((passage.content or "").split()) for _, passages in tasks for passage in passages]
    assert 0.7 * PASSAGE_WORDS < sum(words) / len(words) < 1.3 * PASSAGE_WORDS


@pytest.mark.skipif(find_spec("transformers") is not None, reason="the extra `hub` is installed")
def test_without_the_extra_the_comparison_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ImportError, match=r"verbatim\[hub\]"):
        compare_readers(tmp_path)
