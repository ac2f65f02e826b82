"""Finding words in the sections of one plan: in titles, prose, cells, labels and notes.

Case, accents and the commas of numbers make no difference. Works on section objects and grids;
knows no database and no HTML.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents import richtext
from plans.content import Path
from plans.editor.places import find_place
from plans.grid import FieldType, Grid

AROUND = 70
"""How many characters are shown beside the first word that was found."""
UNREAD = frozenset(
    {"id", "key", "kind", "sum_of", "spans", "orientation", "charts", "labels", "formula"}
)
"""Keys whose texts are nobody's words."""
TITLE_PATH: Path = ("title",)

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2212"
_QUOTES = "\u2018\u2019"
_ALIKE = str.maketrans({**dict.fromkeys(_DASHES, "-"), **dict.fromkeys(_QUOTES, "'")})
_COMMA_OF_NUMBER = re.compile(r"(?<=\d),(?=\d{3})")
_RICH = re.compile(r"<(?:p|h3|h4|ul|ol|blockquote)>")
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a number or a quoted phrase as it is looked for: folded, and as a pattern."""

    text: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Span:
    """A run of a text; `is_found`: it is one of the words that were looked for."""

    text: str
    is_found: bool = False


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text in which words were found: the label of its place, and the words around them."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """A place of a section where all words were found: its first text's path, by index, its words
    from the outermost list to the row, and what was found there."""

    path: Path
    place: str
    snippets: tuple[Snippet, ...]


# --- what is looked for --------------------------------------------------------------------------


def read_terms(query: str) -> tuple[Term, ...]:
    """Return what a query asks for: words apart, and words in quotation marks together."""
    query = query.replace("\u201c", '"').replace("\u201d", '"')
    found = re.findall(r'"([^"]*)"|([^\s"]+)', query)
    texts = [fold(phrase or word) for phrase, word in found]
    return tuple(_make_term(text) for text in dict.fromkeys(filter(None, texts)))


def _make_term(text: str) -> Term:
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        nought = "" if "." in text else r"(?:\.0+)?"
        return Term(text, re.compile(rf"(?<![\w.]){re.escape(text)}{nought}(?!\w|\.\d)"))
    start = r"(?<!\w)" if text[0].isalnum() else ""
    return Term(text, re.compile(start + re.escape(text)))


def fold(text: str) -> str:
    """Return a text as it is compared: without case, accents, odd spaces and commas of numbers."""
    if not text.isascii():
        text = _without_accents(text)
    if "," in text:
        text = _COMMA_OF_NUMBER.sub("", text)
    return " ".join(text.casefold().split())


def _without_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.translate(_ALIKE))
    return "".join(c for c in parts if not unicodedata.combining(c))


def matches(text: str, terms: Sequence[Term]) -> bool:
    """Whether one text holds every term."""
    return len(_terms_in(text, terms)) == len(terms)


def _terms_in(text: str, terms: Sequence[Term]) -> set[str]:
    folded = fold(text)
    return {t.text for t in terms if t.text in folded and t.pattern.search(folded)}


# --- where it is ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Text:
    unit: Path  # the row it belongs to; its own path outside of rows
    path: Path
    text: str


def find_in_section(
    section: Mapping[str, Any], terms: Sequence[Term], grid_of: Callable[[], Grid]
) -> Iterator[Hit]:
    """Yield the rows and texts of a section object that hold every term, in reading order.

    `grid_of()` gives the section's grid; it is asked for only if something is found.
    """
    units: dict[Path, list[_Text]] = {}
    held: dict[Path, set[str]] = {}
    for each in _texts_of(section, (), None):
        found = _terms_in(each.text, terms)
        if found:
            units.setdefault(each.unit, []).append(each)
            held.setdefault(each.unit, set()).update(found)
    whole = [unit for unit in units if len(held[unit]) == len(terms)]
    grid = grid_of() if whole else None
    for unit in whole:
        hit = _show_hit(units[unit], section, terms, grid)
        if hit:
            yield hit


def _texts_of(value: Any, path: Path, unit: Path | None) -> Iterator[_Text]:
    """Walk a section object and yield every text that people read, rich text without its tags."""
    if isinstance(value, str):
        if value:
            text = _bare(value) if _RICH.match(value) else value
            yield _Text(unit or path, path, text)
    elif isinstance(value, Mapping):
        unit = path if "id" in value else unit
        for key, item in value.items():
            if key not in UNREAD:
                yield from _texts_of(item, (*path, key), unit)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts_of(item, (*path, index), unit)


def _bare(markup: str) -> str:
    return html.unescape(_TAG.sub(" ", markup.replace("</strong>", "").replace("</em>", "")))


def _show_hit(
    texts: Iterable[_Text], section: Mapping[str, Any], terms: Sequence[Term], grid: Grid | None
) -> Hit | None:
    """Return the texts of one row as a hit; None if none of them is shown to anybody."""
    snippets, words, first = [], "", None
    for each in texts:
        label, above, text = _read(each, section, grid)
        if label and _terms_in(text, terms):
            snippets.append(Snippet(label, mark(text, terms)))
            words, first = words or above, first or each.path
    return Hit(first, words, tuple(snippets)) if first else None


def _read(each: _Text, section: Mapping[str, Any], grid: Grid | None) -> tuple[str, str, str]:
    """Return a text's label, what it is in, and its words; no label if nobody sees it."""
    if grid is None or each.path == TITLE_PATH:
        return "Title", "", each.text
    place = find_place(each.path, grid, (section,))
    if place.field is None or place.field.type is FieldType.HIDDEN:
        return "", "", ""
    text = _value_at(section, each.path)
    if place.field.type is FieldType.CHOICE:
        text = dict(place.field.choices).get(text, text)
    elif richtext.is_clean(text):
        text = richtext.words(text)
    return place.words[-1], " › ".join(place.words[:-1]), text


