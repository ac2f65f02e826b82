"""The heads, totals and columns of an editor's tables."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from django.utils.html import escape

from plans.editor.places import label_in_full
from plans.editor.reading import field_name
from plans.grid import Field, FieldType, RowList, RowOverride, Total

PLAIN_OVERRIDE = RowOverride()


def only_field(rows: RowList, override: RowOverride) -> Field | None:
    """Return the one field that a heading row has; None for a row of several."""
    shown = [f for f in rows.fields if f.type is not FieldType.HIDDEN]
    left = [field for field in shown if field.path not in override.without]
    return left[0] if override.style == "group" and len(left) == 1 < len(shown) else None


def list_columns(rows: RowList, count: int) -> list[Field]:
    """Return the fields that stand as columns: those that some row other than a heading has."""
    fields = [field for field in rows.fields if field.type is not FieldType.HIDDEN]
    overrides = [rows.rows.get(index, PLAIN_OVERRIDE) for index in range(count)]
    spanning = [heading for o in overrides if (heading := only_field(rows, o))]
    several = [o for o in overrides if not only_field(rows, o)]
    return [
        field
        for field in fields
        if field not in spanning
        and (not several or any(field.path not in o.without for o in several))
    ]


def head_id(list_name: str, field: Field) -> str:
    return f"head-{list_name}-{field_name(field.path)}"


def cell_class(field: Field) -> str:
    """Return how wide a column is, and whether its figures stand at the right."""
    if field.type is FieldType.DERIVED:
        return "is-number is-derived"
    if field.type is FieldType.CELL:
        return "is-number"
    return {"narrow": "is-short", "wide": "is-text"}.get(field.width, "")


def draw_head(fields: Sequence[Field], name: str) -> str:
    levels = max((len(field.groups) for field in fields), default=0)
    rows = []
    for level in range(levels):
        cells = []
        for (group, _), members in groupby(fields, key=lambda f: _group_key(f, level)):
            span = len(list(members))
            cells.append(
                f'<th scope="colgroup" colspan="{span}">{escape(group)}</th>'
                if group
                else f'<td colspan="{span}"></td>'
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
    group = field.groups[level] if level < len(field.groups) else ""
    return group, field.groups[: level + 1]


def _hidden_groups(field: Field) -> str:
    """Return the headings above a column, for those who hear a cell's name without seeing them."""
    if not field.groups:
        return ""
    return f'<span class="govuk-visually-hidden">{escape(", ".join(field.groups))}, </span>'


def draw_total(total: Total, fields: Sequence[Field]) -> str:
    first, *rest = fields
    label = f"{total.label} {total.values.get(first.path, '')}".strip()
    cells = "".join(_draw_total_cell(field, total.values.get(field.path, "")) for field in rest)
    return f'<tr><th scope="row" class="is-name">{escape(label)}</th>{cells}<td></td></tr>'


def _draw_total_cell(field: Field, words: str) -> str:
    label = escape(label_in_full(field))
    return f'<td class="is-number" data-label="{label}">{escape(words)}</td>'
