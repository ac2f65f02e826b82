"""Numbers as people write them in prose: what is a figure and of how much, and what is none."""

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import richtext
from plans.checks.numbers import (
    LIVE,
    Number,
    Sentence,
    may_hold_numbers,
    read_sentences,
    split_words,
)

READ = [
    ("It costs £93.7m.", "£93.7m", "93700000", "100000", "money"),
    ("It costs £93.726 million.", "£93.726 million", "93726000", "1000", "money"),
    ("It costs £93,726k now.", "£93,726k", "93726000", "1000", "money"),
    ("It costs £ 1.2bn.", "£ 1.2bn", "1200000000", "100000000", "money"),
    ("A grant of £376,000, paid late", "£376,000", "376000", "1", "money"),
    ("Income is -£14.5m.", "-£14.5m", "-14500000", "100000", "money"),
    ("Income is £-14.5m.", "£-14.5m", "-14500000", "100000", "money"),
    ("It rose (by -2.5%).", "-2.5%", "-2.5", "0.1", "percent"),
    ("It is 85 per cent.", "85 per cent", "85", "1", "percent"),
    ("It is 85 percent of all.", "85 percent", "85", "1", "percent"),
    ("There are 1,239.3 posts", "1,239.3", "1239.3", "0.1", "plain"),
    ("There are 1239 posts", "1239", "1239", "1", "plain"),
    ("Twelve teams work here.", "Twelve", "12", "1", "plain"),
    ("It has twenty-one homes.", "twenty-one", "21", "1", "plain"),
    ("some 2 million visits", "2 million", "2000000", "1000000", "plain"),
    ("costs rose from £5m to £6m", "£5m", "5000000", "1000000", "money"),
]


def numbers(text: str) -> list[Number]:
    return [n for sentence in read_sentences(text, year="2008/09") for n in sentence.numbers]


def sentence(text: str) -> Sentence:
    (found,) = read_sentences(text, year="2008/09")
    return found


@pytest.mark.parametrize(("text", "written", "value", "step", "kind"), READ)
def test_numbers_are_read(text: str, written: str, value: str, step: str, kind: str) -> None:
    found = numbers(text)[0]

    assert (found.text, found.value, found.kind) == (written, Decimal(value), kind)
    assert found.step == Decimal(step)


@pytest.mark.parametrize(
    "text",
    [
        *("In 2008/09 and 2009 and on 31 March 2009.", "On 1 April and the 20th of May 3.", ""),
        *(
            "See page 24, section 4.2 and sections 17 and 20.",
            "Priority 2 of C24, SCS04 and NI 12.",
        ),
        *("Children of 4 to 11, 16-18 and 16+ years.", "Aged 16, turning 18, birth to 25."),
        *("8 out of 9 are at Level 3, in bands 3 to 5.", "Open 9.30am to 5 pm, call 01622 123456."),
        *("1. First\n2) Second", "a 5x5 matrix, the 16plus team, 0-25 board", "ISO 27001:2013"),
        *("two hundred people; four and a half hours", "£2.4-£3.4M a year", "5m of pipe"),
    ],
)
def test_what_is_no_figure_is_passed_over(text: str) -> None:
    assert [n.text for n in numbers(text)] == []


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("about £5m", "about"),
        ("Some 1,500 people", "about"),
        ("nearly 40 homes", "about"),
        ("more than 900 children", "bound"),
        ("up to £5m", "bound"),
        ("at least ten visits", "bound"),
        ("exactly 40 homes", ""),
    ],
)
def test_hedges_are_heard(text: str, hedge: str) -> None:
    assert [n.hedge for n in numbers(text)] == [hedge]


def test_a_number_says_which_of_its_like_it_is() -> None:
    found = numbers("5% of £5m and 5 homes; 5% more.")

    assert [(n.text, n.nth, n.bare, n.bare_nth) for n in found] == [
        ("5%", 0, "5", 0),
        ("£5m", 0, "£5", 0),
        ("5", 2, "5", 2),
        ("5%", 1, "5", 3),
    ]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>In {} 12 homes</p>", [("12", 0)]),
        ("<p>Level 1{}2 homes, and 12 more</p>", [("2", 0), ("12", 1)]),
        ("<p>Of £1{}2m, £12m is spent</p>", [("£1", 0), ("£12m", 1)]),
    ],
)
def test_live_figures_do_not_part_words_that_are_counted(
    html: str, found: list[tuple[str, int]]
) -> None:
    html = html.format('<span data-figure="budget.gross" data-style="£m"></span>')
    words = richtext.words(html, figure=LIVE)

    assert [(n.text, n.nth) for n in numbers(words)] == found
    for number in numbers(words):
        for typed, nth in ((number.text, number.nth), (number.bare, number.bare_nth)):
            start = richtext.find_words(richtext.words(html), typed, nth)
            assert richtext.nth_of(richtext.words(html), typed, start) == nth
            assert "data-figure" in richtext.put_figure(html, typed, nth, "risks.count", "plain")
        assert LIVE not in number.quote


def test_words_around_are_kept_by_sentence() -> None:
    text = "Costs fell. In 2007/08, gross budgets were £5m.\nThe team's 3 homes closed in May 2008"

    assert [(s.tokens, s.earlier) for s in read_sentences(text, year="2008/09")] == [
        (("in", "@2007/08", ",", "gross", "budget", "were", "#0"), ""),
        (("the", "team", "#0", "home", "closed", "in", "@2008-05"), ""),
    ]


def test_a_sentence_knows_the_time_its_paragraph_speaks_of() -> None:
    text = "Much changed in 2006/07. We had 40 homes."

    assert [s.earlier for s in read_sentences(text, year="2008/09")] == ["2006/07"]


def test_a_label_goes_before_a_fact() -> None:
    (found,) = read_sentences("75", year="2008/09", lead="Teams, 31 March 2009:")

    assert found.tokens == ("team", ",", "@2009-03-31", ":", "#0")


def test_words_are_compared_without_case_and_plural() -> None:
    assert split_words("Children's Services & priorities: this analysis") == (
        *("children", "service", "priority", ":", "this", "analysis"),
    )


def test_live_figures_are_no_numbers() -> None:
    html = '<p>It has <span data-figure="budget.2008.gross" data-style="£m"></span> a year.</p>'

    assert not may_hold_numbers(html)
    assert may_hold_numbers("<h3>Twelve homes</h3>")
    assert numbers(richtext.words(html)) == []


def test_the_words_around_are_shown() -> None:
    text = "The service, which is among the largest in the country, has forty teams of many kinds"

    assert [n.quote for n in numbers(text + ", and more that is not shown here.")] == [
        "…is among the largest in the country, has forty teams of many kinds, and more that is not…"
    ]


@given(st.text("15 £m%.a,\n", max_size=60))
def test_each_number_is_found_again_where_it_was(text: str) -> None:
    for number in numbers(text):
        start = richtext.find_words(text, number.text, number.nth)
        assert richtext.find_words(text, number.bare, number.bare_nth) == start


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["5 teams, ", "5 teams. ", "In 2007/08 £5m.\n", "1", "one ", "- 5 to "]
)
def test_a_long_text_takes_time_in_proportion(unit: str) -> None:
    text = unit * (400_000 // len(unit))

    started = time.process_time()
    numbers(text)

    assert time.process_time() - started < 10
