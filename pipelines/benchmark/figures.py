"""What a benchmark finds, and how it is laid out for machines."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from pipelines.benchmark.timing import Latency


def describe_machine() -> str:
    """Name the processor, how many of its cores there are, and the Python."""
    return f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


@dataclass(frozen=True, slots=True)
class Stage:
    """How long one step of an answer takes, in milliseconds.

    :param name: The step.
    :param alone: With one asker.
    :param together: With eight askers at a time.
    """

    name: str
    alone: Latency
    together: Latency


@dataclass(frozen=True, slots=True)
class OtherEngine:
    """How fast another engine is.

    :param name: Its name.
    :param passages: How many it held.
    :param keyword: Its keyword retrieval.
    :param dense: Its retrieval by vectors, or None if it has none.
    """

    name: str
    passages: int
    keyword: Latency
    dense: Latency | None


@dataclass(frozen=True, slots=True)
class ReaderSpeed:
    """How fast a reader reads.

    :param name: Which reader, and in which precision.
    :param passages_per_second: The median over the rounds.
    :param times_slower: How many times longer it takes than ours; 1 for ours.
    """

    name: str
    passages_per_second: float
    times_slower: float


@dataclass(frozen=True, slots=True)
class Startup:
    """The bot, from nothing to ready.

    :param seconds: From the start of its process until it says that it is ready; the median of a few starts.
    :param resident_bytes: Memory it holds when it is ready.
    """

    seconds: float
    resident_bytes: int


@dataclass(frozen=True, slots=True)
class Indexing:
    """How fast articles are indexed, embeddings included.

    :param passages: How many were indexed, 1 or more.
    :param passages_per_second: How many a second, from file to searchable.
    """

    passages: int
    passages_per_second: float


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """What was measured with a corpus of one size.

    :param passages: How many passages it has.
    :param write_seconds: Seconds to write it with vectors that are there already, derived indexes included.
    :param index_bytes: Bytes of the index's folder.
    :param open_seconds: Seconds from opening the index to the first result of both retrievers.
    :param resident_bytes: Memory of a process that has answered all the questions, models included.
    :param recall_at_10: Share of the 10 nearest vectors that vector retrieval finds, 0 to 1.
    :param stages: The steps of an answer.
    :param others: Other engines on the same corpus.
    """

    passages: int
    write_seconds: float
    index_bytes: int
    open_seconds: float
    resident_bytes: int
    recall_at_10: float
    stages: tuple[Stage, ...]
    others: tuple[OtherEngine, ...] = ()


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything a benchmark found.

    :param indexing: How fast articles are indexed.
    :param sizes: The figures of each size of corpus, the smallest first.
    :param startup: The bot over the largest of them.
    :param readers: Readers side by side; empty: they were not compared.
    :param machine: What it was measured on.
    """

    indexing: Indexing
    sizes: tuple[SizeFigures, ...]
    startup: Startup
    readers: tuple[ReaderSpeed, ...] = ()
    machine: str = field(default_factory=describe_machine)


NOTES = (
    "The text is made: words as frequent as in the shipped training data, with names that nobody bears.",
    "The vectors of the sized corpora are made too (clusters in 64 latent dimensions), so that none need encoding;"
    " the indexing figure encodes real vectors.",
)


def as_json(bench: Bench) -> dict[str, object]:
    """Lay figures out for machines.

    :param bench: The figures.
    :returns: What `json.dumps` takes.
    """
    return {**asdict(bench), "notes": list(NOTES)}


def stage(figures: SizeFigures, name: str) -> Stage:
    """Find a step.

    :param figures: The figures of one size.
    :param name: The step's name.
    :raises KeyError: If it was not measured.
    """
    by_name = {one.name: one for one in figures.stages}
    return by_name[name]


def times_faster(figures: SizeFigures, other: OtherEngine) -> Sequence[tuple[str, float]]:
    """Compare the medians of another engine with ours.

    :param figures: Ours, of the same size.
    :param other: The other's.
    :returns: Kind of retrieval, how many times longer the other takes.
    """
    pairs = [("keyword", other.keyword), ("dense", other.dense)]
    return [(name, latency.p50 / stage(figures, name).alone.p50) for name, latency in pairs if latency]
