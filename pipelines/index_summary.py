"""What an index run did, and how far it is."""

from dataclasses import dataclass, field, replace

from pipelines.errors import SourceError
from pipelines.sources.files import Blocked, Skipped


@dataclass(frozen=True, slots=True)
class IndexSummary:
    """What an index run did.

    :param added: Articles that were not indexed before.
    :param changed: Articles that were replaced because their source, or how it is read, changed.
    :param unchanged: Articles that were left as they are.
    :param removed: Articles that went because their file did.
    :param failed: What could not be read, and why.
    :param skipped: What was left out and is no article, and why.
    :param passages: Passages written.
    :param copies: Articles among the added and changed ones that are copies of others.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    failed: tuple[SourceError, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    passages: int = 0
    copies: int = 0

    def with_removed(self, removed: int) -> "IndexSummary":
        """Add articles that went.

        :param removed: How many.
        :returns: The summary with them.
        """
        return replace(self, removed=self.removed + removed)


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """How far an index run is.

    :param done: Articles dealt with.
    :param total: Articles there are, as far as is known.
    :param passages: Passages written.
    """

    done: int
    total: int
    passages: int


@dataclass(slots=True)
class Tally:
    """The summary of a run that goes on.

    :param added: As in the summary.
    :param changed: As in the summary.
    :param unchanged: As in the summary.
    :param passages: As in the summary.
    :param copies: As in the summary.
    :param failed: As in the summary.
    :param skipped: As in the summary.
    :param seen: The ids of the articles that are there, whatever became of them.
    :param blocked: What could not be read to its end.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    passages: int = 0
    copies: int = 0
    failed: list[SourceError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    blocked: list[Blocked] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Articles dealt with."""
        return self.added + self.changed + self.unchanged + len(self.failed)

    def note(self, found: Skipped | Blocked | SourceError) -> None:
        """Note something that is no article.

        :param found: What was found.
        """
        if isinstance(found, Skipped):
            self.skipped.append(found)
        elif isinstance(found, Blocked):
            self.blocked.append(found)
            self.failed.append(SourceError(found.name, found.reason))
        else:
            self.failed.append(found)

    def summary(self, removed: int) -> IndexSummary:
        """Sum the run up.

        :param removed: Articles that went.
        :returns: The summary.
        """
        failed, skipped = tuple(self.failed), tuple(self.skipped)
        return IndexSummary(
            self.added, self.changed, self.unchanged, removed, failed, skipped, self.passages, self.copies
        )
