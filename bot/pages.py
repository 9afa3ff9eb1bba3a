"""What the bot says that is not an answer: greeting, help, the list of articles, and a line for each thing that fails.

Pure functions and constants, so that every word can be read in one place.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from telegram import BotCommand, MessageEntity

from bot.richtext import Message, MessageBuilder
from bot.wording import label, link, plain_date, source_line
from pipelines.types import Citation

PAGE_SIZE = 10
_TITLE_UNITS = 150
_BOLD = MessageEntity.BOLD

PRIVATE_COMMANDS = (
    BotCommand("ask", "Ask a question"),
    BotCommand("articles", "List the articles"),
    BotCommand("help", "What I can do"),
    BotCommand("privacy", "What is kept about you"),
    BotCommand("forget", "Delete what is kept about you"),
)
GROUP_COMMANDS = PRIVATE_COMMANDS[:3]

EMPTY = "There are no articles yet.\nWhoever runs this bot can add some, on its computer: verbatim index FOLDER"
ASK_USAGE = (
    "Write your question after the command, like this: /ask When did the talks begin?\n"
    "Or send /ask as a reply to a message that holds the question."
)
NO_QUESTION = (
    "Hello. Ask me something about the articles, like this: When did the talks begin?\n"
    "/start shows questions that they answer."
)
WELCOME = "You are welcome. Ask me whenever you like."
TEXT_ONLY = "I can only read text. Please type your question."
UNKNOWN_COMMAND = "I do not know that command. /help lists what I can do."
BUSY = "Many people are asking right now. Please try again in a minute."
STALE = "This answer is not kept any more. Please ask again."
STALE_EXAMPLE = "This question is not offered any more. Send /start for new ones."
NOTED = "Thank you, noted."
FORGOTTEN_NOTHING = "Nothing was kept about you."


@dataclass(frozen=True, slots=True)
class LibrarySummary:
    """What is indexed.

    :param count: The number of articles.
    :param oldest: The first day of publication, or None if no article has one.
    :param newest: The last day of publication, or None if no article has one.
    """

    count: int
    oldest: date | None
    newest: date | None


def start_page(summary: LibrarySummary, *, has_examples: bool) -> Message:
    """Greet a newcomer.

    :param summary: What is indexed.
    :param has_examples: Whether example questions follow as buttons.
    :returns: The message.
    """
    if summary.count == 0:
        return Message(f"Hello. I answer questions with the exact words of news articles.\n\n{EMPTY}")
    builder = MessageBuilder().add("Hello. Ask me about the news.", _BOLD).add("\n\n")
    builder.add(f"I search {_extent(summary)}. You get the exact words that answer you, and where they come from. ")
    builder.add("If the articles do not say, I tell you so.\n\n")
    builder.add("Just type a question" + (", or try one of these:" if has_examples else "."))
    return builder.build()


def help_page(username: str) -> Message:
    """Say what the bot does and how to ask.

    :param username: The bot's own name, without the @.
    :returns: The message.
    """
    builder = MessageBuilder().add("How to ask", _BOLD)
    builder.add("\nType a question in plain English: who, what, when, where, how many, why.\n")
    builder.add("In a group, write /ask and your question, mention ").add(f"@{username}", _BOLD)
    builder.add(", or reply to one of my messages.\n\n")
    builder.add("What you get", _BOLD)
    builder.add("\nThe words of an article that answer your question, the sentence they stand in, and the article. ")
    builder.add("When I am not sure I say so, and when I find nothing I say that too.\n\n")
    builder.add("What I do not do", _BOLD)
    builder.add("\nI do not sum up, judge or guess. I know only the articles I was given. ")
    builder.add("After an answer I understand a short follow-up, like “and when?”, and nothing from before it.")
    builder.add("\n\n").add("Commands", _BOLD)
    for command in PRIVATE_COMMANDS:
        builder.add(f"\n/{command.command} - {command.description}")
    return builder.build()


def privacy_page(keep_days: int) -> str:
    """Say what is kept of a person.

    :param keep_days: Days that answers are kept.
    :returns: The text.
    """
    return (
        f"So that the buttons keep working, I keep your questions, my answers and your feedback for {keep_days} days, "
        "with your Telegram id. They stay on the computer that runs me and are not shared with anyone.\n\n"
        "/forget deletes them at once."
    )


def forgotten(count: int) -> str:
    """Confirm a deletion.

    :param count: How many answers were deleted.
    :returns: The text.
    """
    answers = "1 answer" if count == 1 else f"{count} answers"
    return f"Done. I deleted {answers} and your feedback. The messages in this chat are yours to delete."


def too_many(wait: int) -> str:
    """Ask a person to slow down.

    :param wait: Seconds until the next question is welcome.
    :returns: The text.
    """
    return f"That was a lot of questions. Please ask the next one in {wait} second{'' if wait == 1 else 's'}."


def failure(error_id: str) -> str:
    """Own up to an error of ours.

    :param error_id: What the log calls it.
    :returns: The text.
    """
    return f"Something went wrong on my side. If it keeps happening, tell the operator this code: {error_id}"


def articles_page(articles: Sequence[Citation], *, offset: int, total: int) -> Message:
    """List some of the articles.

    :param articles: The articles on this page.
    :param offset: How many come before them.
    :param total: Articles in all.
    :returns: The message.
    """
    if not articles:
        return Message(EMPTY)
    first, last = offset + 1, offset + len(articles)
    builder = MessageBuilder().add("The articles, newest first", _BOLD)
    builder.add(f" ({first} to {last} of {total})" if total > len(articles) else "")
    for number, citation in enumerate(articles, start=first):
        builder.add(f"\n\n{number}. ").add(label(citation.title, longest=_TITLE_UNITS), url=link(citation))
        builder.add(f"\n{source_line(citation)}")
    return builder.build()


def _extent(summary: LibrarySummary) -> str:
    articles = "1 article" if summary.count == 1 else f"{summary.count:,} articles"
    if summary.oldest is None or summary.newest is None:
        return articles
    oldest, newest = plain_date(summary.oldest.isoformat()), plain_date(summary.newest.isoformat())
    return f"{articles} from {oldest}" if oldest == newest else f"{articles} from {oldest} to {newest}"
