"""Questions with accepted answers, read from a SQuAD v1 or v2 file."""

import gzip
import zlib
from datetime import date
from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from pipelines.errors import SourceError

_GZIP = b"\x1f\x8b"


class GoldAnswer(BaseModel, frozen=True):
    """An accepted answer.

    :param text: Its words.
    :param answer_start: Where they start in the paragraph, in code points.
    """

    text: str
    answer_start: int = Field(ge=0)


class PreviousTurn(BaseModel, frozen=True):
    """What was asked before a question, of the same paragraph (not part of SQuAD).

    :param question: The earlier question.
    :param answer: Its accepted answer.
    """

    question: str
    answer: GoldAnswer


class Question(BaseModel, frozen=True):
    """A question on one paragraph.

    :param id: Its id in the file.
    :param question: The question.
    :param answers: The accepted answers; none: the paragraph does not answer it.
    :param previous: What was asked before, if it is the second question of a dialogue.
    """

    id: str
    question: str
    answers: tuple[GoldAnswer, ...] = ()
    previous: PreviousTurn | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The accepted answers' words."""
        return tuple(answer.text for answer in self.answers)


class Paragraph(BaseModel, frozen=True):
    """A text and the questions on it.

    :param context: The text.
    :param qas: The questions.
    """

    context: str
    qas: tuple[Question, ...]

    @model_validator(mode="after")
    def _answers_stand_where_they_say(self) -> Self:
        for question in self.qas:
            before = (question.previous.answer,) if question.previous else ()
            for answer in (*question.answers, *before):
                if not self.context.startswith(answer.text, answer.answer_start):
                    message = f"question {question.id}: {answer.text!r} does not stand at {answer.answer_start}"
                    raise ValueError(message)
        return self


class Entry(BaseModel, frozen=True):
    """An article of the file.

    :param title: Its title, if it has one.
    :param published: The day it was published, if the file says so (not part of SQuAD).
    :param paragraphs: Its texts.
    """

    title: str = ""
    published: date | None = None
    paragraphs: tuple[Paragraph, ...]


class _File(BaseModel, frozen=True):
    data: tuple[Entry, ...] = Field(min_length=1)


def read_squad(path: Path) -> tuple[Entry, ...]:
    """Read a SQuAD v1 or v2 file and check it.

    :param path: The file, JSON in UTF-8, which may be packed with gzip.
    :returns: Its articles, in the file's order.
    :raises SourceError: If it cannot be read or is not such a file.
    """
    try:
        entries = _File.model_validate_json(_read_bytes(path)).data
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise SourceError(str(path), f"is damaged: {error}") from error
    except OSError as error:
        raise SourceError(str(path), (error.strerror or "cannot be read").lower()) from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        reason = f"is not a SQuAD v1 or v2 file ({place}: {first['msg']})" if place else f"is not valid: {first['msg']}"
        raise SourceError(str(path), reason) from error
    _refuse_repeated_ids(path, entries)
    return entries


def _read_bytes(path: Path) -> bytes:
    content = path.read_bytes()
    return gzip.decompress(content) if content.startswith(_GZIP) else content


def _refuse_repeated_ids(path: Path, entries: tuple[Entry, ...]) -> None:
    seen: set[str] = set()
    for question in (one for entry in entries for paragraph in entry.paragraphs for one in paragraph.qas):
        if question.id in seen:
            raise SourceError(str(path), f"two questions have the id {question.id}; give each its own")
        seen.add(question.id)
    if not seen:
        raise SourceError(str(path), "has no questions")
