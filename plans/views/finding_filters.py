"""Which of a plan's findings a page shows: filters as links, each with what it would leave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from plans.checks import Level
from plans.models import Plan
from plans.permissions import is_author
from plans.services.findings import Found, PlanFindings
from plans.views.plans import Entry

SHOW = {
    "all": "All",
    "mine": "Mine",
    "errors": "Errors",
    "warnings": "Warnings",
    "advice": "Advice",
    "waived": "Waived",
}
LEVELS = {"errors": Level.ERROR, "warnings": Level.WARNING, "advice": Level.ADVICE}


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter as a link, and how many findings it would leave."""

    words: str
    count: int
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """Which findings are asked for. `section`: a key, "" for the plan as a whole, None for all;
    `owner` as `owner_code` has it, "" for all."""

    show: str = "all"
    section: str | None = None
    owner: str = ""

    @property
    def query(self) -> str:
        asked = {"show": self.show if self.show != "all" else None, "section": self.section}
        asked["owner"] = self.owner or None
        return urlencode({name: value for name, value in asked.items() if value is not None})


def read_filter(asked: Mapping[str, str]) -> Filter:
    show = asked.get("show", "all")
    return Filter(show if show in SHOW else "all", asked.get("section"), asked.get("owner", ""))


def owner_code(entry: Entry | None) -> str:
    """Return who answers for a section as an address has it: a person's number, or the words that
    name its lead; "nobody" where there is neither."""
    if entry is None:
        return "nobody"
    section = entry.section
    return str(section.assigned_to_id or section.lead or "nobody")


def owner_words(entry: Entry | None) -> str:
    if entry is None or owner_code(entry) == "nobody":
        return "Nobody in particular"
    return str(entry.section.assigned_to or entry.section.lead)


class Chooser:
    """The findings of a plan, those that a filter leaves, and the filters beside it with counts."""

    def __init__(
        self, plan: Plan, user: User, findings: PlanFindings, entries: Sequence[Entry], now: Filter
    ) -> None:
        self.plan, self.user, self.findings, self.now = plan, user, findings, now
        self.by_key: dict[str, Entry | None] = {"": None}
        self.by_key |= {entry.section.key: entry for entry in entries}
        self._lapsed_at = set(findings.match_lapsed()[0])

    def leaves(self, found: Found, asked: Filter) -> bool:
        key = found.finding.section
        return self._is_in(key, asked) and self._suits(found, asked.show)

    def _is_in(self, key: str, asked: Filter) -> bool:
        of_section = asked.section is None or key == asked.section
        return of_section and asked.owner in ("", owner_code(self.by_key.get(key)))

    def _suits(self, found: Found, show: str) -> bool:
        finding = found.finding
        if show == "waived":
            return found.waiver is not None or finding.fingerprint in self._lapsed_at
        if show == "mine":
            return self._is_mine(finding.section)
        return show not in LEVELS or (finding.level == LEVELS[show] and not found.waiver)

    def _is_mine(self, key: str) -> bool:
        """Whether the person was asked for a section; the whole plan is its authors'."""
        entry = self.by_key.get(key)
        if entry is None:
            return is_author(self.user, self.plan)
        return bool(entry.section.assigned_to_id == self.user.pk)

    def choose(self, asked: Filter | None = None) -> PlanFindings:
        """Return what a filter leaves, by section in the plan's order."""
        asked = asked or self.now
        order = {key: at for at, key in enumerate(self.by_key)}
        found = [each for each in self.findings.found if self.leaves(each, asked)]
        found.sort(key=lambda each: (order.get(each.finding.section, -1), bool(each.waiver)))
        lapsed = [
            waiver
            for waiver in self.findings.lapsed
            for key in [waiver.finding["section"]]
            if self._is_in(key, asked)
            and (asked.show in ("all", "waived") or (asked.show == "mine" and self._is_mine(key)))
        ]
        return replace(self.findings, found=tuple(found), lapsed=tuple(lapsed))

    def shows(self) -> list[Choice]:
        choices = [(words, replace(self.now, show=show)) for show, words in SHOW.items()]
        return [self._choice(words, asked, self._count(asked)) for words, asked in choices]

    def sections(self) -> list[Choice]:
        """Return a filter for each section in which the others leave anything."""
        every = replace(self.now, section=None)
        counts = self._count_by(every, lambda key: key)
        return [
            self._choice("All sections", every, sum(counts.values())),
            *(
                self._choice(
                    name_entry(self.by_key[key]), replace(self.now, section=key), counts[key]
                )
                for key in self.by_key
                if counts[key]
            ),
        ]

    def owners(self) -> list[Choice]:
        """Return a filter for each owner for whom the others leave anything."""
        every = replace(self.now, owner="")
        counts = self._count_by(every, lambda key: owner_code(self.by_key.get(key)))
        words = {owner_code(entry): owner_words(entry) for entry in self.by_key.values()}
        return [
            self._choice("Everybody", every, sum(counts.values())),
            *(
                self._choice(words[code], replace(self.now, owner=code), counts[code])
                for code in words
                if counts[code]
            ),
        ]

    def _count(self, asked: Filter) -> int:
        return sum(self.leaves(each, asked) for each in self.findings.found)

    def _count_by(self, asked: Filter, name: Callable[[str], str]) -> Counter[str]:
        found = [each for each in self.findings.found if self.leaves(each, asked)]
        return Counter(name(each.finding.section) for each in found)

    def _choice(self, words: str, asked: Filter, count: int) -> Choice:
        return Choice(words, count, self.address(asked), asked == self.now)

    def address(self, asked: Filter) -> str:
        url = reverse("plans:findings", args=[self.plan.pk])
        return f"{url}?{asked.query}" if asked.query else url


def name_entry(entry: Entry | None) -> str:
    return f"{entry.number} {entry.section}".strip() if entry else "The plan as a whole"
