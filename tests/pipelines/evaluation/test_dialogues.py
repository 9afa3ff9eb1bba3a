"""The development set of two-turn dialogues is what it says it is."""

import json
from collections import Counter
from pathlib import Path

DATA = Path(__file__).parents[2] / "data"
DIALOGUES = json.loads((DATA / "follow_ups_dev.json").read_text())["data"]
ARTICLES = json.loads((DATA / "news_dev.json").read_text())["data"]


def test_the_dialogues_are_about_the_development_articles() -> None:
    about = [(one["title"], [paragraph["context"] for paragraph in one["paragraphs"]]) for one in DIALOGUES]
    assert about == [(one["title"], [paragraph["context"] for paragraph in one["paragraphs"]]) for one in ARTICLES]


def test_every_accepted_answer_stands_where_it_says() -> None:
    for paragraph in (paragraph for one in DIALOGUES for paragraph in one["paragraphs"]):
        for turn in paragraph["qas"]:
            for answer in (turn["previous"]["answer"], *turn["answers"]):
                start = answer["answer_start"]
                assert paragraph["context"][start : start + len(answer["text"])] == answer["text"]


def test_each_half_has_follow_ups_with_and_without_an_answer_and_controls() -> None:
    turns = [turn for one in DIALOGUES for paragraph in one["paragraphs"] for turn in paragraph["qas"]]
    counts = Counter("-".join(turn["id"].split("-")[:2]) for turn in turns)
    assert counts == {
        "tune-lean": 42,
        "tune-none": 6,
        "tune-alone": 8,
        "held-lean": 42,
        "held-none": 6,
        "held-alone": 9,
    }
    assert all(bool(turn["answers"]) == ("-none" not in turn["id"]) for turn in turns)
    assert len({turn["id"] for turn in turns}) == len(turns)
