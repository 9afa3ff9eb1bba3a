"""The commands with the index in a cluster, as a person runs them."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from bot.cli import app, main
from tests.pipelines.store.opensearch.fake_cluster import FakeCluster, running_node

QUESTION = "who opened the peace talks"
ARTICLE = "OSLO - Foreign Minister Ana Lisko opened the peace talks on Monday with a short speech.\n"


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeCluster]:
    """A cluster that the settings lead to, and a folder with one article."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    (tmp_path / "talks.txt").write_text(ARTICLE)
    cluster = FakeCluster()
    with running_node(cluster) as address:
        monkeypatch.setenv("VERBATIM_OPENSEARCH__HOSTS", address)
        yield cluster


@pytest.fixture
def in_cluster(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    monkeypatch.setenv("VERBATIM_STORE__KIND", "opensearch")
    return cluster


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_what_is_indexed_in_a_cluster_is_answered_from_it(in_cluster: FakeCluster, tmp_path: Path) -> None:
    assert run("index", "talks.txt").stdout.startswith("Added 1, ")
    assert run("index", "talks.txt").stdout.startswith("Added 0, changed 0, unchanged 1, ")
    assert json.loads(run("ask", QUESTION, "--json").stdout)["quotes"][0]["text"] == "Ana Lisko"
    assert not list(tmp_path.rglob("*.sqlite3"))


def test_an_index_of_a_folder_is_copied_into_the_cluster(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    run("index", "talks.txt")

    first, again = run("index", "--to", "opensearch"), run("index", "--to", "opensearch", "--json")

    assert first.stdout.startswith("Added 1, changed 0, unchanged 0, removed 0, failed 0. 1 passages in ")
    assert json.loads(again.stdout)["unchanged"] == 1
    monkeypatch.setenv("VERBATIM_STORE__KIND", "opensearch")
    assert "Ana Lisko" in run("ask", QUESTION).stdout


def test_only_an_index_that_is_there_can_be_copied(
    cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["verbatim", "index", "--to", "opensearch"])
    with pytest.raises(SystemExit):
        main()
    assert "Run `verbatim index` first" in capfd.readouterr().err
    assert not cluster.indexes


def test_copying_takes_no_articles(cluster: FakeCluster) -> None:
    ended = run("index", "talks.txt", "--to", "opensearch")

    assert ended.exit_code == 2
    assert "copies what is indexed" in ended.output


def test_a_rebuild_throws_the_index_in_the_cluster_away(in_cluster: FakeCluster, tmp_path: Path) -> None:
    run("index", "talks.txt")
    (tmp_path / "other.txt").write_text("Other title\nThe museum closed on Friday.")

    assert run("index", "other.txt", "--rebuild").stdout.startswith("Added 1, ")
    assert len(in_cluster.indexes["verbatim-articles"].shown) == 1


def test_the_doctor_looks_at_the_cluster(in_cluster: FakeCluster) -> None:
    run("index", "talks.txt")

    ended = run("doctor")

    assert ended.exit_code == 0, ended.stdout
    assert "OpenSearch 3.1.0" in ended.stdout
    assert "is answered" in ended.stdout


def test_a_cluster_that_is_away_is_one_plain_line(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VERBATIM_STORE__KIND", "opensearch")
    monkeypatch.setenv("VERBATIM_OPENSEARCH__HOSTS", "http://127.0.0.1:9")
    monkeypatch.setattr("sys.argv", ["verbatim", "ask", QUESTION])

    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert "verbatim: The search is unavailable: " in capfd.readouterr().err


def test_without_the_extra_it_is_said_what_to_install(
    in_cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pipelines.store.opensearch", None)
    monkeypatch.setattr("sys.argv", ["verbatim", "ask", QUESTION])

    with pytest.raises(SystemExit):
        main()

    assert "pip install '.[opensearch]'" in capfd.readouterr().err
