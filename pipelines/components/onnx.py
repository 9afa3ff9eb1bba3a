"""ONNX Runtime sessions and tokenizers, opened the same way for both models."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from pipelines.errors import ConfigurationError

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"

Floats = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]

Item = TypeVar("Item")
Result = TypeVar("Result")


class OnnxModel:
    """A transformer and its tokenizer, ready to run; usable from several threads at a time.

    One sequence a call: with dynamic int8 the result of a sequence depends on what shares its batch, so a batch would
    make the same text give different numbers, and its padding costs more time than batching gains. And one thread a
    sequence: two on one short sequence wait for each other, two on two sequences do a quarter more in the same time.

    :param folder: Where `model.onnx` and `tokenizer.json` are.
    :param threads: Sequences at a time; 0: one a core.
    :raises ConfigurationError: If a file is missing or is not what its name says.
    """

    def __init__(self, folder: Path, *, threads: int = 0) -> None:
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        for name in (MODEL_FILE, TOKENIZER_FILE):
            if not (folder / name).is_file():
                msg = f"The model folder {folder} has no {name}. Install the project again, or name another folder."
                raise ConfigurationError(msg)
        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        try:
            self._session = InferenceSession(str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"])
            self.tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        except Exception as error:  # both libraries raise bare exceptions of their own
            msg = (
                f"The model in {folder} cannot be loaded ({error}). Install the project again, or name another folder."
            )
            raise ConfigurationError(msg) from error
        # Their settings are shared between threads: they are changed here and never again.
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self._begin, self._end = self.tokenizer.encode("").ids
        self._inputs = frozenset(one.name for one in self._session.get_inputs())
        self._threads = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix=folder.name)

    def pair(self, first: list[int], second: list[int]) -> tuple[list[int], list[int]]:
        """Join two texts as the model was trained to see them: [CLS] first [SEP] second [SEP].

        :param first: Token ids of the question.
        :param second: Token ids of the passage.
        :returns: Token ids, and the part each belongs to.
        """
        ids = [self._begin, *first, self._end, *second, self._end]
        return ids, [0] * (len(first) + 2) + [1] * (len(second) + 1)

    def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Do the same with several texts, as many at a time as there are threads.

        :param work: What to do with one; it runs the model.
        :param items: The texts, or what goes with each.
        :returns: What came of each, in their order.
        """
        if len(items) == 1:
            return [work(items[0])]
        return list(self._threads.map(work, items))

    def run(self, ids: list[int], types: list[int]) -> tuple[Floats, ...]:
        """Run one sequence.

        :param ids: Token ids.
        :param types: Which part of the input each token belongs to, 0 or 1.
        :returns: The outputs of the graph for this sequence, without the batch axis.
        """
        given = {
            "input_ids": [ids],
            "attention_mask": [[1] * len(ids)],
            "token_type_ids": [types],
            "position_ids": [list(range(len(ids)))],
        }
        feed = {name: np.array(rows, dtype=np.int64) for name, rows in given.items() if name in self._inputs}
        return tuple(output[0] for output in self._session.run(None, feed))
