"""One thing under several names: units, initials, people and posts.

Compares words without case, plurals and small words.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

from plans.checks.findings import Finding
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import name_place
from plans.content import Path
from plans.registry import PlanFacts

OTHER_SPELLING = define(
    "plans.W060",
    "A unit's name is spelled in a way that it does not have",
    "Spell it as under Units, or add this spelling to the unit's other names.",
)
SEVERAL_NAMES = define(
    "plans.A060",
    "A unit stands in tables under several names",
    "Use one name for the unit throughout.",
)
NO_SUCH_PERSON = define(
    "plans.W061",
    "Initials that nobody of the plan has",
    "Correct the initials, or add the person to the plan's people.",
)
TWO_SPELLINGS = define(
    "plans.A062",
    "A person or post is named in two spellings",
    "Use one spelling, if the two are the same.",
)
_WORD = re.compile(r"[\w+]+(?:[’'][\w]+)?")
_SMALL = frozenset(
    {
        *("a", "an", "and", "at", "by", "for", "from", "in", "into", "of", "on", "or", "our"),
        *("s", "that", "the", "their", "to", "with"),
    }
)
# Words that tell rows apart that otherwise read alike.
_TELLING = frozenset(
    {
        *("east", "west", "north", "south", "mid", "central", "upper", "lower", "new", "old"),
        *("first", "second", "third", "fourth", "other", "not", "no", "more", "less", "fewer"),
    }
)
# Words that a service or a contract may bear or not.
_GENERAL = frozenset(
    {
        *("service", "contract", "framework", "programme", "project", "scheme", "provision"),
        *("contribution", "agreement"),
    }
)
_CAUSES = 20
_MOST_NAMES = 30  # that share all words but one and are compared
_MOST_WORDS = 8  # of a name or a post
_RESPELLED = 0.8
_PEOPLE_KEYS = frozenset({"lead", "leads", "owners"})


# --- words to compare ---------------------------------------------------------------------------


@lru_cache(maxsize=4_096)
def tokens_of(text: str) -> frozenset[str]:
    """Return the words of a text without case, possessives, plurals and small words."""
    words = (_plain(word) for word in _WORD.findall(text.replace("&", " and ")))
    return frozenset(word for word in words if word not in _SMALL)


def _plain(word: str) -> str:
    word = word.replace("’", "").replace("'", "").casefold()
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def name_tokens(name: str) -> frozenset[str]:
    """Return the words that tell a service or a contract; abbreviations in brackets left out."""
    words = tokens_of(re.sub(r"\([^()]*\)", " ", name))
    return (words - _GENERAL) or words


def resemblance(one: frozenset[str], two: frozenset[str]) -> float:
    """Return from 0 to 1 how many of the words of both are shared; 0 where they tell apart."""
    apart = one ^ two
    if not one or not two or apart & _TELLING or any(c.isdigit() for w in apart for c in w):
        return 0.0
    return 1 - len(apart) / len(one | two)


# --- units --------------------------------------------------------------------------------------


@check_sections()
def units_are_spelled_as_named(section: SectionView) -> Iterator[Finding]:
    """A capitalised name that differs from a unit's own in an apostrophe, a plural, "&" or "-"."""
    spellings = _spellings(_names_of_units(section.facts))
    if not spellings:
        return
    pattern, known = spellings
    seen: set[str] = set()
    for wording in section.wordings:
        for match in pattern.finditer(wording.words):
            written = " ".join(match[0].split())
            is_known = written in seen or written.casefold() in known
            if is_known or not _is_name(written) or _is_part_of_a_name(wording.words, match):
                continue
            seen.add(written)
            meant = known.get(_key(written), "")
            if meant:
                place = name_place(section.raw, wording.path)
                message = f"{place} writes “{written}”, but the unit is called “{meant}”."
                yield OTHER_SPELLING.at(
                    section.key, wording.path, message, stated=written, computed=meant
                )


