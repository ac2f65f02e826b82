"""Section numbers: from the plan format's signs and the order of sections, never typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from plans.planfile import SectionHead

ROMAN = (
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)


def number_sections(heads: Sequence[SectionHead], numbering: Mapping[str, Any]) -> dict[str, str]:
    """Return each section's number by key as printed: "1.2", "Section A", "" for none.

    `numbering`: {"levels": ["A", "1"], "prefix": "Section "}, one sign for each depth. A section
    that is not numbered, stands before the contents or has no title takes no number.
    """
    signs = list(numbering.get("levels", ["1", "1", "1"]))
    prefix = numbering.get("prefix", "")
    depths = section_depths(heads)
    counts: dict[str | None, int] = {}
    bare: dict[str, str | None] = {}  # None: neither it nor what sits under it takes a number
    shown: dict[str, str] = {}
    for head in heads:
        depth = depths[head.key]
        sign = _sign(head, signs, depth)
        above = bare.get(head.parent) if head.parent else ""
        if not sign or above is None:
            bare[head.key] = None if sign is None else above
            shown[head.key] = ""
            continue
        counts[head.parent] = counts.get(head.parent, 0) + 1
        number = ".".join(filter(None, [above, show_sign(counts[head.parent], sign)]))
        bare[head.key] = number
        shown[head.key] = number if depth else f"{prefix}{number}"
    return shown


def section_depths(heads: Sequence[SectionHead]) -> dict[str, int]:
    """Return how many sections each one sits under."""
    parents = {head.key: head.parent for head in heads}

    def depth(key: str) -> int:
        above, steps = parents.get(key), 0
        while above is not None and above in parents and steps <= len(parents):
            above, steps = parents[above], steps + 1
        return steps

    return {head.key: depth(head.key) for head in heads}


def _sign(head: SectionHead, signs: Sequence[str], depth: int) -> str | None:
    """Return the sign that counts sections here, "" at a depth without numbers, None for a section
    that takes none."""
    if head.numbered and not head.front and head.title and depth < len(signs):
        return signs[depth]
    return None


def show_sign(count: int, sign: str) -> str:
    """Return 3 as "3", "C", "c", "iii" or "III"."""
    match sign:
        case "A" | "a":
            return _letters(count) if sign == "A" else _letters(count).lower()
        case "I" | "i":
            return _roman(count).upper() if sign == "I" else _roman(count)
        case _:
            return str(count)


def _letters(count: int) -> str:
    text = ""
    while count:
        count, rest = divmod(count - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


def _roman(count: int) -> str:
    text = ""
    for value, letters in ROMAN:
        text += letters * (count // value)
        count %= value
    return text
