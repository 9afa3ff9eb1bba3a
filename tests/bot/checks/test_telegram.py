import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.checks import Finding, Status
from bot.checks.telegram import check_access, check_token
from bot.settings import TelegramSettings

TOKEN = "123456:a-secret-that-must-not-be-shown"
USER = {
    "id": 1,
    "is_bot": True,
    "first_name": "V",
    "username": "v_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
}


class _Me(RequestHandler):
    def initialize(self, status: int, body: dict[str, Any]) -> None:
        self.status, self.body = status, body

    def post(self, _method: str) -> None:
        self.set_status(self.status)
        self.finish(json.dumps(self.body))


@asynccontextmanager
async def _api(status: int = 200, **user: bool) -> AsyncIterator[str]:
    good = {"ok": True, "result": {**USER, **user}}
    body = good if status == 200 else {"ok": False, "error_code": status, "description": f"no: {TOKEN}"}
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    routes = [(rf"/bot{TOKEN}/(\w+)", _Me, {"status": status, "body": body})]
    server = HTTPServer(Application(routes, log_function=lambda _: None))
    server.add_socket(listening)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.stop()
        await server.close_all_connections()


def _shown(findings: list[Finding]) -> str:
    return " ".join(finding.text + finding.remedy for finding in findings)


async def test_a_good_token_is_named_by_its_bot() -> None:
    async with _api() as url:
        token, groups = await check_token(TOKEN, url)
    assert token.status is groups.status is Status.OK
    assert "@v_bot" in token.text


@pytest.mark.parametrize(
    ("flags", "remedy"),
    [({"can_read_all_group_messages": True}, "/setprivacy"), ({"can_join_groups": False}, "/setjoingroups")],
)
async def test_flags_that_the_bot_does_not_want_come_with_the_command_that_changes_them(
    flags: dict[str, bool], remedy: str
) -> None:
    async with _api(**flags) as url:
        _, groups = await check_token(TOKEN, url)
    assert groups.status is Status.NOTE
    assert remedy in groups.remedy


@pytest.mark.parametrize(
    ("status", "text"), [(401, "does not accept"), (404, "does not accept"), (400, "refused"), (502, "does not answer")]
)
async def test_a_refusal_fails_and_never_shows_the_token(status: int, text: str) -> None:
    async with _api(status) as url:
        findings = await check_token(TOKEN, url)
    assert [finding.status for finding in findings] == [Status.FAILED]
    assert text in findings[0].text
    assert "secret" not in _shown(findings)


async def test_a_server_that_is_not_there_fails() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    [finding] = await check_token(TOKEN, f"http://127.0.0.1:{port}")
    assert finding.status is Status.FAILED
    assert "VERBATIM_TELEGRAM__API_URL" in finding.remedy


async def test_without_a_token_the_sandbox_is_announced() -> None:
    [finding] = await check_token(None, "https://api.telegram.org")
    assert finding.status is Status.OK
    assert "sandbox" in finding.text


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        (TelegramSettings(), Status.FAILED),
        (TelegramSettings(allowed_users=frozenset({1})), Status.OK),
        (TelegramSettings(allowed_chats=frozenset({-1})), Status.OK),
        (TelegramSettings(access="public"), Status.NOTE),
    ],
)
def test_somebody_must_be_allowed_to_ask(settings: TelegramSettings, status: Status) -> None:
    assert check_access(settings, token_set=True).status is status
    assert check_access(settings, token_set=False).status is Status.OK
