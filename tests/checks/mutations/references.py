"""Broken references: links, notes, live figures, numbers that two rows bear, initials."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from random import Random

from plans.content import Path
from tests.checks.mutations.faults import Fault, Subject, sort_of_fault
from tests.checks.mutations.texts import texts_of

CLASS = "references"
_PRIORITY = re.compile(r"(?P<stem>P|Priority )(?P<number>[0-9]+)(?: (?P<target>[0-9]+))?(?![0-9])")
_NOTE = re.compile(r"\[note (?P<mark>\w+)\]|\b[Ss]ee note (?P<seen>\w+)")
_LINK = re.compile(r'href="#(?P<key>[^"]+)"')
_FIGURE = re.compile(r'data-figure="(?P<name>[^"]+)"')
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


# --- links of actions ----------------------------------------------------------------------------


def objectives(subject: Subject) -> dict[str, set[str]]:
    """Return the priorities of the plan's year, each with its targets."""
    found: dict[str, set[str]] = {}
    for _, raw in subject.of_kind("objectives"):
        if raw["content"]["year"] in (None, subject.year):
            for row in raw["content"]["rows"]:
                refs = {target["ref"] for target in row["targets"] if target["ref"]}
                found.setdefault(row["ref"], set()).update(refs)
    return found


def links_that_hold(subject: Subject) -> Iterator[tuple[str, Path, str, re.Match[str]]]:
    """Yield section, path, link and each priority in it that this year's objectives have."""
    known = objectives(subject)
    for key, raw in subject.of_kind("actions"):
        for row in raw["content"]["rows"]:
            for place, link in enumerate(row["links"]):
                for match in _PRIORITY.finditer(link):
                    if match["stem"] + match["number"] in known:
                        yield key, ("content", "rows", row["id"], "links", place), link, match


def other_number(number: str, taken: set[str], random: Random) -> str:
    """Return another number that is not taken, of as many digits if there is one."""
    low, high = 10 ** (len(number) - 1), 10 ** len(number)
    free = [str(n) for n in range(low, high) if str(n) not in taken]
    return random.choice(free) if free else other_number(f"{number}0", taken, random)


@sort_of_fault(CLASS, "an action's link to an objective")
def objective_link(subject: Subject, random: Random) -> Iterator[Fault]:
    """The number of a priority that is there becomes one that is not."""
    known = objectives(subject)
    for key, path, link, match in links_that_hold(subject):
        taken = {ref.removeprefix(match["stem"]) for ref in known}
        new = _replace(link, match, "number", other_number(match["number"], taken, random))
        yield Fault(key, ((path, new),), ((key, path),))


@sort_of_fault(CLASS, "an action's link to a target")
def target_link(subject: Subject, random: Random) -> Iterator[Fault]:
    """The number of a target that its priority has becomes one that it has not."""
    known = objectives(subject)
    for key, path, link, match in links_that_hold(subject):
        targets = known[match["stem"] + match["number"]]
        if match["target"] in targets:
            number = other_number(match["target"], targets, random)
            new = _replace(link, match, "target", number)
            yield Fault(key, ((path, new),), ((key, path),))


@sort_of_fault(CLASS, "the reference of an objective that actions link to")
def objective_ref(subject: Subject, random: Random) -> Iterator[Fault]:
    """A priority, or a target of it, is numbered otherwise, so that links to it lead nowhere."""
    known, held = objectives(subject), list(links_that_hold(subject))
    for key, raw in subject.of_kind("objectives"):
        if raw["content"]["year"] not in (None, subject.year):
            continue
        for row in raw["content"]["rows"]:
            path: Path = ("content", "rows", row["id"])
            own = _PRIORITY.fullmatch(row["ref"])
            here = [link for link in held if own and link[3]["number"] == own["number"]]
            about = tuple((section, at) for section, at, _, _ in here)
            if own and here:
                taken = {ref.removeprefix(own["stem"]) for ref in known}
                new = own["stem"] + other_number(own["number"], taken, random)
                yield Fault(key, (((*path, "ref"), new),), (*about, (key, path)))
            for target in row["targets"]:
                at = (*path, "targets", target["id"], "ref")
                if any(match["target"] == target["ref"] for *_, match in here):
                    new = other_number(target["ref"], known[row["ref"]], random)
                    yield Fault(key, ((at, new),), (*about, (key, at)))


