"""The settings: defaults, bounds, names, and the file that documents them."""

import os
from pathlib import Path

import pytest

from bot import env_example
from bot.settings import Settings, load_settings
from pipelines.errors import ConfigurationError

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _empty_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("VERBATIM_") or name.upper() == "TELEGRAM_BOT_TOKEN":
            monkeypatch.delenv(name)


def test_env_example_lists_every_setting_with_its_default() -> None:
    assert (ROOT / ".env.example").read_text() == env_example.render()


def test_env_example_is_itself_a_valid_env_file(tmp_path: Path) -> None:
    uncommented = env_example.render().replace("# VERBATIM_", "VERBATIM_")
    (tmp_path / ".env").write_text(uncommented)
    assert load_settings() == Settings.model_construct()


@pytest.mark.parametrize("name", ["TELEGRAM_BOT_TOKEN", "VERBATIM_TELEGRAM__TOKEN"])
def test_the_token_is_accepted_under_both_names(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "123:abc")
    token = load_settings().token
    assert token is not None
    assert token.get_secret_value() == "123:abc"


def test_the_token_is_not_in_the_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:canary")
    assert "canary" not in repr(load_settings())


def test_ids_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_TELEGRAM__ALLOWED_CHATS", "-100123, 42")
    assert load_settings().telegram.allowed_chats == {-100123, 42}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("VERBATIM_RETRIEVAL__CANDIDATES", "0"),
        ("VERBATIM_READER__ANSWERED", "1.5"),
        ("VERBATIM_TELEGRAM__ACES", "public"),
        ("VERBATIM_TELEGRAM__ALLOWED_USERS", "@name"),
    ],
)
def test_a_wrong_setting_is_named_in_the_error(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        load_settings()


def test_an_unknown_name_in_the_env_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VERBATIM_STORE__PAHT=elsewhere\n")
    with pytest.raises(ConfigurationError, match="VERBATIM_STORE__PAHT"):
        load_settings()


def test_an_unknown_name_outside_the_groups_is_named_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("VERBATIM_COLOUR=red\n")
    with pytest.raises(ConfigurationError, match="  VERBATIM_COLOUR: there is no such setting"):
        load_settings()


def test_the_unsure_threshold_may_not_exceed_the_answered_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_READER__UNSURE", "0.9")
    monkeypatch.setenv("VERBATIM_READER__ANSWERED", "0.5")
    with pytest.raises(ConfigurationError, match=r"reader\.unsure"):
        load_settings()


@pytest.mark.parametrize("secret", [None, "short", "with spaces in it, and long enough"])
def test_a_webhook_without_a_good_secret_is_refused(secret: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_TELEGRAM__WEBHOOK_URL", "https://bot.example.org/verbatim")
    if secret:
        monkeypatch.setenv("VERBATIM_TELEGRAM__WEBHOOK_SECRET", secret)
    with pytest.raises(ConfigurationError, match="webhook_secret"):
        load_settings()


@pytest.mark.parametrize(
    ("hosts", "user"), [("localhost:9200", None), ("https://me:canary@host:9200", None), ("http://host:9200", "me")]
)
def test_a_cluster_that_cannot_be_reached_like_that_is_refused(
    hosts: str, user: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VERBATIM_OPENSEARCH__HOSTS", hosts)
    if user:
        monkeypatch.setenv("VERBATIM_OPENSEARCH__USERNAME", user)
    with pytest.raises(ConfigurationError, match="VERBATIM_OPENSEARCH") as refused:
        load_settings()
    assert "canary" not in str(refused.value)


def test_several_nodes_are_listed_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VERBATIM_OPENSEARCH__HOSTS", "https://one:9200, https://two:9200")
    assert load_settings().opensearch.hosts == ("https://one:9200", "https://two:9200")
