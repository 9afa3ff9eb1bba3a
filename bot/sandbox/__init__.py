"""A local Bot API server and its chat page, so that the bot works without Telegram."""