def _names_of_units(facts: PlanFacts) -> tuple[str, ...]:
    return tuple(name for unit in facts.units for name in (unit.name, *unit.also))


@lru_cache(maxsize=64)
def _spellings(names: tuple[str, ...]) -> tuple[re.Pattern[str], Mapping[str, str]] | None:
    """Return a pattern of the names in any spelling, and the names by how they are compared."""
    long = [name for name in names if len(_WORD.findall(name)) > 1]
    if not long:
        return None
    known = {name.casefold(): name for name in names}
    known |= {_key(name): name for name in reversed(long)}
    written = "|".join(_loosely(name) for name in sorted(long, key=len, reverse=True))
    return re.compile(rf"(?:{written})(?!\w)"), known


def _loosely(name: str) -> str:
    """Return a pattern of a name that takes other apostrophes, plurals, hyphens and "&"."""
    words = _WORD.findall(name.replace("&", "and"))
    return r"[\s-]+".join(_loose_word(word) for word in words)


def _loose_word(word: str) -> str:
    if word.casefold() == "and":
        return "(?:and|&)"
    stem = re.sub(r"(?<=\w{3})[’']?s?[’']?$", "", word)
    return rf"{re.escape(stem)}(?:[’']?s[’']?)?"


def _key(name: str) -> str:
    words = _WORD.findall(name.replace("&", " and ").replace("-", " "))
    return " ".join(_plain(word) for word in words)


def _is_name(written: str) -> bool:
    """Whether every word of weight begins with a capital, as a name's does."""
    words = [word for word in _WORD.findall(written) if word.casefold() not in _SMALL]
    return all(word[0].isupper() or word[0].isdigit() for word in words)


def _is_part_of_a_name(words: str, match: re.Match[str]) -> bool:
    """Whether it is the end of a word, or a capitalised word stands next to it, as in "Independent
    Fostering Services"."""
    before, after = (
        words[max(0, match.start() - 40) : match.start()],
        words[match.end() : match.end() + 40],
    )
    if before[-1:].isalnum():
        return True
    joined = _WORD.findall(before)[-1:] if before.endswith(" ") else []
    joined += _WORD.findall(after)[:1] if after.startswith(" ") else []
    return any(word[0].isupper() and word.casefold() not in _SMALL for word in joined)


@extract("unit_titles", "budget", "staffing")
def extract_unit_titles(section: SectionView) -> list[tuple[Path, str, str]]:
    """Take out path, unit and heading of each unit's table."""
    return [
        (("content", "units", entry["id"], "title"), entry["unit"], entry["title"])
        for entry in section.raw["content"]["units"]
        if entry.get("title")
    ]


@check_plans
def units_stand_under_one_name(plan: PlanView) -> Iterator[Finding]:
    """Say once for each unit under which names its tables stand."""
    titled: dict[str, dict[str, tuple[str, Path]]] = defaultdict(dict)
    for key, titles in plan.extracted("unit_titles"):
        for path, unit, title in titles:
            titled[unit].setdefault(title, (key, tuple(path)))
    names = plan.facts.unit_names
    for unit, places in titled.items():
        if len(places) > 1:
            first, *others = places
            at = [places[title] for title in others]
            said = " and ".join(f"“{title}”" for title in (first, *others))
            message = f"The unit “{names.get(unit, unit)}” stands under {said}."
            key, path = at[0]
            yield SEVERAL_NAMES.at(
                key,
                path,
                message,
                stated=others[0],
                computed=first,
                causes=(places[first], *at[1:]),
            )


# --- initials -----------------------------------------------------------------------------------


