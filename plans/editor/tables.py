"""The tables of an editor: columns under their heads, a row a line, totals in a ruled foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.html import escape

from plans.content import Path
from plans.editor.controls import draw_control, draw_line, draw_shown, mark_field
from plans.editor.places import label_in_full, name_row
from plans.editor.reading import field_name, show_value
from plans.editor.sheet import (
    NEW,
    Sheet,
    details,
    hidden_words,
    rule_attribute,
    tone_attributes,
)
from plans.grid import Field, FieldType, RowList, RowOverride, Total, value_at

PLAIN_OVERRIDE = RowOverride()
SET_UP = "Setting up the rows"


# --- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Column:
    """What every cell of a column has alike, escaped: drawn once, not for each row."""

    field: Field
    name: str
    opening: str
    marks: str
    labelled: str


def _column(field: Field, list_name: str, *, is_name: bool) -> _Column:
    look = " ".join(filter(None, [cell_class(field), "is-name" if is_name else ""]))
    tag = 'th scope="row"' if is_name else "td"
    is_derived = field.type is FieldType.DERIVED
    derived = f' data-derived="{field_name(field.path)}"'
    return _Column(
        field=field,
        name=field_name(field.path),
        opening=f'<{tag} class="{look}" data-label="{escape(label_in_full(field))}">',
        marks=derived if is_derived else mark_field(field, field.path),
        labelled=head_id(list_name, field),
    )


def only_field(rows: RowList, override: RowOverride) -> Field | None:
    """Return the one field that a heading row has; None for a row of several."""
    if override.style != "group":
        return None
    shown = [f for f in rows.fields if f.type is not FieldType.HIDDEN]
    left = [field for field in shown if field.path not in override.without]
    return left[0] if len(left) == 1 < len(shown) else None


def list_columns(rows: RowList, count: int) -> list[Field]:
    """Return the fields that stand as columns: those that some row other than a heading has."""
    overrides = [rows.rows.get(index, PLAIN_OVERRIDE) for index in range(count)]
    spanning = [heading for o in overrides if (heading := only_field(rows, o))]
    several = [o for o in overrides if not only_field(rows, o)] or [rows.new_override]
    return [
        field
        for field in rows.fields
        if field.type is not FieldType.HIDDEN
        and field not in spanning
        and any(field.path not in o.without for o in several)
    ]


def head_id(list_name: str, field: Field) -> str:
    return f"head-{list_name}-{field_name(field.path)}"


def cell_class(field: Field) -> str:
    """Return how wide a column is, whether its figures stand at the right, and what hides it."""
    if field.set_up:
        return f"{_width_class(field)} is-set-up".strip()
    return _width_class(field)


def _width_class(field: Field) -> str:
    if field.type is FieldType.DERIVED:
        return "is-number is-derived"
    if field.type is FieldType.CELL:
        return "is-number"
    return {"narrow": "is-short", "wide": "is-text"}.get(field.width, "")


# --- the table -----------------------------------------------------------------------------------


def draw_table(
    sheet: Sheet, rows: RowList, at: Path, here: Sequence[Any], *, caption: str
) -> tuple[str, list[tuple[str, str]]]:
    """Return a list as a table, and its new rows by the number of their variant.

    `caption`: the table's name, escaped. An empty table is hidden until it has a row.
    """
    fields = list_columns(rows, len(here))
    name = field_name(at)
    columns = [_column(field, name, is_name=not index) for index, field in enumerate(fields)]
    pen = _RowPen(sheet, rows, columns, len(here))
    body = "".join(
        pen.draw(rows.rows.get(index, PLAIN_OVERRIDE), (*at, index), row)
        for index, row in enumerate(here)
    )
    new = [("", rows.new, rows.new_override)]
    new += [(str(i), each.new, each.override) for i, each in enumerate(rows.variants)]
    templates = [(which, pen.draw(override, (*at, NEW), row)) for which, row, override in new]
    totals = "".join(
        draw_total(total, fields, place) for place, total in enumerate(rows.totals) if fields
    )
    foot = f"<tfoot>{totals}</tfoot>" if totals else ""
    choice = _set_up_choice(sheet, fields, at, len(here))
    table = (
        f'{choice}<div class="pw-grid-scroll" role="region" tabindex="0" '
        f'aria-labelledby="{name}-caption"{"" if here else " hidden"}>'
        f'<table class="pw-grid pw-grid--cards">'
        f'<caption class="govuk-visually-hidden" id="{name}-caption">{caption}</caption>'
        f"{draw_head(fields, name)}<tbody>{body}</tbody>"
        f"{foot}</table></div>{_column_hints(fields)}"
    )
    return table, templates


class _RowPen:
    """Draws the rows of one table."""

    def __init__(self, sheet: Sheet, rows: RowList, columns: Sequence[_Column], count: int) -> None:
        self.sheet, self.rows, self.columns, self.count = sheet, rows, columns, count
        self.hidden = [field for field in rows.fields if field.type is FieldType.HIDDEN]

    def draw(self, override: RowOverride, at: Path, row: Any) -> str:
        name, prefix = name_row(self.rows, row), field_name(at)
        extra = draw_hidden(self.rows, at, row, self.hidden)
        heading = only_field(self.rows, override)
        if heading and all(column.field is not heading for column in self.columns):
            cells = self._draw_heading(heading, at, row, extra)
        else:
            cells = self._draw_cells(override, at, row, extra)
        style = f' class="is-{override.style}"' if override.style else ""
        actions = draw_actions(self.rows, at, self.count, name)
        last = f'<td class="pw-row-actions">{self.sheet.message(prefix)}{actions}</td>'
        return f'<tr id="{prefix}" data-row="{row_id(row)}"{style}>{cells}{last}</tr>'

    def _draw_heading(self, field: Field, at: Path, row: Any, extra: str) -> str:
        """Draw a row that is one field across the whole table."""
        prefix = field_name(at)
        name, label = field_name((*at, *field.path)), f"{prefix}-name"
        error = self.sheet.error(name, field)
        common = f"{_common(name, label, error)}{mark_field(field, field.path)}"
        common += " autofocus" if self.sheet.focus == at else ""
        control = draw_control(field, value_at(row, field.path), common=common)
        words = hidden_words(f"{field.label}, {row_label(at)}", label)
        set_up = sum(column.field.set_up for column in self.columns)
        span = len(self.columns) - set_up
        opening = f'<th scope="row" class="is-name is-across" colspan="{span}">'
        rest = f'<td class="is-derived is-set-up" colspan="{set_up}"></td>' if set_up else ""
        return f"{opening}{words}{control}{_message(name, error)}{extra}</th>{rest}"

    def _draw_cells(self, override: RowOverride, at: Path, row: Any, extra: str) -> str:
        """Draw a row's cells, its name and its hidden inputs in the first."""
        prefix, without = field_name(at), override.without
        focus = self.sheet.focus == at
        extra += hidden_words(row_label(at), f"{prefix}-name")
        cells = []
        for index, column in enumerate(self.columns):
            last = extra if index == 0 else ""
            if column.field.path in without:
                hides = " is-set-up" if column.field.set_up else ""
                cells.append(f'<td class="is-derived{hides}">{last}</td>')
                continue
            cells.append(self._draw_cell(column, at, prefix, row, last, focus=focus))
            focus = False
        return "".join(cells)

    def _draw_cell(
        self, column: _Column, at: Path, prefix: str, row: Any, extra: str, *, focus: bool
    ) -> str:
        field = column.field
        computed = self.sheet.derived((*at, *field.path))
        tag = column.opening[1:3]
        if field.type is FieldType.DERIVED:
            marks = f"{column.marks}{tone_attributes(field, computed)}"
            inner = f"<span{marks}>{escape(computed)}</span>"
            return f"{column.opening}{inner}{extra}</{tag}>"
        name, value = f"{prefix}-{column.name}", value_at(row, field.path)
        error = self.sheet.error(name, field)
        common = f"{_common(name, f'{column.labelled} {prefix}-name', error)}{column.marks}"
        common += " autofocus" if focus else ""
        if field.type is FieldType.TEXT and field.width == "wide" and not computed:
            control = draw_line(field, value, common=common)
        else:
            control = draw_control(field, value, common=common, computed=computed)
        if field.type is FieldType.CHECK:
            extra += draw_shown(name)
        opening = _mark_wrong(column.opening) if error else column.opening
        return f"{opening}{control}{_message(name, error)}{extra}</{tag}>"


