"""What the bot has not fetched yet: the updates, and the long wait for them."""

import asyncio
from collections.abc import Collection, Iterator
from itertools import count

from bot.sandbox.errors import BotApiError
from bot.sandbox.types import CallbackQuery, Message, Update


class Updates:
    """A queue with one reader; an update stays in it until the reader asks for a later one."""

    def __init__(self) -> None:
        self._ids: Iterator[int] = count(1)
        self._waiting: list[Update] = []
        self._came = asyncio.Event()
        self._allowed: Collection[str] = ()
        self._reader = 0

    def put(
        self,
        *,
        message: Message | None = None,
        edited_message: Message | None = None,
        callback_query: CallbackQuery | None = None,
    ) -> None:
        """Add an update.

        :param message: A new message.
        :param edited_message: A message that was changed by the one who wrote it.
        :param callback_query: A pressed button.
        """
        update = Update(
            update_id=next(self._ids), message=message, edited_message=edited_message, callback_query=callback_query
        )
        self._waiting.append(update)
        self._came.set()

    async def get(self, *, offset: int, limit: int, timeout: float, allowed: Collection[str] | None) -> list[Update]:  # noqa: ASYNC109  the Bot API's parameter
        """Fetch updates.

        :param offset: The first update wanted; those before it are done with.
        :param limit: How many at most.
        :param timeout: Seconds to wait for one.
        :param allowed: The kinds that are wanted, from now on; none for all, None for no change.
        :returns: The updates; none if the time is over.
        :raises bot.sandbox.errors.BotApiError: If another reader has come meanwhile.
        """
        self._reader += 1
        reader = self._reader
        self._came.set()
        if allowed is not None:
            self._allowed = allowed
        self._waiting = [update for update in self._waiting if update.update_id >= offset]
        try:
            async with asyncio.timeout(timeout or None):
                while not self._wanted() and timeout:
                    self._came.clear()
                    await self._came.wait()
                    if reader != self._reader:
                        raise BotApiError(
                            409,
                            "Conflict: terminated by other getUpdates request; "
                            "make sure that only one bot instance is running",
                        )
        except TimeoutError:
            pass
        return self._wanted()[:limit]

    def drop(self) -> None:
        """Forget what waits."""
        self._waiting = []

    def _wanted(self) -> list[Update]:
        return [update for update in self._waiting if not self._allowed or update.kind in self._allowed]
