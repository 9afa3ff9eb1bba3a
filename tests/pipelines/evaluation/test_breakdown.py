import pytest

from pipelines.evaluation.breakdown import by_answer_length, by_question_word, question_word
from pipelines.evaluation.dataset import GoldAnswer, Question


def _question(text: str, *golds: str, id: str = "1") -> Question:  # noqa: A002
    return Question(id=id, question=text, answers=tuple(GoldAnswer(text=gold, answer_start=0) for gold in golds))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Who is he?", "who"),
        ("In what year?", "what"),
        ("how  many people, and who", "how many"),
        ("How was it done?", "how"),
        ("To whom was it sold?", "who"),
        ("Whose car was it?", "whose"),
        ("whatever happened", "other"),
        ("name of the minister", "other"),
    ],
)
def test_a_question_is_of_the_kind_of_its_first_question_word(text: str, word: str) -> None:
    assert question_word(_question(text)) == word


def test_each_question_word_has_its_own_figures_the_most_frequent_first() -> None:
    questions = [_question("When?", "June"), _question("Who?", "Ana", id="2"), _question("Who?", id="3")]
    groups = by_question_word(questions, {"1": "June", "2": "Ana Lis", "3": ""})
    assert [(one.name, one.total, one.exact) for one in groups] == [("who", 2, 50), ("when", 1, 100)]
    assert groups[0].f1 == pytest.approx(100 * (2 / 3 + 1) / 2)


def test_answers_are_grouped_by_their_shortest_accepted_form() -> None:
    questions = [
        _question("Who?", "the minister of defence", "a minister"),
        _question("Why?", "it rained and rained until the river was full at last and burst", id="2"),
        _question("What?", id="3"),
    ]
    groups = by_answer_length(questions, {"1": "minister", "2": "", "3": ""})
    assert [(one.name, one.total, one.exact) for one in groups] == [("1 word", 1, 100), ("7-12 words", 1, 0)]
