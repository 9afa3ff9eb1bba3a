"""A date in a quote means one day, month or year, or nothing is said about it."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components.dates import QuoteDater, resolve_date
from pipelines.types import Answer, Citation, Outcome, Quote, ResolvedDate, Span

PUBLISHED = date(2021, 1, 5)  # a Tuesday
DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def meaning(sentence: str, part: str, published: date | None = PUBLISHED) -> str | None:
    start = sentence.index(part)
    resolved = resolve_date(sentence, Span(start, start + len(part)), published)
    return resolved.iso if resolved else None


@pytest.mark.parametrize(
    ("sentence", "part", "iso"),
    [
        ("They held talks starting from last June 12, and met.", "last June 12", "2020-06-12"),
        ("They held talks starting from last June 12, and met.", "from last June 12, and", "2020-06-12"),
        ("He said on Tuesday that it would end.", "Tuesday", "2021-01-05"),
        ("He resigned on Monday.", "on Monday", "2021-01-04"),
        ("He resigned last Tuesday.", "last Tuesday", "2020-12-29"),
        ("The court will rule on Friday.", "on Friday", "2021-01-08"),
        ("On Friday, the court will rule.", "Friday", "2021-01-08"),
        ("They meet next Monday.", "next Monday", "2021-01-11"),
        ("He resigned yesterday.", "yesterday", "2021-01-04"),
        ("Police raided it last night.", "last night", "2021-01-04"),
        ("It opens tomorrow.", "tomorrow", "2021-01-06"),
        ("Prices fell last month.", "last month", "2020-12"),
        ("It will open next year.", "next year", "2022"),
        ("Tension has risen since Jan 3, 2020 after a strike.", "Jan 3, 2020", "2020-01-03"),
        ("He left on 3 January 2020.", "3 January 2020", "2020-01-03"),
        ("He left on Friday, January 3, 2020.", "Friday, January 3, 2020", "2020-01-03"),
        ("It opened in March.", "March", "2020-03"),
        ("It opened in March 2019.", "in March 2019", "2019-03"),
        ("It was built in 2019.", "in 2019", "2019"),
        ("He left two weeks ago.", "two weeks ago", "2020-12-22"),
        ("He left 3 days ago.", "3 days ago", "2021-01-02"),
        ("She was elected five months ago.", "five months ago", "2020-08"),
        ("She was elected three years ago.", "three years ago", "2018"),
        ("The vote will be held on June 12.", "June 12", "2021-06-12"),
        ("The vote was held on June 12.", "June 12", "2020-06-12"),
        ("Its mandate runs until January 31.", "January 31", "2021-01-31"),
        ("He said the vote would be held on Sept. 11.", "Sept. 11", "2021-09-11"),
        ("Talks are due to be held on Sept. 11.", "Sept. 11", "2021-09-11"),
        ("It was signed in May.", "May", "2020-05"),
        ("He was born on 29 February.", "29 February", "2020-02-29"),
    ],
)
def test_dates_are_resolved(sentence: str, part: str, iso: str) -> None:
    assert meaning(sentence, part) == iso


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("Theresa May was there.", "May"),
        ("They may leave.", "may"),
        ("She came second.", "second"),
        ("They sent 2,000 troops.", "2,000 troops"),
        ("They sent 2000 troops.", "2000 troops"),
        ("They won 7-1.", "7-1"),
        ("The Sunday Times said so.", "Sunday"),
        ("It was sold on Black Friday.", "Friday"),
        ("They march on.", "march"),
        ("The 1990s were good.", "1990s"),
        ("The festival was held on June 12-14.", "June 12-14"),
        ("More than two years ago he was there.", "two years ago"),
        ("The rate was 2.019.", "2.019"),
        ("It cost $2019.", "2019"),
        ("He was fined on 31 April.", "31 April"),
        ("He met them on Monday and on Tuesday.", "on Monday and on Tuesday"),
        ("Prices rose over the last year.", "last year"),
        ("June 12", "June 12"),
    ],
)
def test_what_is_no_date_or_not_clear_is_left_alone(sentence: str, part: str) -> None:
    assert meaning(sentence, part) is None


@pytest.mark.parametrize("part", ["last June 12", "Tuesday", "yesterday", "two weeks ago", "March", "next year"])
def test_nothing_is_guessed_without_a_day_of_publication(part: str) -> None:
    assert meaning(f"He left in {part}.", part, None) is None


@pytest.mark.parametrize(
    ("part", "published"),
    [
        ("yesterday", date.min),
        ("999 years ago", date(900, 1, 1)),
        ("tomorrow", date.max),
        ("next year", date.max),
        ("next Monday", date.max),
    ],
)
def test_a_day_outside_the_calendar_is_left_alone(part: str, published: date) -> None:
    assert meaning(f"He left {part}.", part, published) is None


def test_complete_dates_need_no_day_of_publication() -> None:
    assert meaning("He left on Jan 3, 2020.", "Jan 3, 2020", None) == "2020-01-03"
    assert meaning("He left in 2019.", "2019", None) == "2019"


@given(DAYS, DAYS)
def test_complete_dates_mean_themselves(day: date, published: date) -> None:
    name = MONTHS[day.month - 1]
    for words in (f"{name} {day.day}, {day.year}", f"{day.day} {name[:3]} {day.year}", day.isoformat()):
        assert meaning(f"He left on {words}.", words, published) == day.isoformat()


@given(DAYS, DAYS)
def test_a_day_without_a_year_is_the_nearest_in_its_direction(day: date, published: date) -> None:
    words = f"{MONTHS[day.month - 1]} {day.day}"
    past = date.fromisoformat(meaning(f"He left on {words}.", words, published) or "")
    future = date.fromisoformat(meaning(f"He will leave on {words}.", words, published) or "")

    assert (past.month, past.day) == (future.month, future.day) == (day.month, day.day)
    assert past <= published <= future
    if (day.month, day.day) != (2, 29):
        assert (published - past).days <= 366
        assert (future - published).days <= 366


@given(st.sampled_from(WEEKDAYS), DAYS)
def test_weekdays_are_within_a_week(weekday: str, published: date) -> None:
    past = date.fromisoformat(meaning(f"He left on {weekday}.", weekday, published) or "")
    last = date.fromisoformat(meaning(f"He left last {weekday}.", f"last {weekday}", published) or "")
    coming = date.fromisoformat(meaning(f"He leaves next {weekday}.", f"next {weekday}", published) or "")

    assert {past.weekday(), last.weekday(), coming.weekday()} == {WEEKDAYS.index(weekday)}
    assert 0 <= (published - past).days < 7
    assert 0 < (published - last).days <= 7
    assert 0 < (coming - published).days <= 7


@given(st.integers(1, 300), DAYS)
def test_days_ago_are_counted(days: int, published: date) -> None:
    words = f"{days} day{'s' * (days > 1)} ago"

    assert meaning(f"He left {words}.", words, published) == (published - timedelta(days=days)).isoformat()


@given(st.text(max_size=60), st.text(alphabet="0123456789 ,.-", max_size=12), DAYS)
def test_any_text_is_borne(before: str, numbers: str, published: date) -> None:
    text = before + numbers
    resolved = resolve_date(text, Span(0, len(text)), published)

    assert resolved is None or resolved.text in text


def test_threads_resolve_alike() -> None:
    sentences = [
        "He left on June 12.",
        "He will leave on June 12.",
        "He left two weeks ago.",
        "It fell last month.",
    ] * 10
    parts = ["June 12", "June 12", "two weeks ago", "last month"] * 10
    alone = [meaning(*pair) for pair in zip(sentences, parts, strict=True)]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(meaning, sentences, parts))

    assert together == alone


def test_quotes_of_an_answer_are_dated_in_their_sentence() -> None:
    sentence = "Talks began last June 12, he said."
    citation = Citation("a", "Talks", "Paper", published=PUBLISHED)
    quote = Quote("last June 12", 112, 124, 0.9, sentence, 100, Span(0, 300), citation)

    answer = QuoteDater().run(Answer("when", Outcome.ANSWERED, (quote,)))["answer"]

    assert answer.quotes[0].date == ResolvedDate("last June 12", "2020-06-12")
