"""Figures in prose: typed numbers held against the plan's figures, its counts, and each other.

A number means a figure where one of the figure's names stands by it and everything else that the
name asks for is said: the unit, the year, the indicator. Precision goes before recall: what is not
evident is passed over. Knows no kind: what figures are called, they say themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from documents import richtext, values
from plans.checks.counting import counted_by, says_plan
from plans.checks.disagreements import find_disagreements
from plans.checks.figure_names import Named, Names
from plans.checks.findings import Binding, Check, Finding
from plans.checks.numbers import LIVE, Number, Sentence, may_hold_numbers, read_sentences
from plans.checks.registry import check_plans, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.spots import (
    COMPARED,
    Place,
    Spot,
    Title,
    amount_in,
    count_digits,
    equals,
    how_well,
    is_about,
    is_of_another_time,
    is_off,
    is_time_of,
    phrases_by,
    read_title,
    spots_in,
)
from plans.content import shorten
from plans.figures import fitting_styles, in_style
from plans.registry import Figure

MAY_BE_LIVE = define(
    "plans.A070",
    "A typed number is a figure of the plan",
    "Make it a live figure, so that it follows when the figure changes.",
)
CONTRADICTS = define(
    "plans.W070",
    "A sentence contradicts a figure of the plan",
    "Correct the sentence, best by a live figure, or the table.",
)
MISCOUNTED = define(
    "plans.W071",
    "A sentence counts otherwise than the plan",
    "Correct the count, best by a live figure, or the list.",
)
# --- what is read of a section -------------------------------------------------------------------


@extract("numbers")
def extract_numbers(section: SectionView) -> list[list[Any]]:
    """Take out the sentences that hold typed numbers: path, tokens, and each number."""
    return [
        [text.path, *pack_sentence(sentence)]
        for text in section.texts
        if may_hold_numbers(text.html)
        for sentence in read_sentences(
            richtext.words(text.html, figure=LIVE), year=section.facts.year
        )
    ]


def pack_sentence(sentence: Sentence) -> list[Any]:
    """Return a sentence as JSON: its tokens, the date before it, its numbers."""
    numbers = [
        [
            *(n.text, n.nth, n.bare, n.bare_nth, str(n.value), str(n.step)),
            *(n.kind, n.hedge, n.form, n.quote),
        ]
        for n in sentence.numbers
    ]
    return [" ".join(sentence.tokens), sentence.earlier, numbers]


def _unpack(tokens: str, earlier: str, numbers: Iterable[Sequence[Any]]) -> Sentence:
    return Sentence(
        tuple(tokens.split(" ")),
        tuple(
            Number(text, nth, bare, bare_nth, Decimal(value), Decimal(step), *rest)
            for text, nth, bare, bare_nth, value, step, *rest in numbers
        ),
        earlier,
    )


def _places(plan: PlanView) -> list[Place]:
    """Return every sentence with typed numbers, the cover's facts first."""
    cover = [
        Place("", ("summary", index, "text"), sentence, fact.label)
        for index, fact in enumerate(plan.head.summary)
        if fact.text and not fact.figure
        for sentence in read_sentences(fact.text, year=plan.facts.year, lead=f"{fact.label}:")
    ]
    return cover + [
        Place(key, tuple(path), _unpack(*packed))
        for key, sentences in plan.extracted("numbers")
        for path, *packed in sentences
    ]


# --- judging -----------------------------------------------------------------------------------

# Words of a sentence about the whole of what the plan is for, and of one about somebody else.
_OF_PLAN = frozenset(
    {"division", "plan", "it", "we", "our", "its", "together", "overall", "altogether", "across"}
)
_OF_OTHERS = frozenset(
    {
        *("trust", "charity", "society", "partner", "government", "national", "nationally"),
        *("directorate", "health", "police", "pct", "school", "england", "region", "regional"),
        *("project", "contract", "home", "centre", "team", "district", "programme"),
        *("scheme", "fund", "pilot", "bid"),
    }
)
_NEAR = Decimal("1.5")
_FAR = Decimal(10)
_CLOSE = Decimal("1.1")
_TENTH = Decimal(100_000)  # pounds: what "£m" prints to


