"""Plans to print: one with every kind in odd states, and plans of as many pages as asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from plans.registry import get_kind
from tests.plans.samples import KINDS, every_kind, plan_value, section_value

CITED = {"mark": "1", "text": "<p>Set in May, once the year's <em>outturn</em> is known.</p>"}
UNCITED = {"mark": "b", "text": "<p>Nothing points here.</p><ul><li>First</li><li>Second</li></ul>"}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
EMPTY_BOX = "Money"
PICTURE, MISSING = "county.png", "gone.png"

ODD_WORDS = (
    "<h4>A heading that skips a level</h4>"
    f"<p>{LONG_WORD * 4} and <strong>strong <em>both</em></strong>, "
    "CO<sub>2</sub>, 5<sup>th</sup>, "
    '<a href="https://example.org/a/very/long/address/that/does/not/break?query=1">a site</a>, '
    '<a href="#wide">the wide register</a>, <a href="#nowhere">a section that is gone</a>.</p>'
    '<p>A figure that is gone: <span data-figure="budget.nothing" data-style="£m"></span>; one '
    'that is there: <span data-figure="budget.gross" data-style="£m"></span>.</p>'
    '<ol start="7"><li>Seven<ul><li>Inner<ol><li>Innermost</li></ol></li></ul></li></ol>'
    "<blockquote><p>Said.</p><blockquote><p>Within what was said.</p></blockquote></blockquote>"
    "<p>☎ 漢字 😀 עברית é ﬁ ½ ≤ → ●●○</p><p></p><h3></h3><ul><li></li></ul>"
)


def odd_plan() -> dict[str, Any]:
    """Return a plan file with every kind empty, plain, and with all its charts; tables of sixty
    columns; notes of every sort; pictures; headings without words; five levels of sections."""
    sections = [*_front(), *_words(), *_empty(), *_charted(), *_wide(), *_tables(), *_levels()]
    return plan_value(sections, council="Westmarch County Council", unit="Libraries")


def _front() -> Iterator[dict[str, Any]]:
    yield section_value("narrative", key="foreword", title="Foreword", front=True, numbered=False)
    yield section_value("narrative", key="untitled", title="")


def _words() -> Iterator[dict[str, Any]]:
    figures = [
        {"name": PICTURE, "alt": "A map", "caption": "The county", "source": "Survey"},
        {"name": MISSING, "alt": "Four circles", "caption": "", "source": ""},
    ]
    quadrants = [{"title": "Performance", "body": ODD_WORDS}, {"title": EMPTY_BOX, "body": ""}]
    content = {
        "body": ODD_WORDS,
        "quadrants": quadrants,
        "figures": figures,
        "signatures": [{"name": "A Name", "post": "Director"}, {"name": "", "post": "Cabinet"}],
        "chart": _posts(60),
    }
    yield {
        **section_value("narrative", key="words", title="Words", part="Part 1: Odd states"),
        "content": content,
        "notes": [CITED, UNCITED],
        "intro": "<p>Before, see note 1.</p>",
        "closing": "<p>After.</p>",
    }
    yield {
        **section_value("narrative", key="words-across", title=f"Across {LONG_WORD} " * 3),
        "content": {"body": ODD_WORDS},
        "orientation": "landscape",
    }


def _posts(count: int) -> dict[str, Any]:
    """Return a structure chart of so many posts: four heads, each with those below it."""
    each = (count - 5) // 4
    heads = [
        {"post": f"Head {n}", "reports": [{"post": f"Officer {n}.{m}"} for m in range(each)]}
        for n in range(4)
    ]
    rest = [{"post": f"Adviser {n}"} for n in range(count - 5 - 4 * each)]
    return {"post": "Director", "name": "A Name", "reports": [*heads, *rest]}


def _empty() -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        content = section_value(kind)["content"]
        for rows in ("rows", "units", "signatures"):
            if rows in content:
                content = {**content, rows: []}
        if kind == "narrative":
            content = {}
        yield {
            "key": f"empty-{kind}",
            "title": f"Empty {kind}",
            "kind": kind,
            "content": content,
            "part": "Part 2: Nothing yet" if kind == KINDS[0] else None,
        }


def _charted() -> Iterator[dict[str, Any]]:
    for kind in KINDS:
        charts = sorted(get_kind(kind).charts)
        section = section_value(kind, rows=7, title=f"{kind.title()} with charts")
        section |= {"charts": charts} if charts else {}
        if kind == "risks":
            section["charts"] = ["targets"]
        yield section | {"notes": [CITED]}


def _wide() -> Iterator[dict[str, Any]]:
    names = [f"c{n}" for n in range(1, 61)]
    columns = [
        {"key": name, "label": f"Column {n} [note 1]" if n == 5 else f"Column {n}"}
        for n, name in enumerate(names, 1)
    ]
    cells = [{name: f"{row}{n}" for n, name in enumerate(names)} for row in range(30)]
    rows: list[dict[str, Any]] = [{"group": "One group"}, *({"cells": each} for each in cells)]
    wide = section_value("register", key="wide", title="Sixty columns of words", notes=[CITED])
    yield {**wide, "content": {"columns": columns, "rows": rows}, "orientation": "landscape"}
    grouped = [
        {"key": name, "label": f"{2000 + n}", "groups": [f"Group {n // 12}", f"Half {n // 6}"]}
        for n, name in enumerate(names)
    ]
    areas = [
        {"key": f"r{n}", "label": f"Area {n}", "cells": dict.fromkeys(names, f"-{n},234.5")}
        for n in range(1, 13)
    ]
    total = {"key": "t", "label": "All", "kind": "total", "sum_of": ["r1", "r2", "r3"]}
    content = {"label": "Area", "columns": grouped, "rows": [*areas, total]}
    yield {
        **section_value("activity", key="wide-figures", title="Sixty figures"),
        "content": content,
    }


def _tables() -> Iterator[dict[str, Any]]:
    one = [{"key": "only", "label": ""}]
    rows = [{"cells": {"only": "word " * 390}}, {"cells": {"only": LONG_WORD * 20}}, {"cells": {}}]
    single = section_value("register", key="single", title="One column without a name")
    yield {**single, "content": {"columns": one, "rows": rows}}
    yield section_value("risks", key="unscored", title="Risks without a scheme") | {
        "content": {"scheme": None, "rows": [{"ref": "1", "title": "Unscored", "emerging": True}]}
    }
    compact = {"activity": "Line", "staffing": "1.0", "grants": "to be set"}
    yield section_value("budget", key="compact", title="Compact budget") | {
        "content": {
            "layout": "compact",
            "prior_year": None,
            "units": [{"unit": "north", "title": "", "lines": [compact]}],
        }
    }
    yield section_value("staffing", key="one-year", title="One year of posts") | {
        "content": {"years": ["2008/09"], "units": [{"unit": "south", "title": "S", "bands": []}]}
    }
    yield section_value("indicators", key="many", rows=45, title="Many indicators", notes=[CITED])
    yield section_value("budget", key="long-budget", rows=60, title="A long budget")


def _levels() -> Iterator[dict[str, Any]]:
    parent = None
    for depth in range(1, 6):
        key = f"level-{depth}"
        yield section_value("narrative", key=key, title=f"Level {depth}") | {"parent": parent}
        parent = key


# --- plans of a length ---------------------------------------------------------------------------

SENTENCE = "Every school and library of the county takes part, and says each term what came of it. "
PAGES_OF_A_CHAPTER = 10.8
MOST_CHAPTERS = 18  # of ten sections each, of the two hundred that a plan may have


def long_plan(pages: int) -> dict[str, Any]:
    """Return a plan of about so many pages: chapters of words and of every kind of table."""
    wanted = max(1, round((pages - 2) / PAGES_OF_A_CHAPTER))
    chapters = min(wanted, MOST_CHAPTERS)
    longer = 1.2 * (wanted / chapters) ** 1.5  # what does not grow, as headings, makes up for
    sections = [section for n in range(chapters) for section in _chapter(n, longer=longer)]
    return plan_value(sections, council="Westmarch County Council", unit="Libraries")


def _chapter(number: int, *, longer: float) -> Iterable[dict[str, Any]]:
    paragraphs = "".join(f"<p>{SENTENCE * (3 + n % 4)}</p>" for n in range(round(9 * longer)))
    words = section_value("narrative", key=f"chapter-{number}", title=f"Chapter {number}")
    words["content"] = {"body": f"{paragraphs}<h3>What follows</h3>{paragraphs}"}
    yield words
    rows = round((4 + 6 * (number % 4)) * longer)
    for at, section in enumerate(every_kind(rows=rows)):
        key = f"{section['key']}-{number}"
        across = "landscape" if section["kind"] == "budget" or at == number % 9 else "portrait"
        title = f"{section['title']} of chapter {number}"
        place = {"key": key, "title": title, "parent": words["key"], "orientation": across}
        yield section | place
