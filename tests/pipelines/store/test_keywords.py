"""The keyword index by itself."""

from pathlib import Path

from pipelines.store.keywords import KeywordEntry, KeywordIndex, Stamp


def test_a_commit_that_was_interrupted_before_its_end_can_be_repeated(tmp_path: Path) -> None:
    index = KeywordIndex(tmp_path)
    entries = [KeywordEntry(key, "News", f"Bridge {key}.") for key in (1, 2, 3)]
    index.write(stale=(), entries=entries, stamp=Stamp(1, "a"), large=False)
    before = (tmp_path / "meta.json").read_bytes()
    index.write(stale=[2], entries=[], stamp=Stamp(2, "b"), large=False)
    # As after a kill: the files of the second commit are there, but the list of files is that of the first.
    (tmp_path / "meta.json").write_bytes(before)
    index = KeywordIndex(tmp_path)
    assert index.stamp() == Stamp(1, "a")
    index.write(stale=[2], entries=[], stamp=Stamp(2, "b"), large=False)
    assert index.stamp() == Stamp(2, "b")
    assert [key for key, _ in index.search("bridge", 10)] == [1, 3]
