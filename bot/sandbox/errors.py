"""How the sandbox refuses a request: with Telegram's codes and words."""

from typing import NoReturn


class BotApiError(Exception):
    """A request that Telegram would refuse.

    :param code: The HTTP status, which is also the error code in the answer.
    :param description: What is wrong, beginning with the name of the status.
    """

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description


def refuse(reason: str) -> NoReturn:
    """Refuse a request that is wrong in itself.

    :param reason: What is wrong.
    :raises BotApiError: Always.
    """
    raise BotApiError(400, f"Bad Request: {reason}")
