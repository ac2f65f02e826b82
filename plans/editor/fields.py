"""The single fields of an editor: in groups, folded, or side by side around rows.

`holder` is the object that the fields' paths lead from: the section, or a row; `at` is the
holder's own path.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.utils.html import escape

from documents import richtext
from plans.content import Path
from plans.editor.controls import TEXTS, draw_labelled
from plans.editor.reading import field_name
from plans.editor.sheet import Sheet, details, rule_attribute, tone_attributes
from plans.grid import Field, FieldType, value_at


def draw_fields(
    sheet: Sheet, fields: Sequence[Field], holder: Any, at: Path = (), *, under: int = 0
) -> str:
    """Draw fields in order, those with groups in fieldsets, derived ones as facts.

    `under`: how many of their groups stand above them already.
    """
    parts = []
    for groups, members in groupby(fields, key=lambda field: field.groups[under:]):
        inner = _draw_plain(sheet, list(members), holder, at)
        parts.append(_in_fieldset(groups, inner) if groups else inner)
    return "".join(parts)


def _draw_plain(sheet: Sheet, fields: Sequence[Field], holder: Any, at: Path) -> str:
    derived = [field for field in fields if field.type is FieldType.DERIVED]
    typed = [field for field in fields if field.type is not FieldType.DERIVED]
    facts = "".join(_draw_fact(field, sheet.derived((*at, *field.path))) for field in derived)
    controls = "".join(
        draw_field(sheet, field, holder, at, focus=not index and bool(at) and at == sheet.focus)
        for index, field in enumerate(typed)
    )
    return controls + (f'<dl class="pw-figures">{facts}</dl>' if facts else "")


def _draw_fact(field: Field, text: str) -> str:
    marks = f'data-derived="{field_name(field.path)}"{rule_attribute(field.rule)}'
    marks += tone_attributes(field, text)
    return f"<div><dt>{escape(field.label)}</dt><dd {marks}>{escape(text)}</dd></div>"


def draw_field(
    sheet: Sheet,
    field: Field,
    holder: Any,
    at: Path = (),
    *,
    focus: bool = False,
    with_label: bool = True,
) -> str:
    """Draw one field with its label, hint and error."""
    name = field_name((*at, *field.path))
    return draw_labelled(
        field,
        name,
        value_at(holder, field.path),
        path=field.path,
        error=sheet.error(name, field),
        focus=focus,
        with_label=with_label,
        under=len(field.groups),
    )


def draw_settings(sheet: Sheet, fields: Sequence[Field], holder: Any) -> str:
    """Draw what stands around rows: small fields side by side, texts and groups folded."""
    plain = [field for field in fields if not field.groups]
    facts = [field for field in plain if field.type is FieldType.DERIVED]
    small = [field for field in plain if field not in facts and field.type not in TEXTS]
    html = f'<div class="pw-settings">{draw_fields(sheet, small, holder)}</div>' if small else ""
    html += "".join(_fold_text(sheet, field, holder) for field in plain if field.type in TEXTS)
    html += fold_groups(sheet, [field for field in fields if field.groups], holder)
    return html + draw_fields(sheet, facts, holder)


def _fold_text(sheet: Sheet, field: Field, holder: Any) -> str:
    """Draw one text folded, its first words beside its label."""
    words = richtext.words(value_at(holder, field.path) or "")
    note = words if len(words) <= 90 else f"{words[:90].rsplit(' ', 1)[0]} …"
    body = draw_field(sheet, field, holder, with_label=False)
    is_open = field_name(field.path) in sheet.errors
    return details(field.label, body, is_open=is_open, note=note or "none yet")


def fold_groups(sheet: Sheet, fields: Sequence[Field], holder: Any, at: Path = ()) -> str:
    """Draw groups of seldom used fields folded, each under its outermost name."""
    html = ""
    for (title, *_), grouped in groupby(fields, key=lambda field: field.groups[:1]):
        members = list(grouped)
        is_open = any(field_name((*at, *f.path)) in sheet.errors for f in members)
        html += details(title, draw_fields(sheet, members, holder, at, under=1), is_open=is_open)
    return html


def fold_fields(sheet: Sheet, fields: Sequence[Field], holder: Any) -> str:
    """Draw seldom used fields folded: a long one, such as a structure chart, by itself."""
    own = [f for f in fields if f.path[0] == "content" and f.type is FieldType.LONG]
    html = ""
    for field in own:
        filled = bool(value_at(holder, field.path))
        is_open = filled or field_name(field.path) in sheet.errors
        html += details(field.label, draw_fields(sheet, [field], holder), is_open=is_open)
    rest = [field for field in fields if field not in own]
    if not rest:
        return html
    wrong = any(field_name(field.path) in sheet.errors for field in rest)
    return html + details("Heading and layout", draw_fields(sheet, rest, holder), is_open=wrong)


def _in_fieldset(groups: Sequence[str], body: str) -> str:
    legend = escape(": ".join(groups))
    return (
        '<fieldset class="govuk-fieldset pw-fieldset">'
        f'<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{legend}</legend>'
        f'<div class="pw-card__fields">{body}</div></fieldset>'
    )
