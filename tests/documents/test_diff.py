"""Two texts as one, word by word, and how much a cell changed."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.diff import Piece, cut_same, diff_words, difference


def shown(old: str, new: str) -> str:
    marks = {"same": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return "".join(marks[piece.sort].format(piece.text) for piece in diff_words(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", ""),
        ("as it was", "as it was", "as it was"),
        ("", "new words", "[+new words+]"),
        ("old words", "", "[-old words-]"),
        ("We lend 1,100 books.", "We lend 1,140 books.", "We lend [-1,100-][+1,140+] books."),
        ("one two three", "one 2 3", "one [-two three-][+2 3+]"),
        ("to read and write", "to write", "to [-read and -]write"),
        ("First.\nSecond.\nThird.", "First.\nThird.", "First.\n[-Second.\n-]Third."),
        ("It is", "It is.", "It is[+.+]"),
        ("don't", "do not", "[-don't-][+do not+]"),
    ],
)
def test_words_are_compared(old: str, new: str, expected: str) -> None:
    assert shown(old, new) == expected


WORDS = st.lists(st.sampled_from(["a", "the", "1,140", ".", " ", "  ", "\n", "books"])).map("".join)


@given(WORDS, WORDS)
def test_each_side_can_be_read_out_of_the_pieces(old: str, new: str) -> None:
    pieces = diff_words(old, new)
    assert "".join(p.text for p in pieces if p.sort != "added") == old
    assert "".join(p.text for p in pieces if p.sort != "removed") == new
    assert all(p.text for p in pieces)
    assert all(one.sort != two.sort for one, two in itertools.pairwise(pieces))


def test_a_long_text_is_compared_quickly() -> None:
    lines = [f"The library number {n} lends the books of the county to all." for n in range(3000)]
    changed = [*lines[:1500], "Between them stands a new line.", *lines[1501:]]
    began = time.perf_counter()
    pieces = diff_words("\n".join(lines), "\n".join(changed))
    assert time.perf_counter() - began < 1
    assert {p.sort for p in pieces} == {"same", "removed", "added"}


def test_a_text_with_a_word_changed_here_and_there_is_compared_quickly() -> None:
    words = [f"word{n % 300}" for n in range(1_400)]
    changed = [f"new{n}" if n % 5 == 0 else word for n, word in enumerate(words)]
    began = time.process_time()
    pieces = diff_words(" ".join(words), " ".join(changed))
    assert time.process_time() - began < 1
    assert [p.text for p in pieces if p.sort == "added"] == changed[::5]


@pytest.mark.parametrize(
    ("old", "new"), [("a " * 1_400, "a b " * 700), ("a\n" * 2_000, "a\nx\n" * 999)]
)
def test_a_text_that_repeats_itself_is_compared_quickly(old: str, new: str) -> None:
    began = time.process_time()
    pieces = diff_words(old, new)
    assert time.process_time() - began < 2
    assert "".join(p.text for p in pieces if p.sort != "added") == old


def test_a_passage_that_is_rewritten_whole_is_shown_as_such() -> None:
    old, new = "word " * 4000, "other " * 4000
    assert [p.sort for p in diff_words(old, new)] == ["removed", "added", "same"]


def test_what_is_the_same_is_cut_down_to_the_words_beside_a_change() -> None:
    old = "one " * 100 + "before " + "two " * 100
    pieces = cut_same(diff_words(old, old.replace("before", "after")), around=8)
    assert pieces == (
        Piece("same", " … ", is_cut=True),
        Piece("same", "one "),
        Piece("removed", "before"),
        Piece("added", "after"),
        Piece("same", " two"),
        Piece("same", " … ", is_cut=True),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("1,100", "1,140", "+40"),
        ("1,140.0", "1,100", "-40.0"),
        ("12.5%", "11%", "-1.5 points"),
        ("£1,200", "£1,150", "-£50"),
        ("3 days", "6 days", "+3 days"),
        ("(24.0)", "24.0", "+48.0"),
        ("5", "5", ""),
        ("5", "to be set", ""),
        ("", "5", ""),
        ("5", "5%", ""),
        ("Level 2", "3", ""),
    ],
)
def test_numbers_are_told_apart_by_their_difference(old: str, new: str, expected: str) -> None:
    assert difference(old, new) == expected
