from pathlib import Path

from pipelines.answering import Answerer
from pipelines.benchmark.build import write_corpus
from pipelines.benchmark.measure import Effort, Retrieval, measure


def test_every_step_of_an_answer_is_timed_for_one_asker_and_for_eight(tmp_path: Path) -> None:
    write_corpus(tmp_path, 40, seed=1)
    retrieval = Retrieval(candidates=10, passages_read=2, keyword_weight=0.5, dense_weight=0.5)
    effort = Effort(retrieval=6, reading=2)
    found = measure(tmp_path, passages=40, seed=1, retrieval=retrieval, make_answerer=Answerer, effort=effort)
    names = [stage.name for stage in found.stages]
    assert names == ["keyword", "dense", "fusion", "retrieval", "encoder", "reader", "answer"]
    for stage in found.stages:
        assert 0 < stage.alone.p50 <= stage.alone.p95 <= stage.alone.p99
        assert stage.together.count == stage.alone.count
    assert found.recall_at_10 == 1
    assert found.open_seconds > 0
