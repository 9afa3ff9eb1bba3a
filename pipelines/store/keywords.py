"""The keyword index: BM25 over titles and passages (Tantivy), derived from the record.

A title is scored as a field of its own, and since it is short, a word in it already counts several times what it
counts in a passage. Doubling that was measured to help nothing: on SQuADShifts' 1,581 Wikipedia paragraphs R@1 was
77.7 with it and 78.2 without, R@5 92.5 and 93.3. Leaving common words out: R@1 78.2 and 78.3, R@5 93.3 and 92.8.
"""

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import tantivy

_ANALYZER = "english"
_LONGEST_WORD = 40
# Words that stand in more passages than this say little, and reading their lists is what takes the time in a large
# archive. In a small one such a share is a handful of passages, and the word may say a lot.
_COMMON_SHARE, _LEAST_COMMON = 4, 1_000
_MOST_TERMS = 64
_MARKER_KEY = 0  # the record's keys begin at 1
_SMALL_HEAP = 15_000_000
_LARGE_HEAP = 256_000_000
_FOOTER_MAGIC = 1337
_FOOTER_END = 8
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stamp:
    """One state of the record.

    :param generation: Its number; each committed change has the next.
    :param token: Random, so that the same number after a restored backup is not taken for the same state.
    """

    generation: int
    token: str


@dataclass(frozen=True, slots=True)
class KeywordEntry:
    """What the keyword index knows of a passage.

    :param key: The passage's key in the record.
    :param title: The headline of its article.
    :param body: Its words.
    """

    key: int
    title: str
    body: str


