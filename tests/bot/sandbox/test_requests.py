"""How the sandbox reads parameters, and what it says about wrong ones."""

import json
from typing import Any

import pytest
from tornado.httputil import HTTPFile, HTTPHeaders, HTTPServerRequest, RequestStartLine

from bot.sandbox.errors import BotApiError
from bot.sandbox.requests import (
    SendMessage,
    check_commands,
    check_keyboard,
    check_notice,
    parse,
    read_parameters,
)
from bot.sandbox.types import Button, Command, Keyboard

BOLD = {"type": "bold", "offset": 0, "length": 2}


def request(body: bytes = b"", kind: str = "application/json", **arguments: bytes) -> HTTPServerRequest:
    line = RequestStartLine("POST", "/", "HTTP/1.1")
    headers = HTTPHeaders({"Content-Type": kind, "Host": "127.0.0.1"})
    made = HTTPServerRequest(start_line=line, headers=headers, body=body)
    made.arguments = {name: [value] for name, value in arguments.items()}
    return made


def keyboard(**fields: str) -> Keyboard:
    return Keyboard(inline_keyboard=((Button(**fields),),))


@pytest.mark.parametrize(
    "given",
    [
        read_parameters(request(json.dumps({"chat_id": 1, "text": "Hi", "entities": [BOLD]}).encode())),
        read_parameters(request(kind="", chat_id=b"1", text=b"Hi", entities=json.dumps([BOLD]).encode())),
    ],
)
def test_a_form_and_json_mean_the_same(given: dict[str, Any]) -> None:
    sent = parse(SendMessage, given)
    assert (sent.chat_id, sent.text, sent.entities[0].type) == (1, "Hi", "bold")


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({}, "chat_id is empty"),
        ({"chat_id": "@alice"}, "can't parse chat_id"),
        ({"chat_id": 1, "entities": "[{"}, "can't parse entities"),
        ({"chat_id": 1, "entities": '[{"type": "bold"}]'}, "can't parse entities at 0.offset"),
        ({"chat_id": 1, "parse_mode": "HTML"}, "entities, not parse_mode"),
    ],
)
def test_a_wrong_parameter_is_named(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(BotApiError, match=reason.replace("[", r"\[")):
        parse(SendMessage, given)


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff"])
def test_a_broken_body_is_refused(body: bytes) -> None:
    with pytest.raises(BotApiError, match="Bad Request"):
        read_parameters(request(body))


def test_files_are_refused() -> None:
    made = request(kind="multipart/form-data")
    made.files = {"photo": [HTTPFile(filename="a.png", body=b"", content_type="image/png")]}
    with pytest.raises(BotApiError, match="no files"):
        read_parameters(made)


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "", "callback_data": "a"}, "text must be non-empty"),
        ({"text": "Go"}, "Text buttons are unallowed"),
        ({"text": "Go", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "Go", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "Go", "url": "javascript:alert(1)"}, "Wrong HTTP URL"),
        ({"text": "Go", "url": "https:// example.org"}, "Wrong HTTP URL"),
    ],
)
def test_a_button_that_telegram_refuses_is_refused(button: dict[str, str], reason: str) -> None:
    with pytest.raises(BotApiError, match=reason):
        check_keyboard(keyboard(**button))


def test_good_buttons_pass_and_no_buttons_are_none() -> None:
    for good in (keyboard(text="Go", callback_data="é" * 32), keyboard(text="Go", url="https://example.org")):
        assert check_keyboard(good) == good
    assert check_keyboard(Keyboard(inline_keyboard=((),))) is None
    assert check_keyboard(None) is None


def test_a_notice_and_a_menu_have_limits() -> None:
    assert check_notice("😀" * 100) == "😀" * 100
    with pytest.raises(BotApiError, match="MESSAGE_TOO_LONG"):
        check_notice("😀" * 100 + "a")
    for command in (Command(command="Ask", description="Ask"), Command(command="ask", description="")):
        with pytest.raises(BotApiError, match="BOT_COMMAND"):
            check_commands((command,))
