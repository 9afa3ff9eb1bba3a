"""The files to deploy with: they fit the settings, the project's folder and each other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.settings import Settings

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
VALUES = {
    "DOMAIN": "bot.example.org",
    "TELEGRAM_BOT_TOKEN": "123:abc",
    "WEBHOOK_SECRET": "s" * 32,
    "OPENSEARCH_PASSWORD": "Some-Long-Passw0rd",
    "ALLOWED_USERS": "11,12",
}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (DEPLOY / "compose.yaml").read_text()
    filled = re.sub(r"(?<!\$)\$\{(\w+):[?-]\}", lambda match: VALUES[match[1]], text)
    loaded: dict[str, Any] = yaml.safe_load(filled)
    return loaded


def named(services: dict[str, Any], kind: str) -> dict[str, Any]:
    return {name: service for name, service in services.items() if name.startswith(kind)}


def test_the_bots_settings_are_valid_and_lead_to_the_cluster(
    compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bots, nodes = named(compose["services"], "bot-"), named(compose["services"], "search-")
    monkeypatch.chdir(tmp_path)
    for bot in bots.values():
        for name, value in bot["environment"].items():
            monkeypatch.setenv(name, value)
        settings = Settings()
        assert settings.store.kind == "opensearch"
        assert settings.opensearch.hosts == tuple(f"https://{node}:9200" for node in nodes)
        assert settings.telegram.allowed_users == {11, 12}
        assert str(settings.telegram.webhook_url) == "https://bot.example.org/telegram"
    assert (len(bots), len(nodes)) == (2, 3)


def test_the_nodes_know_each_other_and_nobody_outside_reaches_them(compose: dict[str, Any]) -> None:
    nodes = named(compose["services"], "search-")
    for name, node in nodes.items():
        environment = node["environment"]
        assert environment["node.name"] == name
        assert environment["discovery.seed_hosts"].split(",") == list(nodes)
        assert environment["cluster.initial_cluster_manager_nodes"].split(",") == list(nodes)
        assert "ports" not in node


def test_every_replica_has_a_volume_of_its_own(compose: dict[str, Any]) -> None:
    volumes = [volume for service in compose["services"].values() for volume in service["volumes"]]
    kept = [name for name in (volume.split(":")[0] for volume in volumes) if not name.startswith(".")]

    assert sorted(kept) == sorted(compose["volumes"])


def test_the_gate_leads_to_the_bots(compose: dict[str, Any]) -> None:
    [targets] = re.findall(r"reverse_proxy (.+) {", (DEPLOY / "Caddyfile").read_text())
    bots = named(compose["services"], "bot-")
    ports = {bot["environment"]["VERBATIM_TELEGRAM__WEBHOOK_PORT"] for bot in bots.values()}

    assert targets.split() == [f"{name}:{port}" for name in bots for port in ports]


def test_every_value_that_has_to_be_given_is_in_the_example(compose: dict[str, Any]) -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+):[?-]\}", (DEPLOY / "compose.yaml").read_text()))
    listed = re.findall(r"^(\w+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE)

    assert set(listed) == asked == set(VALUES)


def copied() -> Iterator[str]:
    for line in re.findall(r"^COPY (.+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE):
        yield from line.split()[:-1]


def test_what_the_image_copies_is_there_and_not_ignored() -> None:
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()

    for name in copied():
        assert (ROOT / name).exists()
        assert f"!{name}" in ignored