@extract("initials")
def extract_initials(section: SectionView) -> list[tuple[str, list[Path]]]:
    """Take out what reads as initials where people are named, each with its places."""
    columns = section.raw["content"].get("columns") or ()
    people = {column["key"] for column in columns if column.get("type") == "people"}
    found: dict[str, list[Path]] = defaultdict(list)
    for wording in section.wordings:
        if wording.path[0] == "content" and _names_people(wording.path, people):
            for part in re.split(r"[/,;&]", wording.words):
                if re.fullmatch(r"[A-Z]{2,3}", part.strip()):
                    found[part.strip()].append(wording.path)
    return list(found.items())


def _names_people(path: Path, columns: set[str]) -> bool:
    if "cells" in path:
        return path[-1] in columns
    return any(step in _PEOPLE_KEYS for step in path[-2:])


@check_plans
def initials_are_of_the_plans_people(plan: PlanView) -> Iterator[Finding]:
    """A plan that names no initials says nothing about whose they are."""
    known = {person.initials.replace(".", "").upper() for person in plan.head.people} - {""}
    if not known:
        return
    known |= _initials_of_bodies(plan)
    for key, found in plan.extracted("initials"):
        for initials, paths in found:
            if initials not in known:
                rows = "" if len(paths) == 1 else f" in {len(paths)} rows"
                message = (
                    f"“{initials}” leads{rows}, but nobody of the plan's people has these initials."
                )
                causes = tuple((key, tuple(path)) for path in paths[1 : _CAUSES + 1])
                yield NO_SUCH_PERSON.at(
                    key, tuple(paths[0]), message, stated=initials, causes=causes
                )


def _initials_of_bodies(plan: PlanView) -> set[str]:
    """Return the abbreviations of the council, its directorate, the unit and its teams."""
    head = plan.head
    names = (head.council, head.directorate, head.unit, *_names_of_units(plan.facts))
    return {abbreviate(name) for name in names} | {name for name in names if name.isupper()}


def abbreviate(name: str) -> str:
    """Return the first letters of a name's capitalised words: Wealdshire County Council, WCC."""
    return "".join(word[0] for word in _WORD.findall(name) if word[0].isupper())


@extract("people")
def extract_people(section: SectionView) -> list[tuple[str, Path]]:
    """Take out who is named where people are named, each once with the first place."""
    columns = section.raw["content"].get("columns") or ()
    people = {column["key"] for column in columns if column.get("type") == "people"}
    found: dict[str, Path] = {}
    for wording in section.wordings:
        if wording.path[0] == "content" and _names_people(wording.path, people):
            for part in re.split(r"[/,;&\n]", wording.words):
                name = " ".join(part.split())
                if 1 < len(name.split()) <= _MOST_WORDS:
                    found.setdefault(name, wording.path)
    return list(found.items())


@check_plans
def people_are_spelled_one_way(plan: PlanView) -> Iterator[Finding]:
    """Compare names that share all words but one, such as Cathy and Kathy Marsh."""
    first: dict[str, tuple[str, Path]] = {}
    for key, people in plan.extracted("people"):
        for name, path in people:
            first.setdefault(name, (key, tuple(path)))
    alike: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for name in first:
        words = name.split()
        for index in range(len(words)):
            alike[(*words[:index], "", *words[index + 1 :])].append(name)
    for names in alike.values():
        for one, two in combinations(names[:_MOST_NAMES], 2):
            if _is_respelled(one, two):
                message = f"“{two}” and “{one}” may be one person or post in two spellings."
                yield TWO_SPELLINGS.at(
                    *first[two], message, stated=two, computed=one, causes=(first[one],)
                )


def _is_respelled(one: str, two: str) -> bool:
    """Whether the one word in which two names differ reads like the other, plurals aside."""
    pairs = zip(one.split(), two.split(), strict=True)
    first, second = next((a, b) for a, b in pairs if a != b)
    plain = {_plain(first), _plain(second)}
    if len(plain) == 1 or plain & _TELLING or not (first.isalpha() and second.isalpha()):
        return False
    return SequenceMatcher(None, first.casefold(), second.casefold()).ratio() >= _RESPELLED