def _common(name: str, labelled_by: str, error: str) -> str:
    described = f' aria-invalid="true" aria-describedby="id_{name}_error"' if error else ""
    return f'id="id_{name}" name="{name}" aria-labelledby="{labelled_by}"{described}'


def _mark_wrong(opening: str) -> str:
    return opening.replace('class="', 'class="is-error ', 1)


def _message(name: str, error: str) -> str:
    if not error:
        return ""
    return f'<span class="pw-grid__message" id="id_{name}_error">{escape(error)}</span>'


# --- what every row has, in a table or as a card -------------------------------------------------


def row_id(row: Any) -> str:
    return escape(str(row.get("id", "") or "")) if hasattr(row, "get") else ""


def row_label(at: Path) -> str:
    return f"row {_number(at)}"


def _number(at: Path) -> int | str:
    last = at[-1]
    return last + 1 if isinstance(last, int) else last


def draw_hidden(rows: RowList, at: Path, row: Any, fields: Sequence[Field]) -> str:
    """Draw what a row sends beside what is typed: its id, its variant, its keys."""
    prefix = field_name(at)
    parts = [f'<input type="hidden" name="{prefix}-id" value="{row_id(row)}">']
    variant = _variant_of(rows, row)
    if variant is not None:
        parts.append(f'<input type="hidden" name="{prefix}-variant" value="{variant}">')
    for field in fields:
        value = escape(show_value(field, value_at(row, field.path)))
        name = f"{prefix}-{field_name(field.path)}"
        marks = mark_field(field, field.path)
        parts.append(f'<input type="hidden" name="{name}"{marks} value="{value}">')
    return "".join(parts)


