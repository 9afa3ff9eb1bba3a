"""Questions over the seed article, through the real pipeline: models, store and all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.answering import ENGLISH_ONLY, LONGEST_QUESTION, NOTHING_TO_SEARCH, Answerer
from pipelines.components.encoder import SentenceEncoder
from pipelines.components.follow_up import turn_of
from pipelines.components.selector import AnswerSelector
from pipelines.errors import QuestionError
from pipelines.indexing import Indexer
from pipelines.store import EmbeddedDocumentStore
from pipelines.types import Answer, Outcome

SEEDS = Path(__file__).parents[2] / "seeds"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedDocumentStore]:
    encoder = SentenceEncoder()
    store = EmbeddedDocumentStore(tmp_path_factory.mktemp("index"), encoder=encoder.identity)
    Indexer(store, encoder).index([str(SEEDS)])
    yield store
    store.close()


@pytest.fixture(scope="module")
def answerer(store: EmbeddedDocumentStore) -> Answerer:
    answerer = Answerer(store, selector=AnswerSelector())
    answerer.warm_up()
    return answerer


def top(answer: Answer) -> str:
    assert answer.outcome is Outcome.ANSWERED, answer
    return answer.quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "when did the strategic dialogue start",
        "When did the strategic dialogue start?",
        "WHEN DID THE STRATEGIC DIALOGUE START",
        "when did strategic dialog begin",
        "since when do iraq and the us hold a strategic dialogue",
        "when did the stratgic dialogue statr",
    ],
)
def test_the_start_of_the_dialogue_is_quoted_dated_and_cited(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)

    assert top(answer) == "last June 12"
    quote = answer.quotes[0]
    assert quote.date is not None
    assert (quote.date.text, quote.date.iso) == ("last June 12", "2020-06-12")
    assert quote.sentence.startswith("The tension pushed the two sides")
    assert quote.sentence.endswith("cut its troops in the country.")
    assert quote.article.published is not None
    assert quote.article.published.isoformat() == "2021-01-05"
    assert "Only hundreds of US troops" in quote.article.title


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("how many US troops will remain", {"hundreds", "only hundreds", "Only hundreds"}),
        ("How many US troops will remain in Iraq?", {"hundreds", "only hundreds", "Only hundreds"}),
        ("who is the prime minister of iraq", {"Mustafa al-Kadhimi"}),
        ("Who is Iraq's prime minister?", {"Mustafa al-Kadhimi"}),
        ("who was killed by the drone strike", {"Qassem Soleimani", "Qassem Soleimani and Abu Mahdi al-Muhandis"}),
        ("who did the drone kill", {"Qassem Soleimani"}),
        ("where was the convoy struck", {"Baghdad airport", "at Baghdad airport"}),
        ("when was the convoy struck", {"Jan 3, 2020"}),
        ("when will the withdrawal be complete", {"in the coming days"}),
    ],
)
def test_plain_questions_get_the_right_quote(answerer: Answerer, question: str, answers: set[str]) -> None:
    assert top(answerer.ask(question)) in answers


def test_the_place_of_the_ceremony_is_quoted_from_the_caption(answerer: Answerer) -> None:
    assert top(answerer.ask("where did the handover ceremony take place")).startswith("Mosul")


def test_the_reason_of_the_withdrawal_is_quoted(answerer: Answerer) -> None:
    assert "readiness of the Iraqi forces" in top(answerer.ask("why were the troops withdrawn"))


@pytest.mark.parametrize(
    "question",
    [
        "who is the president of france",
        "how much did the withdrawal cost",
        "who won the world cup",
        "what did the stock market do",
        "how do I bake bread",
    ],
)
def test_what_the_articles_do_not_say_is_not_found(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)

    assert answer.outcome is Outcome.NOT_FOUND
    assert answer.quotes == ()
    assert [citation.title for citation in answer.nearest] == [
        "Only hundreds of US troops to remain in Iraq, prime minister says"
    ]


@pytest.mark.parametrize("question", ["and when?", "who is he", "???"])
def test_a_question_without_a_word_to_search_for_is_told_so(answerer: Answerer, question: str) -> None:
    answer = answerer.ask(question)

    assert answer.outcome is Outcome.NOT_FOUND
    assert NOTHING_TO_SEARCH in answer.notices


def test_every_quote_is_the_article_s_own_text(answerer: Answerer, store: EmbeddedDocumentStore) -> None:
    for question in ("who struck the convoy", "what will remain", "what did al-kadhimi say about conflicts"):
        for quote in answerer.ask(question).quotes:
            article = store.article(quote.article.id)
            assert article is not None
            assert article.text[quote.start : quote.end] == quote.text
            sentence_end = quote.sentence_start + len(quote.sentence)
            assert article.text[quote.sentence_start : sentence_end] == quote.sentence
            assert quote.sentence_start <= quote.start < quote.end <= sentence_end
            assert quote.passage.start <= quote.sentence_start
            assert sentence_end <= quote.passage.end


def test_quotes_are_few_different_and_best_first(answerer: Answerer) -> None:
    quotes = answerer.ask("how many troops will remain").quotes

    assert 1 <= len(quotes) <= 5
    assert sorted((quote.confidence for quote in quotes), reverse=True) == [quote.confidence for quote in quotes]
    assert len({quote.text.lower() for quote in quotes}) == len(quotes)


def test_threads_get_the_answers_one_would_get_alone(answerer: Answerer) -> None:
    questions = [
        "when did the strategic dialogue start",
        "who is the prime minister of iraq",
        "who won the world cup",
    ] * 4
    alone = [answerer.ask(question).quotes for question in questions]
    with ThreadPoolExecutor(4) as pool:
        together = [answer.quotes for answer in pool.map(answerer.ask, questions)]

    assert together == alone


def test_a_question_of_nothing_is_not_found(answerer: Answerer) -> None:
    assert answerer.ask(" \n ").outcome is Outcome.NOT_FOUND


def test_a_long_question_is_cut_with_notices(answerer: Answerer) -> None:
    answer = answerer.ask("when did the strategic dialogue start " * 60)

    assert len(answer.notices) == 2
    assert str(LONGEST_QUESTION) in answer.notices[0]
    assert "only its beginning was read" in answer.notices[1]


@pytest.mark.parametrize("question", ["🙂🙂🙂", "\x00\x07", "(((", 'title:"x" AND NOT *', "?" * 500, "קרא מזה"])
def test_odd_questions_are_answered_like_any_other(answerer: Answerer, question: str) -> None:
    assert answerer.ask(question).question == question


def test_a_closed_answerer_opens_again(store: EmbeddedDocumentStore) -> None:
    answerer = Answerer(store, selector=AnswerSelector())
    answerer.ask("who is the prime minister of iraq")
    answerer.close()

    assert answerer.ask("who is the prime minister of iraq").quotes


def test_a_question_can_be_narrowed_and_says_so(answerer: Answerer) -> None:
    question = "when did the strategic dialogue start since:2021"
    answer = answerer.ask(question)

    assert (top(answer), answer.question) == ("last June 12", question)
    assert answer.notices == ("Only articles with a date on or after 1 January 2021 were searched.",)
    assert answerer.ask("when did the strategic dialogue start since:2022").outcome is Outcome.NOT_FOUND
    assert top(answerer.ask('when did the strategic dialogue start in:"us troops"')) == "last June 12"


@pytest.mark.parametrize(
    ("question", "follow_up", "quote", "outcome"),
    [
        ("who was killed by the drone strike", "and when?", "Jan 3, 2020", Outcome.ANSWERED),
        ("who was killed by the drone strike", "where was it", "Baghdad airport", Outcome.ANSWERED),
        ("who was killed by the drone strike", "who was he", "former commander", Outcome.UNSURE),
        ("where did the handover ceremony take place", "when was it?", "March 30, 2020", Outcome.ANSWERED),
    ],
)
def test_a_follow_up_is_understood_after_the_question_before(
    answerer: Answerer, question: str, follow_up: str, quote: str, outcome: Outcome
) -> None:
    answer = answerer.ask(follow_up, turn_of(answerer.ask(question)))

    assert answer.outcome is outcome
    assert quote in answer.quotes[0].text
    assert (answer.question, answer.follows) == (follow_up, question)
    assert answer.notices == (f"Understood as: {follow_up} (after “{question}”)",)


def test_a_complete_question_is_answered_as_if_nothing_stood_before_it(answerer: Answerer) -> None:
    turn = turn_of(answerer.ask("who was killed by the drone strike"))
    for question in (
        "when did the strategic dialogue start",
        "who is the prime minister of iraq",
        "who won the world cup",
    ):
        after, alone = answerer.ask(question, turn), answerer.ask(question)
        assert replace(after, elapsed_ms=0) == replace(alone, elapsed_ms=0)


def test_a_follow_up_is_narrowed_as_the_question_before(answerer: Answerer) -> None:
    turn = turn_of(answerer.ask("who was killed by the drone strike since:2021 in:troops"))

    answer = answerer.ask("and when? since:2020", turn)

    assert top(answer) == "Jan 3, 2020"
    assert answer.follows == "who was killed by the drone strike since:2020 in:troops"
    assert answer.notices[0] == "Understood as: and when? (after “who was killed by the drone strike”)"
    assert answer.notices[1].startswith(
        "Only articles with a date on or after 1 January 2020 and the title “Only hundreds"
    )


def test_a_wrong_filter_is_named_as_it_is(answerer: Answerer) -> None:
    with pytest.raises(QuestionError, match="since:soon"):
        answerer.ask("who won since:soon")


def test_a_question_in_another_script_is_told_that_only_english_is_understood(answerer: Answerer) -> None:
    assert ENGLISH_ONLY in answerer.ask("متى بدأ الحوار الاستراتيجي").notices
    assert ENGLISH_ONLY not in answerer.ask("who is الكاظمي").notices
    assert ENGLISH_ONLY not in answerer.ask("2021?").notices
