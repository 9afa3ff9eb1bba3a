"""From the seed article to its answer, all of it over a cluster: the real pipelines, models and HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.answering import Answerer
from pipelines.components.encoder import SentenceEncoder
from pipelines.components.selector import AnswerSelector
from pipelines.errors import QuestionError, SearchUnavailableError
from pipelines.indexing import Indexer
from pipelines.store import EmbeddedDocumentStore
from pipelines.store.opensearch import OpenSearchStore
from pipelines.types import Outcome
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node

SEEDS = Path(__file__).parents[4] / "seeds"
QUESTION = "when did the strategic dialogue start"
ASKED = (
    QUESTION,
    "how many US troops will remain",
    "who was killed by the drone strike",
    "who is the president of france",
    "when did the strategic dialogue start since:2021-01 in:troops",
)


@pytest.fixture(scope="module")
def seeded() -> FakeCluster:
    """A cluster with the seed article, indexed by the real pipeline."""
    cluster, encoder = FakeCluster(), SentenceEncoder()
    with running_node(cluster) as address:
        store = OpenSearchStore([address], encoder=encoder.identity)
        assert Indexer(store, encoder).index([str(SEEDS)]).added == 1
        store.close()
    return cluster


@pytest.fixture(scope="module")
def answerer_of_a_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    encoder = SentenceEncoder()
    store = EmbeddedDocumentStore(tmp_path_factory.mktemp("index"), encoder=encoder.identity)
    Indexer(store, encoder).index([str(SEEDS)])
    yield Answerer(store, encoder=encoder, selector=AnswerSelector())
    store.close()


def answerer_of(*hosts: str) -> Answerer:
    encoder = SentenceEncoder()
    return Answerer(
        OpenSearchStore(hosts, encoder=encoder.identity, timeout=2), encoder=encoder, selector=AnswerSelector()
    )


@pytest.mark.parametrize("question", ASKED)
def test_a_cluster_answers_as_a_folder_does(seeded: FakeCluster, answerer_of_a_folder: Answerer, question: str) -> None:
    with running_node(seeded) as address:
        answer, expected = answerer_of(address).ask(question), answerer_of_a_folder.ask(question)

    assert [quote.text for quote in answer.quotes] == [quote.text for quote in expected.quotes]
    assert (answer.outcome, answer.nearest, answer.notices) == (expected.outcome, expected.nearest, expected.notices)


def test_the_seed_question_is_answered(seeded: FakeCluster) -> None:
    with running_node(seeded) as address:
        answer = answerer_of(address).ask(QUESTION)

    assert (answer.outcome, answer.quotes[0].text) == (Outcome.ANSWERED, "last June 12")


def test_what_is_indexed_already_costs_nothing(seeded: FakeCluster) -> None:
    encoder = SentenceEncoder()
    with running_node(seeded) as address:
        store = OpenSearchStore([address], encoder=encoder.identity)
        summary = Indexer(store, encoder).index([str(SEEDS)])
        store.close()

    assert (summary.added, summary.changed, summary.unchanged) == (0, 0, 1)


def test_a_filter_that_fits_nothing_is_refused_as_with_a_folder(seeded: FakeCluster) -> None:
    with running_node(seeded) as address, pytest.raises(QuestionError, match="No article has"):
        answerer_of(address).ask(f"{QUESTION} source:nowhere")


def test_when_the_only_node_goes_away_it_is_said_and_when_it_is_back_it_answers(seeded: FakeCluster) -> None:
    with running_node(seeded) as address:
        answerer = answerer_of(address)
        assert answerer.ask(QUESTION).quotes[0].text == "last June 12"

    with pytest.raises(SearchUnavailableError, match=r"^The search is unavailable: "):
        answerer.ask(QUESTION)

    with running_node(seeded, port=int(address.rpartition(":")[2])):
        assert answerer.ask(QUESTION).quotes[0].text == "last June 12"


def test_one_node_of_several_may_go_away(seeded: FakeCluster) -> None:
    with running_node(seeded) as first:
        with running_node(seeded) as second:
            answerer = answerer_of(first, second)
            assert answerer.ask(QUESTION).outcome is Outcome.ANSWERED
        for _ in range(3):
            assert answerer.ask(QUESTION).outcome is Outcome.ANSWERED


def test_a_bot_that_starts_before_its_cluster_answers_once_that_is_there(seeded: FakeCluster) -> None:
    with running_node(seeded) as address:
        pass
    answerer = answerer_of(address)
    with pytest.raises(SearchUnavailableError):
        answerer.ask(QUESTION)

    with running_node(seeded, port=int(address.rpartition(":")[2])):
        assert answerer.ask(QUESTION).outcome is Outcome.ANSWERED
