"""What stands around the parts: the cover, the contents and the page of record."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from documents.blocks import Approval, Correction, Cover, Document, Heading, Imprint
from documents.renderers.brands import write_logo, write_statement
from documents.renderers.markup import Context, escape, spell_date
from documents.renderers.paper import describe_printing
from documents.renderers.tables import write_scrolled
from documents.values import split_notes

_DEEPEST_LISTED = 3
_LINES_WITH_AIR = 7  # people, and facts that are as high as two of them
_DECISIONS = (("Decision", 24), ("By", 20), ("Post", 26), ("On", 16), ("Reference", 14))
_CORRECTIONS = (("Number", 12), ("Published on", 22), ("Reason", 66))


def write_cover(document: Document, imprint: Imprint, page: Context) -> str:
    cover = document.cover
    level = page.open_heading(1)
    lines = [
        f'<div class="mast">{write_logo(imprint.branding, page)}'
        f"{_write_line('council', cover.council)}"
        f"{_write_line('directorate', cover.directorate)}</div>",
        f'<div class="name">{_write_line("unit", cover.unit)}'
        f"<h{level}>{escape(document.title)}</h{level}>"
        f"{_write_line('subtitle', document.subtitle)}{_write_line('year', cover.year)}</div>",
        _write_pairs("facts four" if len(cover.facts) % 4 == 0 else "facts", list(cover.facts)),
        _write_pairs("people", [(person.role, person.name) for person in cover.people]),
        _write_line("printing", describe_printing(imprint)),
    ]
    css = f"cover {imprint.branding.cover}{' many' if _has_many_lines(cover) else ''}"
    return f'<header class="{css}">{"".join(lines)}</header>'


def _has_many_lines(cover: Cover) -> bool:
    """Say whether the cover fits its page only with less air around the title."""
    return len(cover.people) + 2 * ceil(len(cover.facts) / 3) > _LINES_WITH_AIR


def _write_line(css: str, text: str) -> str:
    return f'<p class="{css}">{escape(text)}</p>' if text else ""


def _write_pairs(css: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    lines = [f"<div><dt>{escape(a)}</dt><dd>{escape(b)}</dd></div>" for a, b in pairs]
    return f'<dl class="{css}">{"".join(lines)}</dl>'


# --- contents -----------------------------------------------------------------------------------


def write_contents(document: Document, page: Context) -> str:
    """Return a list of links to the headings, nested as they are; "" if there are none."""
    listed = list(list_headings(document))
    if not listed:
        return ""
    level = page.open_heading(2)
    lines = "".join([_write_entry(heading, page) for heading in listed])
    return f'<nav class="contents"><h{level}>Contents</h{level}><ul>{lines}</ul></nav>'


def list_headings(document: Document) -> Iterator[Heading]:
    for part in document.parts:
        for block in part.blocks:
            if isinstance(block, Heading) and block.text and block.level <= _DEEPEST_LISTED:
                yield block


def _write_entry(heading: Heading, page: Context) -> str:
    css = "part" if heading.is_part else f"level-{heading.level}"
    changed = f" ({heading.change})" if heading.change else ""
    words = escape(f"{heading.number} {split_notes(heading.text)[0]}".strip() + changed)
    to = f"#{escape(heading.key)}"
    leader = f'<span class="to" data-to="{to}"></span>' if page.on_paper else ""
    return f'<li class="{css}"><a href="{to}">{words}</a>{leader}</li>'


# --- the page of record --------------------------------------------------------------------------


def write_record(imprint: Imprint, page: Context) -> str:
    """Return who approved the plan and when, its corrections, its hash and the council's
    statement; "" before that."""
    if not imprint.approvals:
        return ""
    level = page.open_heading(2)
    return (
        f'<section class="record"><h{level} id="{page.anchor("record")}">'
        f"Record of approval</h{level}>"
        f"{_write_approvals(imprint.approvals, page)}"
        f"{_write_corrections(imprint.corrections, page)}"
        f"{_write_digest(imprint)}{write_statement(imprint.branding)}</section>"
    )


def _write_approvals(approvals: tuple[Approval, ...], page: Context) -> str:
    rows = [
        f'<tr><th scope="row">{escape(each.step)}</th><td>{escape(each.person)}</td>'
        f"<td>{escape(each.post)}</td><td>{spell_date(each.at)}</td>"
        f"<td>{escape(each.reference)}</td></tr>"
        for each in approvals
    ]
    return _write_list("Decisions", _DECISIONS, rows, page)


def _write_corrections(corrections: tuple[Correction, ...], page: Context) -> str:
    if not corrections:
        return ""
    rows = [
        f'<tr><th scope="row">{each.number}</th><td>{spell_date(each.published_on)}</td>'
        f"<td>{escape(each.reason)}</td></tr>"
        for each in corrections
    ]
    return _write_list("Corrections", _CORRECTIONS, rows, page)


def _write_list(
    caption: str, heads: tuple[tuple[str, int], ...], rows: list[str], page: Context
) -> str:
    cols = "".join(
        [f'<col style="width:{width}%"/>' for _, width in heads] if page.on_paper else []
    )
    names = "".join([f'<th scope="col">{name}</th>' for name, _ in heads])
    table = (
        f'<table class="size-90"><caption>{caption}</caption><colgroup>{cols}</colgroup>'
        f"<thead><tr>{names}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
    )
    return table if page.on_paper else write_scrolled(table, page.name_region(caption))


def _write_digest(imprint: Imprint) -> str:
    if not imprint.digest:
        return ""
    grouped = " ".join(imprint.digest[at : at + 8] for at in range(0, len(imprint.digest), 8))
    return (
        "<p>The plan as approved has this SHA-256 hash. It is that of its data and "
        f'its text, not of this file.</p><p class="digest">{escape(grouped)}</p>'
    )