def _value_at(section: Mapping[str, Any], path: Path) -> str:
    value: Any = section
    for step in path:
        value = value[step]
    return str(value)


# --- words in context ----------------------------------------------------------------------------


def mark(text: str, terms: Sequence[Term]) -> tuple[Span, ...]:
    """Return the part of a text around the first term found in it, every term in it marked."""
    found = _spans_of(text, terms)
    if not found:
        return (Span(text[: 2 * AROUND] + ("…" if len(text) > 2 * AROUND else "")),)
    begin, end = _window(text, found[0])
    spans, at = [Span("… ")] if begin else [], begin
    for start, stop in found:
        if start >= at and stop <= end:
            spans += [Span(text[at:start]), Span(text[start:stop], is_found=True)]
            at = stop
    spans += [Span(text[at:end]), Span(" …") if end < len(text) else Span("")]
    return tuple(span for span in spans if span.text)


def _window(text: str, first: tuple[int, int]) -> tuple[int, int]:
    """Return where the part to be shown begins and ends: between words."""
    begin, end = first[0] - AROUND, first[1] + 2 * AROUND
    if begin > 0:
        space = text.find(" ", begin, first[0])
        begin = space + 1 if space >= 0 else begin
    if end < len(text):
        space = text.rfind(" ", first[1], end)
        end = space if space >= 0 else end
    return max(begin, 0), min(end, len(text))


def _spans_of(text: str, terms: Sequence[Term]) -> list[tuple[int, int]]:
    """Return where terms stand in a text as it was written, in order."""
    folded, places = _fold_with_places(text)
    spans = {
        (places[match.start()], places[match.end() - 1] + 1)
        for term in terms
        for match in term.pattern.finditer(folded)
        if match.end() > match.start()
    }
    return sorted(spans)


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return `fold(text)`, and for each of its characters the place of the one it comes from."""
    commas = {match.start() for match in _COMMA_OF_NUMBER.finditer(text)}
    folded, places = [], []
    for place, character in enumerate(text):
        if place in commas:
            continue
        for letter in _without_accents(character).casefold():
            is_space = letter.isspace()
            if is_space and (not folded or folded[-1] == " "):
                continue
            folded.append(" " if is_space else letter)
            places.append(place)
    return "".join(folded), places
