"""`verbatim index`, as a person runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.cli import main
from tests.pipelines.sources.site import Site, html, running_site

ROOT = Path(__file__).parents[3]
PROGRAM = [sys.executable, "-c", "from bot.cli import main; main()"]
PATIENCE = 60.0


@dataclass(frozen=True)
class Ended:
    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The folder that the command runs in, with two articles."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.txt").write_text("First title\nThe museum opened on Monday.")
    (articles / "b.txt").write_text("Second title\nThe museum closed on Friday.")
    return tmp_path


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run the command in this process: another one would take seconds to start."""
    for name in [name for name in os.environ if name.startswith("VERBATIM_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(home)

    def run(*arguments: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["verbatim", "index", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return Ended(int(ended.value.code or 0), *capfd.readouterr())

    return run


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VERBATIM_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


@pytest.fixture
def site() -> Iterator[Site]:
    with running_site() as site:
        yield site


def test_a_run_ends_with_what_it_did(home: Path, environment: dict[str, str]) -> None:
    first, again = (
        subprocess.run(
            [*PROGRAM, "index", "articles"],
            cwd=home, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False,
        )
        for _ in range(2)
    )  # fmt: skip

    assert (first.returncode, again.returncode) == (0, 0)
    assert first.stdout.startswith("Added 2, changed 0, unchanged 0, removed 0, failed 0. 2 passages in ")
    assert again.stdout == "Added 0, changed 0, unchanged 2, removed 0, failed 0.\n"
    assert first.stderr == again.stderr == ""


def test_what_fails_is_named_and_tells_by_the_exit_code(run: Run, home: Path) -> None:
    (home / "articles" / "broken.pdf").write_bytes(b"%PDF-1.4 broken")
    (home / "articles" / "photo.jpg").touch()

    ended = run("articles", "nowhere")

    assert ended.returncode == 1
    assert ended.stdout.splitlines()[1:] == [
        "  failed: nowhere: is not there",
        "  failed: articles/broken.pdf: is a broken PDF",
        "  skipped: articles/photo.jpg: is no text",
    ]
    assert "Traceback" not in ended.stderr
    assert ended.stdout.startswith("Added 2, ")


def test_the_summary_can_be_read_by_a_program(run: Run, home: Path) -> None:
    (home / "articles" / "empty.txt").touch()

    ended = run("articles", "--json")

    summary = json.loads(ended.stdout)
    assert summary.pop("seconds") > 0
    assert summary == {
        "added": 2, "changed": 0, "unchanged": 0, "removed": 0, "passages": 2, "copies": 0, "skipped": [],
        "failed": [{"source": "articles/empty.txt", "reason": "is empty"}],
    }  # fmt: skip


def test_a_file_that_is_gone_goes_with_prune(run: Run, home: Path) -> None:
    run("articles")
    (home / "articles" / "a.txt").unlink()

    assert run("articles").stdout == "Added 0, changed 0, unchanged 1, removed 0, failed 0.\n"
    assert run("articles", "--prune").stdout == "Added 0, changed 0, unchanged 1, removed 1, failed 0.\n"


def test_without_an_argument_the_seeds_are_indexed(run: Run, home: Path) -> None:
    missing = run()
    (home / "articles").rename(home / "seeds")
    found = run()

    assert (missing.returncode, missing.stdout.splitlines()[1]) == (1, "  failed: seeds: is not there")
    assert (found.returncode, found.stdout[:8]) == (0, "Added 2,")


def test_an_index_can_be_made_anew(run: Run, home: Path) -> None:
    run("articles")
    (home / "articles" / "a.txt").unlink()
    [record] = (home / "data").glob("*.sqlite3")
    record.write_bytes(b"damaged" * 1000)

    damaged, rebuilt, again = run("articles"), run("articles", "--rebuild"), run("articles")

    assert damaged.returncode == 1
    assert "verbatim index --rebuild" in damaged.stderr
    assert "Traceback" not in damaged.stderr
    assert rebuilt.stdout.startswith("Added 1, ")
    assert again.stdout.startswith("Added 0, changed 0, unchanged 1,")


def test_columns_of_a_table_are_named_by_option(run: Run, home: Path) -> None:
    (home / "news.csv").write_text("kopf,inhalt\nA title,The museum closed.\n")

    assert run("news.csv").returncode == 1
    assert run("news.csv", "--field", "text=inhalt", "--field", "title=kopf").stdout.startswith("Added 1, ")


@pytest.mark.parametrize("field", ["inhalt", "text=", "words=inhalt"])
def test_a_wrong_option_is_explained(field: str, run: Run) -> None:
    ended = run("articles", "--field", field)

    assert ended.returncode == 2
    assert "NAME=COLUMN" in ended.stderr


def test_a_page_of_this_machine_is_fetched_only_if_that_is_meant(run: Run, site: Site) -> None:
    site.pages["/a"] = html("Burst pipe closes museum")

    refused, fetched = run(site.url("/a")), run(site.url("/a"), "--allow-private")

    assert refused.returncode == 1
    assert "--allow-private" in refused.stdout
    assert fetched.stdout.startswith("Added 1, ")


def test_a_watch_indexes_what_is_new_until_it_is_stopped(home: Path, environment: dict[str, str]) -> None:
    output = home / "output"
    with output.open("wb") as file:
        process = subprocess.Popen(
            [*PROGRAM, "index", "articles", "--watch"], cwd=home, env=environment, stdout=file, stderr=file
        )
    try:
        _wait_for(output, "Watching articles")
        (home / "articles" / "c.txt").write_text("Third title\nThe museum opened again on Sunday.")
        _wait_for(output, "Added 1, ")
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
    finally:
        process.kill()
        process.wait()

    assert output.read_text().startswith("Added 2, ")
    assert "Traceback" not in output.read_text()


def test_a_watch_needs_a_folder_that_is_there(run: Run) -> None:
    ended = run("nowhere", "--watch")

    assert ended.returncode == 1
    assert ended.stderr == "verbatim: --watch follows files and folders that exist: nowhere is none.\n"


def _wait_for(file: Path, text: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while text not in file.read_text():
        assert time.monotonic() < deadline, file.read_text()
        time.sleep(0.05)


def test_ctrl_c_says_that_the_same_command_goes_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pipelines.indexing.Indexer.index", stop)

    ended = run("articles")

    assert ended.returncode == 130
    assert ended.stderr == "Stopped. What is indexed stays; run the same command again for the rest.\n"
