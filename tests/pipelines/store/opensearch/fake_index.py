"""One index of the fake cluster: enough of OpenSearch's mappings, queries, sorting and aggregations for what we send.

What it does not know it refuses, as the real one would: a request that is understood here only by chance fails.
"""

import math
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from typing import Any

import tantivy

Query = dict[str, Any]
Source = dict[str, Any]
_K1, _B = 1.2, 0.75
_DEFAULT_WINDOW = 10_000


class RefusedError(Exception):
    """A request that OpenSearch would not take."""

    def __init__(self, status: int, type_: str, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.type = type_


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    for step in (tantivy.Filter.lowercase(), tantivy.Filter.ascii_fold(), tantivy.Filter.stemmer("english")):
        builder = builder.filter(step)
    return builder.build()


def words_of(text: str) -> list[str]:
    return _analyzer().analyze(text)


class FakeIndex:
    """An index; what is written is found only after a refresh, as in OpenSearch."""

    def __init__(self, body: dict[str, Any]) -> None:
        self.body = body
        self.written: dict[str, Source] = {}
        self.shown: dict[str, Source] = {}

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = self.body["mappings"]["properties"]
        return properties

    def write(self, id_: str, source: Source) -> None:
        mappings = self.body["mappings"]
        for field, value in source.items():
            known = self.properties.get(field)
            if known is None and mappings.get("dynamic") == "strict":
                raise RefusedError(400, "strict_dynamic_mapping_exception", f"[{field}] is not allowed")
            if known and known["type"] == "knn_vector" and len(value) != known["dimension"]:
                raise RefusedError(400, "mapper_parsing_exception", "Vector dimension mismatch")
        self.written[id_] = source

    def refresh(self) -> None:
        self.shown = dict(self.written)

    def matching(self, query: Query) -> dict[str, float]:
        """The ids of the documents that a query finds, with their scores."""
        scores = _Search(self).scores(query)
        return {id_: score for id_, score in scores.items() if score is not None}

    def search(self, body: dict[str, Any]) -> dict[str, Any]:
        size, from_ = body.get("size", 10), body.get("from", 0)
        window = self.body["settings"].get("index.max_result_window", _DEFAULT_WINDOW)
        if from_ + size > window:
            raise RefusedError(400, "illegal_argument_exception", "Result window is too large")
        found = self.matching(body.get("query", {"match_all": {}}))
        hits = [self._hit(id_, score, body) for id_, score in found.items()]
        if "sort" in body:
            hits.sort(key=lambda hit: [_Ordered(*pair) for pair in zip(hit["sort"], _directions(body), strict=True)])
            if "search_after" in body:
                after = [_Ordered(*pair) for pair in zip(body["search_after"], _directions(body), strict=True)]
                ordered = _directions(body)
                hits = [h for h in hits if [_Ordered(*p) for p in zip(h["sort"], ordered, strict=True)] > after]
        else:
            hits.sort(key=lambda hit: -hit["_score"])
        answer: dict[str, Any] = {"hits": {"hits": hits[from_ : from_ + size]}}
        if "aggs" in body:
            answer["aggregations"] = {name: self._aggregate(one, found) for name, one in body["aggs"].items()}
        return answer

    def value(self, id_: str, field: str) -> Any:
        """A document's value for sorting, filtering and counting."""
        whole = self.shown[id_].get(field.partition(".")[0])
        parent, _, inner = field.partition(".")
        mapping = self.properties.get(parent, {"type": "keyword"})
        if inner:
            mapping = mapping["fields"][inner]
        if mapping["type"] == "text" or mapping.get("index") is False:
            raise RefusedError(400, "illegal_argument_exception", f"[{field}] cannot be used for this")
        return whole.lower() if mapping.get("normalizer") and whole else whole

    def _hit(self, id_: str, score: float, body: dict[str, Any]) -> dict[str, Any]:
        wanted = body.get("_source", True)
        source = self.shown[id_]
        if isinstance(wanted, list):
            source = {name: value for name, value in source.items() if name in wanted}
        elif isinstance(wanted, dict):
            source = {name: value for name, value in source.items() if name not in wanted["excludes"]}
        hit = {"_id": id_, "_score": score, "_source": source}
        if "sort" in body:
            hit["sort"] = [self.value(id_, field) for one in body["sort"] for field in one]
        return hit

    def _aggregate(self, aggregation: dict[str, Any], found: dict[str, float]) -> dict[str, Any]:
        [(kind, options)] = aggregation.items()
        values = Counter(self.value(id_, options["field"]) for id_ in found)
        del values[None]
        if kind == "cardinality":
            return {"value": len(values)}
        if kind == "terms":
            return {"buckets": [{"key": key, "doc_count": values[key]} for key in sorted(values)[: options["size"]]]}
        raise RefusedError(400, "parsing_exception", f"Unknown aggregation type [{kind}]")


class _Ordered:
    """A value in a sort: missing ones last, the others in the direction that is asked for."""

    def __init__(self, value: Any, direction: str) -> None:
        self.value, self.direction = value, direction

    def __lt__(self, other: "_Ordered") -> bool:
        if self.value is None or other.value is None:
            return self.value is not None and other.value is None
        return bool(self.value > other.value if self.direction == "desc" else self.value < other.value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ordered) and self.value == other.value

    __hash__ = None  # type: ignore[assignment]


def _directions(body: dict[str, Any]) -> list[str]:
    options = [option for one in body["sort"] for option in one.values()]
    return [option if isinstance(option, str) else option["order"] for option in options]


class _Search:
    """Scores every document for a query; None for those that it does not find."""

    def __init__(self, index: FakeIndex) -> None:
        self._index = index

    def scores(self, query: Query) -> dict[str, float | None]:
        [(kind, options)] = query.items()
        scorers: dict[str, Callable[[Any], dict[str, float | None]]] = {
            "match_all": lambda _: dict.fromkeys(self._index.shown, 1.0),
            "bool": self._bool,
            "constant_score": lambda o: self.scores(o["filter"]),
            "multi_match": self._multi_match,
            "knn": self._knn,
            "term": lambda o: self._values(o, lambda value, wanted: wanted in _listed(value)),
            "terms": lambda o: self._values(o, lambda value, wanted: value in wanted),
            "range": lambda o: self._values(o, _within),
            "prefix": lambda o: self._values(o, lambda value, wanted: value.startswith(wanted["value"])),
            "wildcard": lambda o: self._values(o, _fits_wildcards),
            "exists": lambda o: self._values({o["field"]: None}, lambda _value, _wanted: True),
            "ids": lambda o: {id_: 1.0 if id_ in o["values"] else None for id_ in self._index.shown},
        }
        if kind not in scorers:
            raise RefusedError(400, "parsing_exception", f"unknown query [{kind}]")
        return scorers[kind](options)

    def _values(self, options: dict[str, Any], fits: Callable[[Any, Any], bool]) -> dict[str, float | None]:
        [(field, wanted)] = options.items()
        scores: dict[str, float | None] = {}
        for id_ in self._index.shown:
            value = self._index.value(id_, field)
            scores[id_] = 1.0 if value is not None and fits(value, wanted) else None
        return scores

    def _bool(self, options: dict[str, Any]) -> dict[str, float | None]:
        clauses = {name: _listed(options.get(name, [])) for name in ("must", "filter", "should", "must_not")}
        if unknown := options.keys() - clauses.keys() - {"minimum_should_match"}:
            raise RefusedError(400, "x_content_parse_exception", f"[bool] unknown field {unknown}")
        found = {name: [self.scores(clause) for clause in parts] for name, parts in clauses.items()}
        alone = bool(found["should"]) and not found["must"] and not found["filter"]
        least = options.get("minimum_should_match", int(alone))
        scores: dict[str, float | None] = {}
        for id_ in self._index.shown:
            fits = all(one[id_] is not None for one in (*found["must"], *found["filter"]))
            fits = fits and all(one[id_] is None for one in found["must_not"])
            fits = fits and sum(one[id_] is not None for one in found["should"]) >= least
            scores[id_] = sum(one[id_] or 0.0 for one in (*found["must"], *found["should"])) if fits else None
        return scores

    def _multi_match(self, options: dict[str, Any]) -> dict[str, float | None]:
        if options["type"] != "most_fields":
            raise RefusedError(400, "parse_exception", "only most_fields is known here")
        found = [self._bm25(field, words_of(options["query"])) for field in options["fields"]]
        return {id_: sum(one[id_] or 0.0 for one in found) or None for id_ in self._index.shown}

    def _bm25(self, field: str, words: list[str]) -> dict[str, float | None]:
        counts = {id_: Counter(words_of(source.get(field) or "")) for id_, source in self._index.shown.items()}
        lengths = {id_: sum(count.values()) for id_, count in counts.items()}
        average = sum(lengths.values()) / len(lengths) if lengths else 1.0
        scores: dict[str, float | None] = dict.fromkeys(counts, 0.0)
        for word in words:
            having = sum(word in count for count in counts.values())
            rarity = math.log(1 + (len(counts) - having + 0.5) / (having + 0.5))
            for id_, count in counts.items():
                share = _K1 * (1 - _B + _B * lengths[id_] / average) if average else 1.0
                scores[id_] = (scores[id_] or 0.0) + rarity * count[word] / (count[word] + share)
        return {id_: score or None for id_, score in scores.items()}

    def _knn(self, options: dict[str, Any]) -> dict[str, float | None]:
        [(field, wanted)] = options.items()
        mapping = self._index.properties[field]
        if len(wanted["vector"]) != mapping["dimension"]:
            raise RefusedError(400, "illegal_argument_exception", "Query vector has invalid dimension")
        allowed = self.scores(wanted["filter"]) if "filter" in wanted else {}
        scores: dict[str, float | None] = dict.fromkeys(self._index.shown)
        for id_, source in self._index.shown.items():
            if source.get(field) and ("filter" not in wanted or allowed[id_] is not None):
                scores[id_] = (1 + _cosine(source[field], wanted["vector"])) / 2
        best = sorted((id_ for id_ in scores if scores[id_] is not None), key=lambda id_: -(scores[id_] or 0.0))
        return {id_: score if id_ in best[: wanted["k"]] else None for id_, score in scores.items()}


def _listed(one_or_many: Any) -> list[Any]:
    return one_or_many if isinstance(one_or_many, list) else [one_or_many]


def _fits_wildcards(value: str, wanted: dict[str, str]) -> bool:
    parts = re.findall(r"\\.|[^\\]", wanted["value"])
    pattern = "".join({"*": ".*", "?": "."}.get(part) or re.escape(part[-1]) for part in parts)
    return re.fullmatch(pattern, value) is not None


def _within(value: Any, bounds: dict[str, Any]) -> bool:
    comparisons = {
        "gt": lambda bound: value > bound,
        "gte": lambda bound: value >= bound,
        "lt": lambda bound: value < bound,
        "lte": lambda bound: value <= bound,
    }
    return all(comparisons[name](bound) for name, bound in bounds.items())


def _cosine(one: list[float], other: list[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.sqrt(sum(a * a for a in one)) * math.sqrt(sum(b * b for b in other)))
