"""A headless Chromium, driven over its DevTools protocol: enough to type, press, look and listen."""

import asyncio
import base64
import json
import re
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, Self

from tornado.websocket import WebSocketClientConnection, websocket_connect

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
)
_SECONDS = 20.0
_STANDS_STILL = """(async () => {
  const element = (%s), place = () => { const box = element.getBoundingClientRect(); return [box.x, box.y]; };
  const frame = () => new Promise(requestAnimationFrame);
  element.scrollIntoView({ block: 'nearest', behavior: 'instant' });
  for (let before = null, still = 0; still < 4; before = String(place())) {
    await frame();
    still = String(place()) === before ? still + 1 : 0;
  }
  const [x, y] = place();
  return [x + element.offsetWidth / 2, y + element.offsetHeight / 2];
})()"""


def find_chromium() -> str | None:
    """Find a Chromium on this machine."""
    return next((path for name in _NAMES if (path := shutil.which(name))), None)


class Browser:
    """A browser with an empty profile of its own.

    :param program: Its executable.
    """

    def __init__(self, program: str) -> None:
        self._program = program
        self._ids = count(1)
        self._replies: dict[int, asyncio.Future[Any]] = {}
        self._tabs: dict[str, Tab] = {}

    async def __aenter__(self) -> Self:
        self._profile = tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True)
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            *_OPTIONS,
            f"--user-data-dir={self._profile.name}",
            "about:blank",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._socket = await websocket_connect(await self._address(), max_message_size=2**26)
        self._reading = asyncio.create_task(self._read(self._socket))
        return self

    async def __aexit__(self, *_error: object) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self.send("Browser.close"), 5)
        self._reading.cancel()
        self._socket.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        self._draining.cancel()
        self._profile.cleanup()

    @asynccontextmanager
    async def tab(
        self, url: str, *, width: int = 900, height: int = 700, scale: float = 1, dark: bool = False
    ) -> AsyncIterator["Tab"]:
        """Open a page; sizes are in CSS pixels."""
        target = await self.send("Target.createTarget", url="about:blank")
        session = await self.send("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        tab = self._tabs[session["sessionId"]] = Tab(self, session["sessionId"])
        for domain in ("Page", "Runtime", "Log", "Accessibility"):
            await tab.send(f"{domain}.enable")
        await tab.resize(width, height, scale)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await tab.send("Emulation.setEmulatedMedia", features=[scheme])
        await tab.send("Page.navigate", url=url)
        await tab.until("document.readyState === 'complete'")
        yield tab
        await self.send("Target.closeTarget", targetId=target["targetId"])

    async def send(self, method: str, session: str | None = None, **parameters: Any) -> Any:
        """Send a command and wait for its result."""
        number = next(self._ids)
        reply = self._replies[number] = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": parameters}
        await self._socket.write_message(json.dumps(message | ({"sessionId": session} if session else {})))
        return await asyncio.wait_for(reply, _SECONDS)

    async def _address(self) -> str:
        stderr = self._process.stderr
        assert stderr
        printed = b""
        async with asyncio.timeout(_SECONDS):
            while not (found := re.search(rb"DevTools listening on (ws://\S+)", printed)):
                line = await stderr.readline()
                assert line, f"Chromium did not start: {printed.decode()}"
                printed += line
        # A pipe that nobody reads would fill up and stop it.
        self._draining = asyncio.create_task(_drain(stderr))
        return found[1].decode()

    async def _read(self, socket: WebSocketClientConnection) -> None:
        while (text := await socket.read_message()) is not None:
            message = json.loads(text)
            if "id" in message:
                reply = self._replies.pop(message["id"])
                if "error" in message:
                    reply.set_exception(RuntimeError(message["error"]["message"]))
                elif not reply.done():
                    reply.set_result(message["result"])
            elif message.get("sessionId") in self._tabs:
                self._tabs[message["sessionId"]].hear(message["method"], message["params"])


class Tab:
    """An open page, and what it complained about."""

    def __init__(self, browser: Browser, session: str) -> None:
        self._browser = browser
        self._session = session
        self.complaints: list[str] = []

    async def send(self, method: str, **parameters: Any) -> Any:
        """Send a command to this page."""
        return await self._browser.send(method, self._session, **parameters)

    def hear(self, method: str, event: dict[str, Any]) -> None:
        """Keep errors and warnings."""
        if method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(event["exceptionDetails"]))
        elif method == "Log.entryAdded" and event["entry"]["level"] in {"error", "warning"}:
            self.complaints.append(event["entry"]["text"])
        elif method == "Runtime.consoleAPICalled" and event["type"] in {"error", "warning", "assert"}:
            self.complaints.append(json.dumps(event["args"]))

    async def resize(self, width: int, height: int, scale: float = 1) -> None:
        """Change the size of the window, in CSS pixels."""
        await self.send(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False
        )

    async def evaluate(self, expression: str) -> Any:
        """Compute a JavaScript expression in the page."""
        done = await self.send("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    async def until(self, condition: str) -> None:
        """Wait until a JavaScript expression is true."""
        try:
            async with asyncio.timeout(_SECONDS):
                while not await self.evaluate(f"Boolean({condition})"):  # noqa: ASYNC110  the page cannot call us
                    await asyncio.sleep(0.03)
        except TimeoutError:
            message = f"never came true: {condition}\nthe page shows: {await self.evaluate('document.body.innerText')}"
            raise AssertionError(message) from None

    async def click(self, element: str) -> None:
        """Click in the middle of the element that a JavaScript expression gives, when it stands still."""
        box = await self.evaluate(_STANDS_STILL % element)
        at = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        await self.send("Input.dispatchMouseEvent", type="mouseMoved", x=box[0], y=box[1])
        await self.send("Input.dispatchMouseEvent", type="mousePressed", **at)
        await self.send("Input.dispatchMouseEvent", type="mouseReleased", **at)

    async def write(self, text: str) -> None:
        """Type text where the focus is."""
        await self.send("Input.insertText", text=text)

    async def key(self, name: str, code: int) -> None:
        """Press a key that has a name, such as Enter (13) or Tab (9)."""
        pressed = {"key": name, "code": name, "windowsVirtualKeyCode": code}
        text = {"text": "\r"} if name == "Enter" else {}
        await self.send("Input.dispatchKeyEvent", type="keyDown", **pressed, **text)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **pressed)

    async def accessible(self) -> dict[str, list[str]]:
        """Read what a screen reader is offered: the names of the elements of each role."""
        tree = await self.send("Accessibility.getFullAXTree")
        offered: dict[str, list[str]] = {}
        for node in tree["nodes"]:
            if not node["ignored"]:
                role = node.get("role", {}).get("value", "")
                offered.setdefault(role, []).append(node.get("name", {}).get("value", ""))
        return offered

    async def screenshot(self) -> bytes:
        """Take a picture of the page, as a PNG file."""
        picture = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(picture["data"])


async def _drain(stream: asyncio.StreamReader) -> None:
    while await stream.read(65536):
        pass
