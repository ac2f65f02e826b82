"""Drawing a grid as a form: its single fields, and its lists as tables or cards.

The page's marks are those of docs/editing-protocol.md; without a script all of it is a plain form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from plans.content import Path
from plans.editor.controls import TEXTS
from plans.editor.fields import draw_fields, draw_settings, fold_fields, fold_groups
from plans.editor.places import name_row
from plans.editor.reading import count_name, field_name
from plans.editor.sheet import (
    NEW,
    Errors,
    Sheet,
    details,
    hidden_words,
    list_attributes,
    tone_attributes,
)
from plans.editor.tables import (
    PLAIN_OVERRIDE,
    draw_actions,
    draw_hidden,
    draw_table,
    row_id,
)
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, value_at

CARDS_TO_FOLD = 4


def draw_editor(
    value: Mapping[str, Any], grid: Grid, errors: Errors, *, focus: Path | None = None
) -> SafeString:
    """Return the fields and lists of `value` as HTML, each error at its field.

    `errors`: sentences by field name. `focus`: the row that the cursor goes to.
    """
    sheet = Sheet(grid, errors, focus)
    fields = [field for field in grid.fields if not (field.folded or field.after)]
    open_lists = [rows for rows in grid.lists if not rows.folded]
    folded_lists = [rows for rows in grid.lists if rows.folded]
    # Beside rows, texts are folded, so that the rows stand high on the page.
    parts = [
        draw_settings(sheet, fields, value) if open_lists else draw_fields(sheet, fields, value),
        *(draw_list(sheet, rows, rows.path, value) for rows in open_lists),
        draw_settings(sheet, [field for field in grid.fields if field.after], value),
        *(_draw_folded_list(sheet, rows, value) for rows in folded_lists),
        fold_fields(sheet, [field for field in grid.fields if field.folded], value),
    ]
    return mark_safe("".join(parts))  # noqa: S308 every value went through escape()


# --- lists ---------------------------------------------------------------------------------------


def _draw_folded_list(sheet: Sheet, rows: RowList, value: Mapping[str, Any]) -> str:
    count = len(value_at(value, rows.path) or ())
    title = f"{rows.title} ({count})" if count else rows.title
    body = draw_list(sheet, rows, rows.path, value, with_title=False)
    return details(title, body, is_open=sheet.concerns(rows.path))


def draw_list(
    sheet: Sheet,
    rows: RowList,
    at: Path,
    holder: Any,
    *,
    with_title: bool = True,
    of: str = "",
) -> str:
    """Draw the list of `holder` with its buttons; `of`: the name of the row that it lies in."""
    here = value_at(holder, rows.path) or []
    name = field_name(at)
    title = _draw_title(rows, at) if with_title else ""
    hint = f'<p class="govuk-hint">{escape(rows.hint)}</p>' if rows.hint else ""
    head = f'<div class="pw-list__head">{title}{hint}</div>' if title or hint else ""
    count = f'<input type="hidden" name="{count_name(at)}" value="{len(here)}">'
    empty = f'<p class="pw-empty"{" hidden" if here else ""}>No {escape(rows.noun)} yet.</p>'
    body, templates = _draw_rows(sheet, rows, at, here, of=of)
    return (
        f'<section class="pw-list" id="{name}" tabindex="-1" {list_attributes(rows)}>{head}'
        f"{sheet.message(name)}{count}{empty}{body}{_add_buttons(rows, at, of)}{templates}"
        "</section>"
    )


def _draw_title(rows: RowList, at: Path) -> str:
    level, size = (2, "m") if len(at) <= 2 else (3, "s")
    opening = f'<h{level} class="govuk-heading-{size}" id="{field_name(at)}-title">'
    return f"{opening}{_list_title(rows)}</h{level}>"


def _draw_rows(
    sheet: Sheet, rows: RowList, at: Path, here: Sequence[Any], *, of: str
) -> tuple[str, str]:
    """Return the rows of a list, and templates of the rows that may be added to it."""
    if rows.layout == "cards" or rows.lists:
        return _draw_cards(sheet, rows, at, here), _draw_new_cards(sheet, rows, at)
    caption = _list_title(rows) + (f": {escape(of)}" if of else "")
    table, new = draw_table(sheet, rows, at, here, caption=caption)
    return table, "".join(_template(which, row) for which, row in new)


def _template(which: str, row: str) -> str:
    return f'<template data-new-row="{which}">{row}</template>'


def _list_title(rows: RowList) -> str:
    unit = f' <span class="pw-muted">({escape(rows.unit)})</span>' if rows.unit else ""
    return f"{escape(rows.title)}{unit}"


def _add_buttons(rows: RowList, at: Path, of: str) -> str:
    name = field_name(at)
    nouns = [("", rows.noun), *((f":{i}", v.noun) for i, v in enumerate(rows.variants))]
    look = "govuk-button govuk-button--secondary"
    to = hidden_words(f" to {of}") if of else ""
    buttons = "".join(
        f'<button class="{look}" name="do" value="add:{name}{suffix}">'
        f"Add {_article(noun)} {escape(noun)}{to}</button>"
        for suffix, noun in nouns
    )
    return f'<div class="govuk-button-group">{buttons}</div>'


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeiou" and not noun.startswith("uni") else "a"


# --- rows as cards -------------------------------------------------------------------------------


def _draw_cards(sheet: Sheet, rows: RowList, at: Path, here: Sequence[Any]) -> str:
    folded = len(here) > CARDS_TO_FOLD
    cards = "".join(
        _draw_card(
            sheet,
            rows,
            rows.rows.get(index, PLAIN_OVERRIDE),
            (*at, index),
            row,
            count=len(here),
            folded=folded and not sheet.concerns((*at, index)),
        )
        for index, row in enumerate(here)
    )
    return f'<div class="pw-cards">{cards}</div>'


def _draw_new_cards(sheet: Sheet, rows: RowList, at: Path) -> str:
    """Draw a card for each sort of row that may be added.

    Cards hold lists that hold cards, so that a new one is drawn once for all lists of its place.
    """
    name, own = tuple(s for s in at if not isinstance(s, int)), [f.path for f in rows.fields]
    known = sheet.templates.get((name, *own))
    if known is None:
        new = [("", rows.new, rows.new_override)]
        new += [(str(i), each.new, each.override) for i, each in enumerate(rows.variants)]
        html = "".join(
            _template(
                which,
                _draw_card(sheet, rows, override, (*at, NEW), row, count=0, folded=False),
            )
            for which, row, override in new
        )
        known = sheet.templates[(name, *own)] = (field_name(at), html)
    drawn_at, html = known
    return html.replace(drawn_at, field_name(at))


def _draw_card(
    sheet: Sheet,
    rows: RowList,
    override: RowOverride,
    at: Path,
    row: Any,
    *,
    count: int,
    folded: bool,
) -> str:
    fields = [field for field in rows.fields if field.path not in override.without]
    hidden = [field for field in fields if field.type is FieldType.HIDDEN]
    shown = [field for field in fields if field.type is not FieldType.HIDDEN]
    lists = rows.lists if override.lists is None else override.lists
    name = name_row(rows, row)
    actions = draw_actions(rows, at, count, name)
    label = field_name(rows.label_path)
    title = f'<span class="pw-card__title" data-title-of="{label}">{escape(name)}</span>'
    return (
        f'<details class="pw-card" id="{field_name(at)}" data-row="{row_id(row)}"'
        f"{'' if folded else ' open'}>"
        f'<summary class="pw-card__head">{title}{_card_facts(sheet, shown, at)}'
        f"{_card_totals(lists)}</summary>"
        f'<div class="pw-card__body">{sheet.message(field_name(at))}'
        f"{draw_hidden(rows, at, row, hidden)}{_card_fields(sheet, shown, row, at)}"
        f"{''.join(draw_list(sheet, each, (*at, *each.path), row, of=name) for each in lists)}"
        f'<div class="pw-card__actions">{actions}</div></div></details>'
    )


def _card_fields(sheet: Sheet, fields: Sequence[Field], row: Any, at: Path) -> str:
    """Draw small fields side by side, long texts in the open, groups of others folded."""
    small = [f for f in fields if f.type not in TEXTS and not f.groups]
    long = [f for f in fields if f.type in TEXTS and not f.groups]
    html = f'<div class="pw-card__fields">{draw_fields(sheet, small, row, at)}</div>'
    if long:
        html += f'<div class="pw-card__texts">{draw_fields(sheet, long, row, at)}</div>'
    return html + fold_groups(sheet, [field for field in fields if field.groups], row, at)


def _card_facts(sheet: Sheet, fields: Sequence[Field], at: Path) -> str:
    """Return what a card works out, each under the name of its group: what a risk scores now."""
    facts = [f for f in fields if f.type is FieldType.DERIVED]
    words = [(field, sheet.derived((*at, *field.path))) for field in facts]
    return "".join(
        _card_fact(
            field.groups[-1] if field.groups else field.label,
            text,
            f'data-shows="{field_name(field.path)}"{tone_attributes(field, text)}',
        )
        for field, text in words
        if text
    )


def _card_totals(lists: Sequence[RowList]) -> str:
    """Return the last figure of each total of a card's lists, to be seen while it is folded."""
    html = ""
    for rows in lists:
        for place, total in enumerate(rows.totals):
            filled = [(path, figure) for path, figure in total.values.items() if figure]
            if filled:
                path, figure = filled[-1]
                source = f"{field_name(rows.path)} {place} {field_name(path)}"
                html += _card_fact(total.label, figure, f'data-shows-total="{source}"')
    return html


def _card_fact(label: str, words: str, marks: str) -> str:
    return f'<span class="pw-card__fact">{escape(label)} <b {marks}>{escape(words)}</b></span>'
