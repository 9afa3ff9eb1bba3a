"""What was fetched is remembered from one run to the next."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import StorageError
from pipelines.sources.fetcher import Validators
from pipelines.sources.visits import Visit, Visits

FIRST = Validators('"1"', "Tue, 05 Jan 2021 10:30:00 GMT")


def test_a_visit_outlives_the_run(tmp_path: Path) -> None:
    with Visits(tmp_path / "visits", today=lambda: date(2021, 1, 5)) as visits:
        visits.put("https://a.example/", Validators(), "old")
        visits.put("https://a.example/", FIRST, "new")

    with Visits(tmp_path / "visits") as visits:
        assert visits.get("https://a.example/") == Visit(FIRST, "new", date(2021, 1, 5))
        assert visits.get("https://b.example/") is None


@pytest.mark.parametrize("name", ["damaged", "missing/visits"])
def test_a_file_that_cannot_be_used_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / "damaged").write_bytes(b"damaged" * 100)

    with pytest.raises(StorageError, match="Move it away"):
        Visits(tmp_path / name)
