"""What speaks for a candidate and against it: the numbers that its confidence is made of."""

from collections.abc import Mapping, Sequence

from haystack import Document

from pipelines.components.candidates import Candidate

Features = Mapping[str, float]

# Logits are put on the scale of the other features, so that one penalty suits all weights when they are fitted.
_LOGIT_SCALE = 10.0


def describe(found: Sequence[Candidate], read: Sequence[Document]) -> list[Features]:
    """Describe candidates by numbers.

    Kinds of question and quote, shared words, similarities and their like were fitted too: they helped no more than
    these four (docs/models.md).

    :param found: Candidates with evidence, best first by the reader.
    :param read: The passages that were read, best first.
    :returns: Named features of each candidate.
    """
    margins = [one.evidence.margin if one.evidence else 0.0 for one in found]
    best = max(margins, default=0.0)
    ranks = {document.id: rank for rank, document in enumerate(read)}
    first = read[0].meta["article_id"] if read else None
    return [
        {
            "margin": margin / _LOGIT_SCALE,
            "best": float(margin == best),
            "rank": 1 / (1 + ranks.get(one.document_id, len(ranks))),
            "article_first": float(one.citation.id == first),
        }
        for one, margin in zip(found, margins, strict=True)
    ]
