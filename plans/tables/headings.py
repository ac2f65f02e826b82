"""Which column of a sheet is which field: headings compared as people write them.

Case, spaces, punctuation, plurals and money units do not count, and years read alike however they
are written: "2008-09 Employee Costs £000's" is "Employee cost".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plans.content import read_year
from plans.grid import Field, FieldType

ID, PARENT, PARENT_ID = "@id", "@parent", "@parent-id"
WORKED_OUT = "worked out"
_ROW_ID = "Row id, leave as it is: "
GOOD_ENOUGH = 0.5
_IDLE = frozenset({"and", "the", "of", "a", "an", "for", "in", "£", "000", "000s", "k", "s"})


@dataclass(frozen=True, slots=True)
class Target:
    """Something that a column can be. `wordings`: what it may be headed, with a weight each."""

    name: str
    label: str
    wordings: tuple[tuple[frozenset[str], float], ...]


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """Return the words of a heading that tell it from others."""
    text = re.sub(r"\[note[^\]]*\]", " ", text.casefold())
    years = set()
    for match in re.finditer(r"\b([12][0-9]{3})\s*[/–—-]\s*([0-9]{4}|[0-9]{1,2})\b", text):
        try:
            years.add(read_year(match[0].replace("—", "-")))
        except ValueError:
            continue
        text = text.replace(match[0], " ")
    found = re.findall(r"[^\W_]+|%|£", text.replace("'", "").replace("’", ""))
    return frozenset({_stem(word) for word in found} - _IDLE) | years


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def list_targets(fields: Iterable[Field], *, parent: str = "") -> tuple[Target, ...]:
    """Return what columns can be: a row's id, what it belongs to (if it belongs), its fields."""
    special = [Target(ID, "Row id", ((frozenset({"row", "id"}), 1.0),))]
    if parent:
        special += [
            Target(PARENT_ID, f"Id of its {parent}", ((words_of(parent_id_head(parent)), 1.0),)),
            Target(PARENT, f"The {parent} it belongs to", ((words_of(parent_head(parent)), 1.0),)),
        ]
    return (*special, *map(_field_target, fields))


def id_head(title: str) -> str:
    """Return the heading of the ids of a table's rows; by it a table of ours is known."""
    return f"{_ROW_ID}{title}"


def title_of(head: str) -> str:
    """Return the title of the table whose `id_head` this is, "" if it is none."""
    return head.removeprefix(_ROW_ID) if head.startswith(_ROW_ID) else ""


def parent_head(noun: str) -> str:
    return f"Belongs to {noun}"


def parent_id_head(noun: str) -> str:
    return f"Belongs to {noun}: id (leave as it is)"


def _field_target(field: Field) -> Target:
    full = words_of(" ".join((*field.groups, field.label)))
    derived = frozenset(words_of(WORKED_OUT)) if field.type is FieldType.DERIVED else frozenset()
    wordings = [(full | derived, 1.0), (full, 1.0), (words_of(field.label), 0.95)]
    wordings += [(words_of(other), 1.0) for other in field.also]
    label = " › ".join((*field.groups, field.label))
    return Target(target_name(field), label, tuple(wordings))


def target_name(field: Field) -> str:
    return "-".join(str(step) for step in field.path)


def likeness(heads: Sequence[str], target: Target) -> float:
    """Return from 0 to 1 how alike a column's headings, outermost first, and a target are."""
    full, own = words_of(" ".join(heads)), words_of(heads[-1] if heads else "")
    if heads and title_of(heads[-1]):
        return 1.0 if target.name == ID else 0.0
    best = 0.0
    for wording, weight in target.wordings:
        for words, share in ((full, 1.0), (own, 0.9)):
            if words and wording:
                best = max(best, weight * share * len(words & wording) / len(words | wording))
    return best


def match_columns(
    columns: Sequence[Sequence[str]], targets: Sequence[Target]
) -> dict[int, tuple[str, float]]:
    """Return the target's name and likeness of each column that is like one, best pairs first.

    No target is given twice; of those that are alike the first column takes the first.
    """
    pairs = [
        (-likeness(heads, target), at, place)
        for at, heads in enumerate(columns)
        if any(heads)
        for place, target in enumerate(targets)
    ]
    found: dict[int, tuple[str, float]] = {}
    taken: set[int] = set()
    for unlike, at, place in sorted(pair for pair in pairs if -pair[0] >= GOOD_ENOUGH):
        if at not in found and place not in taken:
            found[at] = (targets[place].name, -unlike)
            taken.add(place)
    return found
