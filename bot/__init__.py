"""The front ends: the command line, the Telegram bot and its local sandbox."""
