"""Texts to vectors: the sentence encoder, and the Haystack components around it."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from haystack import Document, component, default_from_dict, default_to_dict

from pipelines.components.onnx import MODEL_FILE, Floats, OnnxModel
from pipelines.errors import ConfigurationError
from pipelines.models import ENCODER_FOLDER
from pipelines.types import EncoderIdentity

MAX_TOKENS = 256
"""The model was trained on texts up to this length; the rest of a longer text is not looked at."""


class SentenceEncoder:
    """Turns texts into vectors of unit length whose dot product is their similarity; usable from several threads.

    :param folder: Where the model is; it is opened when first needed.
    :param threads: Texts at a time; 0: one a core.
    """

    def __init__(self, folder: Path = ENCODER_FOLDER, *, threads: int = 0) -> None:
        self.folder = Path(folder)
        self.threads = threads
        self._lock = Lock()
        self._model: OnnxModel | None = None

    @cached_property
    def identity(self) -> EncoderIdentity:
        """Which encoder this is: vectors of another one mean something else.

        :raises ConfigurationError: If the model cannot be loaded.
        """
        path = self.folder / MODEL_FILE
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            msg = f"The encoder {path} cannot be read ({error.strerror}). Install the project again."
            raise ConfigurationError(msg) from error
        return EncoderIdentity(self.folder.name, self.encode(["a"]).shape[1], digest)

    def warm_up(self) -> None:
        """Open the model; a second call does nothing.

        :raises ConfigurationError: If it cannot be loaded.
        """
        self._opened()

    def encode(self, texts: Sequence[str]) -> Floats:
        """Encode texts, each on its own, so that a text has the same vector whatever it comes with.

        :param texts: The texts; of each the first 256 tokens count.
        :returns: Vectors of unit length, float32 [texts, dimension], in the order of the texts.
        :raises ConfigurationError: If the model cannot be loaded.
        """
        model = self._opened()

        def encoded(text: str) -> Floats:
            encoding = model.tokenizer.encode(text)
            encoding.truncate(MAX_TOKENS)
            [vector] = model.run(encoding.ids, encoding.type_ids)
            return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

        rows = model.each(encoded, texts)
        return np.stack(rows) if rows else np.zeros((0, self.identity.dimension), dtype=np.float32)

    def close(self) -> None:
        """Let go of the model; the next call opens it again."""
        with self._lock:
            self._model = None

    def _opened(self) -> OnnxModel:
        with self._lock:
            if self._model is None:
                self._model = OnnxModel(self.folder, threads=self.threads)
            return self._model


@component
class OnnxTextEmbedder:
    """Encodes a question.

    :param encoder: The encoder; it may be shared.
    """

    def __init__(self, encoder: SentenceEncoder | None = None) -> None:
        self.encoder = encoder or SentenceEncoder()

    def warm_up(self) -> None:
        """Open the model."""
        self.encoder.warm_up()

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, list[float]]:
        """Encode a text.

        :param text: The text.
        :returns: `embedding`, its vector.
        """
        return {"embedding": self.encoder.encode([text])[0].tolist()}

    def to_dict(self) -> dict[str, Any]:
        """Describe the component for `Pipeline.dumps`."""
        return default_to_dict(self, folder=str(self.encoder.folder), threads=self.encoder.threads)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "OnnxTextEmbedder":
        """Make the component from its description.

        :param data: What `to_dict` gave.
        """
        return default_from_dict(cls, _described(data))


@component
class OnnxDocumentEmbedder:
    """Encodes documents.

    :param encoder: The encoder; it may be shared.
    """

    def __init__(self, encoder: SentenceEncoder | None = None) -> None:
        self.encoder = encoder or SentenceEncoder()

    def warm_up(self) -> None:
        """Open the model."""
        self.encoder.warm_up()

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """Encode the text of documents.

        :param documents: The documents.
        :returns: `documents`, the same with their embedding set.
        """
        vectors = self.encoder.encode([document.content or "" for document in documents])
        paired = zip(documents, vectors, strict=True)
        return {"documents": [replace(document, embedding=vector.tolist()) for document, vector in paired]}

    def to_dict(self) -> dict[str, Any]:
        """Describe the component for `Pipeline.dumps`."""
        return default_to_dict(self, folder=str(self.encoder.folder), threads=self.encoder.threads)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> "OnnxDocumentEmbedder":
        """Make the component from its description.

        :param data: What `to_dict` gave.
        """
        return default_from_dict(cls, _described(data))


def _described(data: dict[str, Any]) -> dict[str, Any]:
    given = data["init_parameters"]
    return {**data, "init_parameters": {"encoder": SentenceEncoder(Path(given["folder"]), threads=given["threads"])}}
