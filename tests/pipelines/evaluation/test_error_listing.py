from pipelines.evaluation.error_listing import WrongAnswer, listing
from pipelines.types import Span


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