def _variant_of(rows: RowList, row: Any) -> int | None:
    """Return which variant a row not yet stored is, so that it is read back as one."""
    if not hasattr(row, "get") or row.get("id"):
        return None
    for index, variant in enumerate(rows.variants):
        if all(row.get(key) is not None for key in variant.new):
            return index
    return None


def draw_actions(rows: RowList, at: Path, count: int, name: str) -> str:
    """Draw the buttons that move a row or take it out."""
    prefix, last = field_name(at), at[-1]
    what = escape(f"{rows.noun} {_number(at)}, {name}")
    buttons = []
    for verb, sign, words, possible in (
        ("up", "↑", "Move up", last != 0),
        ("down", "↓", "Move down", last != count - 1),
        ("remove", "×", "Remove", True),
    ):
        disabled = "" if possible else " disabled"
        buttons.append(
            f'<button class="pw-icon-button" name="do" value="{verb}:{prefix}" '
            f'aria-label="{words} {what}" title="{words}"{disabled}>{sign}</button>'
        )
    return "".join(buttons)


# --- heads and totals ----------------------------------------------------------------------------


def draw_head(fields: Sequence[Field], name: str) -> str:
    levels = max((len(field.groups) or int(field.set_up) for field in fields), default=0)
    rows = []
    for level in range(levels):
        cells = []
        for (group, _), members in groupby(fields, key=lambda f: _group_key(f, level)):
            own = list(members)
            hides = ' class="is-set-up"' if own[0].set_up else ""
            cells.append(
                f'<th scope="colgroup" colspan="{len(own)}"{hides}>{escape(group)}</th>'
                if group
                else f'<td colspan="{len(own)}"{hides}></td>'
            )
        rows.append(f"<tr>{''.join(cells)}<td></td></tr>")
    heads = "".join(_draw_column_head(f, name, is_name=i == 0) for i, f in enumerate(fields))
    move = '<th scope="col"><span class="govuk-visually-hidden">Move or remove</span></th>'
    return f"<thead>{''.join(rows)}<tr>{heads}{move}</tr></thead>"


def _draw_column_head(field: Field, name: str, *, is_name: bool) -> str:
    classes = f"{cell_class(field)} is-name" if is_name else cell_class(field)
    opening = f'<th scope="col" id="{head_id(name, field)}" class="{classes}">'
    return f"{opening}{_hidden_groups(field)}{escape(field.label)}</th>"


def _group_key(field: Field, level: int) -> tuple[str, tuple[str, ...]]:
    if field.set_up:
        return SET_UP if level == 0 else "", (SET_UP,)
    group = field.groups[level] if level < len(field.groups) else ""
    return group, field.groups[: level + 1]


def _hidden_groups(field: Field) -> str:
    """Return the headings above a column, for those who hear a cell's name without seeing them."""
    return hidden_words(f"{', '.join(field.groups)}, ") if field.groups else ""


def draw_total(total: Total, fields: Sequence[Field], place: int) -> str:
    """Return one row of the foot; `place` is its number among the totals."""
    first, *rest = fields
    label = escape(total.label)
    if first.path in total.values:
        marks = total_attributes(total, first.path)
        label += f" <span{marks}>{escape(total.values[first.path])}</span>"
    cells = "".join(_draw_total_cell(total, field) for field in rest)
    opening = f'<tr data-total-row="{place}"><th scope="row" class="is-name">'
    return f"{opening}{label}</th>{cells}<td></td></tr>"


def _draw_total_cell(total: Total, field: Field) -> str:
    label = escape(label_in_full(field))
    marks = total_attributes(total, field.path) if field.path in total.values else ""
    words = escape(total.values.get(field.path, ""))
    look = "is-number is-set-up" if field.set_up else "is-number"
    return f'<td class="{look}" data-label="{label}"{marks}>{words}</td>'


def total_attributes(total: Total, path: Path) -> str:
    """Return what marks a total: the path of its column, and its rule."""
    return f' data-total="{field_name(path)}"{rule_attribute(total.rules.get(path))}'


def _set_up_choice(sheet: Sheet, fields: Sequence[Field], at: Path, count: int) -> str:
    """Return the box that shows the columns that describe the rows; ticked if one is at fault.

    Styles alone follow it, so that it works without a script.
    """
    described = [field for field in fields if field.set_up]
    if not described or not count:
        return ""
    name = field_name(at)
    wrong = any(
        sheet.error(field_name((*at, index, *field.path)), field)
        for index in (range(count) if sheet.errors else ())
        for field in described
    )
    labels = ", ".join(escape(field.label.lower()) for field in described)
    return (
        f'<input class="pw-set-up" type="checkbox" id="{name}-set-up" autocomplete="off"'
        f'{" checked" if wrong else ""}><label class="pw-set-up__label" for="{name}-set-up">'
        f"Show how the rows are set up: {labels}</label>"
    )


def _column_hints(fields: Sequence[Field]) -> str:
    hints = "".join(
        f"<dt>{escape(f.label)}</dt><dd>{escape(f.hint)}</dd>" for f in fields if f.hint
    )
    body = f'<dl class="pw-facts">{hints}</dl>'
    return details("What the columns ask for", body, is_open=False) if hints else ""
