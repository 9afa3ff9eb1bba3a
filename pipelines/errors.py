"""The errors a person may meet, named by what that person can do about them.

Each message is written for the reader of a terminal or a chat: what is wrong, then the next step.
"""

from typing import Self


class VerbatimError(Exception):
    """Something the person at the keyboard can act on; its text is shown as it is, without a traceback."""


class ConfigurationError(VerbatimError):
    """A setting is wrong or missing: change it and start again."""


class SourceError(VerbatimError):
    """One article could not be read: mend or drop that source; the rest is not affected.

    :param source: The path or URL as the person gave it.
    :param reason: Why, in a few words that follow the name after a colon.
    """

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        """Make it fit to be copied and sent to another process."""
        return type(self), (self.source, self.reason)


class QuestionError(VerbatimError):
    """The question cannot be asked like this: write it anew."""


class NothingIndexedError(VerbatimError):
    """There are no articles to answer from: index some."""


class IndexMismatchError(VerbatimError):
    """The index was made by another encoder or a newer version: rebuild it or use its own version."""


class IndexBusyError(VerbatimError):
    """Another process writes to this index: wait for it, or stop it."""


class StorageError(VerbatimError):
    """The folder of the index cannot be read or written: make room, or give the rights."""


class SearchUnavailableError(VerbatimError):
    """The search engine does not answer now: try again later."""
