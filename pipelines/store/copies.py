"""Families of articles: those that are copies, or near copies, of one text."""

import json
import sqlite3
from collections import Counter

from pipelines.wording import Wording

# Of 6,164 texts (SQuADShifts' Wikipedia, reviews and posts, and written news) 12 pairs share so much: copies, and forms
# that were filled in twice, whose passages then stay apart by their names and figures. 35 pairs share 0.2 or more.
# A text with 0.4 of its end cut or a tenth of its words changed shares 0.6 or more.
_LEAST_SHARED = 0.5
# A phrase that a site puts under each of its articles must not make each of them be looked through.
_MOST_OF_AN_ANCHOR = 100
_LEAST_COMMON_ANCHORS = 2
MOST_COMPARED = 5
"""How many of the articles that share anchors are compared as a whole."""


def least_common(wording: Wording) -> int:
    """Tell how many anchors another article must share with one to be compared with it.

    :param wording: The words of the one.
    """
    return min(_LEAST_COMMON_ANCHORS, len(wording.anchors))


def is_copy(wording: Wording, digest: int, text: str) -> bool:
    """Whether an article that shares anchors is a copy, or a near copy.

    :param wording: The words of the one.
    :param digest: The digest of the other's words.
    :param text: The other's text.
    """
    is_near = len(wording.anchors) > 1 and Wording(text).shared_with(wording) >= _LEAST_SHARED
    return digest == wording.digest or is_near


def join_family(connection: sqlite3.Connection, article_id: str, text: str) -> bool:
    """Put an article that is in no family yet into the one of its copies, or into one of its own.

    :param connection: In a transaction.
    :param article_id: The article; it is stored.
    :param text: Its text.
    :returns: Whether it is a copy of another article.
    """
    wording = Wording(text)
    family = _family_of_copies(connection, wording)
    [(number,)] = connection.execute(
        "INSERT INTO wordings (article_id, digest, family, anchors) VALUES (?, ?, ?, ?) RETURNING number",
        (article_id, wording.digest, family, json.dumps(wording.anchors)),
    )
    connection.executemany(
        "INSERT OR IGNORE INTO anchors VALUES (?, ?)", [(anchor, number) for anchor in wording.anchors]
    )
    return family is not None


def _family_of_copies(connection: sqlite3.Connection, wording: Wording) -> int | None:
    common: Counter[int] = Counter()
    for anchor in wording.anchors:
        common.update(
            number
            for (number,) in connection.execute(
                "SELECT number FROM anchors WHERE anchor = ? ORDER BY number DESC LIMIT ?", (anchor, _MOST_OF_AN_ANCHOR)
            )
        )
    for number, count in common.most_common(MOST_COMPARED):
        if count < least_common(wording):
            break
        [(digest, family, text)] = connection.execute(
            "SELECT digest, coalesce(family, number), text "
            "FROM wordings JOIN article_texts USING (article_id) WHERE number = ?",
            (number,),
        )
        if is_copy(wording, digest, text):
            return int(family)
    return None
