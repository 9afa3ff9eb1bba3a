"""Follow-ups: how a question that leans on the one before it is put to the retrievers and to the reader."""

import re

from haystack import component

from pipelines.components.leaning import leans, speaks_of_a_person
from pipelines.components.narrowing import split_terms
from pipelines.components.words import FUNCTION_WORDS
from pipelines.types import Answer, Turn

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_CONNECTIVE = re.compile(r"\A(?:and|or|but)\s+", re.IGNORECASE)
# The reader reads 64 tokens of a question, and the follow-up stands last.
_QUOTE_WORDS, _QUESTION_WORDS = 12, 20


@component
class FollowUpRewriter:
    """Puts a follow-up so that it can be searched for and read; a question that stands alone passes as it is.

    Retrieval gets the words of the question before and of its quote added: they lead to the same article. The reader
    gets the quote and the previous question before the follow-up: "Mosul. where was the ceremony. when?". What else was
    tried is in `docs/evaluation.md`.
    """

    @component.output_types(query=str, reading=str, question=str)
    def run(self, question: str, previous: Turn | None = None) -> dict[str, str]:
        """Put a question.

        :param question: The question.
        :param previous: The turn it leans on, or None if it stands alone.
        :returns: `query` for the retrievers, `reading` for the reader, `question` as it came.
        """
        if previous is None:
            return {"query": question, "reading": question, "question": question}
        return {"query": to_search(question, previous), "reading": to_read(question, previous), "question": question}


def leaned_on(question: str, previous: Turn | None) -> Turn | None:
    """Tell which turn a question leans on.

    :param question: The question, as it was asked.
    :param previous: The turn before it, if there is one.
    :returns: That turn, or None if the question stands alone.
    """
    return previous if previous is not None and leans(split_terms(question)[0]) else None


def turn_of(answer: Answer) -> Turn | None:
    """Make of an answer what a next question can lean on.

    :param answer: The answer.
    :returns: The turn, or None if nothing was quoted. After a follow-up, the question that the follow-up leaned on
        stays: "and when?" says nothing to a third one.
    """
    return Turn(answer.follows or answer.question, answer.quotes[0]) if answer.quotes else None


def to_search(question: str, previous: Turn) -> str:
    """Put a follow-up to the retrievers.

    :param question: The follow-up.
    :param previous: The turn it leans on.
    :returns: It, with the words of the previous question and quote that carry meaning.
    """
    asked, _ = split_terms(previous.question)
    carried = [word for word in _WORD.findall(asked) if word.lower() not in FUNCTION_WORDS]
    return " ".join([question, *carried, _quoted(previous)])


def to_read(question: str, previous: Turn) -> str:
    """Put a follow-up to the reader.

    :param question: The follow-up.
    :param previous: The turn it leans on.
    :returns: The previous quote, the previous question, and the follow-up, without "and"; the quote alone before it if
        the follow-up speaks of a person, who then is the quote.
    """
    follow_up = _CONNECTIVE.sub("", question, count=1)
    if speaks_of_a_person(question):
        return f"{_quoted(previous)}. {follow_up}"
    asked, _ = split_terms(previous.question)
    return follow_up_text(previous.quote.text, asked, follow_up)


def follow_up_text(quote: str, asked: str, follow_up: str) -> str:
    """Join a turn and a follow-up to what the reader reads.

    :param quote: The quote that answered the previous question.
    :param asked: The previous question.
    :param follow_up: The follow-up.
    """
    return f"{_beginning(quote, _QUOTE_WORDS)}. {_beginning(asked, _QUESTION_WORDS)}. {follow_up}"


def _quoted(previous: Turn) -> str:
    return _beginning(previous.quote.text, _QUOTE_WORDS)


def _beginning(text: str, most: int) -> str:
    return " ".join(text.split()[:most])
