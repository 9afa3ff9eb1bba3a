"""A local Bot API server and its chat page, so that the bot works without Telegram.

The bot is the same as on Telegram: it reaches the sandbox over HTTP. What it sends is checked as Telegram would check
it, so that a mistake shows here first.
"""

from bot.sandbox.server import Sandbox

__all__ = ["Sandbox"]
