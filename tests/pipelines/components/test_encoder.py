"""The encoder: unit vectors that mean something, the same ones every time."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from haystack import Document

from pipelines.components.encoder import OnnxDocumentEmbedder, OnnxTextEmbedder, SentenceEncoder
from pipelines.errors import ConfigurationError

TEXTS = ["The minister resigned on Monday.", "Rain fell.", "", "A much longer text about football. " * 60]


def test_vectors_have_unit_length_and_the_order_of_the_texts(encoder: SentenceEncoder) -> None:
    vectors = encoder.encode(TEXTS)

    assert vectors.dtype == np.float32
    assert vectors.shape == (len(TEXTS), encoder.identity.dimension)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert np.array_equal(vectors[::-1], encoder.encode(TEXTS[::-1]))


def test_a_text_is_nearer_to_its_paraphrase_than_to_another_subject(encoder: SentenceEncoder) -> None:
    asked, same, other = encoder.encode(["who quit the government", TEXTS[0], "The cake needs two eggs."])

    assert asked @ same > asked @ other


def test_no_texts_make_no_vectors(encoder: SentenceEncoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.identity.dimension)


def test_threads_get_the_same_vectors(encoder: SentenceEncoder) -> None:
    alone = encoder.encode(TEXTS)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(encoder.encode, [TEXTS] * 4))

    assert all(np.array_equal(alone, one) for one in together)


def test_components_embed_questions_and_documents_alike(encoder: SentenceEncoder) -> None:
    document = Document(content=TEXTS[0], meta={"title": "Resigned"})
    [embedded] = OnnxDocumentEmbedder(encoder).run([document])["documents"]

    assert embedded.embedding == OnnxTextEmbedder(encoder).run(TEXTS[0])["embedding"]
    assert (embedded.id, embedded.meta) == (document.id, document.meta)
    assert document.embedding is None


def test_components_survive_being_written_down(encoder: SentenceEncoder) -> None:
    for kind in (OnnxTextEmbedder, OnnxDocumentEmbedder):
        again = kind.from_dict(kind(SentenceEncoder(encoder.folder, threads=1)).to_dict())
        assert (again.encoder.folder, again.encoder.threads) == (encoder.folder, 1)


def test_a_folder_without_a_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=str(tmp_path)):
        SentenceEncoder(tmp_path).warm_up()
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        SentenceEncoder(tmp_path).warm_up()
