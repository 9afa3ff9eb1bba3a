"""The door: only this machine, and never another web page through somebody's browser."""

import base64
import hashlib
import re

import httpx
import pytest

from bot.sandbox import Sandbox

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


async def _get(sandbox: Sandbox, path: str, **headers: str) -> httpx.Response:
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.get(f"{sandbox.base_url}{path}", headers=headers)


@pytest.mark.parametrize("path", ["/", "/chat", "/bot{token}/getMe"])
@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example"])
async def test_another_name_for_this_machine_is_refused(sandbox: Sandbox, path: str, host: str) -> None:
    port = sandbox.base_url.rsplit(":", 1)[1]
    headers = {"Host": host.format(port=port)} | (UPGRADE if path == "/chat" else {})
    answer = await _get(sandbox, path.format(token=sandbox.token), **headers)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/chat", "/bot{token}/getMe"])
async def test_another_web_page_is_refused(sandbox: Sandbox, path: str, headers: dict[str, str]) -> None:
    upgrade = UPGRADE if path == "/chat" else {}
    answer = await _get(sandbox, path.format(token=sandbox.token), **headers, **upgrade)
    assert answer.status_code == 403


async def test_the_sandboxs_own_page_is_let_in(sandbox: Sandbox) -> None:
    headers = {"Origin": sandbox.base_url, "Sec-Fetch-Site": "same-origin"}
    answer = await _get(sandbox, "/chat?user=1", **headers, **UPGRADE)
    assert answer.status_code == 101


async def test_the_page_may_run_its_own_script_and_load_nothing(sandbox: Sandbox) -> None:
    answer = await _get(sandbox, "/")
    policy = dict(part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    [script] = re.findall(r"<script>(.*?)</script>", answer.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert not re.search(r"(?:src|href)=[\"']?https?:", answer.text)
    assert "innerHTML" not in script


async def test_only_this_machine_can_connect(sandbox: Sandbox) -> None:
    assert sandbox.base_url.startswith("http://127.0.0.1:")
