from datetime import date
from pathlib import Path

import yaml

from pipelines.evaluation.article_files import write_article_files
from pipelines.evaluation.dataset import Entry, Paragraph


def test_each_paragraph_becomes_a_file_with_what_is_known_of_it(tmp_path: Path) -> None:
    first, second = Paragraph(context="One.\r\nTwo.", qas=()), Paragraph(context="Three “3”.", qas=())
    entries = [
        Entry(title="Super_Bowl_50: a game", published=date(2026, 2, 8), paragraphs=(first, second)),
        Entry(paragraphs=(first,)),
    ]
    named = write_article_files(entries, tmp_path)
    assert list(named.values()) == [first, second, first]
    for name, paragraph in named.items():
        assert (tmp_path / name).read_bytes().decode() == paragraph.context
    metadata = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(tmp_path.glob("*.meta.yaml"))]
    known = {"title": "Super Bowl 50: a game", "published": "2026-02-08"}
    assert metadata == [known, known, {}]