@dataclass(frozen=True)
class Judge:
    """What is asked again and again while a plan's numbers are gone through."""

    plan: PlanView
    names: Names

    @property
    def money_unit(self) -> str:
        return self.plan.head.money_unit

    def judge(self, spot: Spot) -> Finding | None:
        """Return what there is to say of a number; None if it is no figure evidently."""
        if spot.after in COMPARED:
            return None
        if spot.number.kind == "plain" and (found := self._judge_count(spot)):
            return found
        for phrase, is_near in phrases_by(self.names, spot):
            group = self._fitting(self.names.by_phrase[phrase], spot)
            if group:
                return self._judge_named(spot, group, is_near=is_near)
        return self._judge_unnamed(spot)

    def _fitting(self, group: Iterable[Named], spot: Spot) -> list[tuple[Named, Decimal]]:
        """Return those figures that count in what the number does, with their amounts."""
        amounts = ((n, amount_in(n.figure, spot.number, spot, self.money_unit)) for n in group)
        return [(named, amount) for named, amount in amounts if amount is not None]

    def _judge_named(
        self, spot: Spot, group: list[tuple[Named, Decimal]], *, is_near: bool
    ) -> Finding | None:
        number, year = spot.number, self.plan.facts.year
        timely = [(*each, is_time_of(each[0], spot, year)) for each in group]
        about = [each for each in timely if each[2] is not False and is_about(each[0], spot)]
        if not spot.said and any(is_time for _, _, is_time in about):
            timely = [each for each in timely if each[2]]
            about = [each for each in about if each[2]]
        equal = [each for each in about if equals(number, each[1])]
        if equal:
            best = max(equal, key=how_well)
            return self._offer(spot, best[0])
        others = [e for e in timely if e[2] is not False and equals(number, e[1])]
        if others and count_digits(number) > 1:
            may_be = is_near and count_digits(number) > 2 and len({e[1] for e in others}) == 1
            return self._offer(spot, others[0][0]) if may_be else None
        most = max((len(named.about) for named, _, _ in about), default=0)
        pool = [(n, a) for n, a, is_time in about if is_time and len(n.about) == most]
        return self._contradict(spot, pool, is_near=is_near)

    def _contradict(
        self, spot: Spot, pool: list[tuple[Named, Decimal]], *, is_near: bool
    ) -> Finding | None:
        number = spot.number
        if not pool or number.hedge == "bound" or not number.value:
            return None
        named, amount = min(pool, key=lambda each: abs(abs(each[1]) - abs(number.value)))
        if not amount or any(not is_off(number, each, n.figure) for n, each in pool):
            return None
        if not self._is_evident(spot, named, amount, is_near=is_near):
            return None
        return self._tell(CONTRADICTS, spot, named)

    def _is_evident(self, spot: Spot, named: Named, amount: Decimal, *, is_near: bool) -> bool:
        """Say whether a number that differs is meant for the figure all the same."""
        ratio = abs(amount / spot.number.value)
        is_near_in_size = 1 / _NEAR <= ratio <= _NEAR
        if not 1 / _FAR < ratio < _FAR:
            return False
        if not spot.place.section:
            return True
        is_own = spot.place.section == named.section
        if not is_own and is_of_another_time(spot, self.plan.facts.year):
            return False
        if not is_near or named.by_title:
            return bool(spot.said) and 1 / _CLOSE <= ratio <= _CLOSE
        if named.about:
            return True
        words = spot.tokens
        if spot.things and not 1 / _CLOSE <= ratio <= _CLOSE:
            return False
        if is_own:
            return True
        if not _OF_OTHERS.isdisjoint(words):
            return is_near_in_size and not _OF_PLAN.isdisjoint(words)
        return is_near_in_size or not _OF_PLAN.isdisjoint(words)

    def _judge_unnamed(self, spot: Spot) -> Finding | None:
        """Offer what is evident from the sentence as a whole, or from the amount alone."""
        number, year = spot.number, self.plan.facts.year
        for thing in sorted(spot.things) if count_digits(number) > 1 else ():
            for named, amount in self._fitting(self.names.anywhere[thing], spot):
                is_meant = is_time_of(named, spot, year) is not False and is_about(named, spot)
                if is_meant and equals(number, amount):
                    return self._offer(spot, named)
        return None

    # --- counts

    def _judge_count(self, spot: Spot) -> Finding | None:
        pool, is_definite, is_sure = counted_by(self.names, spot)
        if not pool:
            return None
        own = [named for named in pool if named.section == spot.place.section]
        scope = own or pool
        equal = [n for n in scope if n.figure.value.number == spot.number.value]
        is_of_plan = bool(own) or bool(pool[0].about) or says_plan(spot.tokens)
        if equal:
            return self._offer(spot, equal[0]) if is_of_plan or is_definite else None
        if not (is_of_plan and is_sure) or spot.number.hedge or len({n.name for n in scope}) > 1:
            return None
        return self._tell(MISCOUNTED, spot, scope[0])

    # --- findings

    def _offer(self, spot: Spot, named: Named) -> Finding | None:
        binding, printed = self._binding(spot, named)
        if binding is None or spot.number.hedge == "bound":
            return None
        if spot.number.hedge == "about" and printed != spot.number.text:
            return None
        message = (
            f"{spot.quote}: {spot.number.text} is {_label(named)}, which the plan has as a figure."
        )
        return self._at(MAY_BE_LIVE, spot, named, message, printed, binding)

    def _tell(self, check: Check, spot: Spot, named: Named) -> Finding:
        binding, printed = self._binding(spot, named)
        verb = "counts" if check is MISCOUNTED else "says"
        message = f"{spot.quote} {verb} {spot.number.text}; {_label(named)} is {printed}."
        return self._at(check, spot, named, message, printed, binding)

    def _at(
        self,
        check: Check,
        spot: Spot,
        named: Named,
        message: str,
        printed: str,
        binding: Binding | None,
    ) -> Finding:
        place = spot.place
        return check.at(
            place.section,
            place.path,
            message,
            stated=spot.number.text,
            computed=printed,
            causes=((named.section, ()),),
            binding=binding,
        )

    def _binding(self, spot: Spot, named: Named) -> tuple[Binding | None, str]:
        """Return how the number becomes the live figure, None if that would not read right, and
        what it then prints."""
        number, figure = spot.number, named.figure
        style = _fitting_style(number, figure, self.money_unit)
        printed = in_style(figure, style, money_unit=self.money_unit)
        begins_sentence = number.form == "words" and number.text[0].isupper()
        loses_sign = printed.startswith("-") and number.value > 0
        if begins_sentence or loses_sign:
            return None, printed
        is_bare = number.kind == "percent" and not printed.endswith("%")
        words, nth = (number.bare, number.bare_nth) if is_bare else (number.text, number.nth)
        return Binding(named.name, style, words, nth), printed


