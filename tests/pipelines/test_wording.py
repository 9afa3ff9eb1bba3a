"""Copies are told from other texts by their wording."""

import random

from hypothesis import given
from hypothesis import strategies as st

from pipelines.wording import ANCHORS, LEAST_WORDS, Wording

WORDS = [f"{first}{second}{third}" for first in "bdfklmnprst" for second in "aeiou" for third in ("n", "rk", "st", "l")]


def prose(seed: int, length: int) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=length))


@given(st.text())
def test_a_text_is_a_copy_of_itself(text: str) -> None:
    wording, same = Wording(text), Wording(text)
    assert (wording.digest, wording.anchors) == (same.digest, same.anchors)
    assert wording.shared_with(same) in (0.0, 1.0)
    assert len(wording.anchors) <= ANCHORS
    assert all(0 <= anchor < 1 << 32 for anchor in wording.anchors)


@given(st.text(), st.text())
def test_sharing_is_mutual_and_a_share(one: str, other: str) -> None:
    share = Wording(one).shared_with(Wording(other))
    assert share == Wording(other).shared_with(Wording(one))
    assert 0.0 <= share <= 1.0


@given(st.integers(0, 1000), st.integers(LEAST_WORDS, 400))
def test_case_punctuation_and_breaks_do_not_count(seed: int, length: int) -> None:
    text = prose(seed, length)
    other = ",\n".join(word.upper() for word in text.split())
    assert Wording(text).digest == Wording(other).digest
    assert Wording(text).anchors == Wording(other).anchors


@given(st.integers(0, 1000), st.integers(80, 600), st.floats(0.5, 1.0))
def test_a_text_has_all_that_its_beginning_has(seed: int, length: int, kept: float) -> None:
    words = prose(seed, length).split()
    cut = Wording(" ".join(words[: int(kept * length)]))
    assert Wording(" ".join(words)).shared_with(cut) == 1.0


def test_half_of_a_text_is_nearly_always_found_by_its_anchors() -> None:
    found = 0
    for seed in range(300):
        whole = prose(seed, 500)
        half = " ".join(whole.split()[:250])
        found += len(set(Wording(whole).anchors) & set(Wording(half).anchors)) >= 2
    assert found >= 290


def test_texts_of_the_same_words_share_little() -> None:
    assert max(Wording(prose(seed, 400)).shared_with(Wording(prose(-1 - seed, 400))) for seed in range(50)) < 0.05


def test_a_short_text_has_one_anchor_and_none_without_words() -> None:
    assert len(Wording("The bridge was closed.").anchors) == 1
    assert Wording(" ... ").anchors == []
    assert Wording("").shared_with(Wording("")) == 0.0


def test_another_name_or_figure_makes_another_text_and_another_dateline_does_not() -> None:
    body = prose(1, 60)
    one = Wording(f"BAGHDAD, Jan 5 (Agency) - The minister said {body} that Ali Hassan paid 120 dinars.")
    assert one.says_what(Wording(f"Mosul — The minister said {body} that Ali Hassan paid 120 dinars."), least=0.7)
    assert not one.says_what(Wording(f"Mosul — The minister said {body} that Ali Hassan paid 130 dinars."), least=0.7)
    assert not one.says_what(Wording(f"Mosul — The minister said {body} that Omar Hassan paid 120 dinars."), least=0.7)
    assert one.says_what(Wording(f"{body} that Ali Hassan paid 120 dinars. {prose(2, 20)} Omar Karim."), least=0.7)
