"""The paragraphs of a SQuAD file as article files, so that they are indexed like any other article."""

import json
from collections.abc import Sequence
from pathlib import Path

from pipelines.evaluation.dataset import Entry, Paragraph


def write_article_files(entries: Sequence[Entry], folder: Path) -> dict[str, Paragraph]:
    """Write each paragraph as an article of its own.

    :param entries: The articles of the file.
    :param folder: An empty folder.
    :returns: The paragraphs by the name of their file.
    """
    named = {}
    for number, entry in enumerate(entries):
        for place, paragraph in enumerate(entry.paragraphs):
            stem = f"{number:05}-{place:04}"
            (folder / f"{stem}.txt").write_text(paragraph.context, encoding="utf-8", newline="")
            known = {
                # Wikipedia's titles, as SQuAD has them, stand in their addresses' spelling.
                "title": entry.title.replace("_", " ").strip(),
                "published": entry.published.isoformat() if entry.published else "",
            }
            # JSON is YAML too.
            sidecar = json.dumps({name: value for name, value in known.items() if value}, ensure_ascii=False)
            (folder / f"{stem}.meta.yaml").write_text(sidecar, encoding="utf-8")
            named[f"{stem}.txt"] = paragraph
    return named