def _fitting_style(number: Number, figure: Figure, money_unit: str) -> str:
    """Return the style that prints a figure as the number is typed, or most like it."""
    styles = fitting_styles(figure)
    for style in styles:
        if in_style(figure, style, money_unit=money_unit) == number.text:
            return style
    if number.kind == "money":
        wanted = _money_style(number, figure, money_unit)
    else:
        wanted = "words" if number.form == "words" else "plain"
    return wanted if wanted in styles else "plain"


def _money_style(number: Number, figure: Figure, money_unit: str) -> str:
    """Return in what money is printed: as typed, unless a tenth of a million would not show how
    the two differ."""
    style = {"k": "£000", "thousand": "£000", "": "£"}.get(number.form, "£m")
    unit = figure.unit if values.is_money_unit(figure.unit) else money_unit
    amount = abs(values.in_pounds(figure.value, unit) or Decimal(0))
    off = abs(amount - abs(number.value))
    return "£000" if style == "£m" and number.step < _TENTH and off < _TENTH else style


def _label(named: Named) -> str:
    return f"“{shorten(named.figure.label)}”"


# --- the checks ----------------------------------------------------------------------------------


@check_plans
def numbers_are_the_plans(plan: PlanView) -> Iterator[Finding]:
    """Hold every typed number against the plan's figures, then those left against each other."""
    places = _places(plan)
    if not places:
        return
    names = Names(plan)
    judge = Judge(plan, names)
    year = plan.facts.year
    titles = {head.key: read_title(names, head.title, year=year) for head in plan.heads}
    rest = []
    for place in places:
        for spot in spots_in(names, place, titles.get(place.section, Title())):
            found = judge.judge(spot)
            if found:
                yield found
            else:
                rest.append(spot)
    yield from find_disagreements(rest)
