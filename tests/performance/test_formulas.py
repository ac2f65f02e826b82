"""Formulas: what can be read, what is refused and how, what they give."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.values import Status, Value, computed, parse
from performance.formulas import LENGTH_LIMIT, NotAFormula, work_out
from performance.formulas import parse as read


def give(text: str, decimals: int | None = None, **cells: str) -> Value:
    values = {key: parse(cell) for key, cell in cells.items()}
    return work_out(read(text), values, decimals=decimals)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("c1 + c2", "10"),
        ("c2 - c1 - 1", "3"),
        ("c2 - (c1 - 1)", "5"),
        ("c1 + c2 * 2", "17"),
        ("-c1 + c2", "4"),
        ("2 * -c1", "-6"),
        ("--c1", "3"),
        ("-(c1 + c2)", "-10"),
        ("c2 / c1", "2.3"),
        ("12 / c1 / 2", "2.0"),
        ("(c2 - c1) / c1 %", "133.3%"),
        ("(c2-c1)/c1%", "133.3%"),
        ("0.5 * c1", "2"),
        ("42", "42"),
    ],
)
def test_formula_gives_number(text: str, printed: str) -> None:
    assert give(text, c1="3", c2="7").text == printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("c1 +", '"c1 +" is not a formula: a column or a number is missing at its end'),
        ("%", '"%" is not a formula: a column or a number is missing at its end'),
        ("(c1", '"(c1" is not a formula: ")" is missing at its end'),
        ("c1)", '"c1)" is not a formula: ")" cannot stand where it does'),
        ("c1 c2", '"c1 c2" is not a formula: "c2" cannot stand where it does'),
        (
            "c1 * / c2",
            '"c1 * / c2" is not a formula: "/" cannot stand where it does; '
            "a column or a number was expected",
        ),
        ("c1 % c2", '"c1 % c2" is not a formula: "%" may only stand at its end'),
        ("c1 ^ 2", '"c1 ^ 2" is not a formula: "^" has no meaning in one'),
        ("C1", '"C1" is not a formula: "C" has no meaning in one'),
        ("__import__('os')", '"__import__(\'os\')" is not a formula: "_" has no meaning in one'),
        ("(" * 21 + "c1" + ")" * 21, "a formula is nested at most 20 levels deep"),
        ("-" * 600 + "1", "a formula is at most 500 characters long; this one has 601"),
    ],
)
def test_formula_that_is_none_is_refused(text: str, message: str) -> None:
    with pytest.raises(NotAFormula) as caught:
        read(text)
    assert str(caught.value) == message


def test_formula_of_the_greatest_length_is_read() -> None:
    text = "+".join(["1"] * (LENGTH_LIMIT // 2))
    assert give(text).number == LENGTH_LIMIT // 2


def test_formula_names_each_column_once() -> None:
    assert read("(c2 - c1) / c1 %").names == ("c2", "c1")


def test_division_by_nothing_is_not_applicable() -> None:
    assert give("c2 / c1", c1="0", c2="7").status is Status.NOT_APPLICABLE
    assert give("c2 / c1", c1="", c2="7").status is Status.NOT_APPLICABLE
    assert give("c1 / c1 %", c1="nil").status is Status.NOT_APPLICABLE


def test_words_make_it_to_be_set() -> None:
    assert give("c2 - c1", c1="to be set", c2="7").status is Status.TO_BE_SET
    assert give("c2 - c1", c1="See note 1", c2="7").status is Status.TO_BE_SET
    assert give("c2 - c1", c2="7").status is Status.TO_BE_SET


def test_nil_and_blank_count_as_nothing_but_all_blank_stays_blank() -> None:
    assert give("c2 - c1", c1="", c2="7").text == "7"
    assert give("c2 - c1", c1="N/A", c2="nil").text == "0"
    assert give("c2 - c1", c1="", c2="").status is Status.BLANK


def test_units_go_with_the_numbers() -> None:
    assert give("c2 - c1", c1="300 days", c2="310 days") == computed(Decimal(10), 0, "days")
    assert give("c2 / c1", c1="4 days", c2="10 days").text == "2.5"
    assert give("c2 / c1", c1="4", c2="10 days").text == "2.5 days"
    assert give("c2 * c1", c1="4", c2="10 days").text == "40 days"
    assert give("c2 - c1", c1="300 days", c2="12 weeks").status is Status.TO_BE_SET
    assert give("c2 - c1", c1="5", c2="1.2m").status is Status.TO_BE_SET


def test_decimals_are_those_asked_for_else_those_of_the_cells() -> None:
    assert give("(c2 - c1) / c1 %", 2, c1="3", c2="7").text == "133.33%"
    assert give("c2 - c1", c1="3.25", c2="7.5").text == "4.25"


def test_result_beyond_reason_is_not_applicable() -> None:
    assert give("c1 * c1", c1="9" * 2_000).status is Status.NOT_APPLICABLE


# --- any formula ---------------------------------------------------------------------------

CELLS = {"a": "1.5", "b": "-3", "c": "1,200", "d": "0"}
leaves = st.sampled_from([*CELLS, "2", "0.25"])
trees = st.recursive(
    leaves,
    lambda inner: st.tuples(st.sampled_from("+-*/"), inner, inner) | st.tuples(st.just("~"), inner),
    max_leaves=12,
)


def write(tree: object) -> str:
    match tree:
        case (str(sign), left, right):
            return f"({write(left)} {sign} {write(right)})"
        case (_, inner):
            return f"(-{write(inner)})"
    return str(tree)


def answer(tree: object) -> Fraction:
    match tree:
        case ("+", left, right):
            return answer(left) + answer(right)
        case ("-", left, right):
            return answer(left) - answer(right)
        case ("*", left, right):
            return answer(left) * answer(right)
        case ("/", left, right):
            return answer(left) / answer(right)
        case (_, inner):
            return -answer(inner)
    return Fraction(CELLS.get(str(tree), str(tree)).replace(",", ""))


@given(trees)
def test_any_formula_gives_what_fractions_give(tree: object) -> None:
    value = give(write(tree), **CELLS)
    try:
        expected = answer(tree)
    except ZeroDivisionError:
        assert value.status is Status.NOT_APPLICABLE
        return
    assert value.number is not None
    assert abs(Fraction(value.number) - expected) < Fraction(1, 10**50)


@given(st.text(alphabet="abc12.+-*/()% ", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(NotAFormula):
        formula = read(text)
        assert work_out(formula, {name: parse("2") for name in formula.names}, decimals=1).text
