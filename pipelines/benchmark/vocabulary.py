"""The words of the shipped training data and how often they come: what the made text is drawn from."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

import pipelines
from pipelines.evaluation.dataset import Paragraph, read_squad

_FOLDER = Path(pipelines.__file__).parent / "training" / "data"
_WORD = re.compile(r"\w[\w'-]*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_RARE = 1
_LONG_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What made text is drawn from.

    :param words: The words, the most frequent first.
    :param shares: How often each comes, [words], summing to 1.
    :param sentence_lengths: Words of each sentence of the data.
    :param beginnings: First halves of words that come once: with `endings` they make names nobody bears.
    :param endings: Second halves of the same words.
    """

    words: npt.NDArray[np.str_]
    shares: npt.NDArray[np.float64]
    sentence_lengths: npt.NDArray[np.int64]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]


def read_vocabulary(folder: Path = _FOLDER) -> Vocabulary:
    """Count the words of the training data.

    :param folder: The folder of its files.
    :returns: The vocabulary.
    :raises FileNotFoundError: If there are none.
    """
    counts: Counter[str] = Counter()
    lengths: list[int] = []
    for text in (paragraph.context for paragraph in shipped_texts(folder)):
        counts.update(_WORD.findall(text))
        lengths += [len(words) for words in map(_WORD.findall, _SENTENCE_END.split(text)) if words]
    ranked = counts.most_common()
    total = counts.total()
    rare = [word for word, count in ranked if count == _RARE and len(word) > _LONG_ENOUGH and word.isalpha()]
    return Vocabulary(
        words=np.array([word for word, _ in ranked]),
        shares=np.array([count / total for _, count in ranked]),
        sentence_lengths=np.array(lengths, dtype=np.int64),
        beginnings=tuple(word[: len(word) // 2].capitalize() for word in rare),
        endings=tuple(word[len(word) // 2 :].lower() for word in rare),
    )


def shipped_texts(folder: Path = _FOLDER) -> list[Paragraph]:
    """Read the texts of the shipped training data.

    :param folder: The folder of its files.
    :returns: The texts with their questions.
    :raises FileNotFoundError: If there are none.
    """
    files = sorted(folder.glob("*.json.gz"))
    if not files:
        msg = f"{folder} holds no training data to draw words from"
        raise FileNotFoundError(msg)
    return [paragraph for file in files for entry in read_squad(file) for paragraph in entry.paragraphs]
