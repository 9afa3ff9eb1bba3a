"""`verbatim run`: the bot."""


def run() -> None:
    """Run the bot: on Telegram if a token is set, else in the local sandbox."""
    raise NotImplementedError
