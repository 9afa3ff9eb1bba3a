"""Where the bot is served: Telegram, or the local sandbox when there is no token."""

import errno
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Protocol

from bot.access import AccessPolicy
from bot.lifecycle import Webhook
from bot.settings import TelegramSettings
from pipelines.errors import ConfigurationError

_PORTS_TRIED = 20

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the bot is served.

    :param token: The bot token there.
    :param api_url: The Bot API server.
    :param policy: Who may use the bot there.
    :param webhook: Where messages are delivered, or None if the bot fetches them.
    """

    token: str
    api_url: str
    policy: AccessPolicy
    webhook: Webhook | None = None


class LocalTelegram(Protocol):
    """A Bot API server in this process, with a page to chat on."""

    @property
    def base_url(self) -> str:
        """The address of the Bot API, as `telegram.api_url` would have it."""
        ...

    @property
    def page_url(self) -> str:
        """The address of the chat page."""
        ...

    @property
    def token(self) -> str:
        """The token it takes."""
        ...

    async def start(self) -> None:
        """Listen.

        :raises OSError: If the port is taken.
        """
        ...

    async def stop(self) -> None:
        """Stop listening."""
        ...


def telegram_endpoint(token: str, settings: TelegramSettings) -> Endpoint:
    """Describe the connection to Telegram.

    :param token: The bot token.
    :param settings: The settings of the connection.
    :returns: The endpoint; it is closed to everyone who is not listed, unless it is public.
    """
    policy = AccessPolicy(settings.access == "public", settings.allowed_users, settings.allowed_chats)
    webhook = None
    if settings.webhook_url and settings.webhook_secret:
        secret = settings.webhook_secret.get_secret_value()
        webhook = Webhook(str(settings.webhook_url), secret, settings.webhook_host, settings.webhook_port)
    return Endpoint(token, str(settings.api_url).rstrip("/"), policy, webhook)


@asynccontextmanager
async def sandbox_endpoint(
    make_sandbox: Callable[[int], LocalTelegram], port: int, say: Say
) -> AsyncIterator[Endpoint]:
    """Run the sandbox while the body runs; everyone who reaches it is on this machine and may ask.

    :param make_sandbox: Makes a sandbox for a port.
    :param port: The port to begin with; the next free one is taken.
    :param say: Tells the operator one line.
    :raises pipelines.errors.ConfigurationError: If no port is free.
    """
    sandbox = await _start(make_sandbox, port, say)
    try:
        say(f"Chat with the bot at {sandbox.page_url}")
        yield Endpoint(sandbox.token, sandbox.base_url.rstrip("/"), AccessPolicy(public=True))
    finally:
        await sandbox.stop()


async def _start(make_sandbox: Callable[[int], LocalTelegram], port: int, say: Say) -> LocalTelegram:
    for candidate in range(port, port + _PORTS_TRIED):
        sandbox = make_sandbox(candidate)
        try:
            await sandbox.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            continue
        if candidate != port:
            say(f"Port {port} is taken, so the chat page is on port {candidate}.")
        return sandbox
    msg = f"The ports {port} to {port + _PORTS_TRIED - 1} are all taken. Choose another with VERBATIM_SANDBOX__PORT."
    raise ConfigurationError(msg)