def _replace(text: str, match: re.Match[str], group: str, new: str) -> str:
    return text[: match.start(group)] + new + text[match.end(group) :]


# --- notes ---------------------------------------------------------------------------------------


def citations(subject: Subject) -> Iterator[tuple[str, Path, str, re.Match[str], int]]:
    """Yield section, path, text and match of each citation of a note that is there, and how often
    that note is cited."""
    for key, raw in subject.of_kind():
        marks = {note["mark"] for note in raw["notes"]}
        found = [
            (path, text, match)
            for path, text in texts_of(raw)
            for match in _NOTE.finditer(text)
            if path[0] != "notes" and (match["mark"] or match["seen"]) in marks
        ]
        counted = Counter(match["mark"] or match["seen"] for *_, match in found)
        for path, text, match in found:
            yield key, path, text, match, counted[match["mark"] or match["seen"]]


@sort_of_fault(CLASS, "the number of a note at its mark")
def note_mark(subject: Subject, random: Random) -> Iterator[Fault]:
    """A cell or label cites another number than that of any note of its section."""
    for key, path, text, match, _ in citations(subject):
        group = "mark" if match["mark"] else "seen"
        taken = {note["mark"] for note in subject.raws[key]["notes"]}
        new = _replace(text, match, group, other_number(match[group], taken, random))
        yield Fault(key, ((path, new),), ((key, path),))


@sort_of_fault(CLASS, "the only mark of a note, taken away")
def note_uncited(subject: Subject, random: Random) -> Iterator[Fault]:
    for key, path, text, match, times in citations(subject):
        if times == 1:
            new = (text[: match.start()] + text[match.end() :]).strip()
            yield Fault(key, ((path, new),), ((key, path), (key, ("notes",))))


@sort_of_fault(CLASS, "a note that is cited: its number, or all of it")
def note_itself(subject: Subject, random: Random) -> Iterator[Fault]:
    """A note that is cited bears another number, says nothing or is gone."""
    cited = {
        (key, m["mark"] or m["seen"]): (key, path) for key, path, _, m, _ in citations(subject)
    }
    for (key, mark), place in cited.items():
        notes = subject.raws[key]["notes"]
        note = next(each for each in notes if each["mark"] == mark)
        taken = {each["mark"] for each in notes}
        path: Path = ("notes", note["id"])
        about = (place, (key, ("notes",)), (key, ("content",)))
        yield Fault(key, (((*path, "mark"), other_number(mark, taken, random)),), about)
        yield Fault(key, (((*path, "text"), ""),), about)
        yield Fault(key, ((("notes",), [n for n in notes if n is not note]),), about)


# --- links to sections, live figures -------------------------------------------------------------


def misspell(name: str, random: Random) -> str:
    """Return a name with another letter in the place of one."""
    places = [place for place, letter in enumerate(name) if letter in _LETTERS]
    place = random.choice(places)
    letter = random.choice([each for each in _LETTERS if each != name[place]])
    return name[:place] + letter + name[place + 1 :]


@sort_of_fault(CLASS, "a link to a section")
def section_link(subject: Subject, random: Random) -> Iterator[Fault]:
    for key, raw in subject.of_kind():
        for path, text in texts_of(raw):
            for match in _LINK.finditer(text):
                new = misspell(match["key"], random)
                if match["key"] in subject.raws and new not in subject.raws:
                    yield Fault(key, ((path, _replace(text, match, "key", new)),), ((key, path),))


