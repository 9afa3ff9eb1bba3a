"""A benchmark from beginning to end: each corpus is written and measured in processes of their own."""

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.assembly import build_answerer
from bot.settings import Settings
from pipelines.benchmark.build import index_files, write_corpus
from pipelines.benchmark.corpus import Corpus
from pipelines.benchmark.figures import Bench, OtherEngine, ReaderSpeed, SizeFigures, Startup, stage
from pipelines.benchmark.measure import Effort, Retrieval, measure
from pipelines.benchmark.others import IN_MEMORY_MOST, full_text_search, in_memory
from pipelines.benchmark.process import folder_bytes, in_own_process
from pipelines.benchmark.startup import time_startup
from pipelines.benchmark.vocabulary import read_vocabulary

PLOTTED = (1_000, 10_000, 100_000, 1_000_000)

_SEED = 0
_EFFORT = Effort()
_QUESTIONS_FOR_OTHERS = 20
_READY = "Ready"

Say = Callable[[str], None]


def run_bench(
    sizes: Sequence[int],
    settings: Settings,
    *,
    others: bool,
    checkpoint: Path | None,
    say: Say,
    effort: Effort = _EFFORT,
) -> Bench:
    """Run a benchmark in a temporary folder; the settings' own index is not touched.

    :param sizes: Passages of each corpus, the smallest first, at least one.
    :param settings: The settings, for how passages are retrieved and read.
    :param others: Whether to measure other engines beside ours.
    :param checkpoint: A transformers checkpoint to compare the reader with, or None.
    :param say: Tells what is done now.
    :param effort: How much to do of each kind.
    :returns: The figures.
    :raises ImportError: If the readers are to be compared and the extra `hub` is not installed.
    """
    readers: tuple[ReaderSpeed, ...] = ()
    if checkpoint:
        say("Comparing readers")
        readers = in_own_process(_compare_readers, checkpoint)
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as name:
        say(f"Indexing {effort.indexed} passages with their embeddings")
        indexing = in_own_process(index_files, Path(name), effort.indexed, _SEED)
    figures = []
    startup = Startup(0.0, 0)
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as name:
            figures.append(_measure_size(Path(name), size, settings, effort, say))
            say(_in_short(figures[-1]))
            if size == sizes[-1]:
                say("Starting the bot")
                startup = _time_bot(Path(name), effort.starts)
        if others:
            figures[-1] = replace(figures[-1], others=_measure_others(size, say))
    return Bench(indexing, tuple(figures), startup, readers)


def _in_short(size: SizeFigures) -> str:
    # A million passages take most of an hour: what is known by then is told on the way.
    retrieval, answer = (stage(size, name).alone for name in ("retrieval", "answer"))
    return (
        f"{size.passages:,} passages: retrieval {retrieval.p50:.1f} ms (p95 {retrieval.p95:.1f}), "
        f"answer {answer.p50:.0f} ms, {size.index_bytes / 1e6:,.0f} MB on disk, "
        f"{size.resident_bytes / 1e6:,.0f} MB in memory, opened in {size.open_seconds:.2f} s, "
        f"recall@10 {size.recall_at_10:.3f}, written in {size.write_seconds:,.0f} s"
    )


def _measure_size(folder: Path, size: int, settings: Settings, effort: Effort, say: Say) -> SizeFigures:
    say(f"Writing {size:,} passages")
    write_seconds = in_own_process(write_corpus, folder, size, _SEED)
    say(f"Asking {size:,} passages")
    chosen = settings.retrieval
    measured = in_own_process(
        measure,
        folder,
        passages=size,
        seed=_SEED,
        retrieval=Retrieval(chosen.candidates, chosen.passages_read, chosen.keyword_weight, chosen.dense_weight),
        make_answerer=partial(build_answerer, settings),
        effort=effort,
    )
    return SizeFigures(
        passages=size,
        write_seconds=write_seconds,
        index_bytes=folder_bytes(folder),
        open_seconds=measured.open_seconds,
        resident_bytes=measured.resident_bytes,
        recall_at_10=measured.recall_at_10,
        stages=measured.stages,
    )


def _measure_others(size: int, say: Say) -> tuple[OtherEngine, ...]:
    engines = []
    if size <= IN_MEMORY_MOST:
        say(f"Asking Haystack's in-memory store of {size:,} passages")
        engines.append(in_own_process(_in_memory, size))
    say(f"Asking SQLite FTS5 of {size:,} passages")
    engines.append(in_own_process(_full_text_search, size))
    return tuple(engines)


def _in_memory(size: int) -> OtherEngine:
    corpus = Corpus(read_vocabulary(), size, seed=_SEED)
    return in_memory(corpus, corpus.questions(_QUESTIONS_FOR_OTHERS))


def _full_text_search(size: int) -> OtherEngine:
    corpus = Corpus(read_vocabulary(), size, seed=_SEED)
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as name:
        return full_text_search(corpus, corpus.questions(_QUESTIONS_FOR_OTHERS), Path(name))


def _compare_readers(checkpoint: Path) -> tuple[ReaderSpeed, ...]:
    from pipelines.benchmark.readers import compare_readers

    return compare_readers(checkpoint)


def _time_bot(index: Path, times: int) -> Startup:
    """Start the bot in the sandbox over an index, with no settings of this machine."""
    with tempfile.TemporaryDirectory(prefix="verbatim-bench-") as folder:
        return time_startup(
            [sys.executable, "-m", "bot.cli", "run"],
            ready=_READY,
            folder=Path(folder),
            environment=_environment(os.environ, index),
            times=times,
        )


def _environment(ours: Mapping[str, str], index: Path) -> dict[str, str]:
    kept = {name: value for name, value in ours.items() if not name.startswith(("VERBATIM_", "TELEGRAM_"))}
    return {
        **kept,
        # The program must find the packages that this process runs from, wherever it is started.
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "VERBATIM_STORE__PATH": str(index),
        "VERBATIM_SANDBOX__PORT": "0",
    }
