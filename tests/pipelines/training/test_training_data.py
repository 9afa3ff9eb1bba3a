import gzip
import json
import random
from pathlib import Path

import pytest

from pipelines.errors import SourceError
from pipelines.training.augment import as_typed, mistype
from pipelines.training.data import detokenise, read_qamr, read_squad, split_held_out
from pipelines.training.negatives import Neighbours, holds
from pipelines.training.passages import around, cut
from pipelines.types import Span

ROOT = Path(__file__).parents[3]
OWN = sorted((ROOT / "pipelines/training/data").glob("*.json.gz"))
HELD_OUT = sorted((ROOT / "pipelines/training/data/held_out").glob("*.json.gz"))
DEV = ROOT / "tests/data/news_dev.json"
TEXT = 'One came first. "Two followed." Three was late! Four never came?\nFive is the end.'


def runs_of_13_words(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[place : place + 13]) for place in range(len(words) - 12)}


@pytest.mark.parametrize("kept_out", [DEV, *HELD_OUT], ids=lambda path: path.name)
def test_no_article_or_question_that_is_measured_on_is_in_the_training_data(kept_out: Path) -> None:
    trained = [example for path in OWN for article in read_squad(path) for example in article]
    measured = [example for article in read_squad(kept_out) for example in article]
    assert len(trained) > 12000
    assert not {one.question.lower() for one in measured} & {one.question.lower() for one in trained}
    known = set().union(*(runs_of_13_words(context) for context in {one.context for one in trained}))
    assert not set().union(*(runs_of_13_words(context) for context in {one.context for one in measured})) & known


def test_every_24th_article_is_held_out() -> None:
    articles = next(articles for articles in map(read_squad, OWN) if len(articles) == 24)
    train, held_out = split_held_out(articles)
    assert {one.context for one in held_out} == {articles[23][0].context}
    assert not {one.context for one in held_out} & {one.context for one in train}


def test_a_compressed_and_a_plain_file_read_the_same(tmp_path: Path) -> None:
    plain = tmp_path / "plain.json"
    plain.write_text(gzip.decompress(OWN[0].read_bytes()).decode(), encoding="utf-8")
    assert read_squad(plain) == read_squad(OWN[0])


def test_the_answer_most_annotators_gave_comes_first(tmp_path: Path) -> None:
    answers = [{"text": t, "answer_start": TEXT.index(t)} for t in ("One", "came first", "came first")]
    path = tmp_path / "one.json"
    paragraph = {"context": TEXT, "qas": [{"id": "1", "question": "what?", "answers": answers}]}
    path.write_text(json.dumps({"data": [{"paragraphs": [paragraph]}]}), encoding="utf-8")
    assert read_squad(path)[0][0].texts == ("came first", "One")


@pytest.mark.parametrize("content", ["nonsense", "[]", '{"data": [{"no": "paragraphs"}]}'])
def test_a_file_of_another_format_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SourceError, match=r"odd\.json: not a SQuAD-format file"):
        read_squad(path)


def test_an_answer_that_is_not_where_it_says_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "off.json"
    question = {"id": "7", "question": "who?", "answers": [{"text": "Two", "answer_start": 0}]}
    path.write_text(json.dumps({"data": [{"paragraphs": [{"context": TEXT, "qas": [question]}]}]}), encoding="utf-8")
    with pytest.raises(SourceError, match="answer 'Two' of 7 is not at its offset"):
        read_squad(path)


def test_treebank_tokens_become_running_text() -> None:
    words = ["He", "said", ",", "``", "it", "ca", "n't", "-LRB-", "yet", "-RRB-", "wait", "''", "."]
    text, spans = detokenise(words)
    assert text == 'He said, "it can\'t (yet) wait".'
    assert text[spans[5].start : spans[6].end] == "can't"


def test_qamr_is_sampled_by_sentence(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "qamr.sentences.tsv.gz", "wt") as stream:
        stream.write("s1\tThe mayor of Lod resigned .\n")
    rows = [f"s1\t1\t9\t{n}\t1\tWho resigned ?\t0 1 2 3\t8:1" for n in range(5)]
    with gzip.open(tmp_path / "qamr.dev.tsv.gz", "wt") as stream:
        stream.write("\n".join(rows))
    examples = read_qamr(tmp_path, 2, random.Random(1))
    assert [one.texts for one in examples] == [("The mayor of Lod",)] * 2


@pytest.mark.parametrize("seed", range(20))
def test_a_passage_round_an_answer_holds_it(seed: int) -> None:
    rng = random.Random(seed)
    start = TEXT.index("late")
    window = around(TEXT, Span(start, start + 4), rng.randint(1, 30), rng)
    assert window.start <= start < start + 4 <= window.end


def test_passages_cover_the_text_and_overlap_by_a_sentence() -> None:
    found = [TEXT[span.start : span.end] for span in cut(TEXT, 6)]
    assert found[0].startswith("One")
    assert found[-1].endswith("end.")
    assert found[1].startswith('"Two')


def test_a_negative_is_near_and_holds_no_answer() -> None:
    passages = ["the dam broke in May", "the dam was built by Ruse", "fish swim"]
    ranked = [passages[place] for place in Neighbours(passages).nearest("when was the dam built")]
    assert [one for one in ranked if not holds(one, ("Ruse",))] == ["the dam broke in May"]


def test_a_typed_question_keeps_its_words() -> None:
    question = "Who resigned?"
    typed = {as_typed(question, random.Random(seed)) for seed in range(200)}
    assert {"Who resigned?", "who resigned", "Who resigned", "who resigned?"} <= typed


def test_a_slip_changes_one_word_only() -> None:
    for seed in range(50):
        before, after = "the ministers agreed to it", mistype("the ministers agreed to it", random.Random(seed))
        assert sum(a != b for a, b in zip(before.split(), after.split(), strict=True)) <= 1
    assert mistype("who is it", random.Random(1)) == "who is it"