def _analyzer() -> tantivy.TextAnalyzer:
    filters = (
        tantivy.Filter.remove_long(_LONGEST_WORD),
        tantivy.Filter.lowercase(),
        tantivy.Filter.ascii_fold(),
        tantivy.Filter.stemmer("english"),
    )
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for each in filters:
        builder = builder.filter(each)
    return builder.build()


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    builder.add_text_field("title", tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_text_field("body", tokenizer_name=_ANALYZER, index_option="freq")
    builder.add_text_field("stamp", stored=True, tokenizer_name="raw", index_option="basic")
    return builder.build()


class KeywordIndex:
    """A keyword index in a folder; searches from several threads, written by one.

    A marker beside the passages says which state of the record the index mirrors, so that both change in one commit.

    :param folder: The folder; it is made if need be.
    :param read_only: Leave the folder as it is; what is committed later is not seen then.
    :raises ValueError: If what is in the folder is no index of this kind, or is damaged.
    :raises OSError: If the folder cannot be read.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self.folder = folder
        self._schema = _schema()
        self._analyzer = _analyzer()
        if read_only:
            # Tantivy writes a lock file even to read, so it is shown the files in a folder of its own. Once it has
            # opened them it does not need their names.
            with TemporaryDirectory() as links:
                for file in (folder / "meta.json", *committed_files(folder)):
                    (Path(links) / file.name).symlink_to(file.absolute())
                self._index = self._opened(Path(links))
                self._searcher = self._index.searcher()
        else:
            folder.mkdir(exist_ok=True)
            self._index = self._opened(folder)
            self._searcher = self._index.searcher()

    def _opened(self, folder: Path) -> tantivy.Index:
        index = tantivy.Index(self._schema, path=str(folder))
        index.register_tokenizer(_ANALYZER, self._analyzer)
        # Otherwise a thread would look for commits twice a second.
        index.config_reader("manual")
        return index

    def reload(self) -> None:
        """See what was committed since the index was opened.

        :raises ValueError: If the index is damaged.
        """
        self._index.reload()
        self._searcher = self._index.searcher()

    def stamp(self) -> Stamp | None:
        """Read which state of the record the index mirrors; None if it was never committed."""
        marker = tantivy.Query.term_query(self._schema, "key", _MARKER_KEY)
        hits = self._searcher.search(marker, 1).hits
        if not hits:
            return None
        generation, _, token = str(self._searcher.doc(hits[0][1])["stamp"][0]).partition(":")
        return Stamp(int(generation), token)

    def search(self, question: str, limit: int, *, among: Sequence[int] | None = None) -> list[tuple[int, float]]:
        """Find passages with the words of a question.

        :param question: Any text; only its words count.
        :param limit: How many to find at most, from 1.
        :param among: Keys to search among; None for all.
        :returns: Keys and BM25 scores, best first.
        """
        searcher = self._searcher
        words = self._telling_words(question, searcher)
        if not words:
            return []
        query = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(self._schema, field, word))
                for word in words
                for field in ("body", "title")
            ]
        )
        if among is not None:
            chosen = tantivy.Query.const_score_query(
                tantivy.Query.term_set_query(self._schema, "key", list(among)), 0.0
            )
            query = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, chosen)])
        hits = searcher.search(query, limit, count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [(int(key or 0), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]

    def _telling_words(self, question: str, searcher: tantivy.Searcher) -> list[str]:
        words = list(dict.fromkeys(self._analyzer.analyze(question.encode(errors="ignore").decode())))[:_MOST_TERMS]
        most = max(searcher.num_docs // _COMMON_SHARE, _LEAST_COMMON)
        # A question of nothing but common words is asked as it is.
        return [word for word in words if searcher.doc_freq("body", word) <= most] or words

    def write(self, *, stale: Iterable[int], entries: Iterable[KeywordEntry], stamp: Stamp, large: bool) -> None:
        """Change the index, in one commit.

        :param stale: Keys of passages that are gone or changed.
        :param entries: Passages that are new or changed.
        :param stamp: The state of the record that the index mirrors then.
        :param large: Whether many passages are written.
        :raises ValueError: If the files cannot be written.
        :raises OSError: If the files cannot be written.
        """
        self._clear_interrupted()
        writer = self._index.writer(_LARGE_HEAP if large else _SMALL_HEAP, 1)
        try:
            # Not by term: tantivy 0.27 takes the key for a signed number and deletes nothing.
            gone = tantivy.Query.term_set_query(self._schema, "key", [_MARKER_KEY, *stale])
            writer.delete_documents_by_query(gone)
            for entry in entries:
                document = tantivy.Document()
                document.add_unsigned("key", entry.key)
                document.add_text("title", entry.title)
                document.add_text("body", entry.body)
                writer.add_document(document)
            marker = tantivy.Document()
            marker.add_unsigned("key", _MARKER_KEY)
            marker.add_text("stamp", f"{stamp.generation}:{stamp.token}")
            writer.add_document(marker)
            writer.commit()
        finally:
            # Ends the writer, which would otherwise hold Tantivy's own lock until it is garbage collected.
            writer.wait_merging_threads()
        self.reload()

    def _clear_interrupted(self) -> None:
        """Remove what a killed writer left: Tantivy would meet files under the names that it is about to use."""
        kept = {path.name for path in committed_files(self.folder)}
        for path in self.folder.iterdir():
            if path.name not in kept and path.name != "meta.json" and not path.name.startswith("."):
                path.unlink(missing_ok=True)


def committed_files(folder: Path) -> list[Path]:
    """List the files that make up the index: an interrupted commit may leave others beside them.

    :param folder: The index's folder.
    :returns: The files; not Tantivy's own list of them, meta.json.
    :raises ValueError: If that list is damaged.
    :raises OSError: If it is missing.
    """
    try:
        segments = json.loads((folder / "meta.json").read_bytes())["segments"]
        deletes = {
            segment["segment_id"].replace("-", ""): f".{segment['deletes']['opstamp']}.del"
            if segment["deletes"]
            else ""
            for segment in segments
        }
    except (KeyError, TypeError) as error:
        msg = "meta.json does not list segments"
        raise ValueError(msg) from error
    return sorted(
        path
        for path in folder.iterdir()
        if (name := path.name.partition("."))[0] in deletes
        and (path.suffix != ".del" or name[1] + name[2] == deletes[name[0]])
    )


def is_whole(folder: Path) -> bool:
    """Check an index against the checksums that Tantivy writes at the end of each file.

    :param folder: The index's folder.
    :returns: Whether every file is as it was written.
    :raises ValueError: If the list of files is damaged.
    :raises OSError: If a file cannot be read.
    """
    return all(_has_its_checksum(path) for path in committed_files(folder))


def _has_its_checksum(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size < _FOOTER_END:
            return False
        file.seek(size - _FOOTER_END)
        length = int.from_bytes(file.read(4), "little")
        magic = int.from_bytes(file.read(4), "little")
        body = size - _FOOTER_END - length
        if magic != _FOOTER_MAGIC or body < 0:
            return False
        file.seek(body)
        try:
            expected = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        checksum = 0
        while body:
            block = file.read(min(_BLOCK, body))
            body -= len(block)
            checksum = zlib.crc32(block, checksum)
    return bool(checksum == expected)
