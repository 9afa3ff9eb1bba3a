from pipelines.evaluation.dataset import GoldAnswer, Paragraph, PreviousTurn, Question
from pipelines.evaluation.error_listing import WrongAnswer, listing, wrong_answers
from pipelines.evaluation.predictions import Prediction
from pipelines.types import Outcome, Span


def test_accepted_and_given_spans_are_marked_where_they_stand() -> None:
    page = listing([WrongAnswer("When?", "It rained on Monday night.", [Span(13, 19)], Span(10, 19), "on Monday")])
    assert '<p>It rained <mark class="predicted">on </mark><mark class="both">Monday</mark> night.</p>' in page


def test_a_question_without_an_answer_says_so() -> None:
    page = listing([WrongAnswer("Who?", "Rain fell.", [], Span(0, 4), "Rain")])
    assert "Given: Rain (the text does not answer this)" in page


def test_markup_in_an_article_stays_text() -> None:
    page = listing([WrongAnswer("<b>?", "<script>x</script>", [Span(8, 9)], None, "")])
    assert "<script>" not in page
    assert "&lt;b&gt;?" in page
    assert "Given: no answer" in page


def test_the_page_needs_no_other_file() -> None:
    page = listing([])
    assert "src=" not in page
    assert "href=" not in page


def test_an_answer_from_another_text_is_shown_in_its_sentence() -> None:
    page = listing([WrongAnswer("Who?", "Rain fell.", [Span(0, 4)], None, "Ana", "Ana & Bo met.")])
    assert "Given: Ana (in another text: “Ana &amp; Bo met.”)" in page


def test_only_answers_that_do_not_match_are_listed_the_worst_first() -> None:
    paragraph = Paragraph(context="Ana met Bo on Monday night.", qas=())
    gold = (GoldAnswer(text="Monday night", answer_start=14),)
    questions = [Question(id=str(number), question=f"{number}?", answers=gold) for number in range(3)]
    said = [
        Prediction(questions[0], "Monday", 0.9, Outcome.ANSWERED, Span(14, 20), "", 1.0),
        Prediction(questions[1], "Monday night", 0.9, Outcome.ANSWERED, Span(14, 26), "", 1.0),
        Prediction(questions[2], "Monday night", 0.1, Outcome.NOT_FOUND, Span(14, 26), "", 1.0),
    ]
    pairs = [(one, paragraph) for one in said]
    first, second = wrong_answers(pairs, abstain=True)
    assert (first.question, first.given, first.predicted) == ("2?", "", None)
    assert (second.question, second.given, second.golds) == ("0?", "Monday", [Span(14, 26)])
    assert [one.question for one in wrong_answers(pairs, abstain=False)] == ["0?"]


def test_a_follow_up_is_shown_after_the_question_before_it() -> None:
    previous = PreviousTurn(question="Who won?", answer=GoldAnswer(text="Ann", answer_start=0))
    question = Question(id="1", question="and when?", previous=previous)
    said = Prediction(question, "Ann", 0.9, Outcome.ANSWERED, Span(0, 3), "Ann won.", 1.0)
    [error] = wrong_answers([(said, Paragraph(context="Ann won.", qas=(question,)))], abstain=True)
    assert error.question == "Who won? / and when?"
