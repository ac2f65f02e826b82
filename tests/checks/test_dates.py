"""Dates as people write them: what is read as which days, what is no date, what cannot be."""

from datetime import date

import pytest

from plans.checks.dates import (
    Dated,
    Misdated,
    overall,
    read_dates,
    read_periods,
    reversed_pairs,
    say_day,
    year_of_plan,
)

READ = [
    ("31/03/2009", "day", "2009-03-31", "2009-03-31"),
    ("1/4/08", "day", "2008-04-01", "2008-04-01"),
    ("25.01.2008", "day", "2008-01-25", "2008-01-25"),
    ("2008-04-01", "day", "2008-04-01", "2008-04-01"),
    ("1 April 2009", "day", "2009-04-01", "2009-04-01"),
    ("1st of April 2008", "day", "2008-04-01", "2008-04-01"),
    ("Monday 31 March 2008", "day", "2008-03-31", "2008-03-31"),
    ("29 February 2008", "day", "2008-02-29", "2008-02-29"),
    ("1-3 April 2008", "day", "2008-04-01", "2008-04-03"),
    ("28 February to 2 March 2008", "day", "2008-02-28", "2008-03-02"),
    ("April 2009", "month", "2009-04-01", "2009-04-30"),
    ("september 08", "month", "2008-09-01", "2008-09-30"),
    ("Sept. ’08", "month", "2008-09-01", "2008-09-30"),
    ("May 2008", "month", "2008-05-01", "2008-05-31"),
    ("Jan/Feb 2018", "month", "2018-01-01", "2018-02-28"),
    ("Apr-Dec 07", "month", "2007-04-01", "2007-12-31"),
    ("November to January 2009", "month", "2008-11-01", "2009-01-31"),
    ("Q3 2008/09", "quarter", "2008-10-01", "2008-12-31"),
    ("fourth quarter of 2008/09", "quarter", "2009-01-01", "2009-03-31"),
    ("Q1 2009", "quarter", "2009-01-01", "2009-03-31"),
    ("Winter 2008", "season", "2008-12-01", "2009-02-28"),
    ("Autumn 2017", "season", "2017-09-01", "2017-11-30"),
    ("2008/09", "year", "2008-04-01", "2009-03-31"),
    ("2008-9", "year", "2008-04-01", "2009-03-31"),
    ("2007-2008", "year", "2007-04-01", "2008-03-31"),
    ("1999/00", "year", "1999-04-01", "2000-03-31"),
    ("08/09", "year", "2008-04-01", "2009-03-31"),
    ("2008", "year", "2008-01-01", "2008-12-31"),
    ("2008-2011", "years", "2008-01-01", "2011-12-31"),
    ("2008 to 2011", "years", "2008-01-01", "2011-12-31"),
]


@pytest.mark.parametrize(("text", "span", "first", "last"), READ)
def test_a_date_is_read_as_its_days(text: str, span: str, first: str, last: str) -> None:
    (dated,) = read_dates(f"by {text}, as agreed", year="2008/09")

    assert isinstance(dated, Dated)
    assert (dated.text, dated.span) == (text, span)
    assert (dated.first.isoformat(), dated.last.isoformat()) == (first, last)
    assert dated.start == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31/04/2008", "April has 30 days"),
        ("31 June 2008", "June has 30 days"),
        ("30/02/18", "February has 28 days in 2018"),
        ("29 February 2009", "February has 28 days in 2009"),
        ("12/31/2008", "there is no month 31"),
        ("2008-13-01", "there is no month 13"),
        ("Friday 31 March 2008", "that day is a Monday"),
        ("2007/09", "2008 follows 2007"),
    ],
)
def test_what_cannot_be_is_said_with_the_reason(text: str, reason: str) -> None:
    assert read_dates(f"On {text}.", year="2008/09") == [Misdated(text, 3, reason)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1.2.10",
        "page 24/25",
        "aged 16/17",
        "children of 4-11",
        "£2008",
        "1,008 children",
        "20083",
        "people may 20 come",
        "march 12 miles",
        "by 31 March",
        "24/7",
        "198 indicators",
        "NI 2008.5",
        "June 12 children left",
    ],
)
def test_what_is_no_date_is_not_read(text: str) -> None:
    assert read_dates(text, year="2008/09") == []


def test_every_date_of_a_text_is_read_in_order() -> None:
    found = read_periods("April 07 – Dec 07, then Autumn 2017/Spring 2018", year="2008/09")

    assert [each.text for each in found] == ["April 07", "Dec 07", "Autumn 2017", "Spring 2018"]
    assert [each.short for each in found] == [True, True, False, False]
    assert overall(found) == (date(2007, 4, 1), date(2018, 5, 31))
    assert overall([]) is None


@pytest.mark.parametrize(("year", "full"), [("2008/09", 1999), ("2058/59", 2099)])
def test_two_digits_are_read_near_the_plans_year(year: str, full: int) -> None:
    (dated,) = read_periods("1/4/99", year=year)

    assert dated.first == date(full, 4, 1)
    assert dated.numeric
    assert dated.short


def test_a_range_that_ends_before_it_begins_is_seen() -> None:
    backwards, forwards = "30/09/2008 - 01/04/2008", "01/04/2008 - 30/09/2008"

    assert list(reversed_pairs(read_periods(forwards, year="2008/09"), forwards)) == []
    ((one, two),) = reversed_pairs(read_periods(backwards, year="2008/09"), backwards)
    assert (one.text, two.text) == ("30/09/2008", "01/04/2008")


def test_the_year_of_a_plan_is_a_financial_year() -> None:
    first, last = year_of_plan("2008/09")

    assert (say_day(first), say_day(last)) == ("1 April 2008", "31 March 2009")
