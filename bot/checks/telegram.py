"""Checks of the connection to Telegram. What they say never holds the token."""

import asyncio

from telegram import Bot, User
from telegram.error import BadRequest, InvalidToken, NetworkError, TelegramError

from bot.application import open_connection
from bot.checks import Finding, failed, note, ok
from bot.settings import TelegramSettings

_TOKEN = "Token"  # noqa: S105  the name of a check
_SECONDS = 10.0


def check_access(settings: TelegramSettings, *, token_set: bool) -> Finding:
    """Check that somebody may ask.

    :param settings: The settings of the connection.
    :param token_set: Whether the bot serves Telegram; the sandbox is open to who can reach it.
    """
    name = "Access"
    if not token_set:
        return ok(name, "the sandbox serves this machine only")
    if settings.access == "public":
        return note(name, "everyone on Telegram may ask", "VERBATIM_TELEGRAM__ACCESS=listed closes it.")
    if not settings.allowed_users and not settings.allowed_chats:
        return failed(
            name,
            "nobody may ask",
            "Write to the bot: it tells you your id, which belongs into VERBATIM_TELEGRAM__ALLOWED_USERS.",
        )
    return ok(name, f"{len(settings.allowed_users)} users and {len(settings.allowed_chats)} groups may ask")


async def check_token(token: str | None, api_url: str) -> list[Finding]:
    """Ask the Bot API who the token belongs to and what that bot may do.

    :param token: The token, or None if there is none.
    :param api_url: The Bot API server.
    """
    if token is None:
        return [ok(_TOKEN, "none: verbatim run starts the local sandbox")]
    connection = open_connection(api_url)
    bot = Bot(token, connection.base_url, request=connection.requests, get_updates_request=connection.updates)
    try:
        async with asyncio.timeout(_SECONDS):
            await bot.initialize()
        return _describe(bot.bot, api_url)
    except InvalidToken:
        remedy = "Check TELEGRAM_BOT_TOKEN; @BotFather can show it again or make a new one."
        return [failed(_TOKEN, f"{api_url} does not accept it", remedy)]
    except BadRequest:
        return [failed(_TOKEN, f"{api_url} refused the check", "Check VERBATIM_TELEGRAM__API_URL.")]
    except (NetworkError, TimeoutError):
        remedy = "Check the network and VERBATIM_TELEGRAM__API_URL."
        return [failed(_TOKEN, f"{api_url} does not answer, so it could not be checked", remedy)]
    except TelegramError as error:
        # Its text may quote the address, which holds the token.
        return [failed(_TOKEN, f"the check did not go through ({type(error).__name__})", "Try again in a minute.")]
    finally:
        await bot.shutdown()


def _describe(user: User, api_url: str) -> list[Finding]:
    findings = [ok(_TOKEN, f"{api_url} knows it as @{user.username}")]
    if user.can_join_groups is False:
        remedy = "If it should answer there: @BotFather, /setjoingroups."
        findings.append(note("Groups", "the bot cannot be added to groups", remedy))
    elif user.can_read_all_group_messages:
        remedy = "It needs only commands, mentions and replies: @BotFather, /setprivacy, Enable."
        findings.append(note("Groups", "the bot is sent everything that is said in its groups", remedy))
    else:
        findings.append(ok("Groups", "the bot is sent only commands, mentions and replies: all it needs"))
    return findings