@sort_of_fault(CLASS, "the name of a live figure")
def figure_name(subject: Subject, random: Random) -> Iterator[Fault]:
    """In a text, or on the cover."""
    for key, raw in subject.of_kind():
        for path, text in texts_of(raw):
            for match in _FIGURE.finditer(text):
                new = misspell(match["name"], random)
                yield Fault(key, ((path, _replace(text, match, "name", new)),), ((key, path),))
    for place, fact in enumerate(subject.head["summary"]):
        if fact["figure"]:
            new = misspell(fact["figure"], random)
            yield Fault("", ((("summary", place, "figure"), new),), (("", ()),))


# --- numbers, initials ---------------------------------------------------------------------------


def refs_of(subject: Subject) -> Iterator[tuple[str, list[tuple[Path, str]]]]:
    """Yield section and, for each of its lists whose rows bear references, these with paths."""
    for key, raw in subject.of_kind("actions", "risks", "indicators", "objectives", "register"):
        rows, path = raw["content"]["rows"], ("content", "rows")
        for name in ("ref", "number"):
            yield key, [((*path, r["id"], name), r[name]) for r in rows if r.get(name)]
            yield (
                key,
                [
                    ((*path, r["id"], "cells", name), r["cells"][name])
                    for r in rows
                    if (r.get("cells") or {}).get(name)
                ],
            )
        for row in rows:
            targets = row.get("targets") or ()
            inner = (*path, row["id"], "targets")
            yield key, [((*inner, t["id"], "ref"), t["ref"]) for t in targets if t["ref"]]


@sort_of_fault(CLASS, "a reference that another row bears")
def repeated_ref(subject: Subject, random: Random) -> Iterator[Fault]:
    for key, refs in refs_of(subject):
        for path, ref in refs:
            others = [other for _, other in refs if other != ref]
            if others:
                about = tuple((key, each) for each, _ in refs)
                yield Fault(key, ((path, random.choice(others)),), about)


@sort_of_fault(CLASS, "the number of an action that treats a risk")
def risk_action(subject: Subject, random: Random) -> Iterator[Fault]:
    """Where the number is that of an action of the plan."""
    numbers = {
        row["number"] for _, raw in subject.of_kind("actions") for row in raw["content"]["rows"]
    }
    for key, raw in subject.of_kind("risks"):
        for row in raw["content"]["rows"]:
            for place, number in enumerate(row["actions"]):
                if number in numbers:
                    path: Path = ("content", "rows", row["id"], "actions", place)
                    new = other_number(number, numbers, random)
                    yield Fault(key, ((path, new),), ((key, path),))


@sort_of_fault(CLASS, "the number of an action that risks name")
def action_of_risk(subject: Subject, random: Random) -> Iterator[Fault]:
    """The action is numbered otherwise, so that the risk's number leads nowhere."""
    named = [
        (number, (key, ("content", "rows", row["id"], "actions")))
        for key, raw in subject.of_kind("risks")
        for row in raw["content"]["rows"]
        for number in row["actions"]
    ]
    for key, raw in subject.of_kind("actions"):
        taken = {row["number"] for row in raw["content"]["rows"]}
        for row in raw["content"]["rows"]:
            about = tuple(place for number, place in named if number == row["number"])
            if about:
                path: Path = ("content", "rows", row["id"], "number")
                new = other_number(row["number"], taken, random)
                yield Fault(key, ((path, new),), about)


@sort_of_fault(CLASS, "the initials of one of the plan's people")
def initials(subject: Subject, random: Random) -> Iterator[Fault]:
    """Who leads a budget's line bears initials that nobody of the plan has."""
    known = {person["initials"] for person in subject.head["people"]} - {""}
    for key, raw in subject.of_kind("budget"):
        for unit in raw["content"]["units"]:
            for line in unit["lines"]:
                if line["lead"] in known:
                    path: Path = ("content", "units", unit["id"], "lines", line["id"], "lead")
                    new = _other_initials(line["lead"], known, random)
                    yield Fault(key, ((path, new),), ((key, path),))


def _other_initials(initials: str, known: set[str], random: Random) -> str:
    """Return two letters that nobody has, one of them as before; Q, X and Z begin few names."""
    return random.choice([new for new in (f"{initials[0]}{z}" for z in "QXZ") if new not in known])
