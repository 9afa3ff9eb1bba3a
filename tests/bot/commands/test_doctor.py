from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app

ARTICLE = (
    "OSLO - Foreign Minister Ana Lisko opened the peace talks on Monday with a short speech.\n"
    "Hundreds of soldiers would remain in the north, she said. The village of Belo was flooded in March."
)
TOKEN = "123456:a-secret-that-must-not-be-shown"


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)


def _doctor() -> tuple[int, str]:
    result = CliRunner().invoke(app, ["doctor"], catch_exceptions=False)
    return result.exit_code, " ".join(result.stdout.split())


def test_a_working_installation_has_nothing_that_fails(tmp_path: Path) -> None:
    (tmp_path / "talks.txt").write_text(ARTICLE)
    assert CliRunner().invoke(app, ["index", "talks.txt"], catch_exceptions=False).exit_code == 0
    code, shown = _doctor()
    assert code == 0, shown
    assert "failed" not in shown
    for check in ("Python", "Settings file", "Token", "Access", "Disk", "Encoder", "Reader", "1 article", "Question"):
        assert check in shown


def test_without_articles_it_fails_and_says_what_to_do() -> None:
    code, shown = _doctor()
    assert code == 1
    assert "failed Index" in shown
    assert "-> verbatim index FOLDER" in shown


def test_wrong_settings_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_RETRIEVAL__CANDIDATES", "0")
    code, shown = _doctor()
    assert code == 1
    assert "VERBATIM_RETRIEVAL__CANDIDATES" in shown


def test_a_settings_file_that_cannot_be_read_is_said_once_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00")
    code, shown = _doctor()
    assert code == 1
    assert "not text in UTF-8" in shown


def test_a_token_for_a_server_that_is_not_there_fails_and_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", TOKEN)
    monkeypatch.setenv("VERBATIM_TELEGRAM__API_URL", "http://127.0.0.1:9")
    code, shown = _doctor()
    assert code == 1
    assert "failed Token" in shown
    assert "failed Access nobody may ask" in shown
    assert "secret" not in shown
