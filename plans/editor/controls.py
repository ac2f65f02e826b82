"""The inputs of an editor: a cell of a table as a string, a single field as a form field.

Names and ids are those that `reading` reads; everything that people wrote is escaped here.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import escape

from plans.editor.reading import show_value
from plans.grid import Field, FieldType


def draw_control(
    field: Field,
    name: str,
    value: Any,
    *,
    labelled_by: str,
    error: bool,
    focus: bool,
    own_id: str,
    computed: str = "",
) -> str:
    """Return one input of a table row, named by its column and row.

    `computed`: what the cell prints while nothing is typed in it.
    """
    text = escape(show_value(field, value))
    described = f' aria-invalid="true" aria-describedby="{own_id}_error"' if error else ""
    common = f'id="{own_id}" name="{name}" aria-labelledby="{labelled_by}"{described}'
    common += " autofocus" if focus else ""
    match field.type:
        case FieldType.TEXT if field.width == "wide" and not computed:  # wraps, to be read whole
            return f'<textarea class="pw-line" {common} rows="{_rows(text)}">\n{text}</textarea>'
        case FieldType.TEXT | FieldType.CELL if "\n" in text:  # an input would lose line ends
            return f'<textarea {common} rows="{_rows(text)}">\n{text}</textarea>'
        case FieldType.CHOICE:
            return f"<select {common}>{_options(field, value)}</select>"
        case FieldType.CHECK:
            checked = " checked" if value else ""
            shown = f'<input type="hidden" name="{name}-shown" value="1">'
            return f'<input type="checkbox" value="on" {common}{checked}>{shown}'
        case FieldType.LONG | FieldType.RICH | FieldType.LINES:
            return f'<textarea {common} rows="{_rows(text)}">\n{text}</textarea>'
        case FieldType.CELL:
            hint = f' placeholder="{escape(computed)}"' if computed else ""
            return f'<input autocomplete="off" {common}{hint} value="{text}">'
        case _:
            return f'<input autocomplete="off" {common} value="{text}">'


def _rows(text: str, *, line: int = 34, least: int = 1, most: int = 6) -> int:
    """Return how many rows show a text of about `line` characters a row."""
    needed = sum(len(part) // line + 1 for part in text.split("\n"))
    return max(least, min(needed, most))


def _options(field: Field, value: Any) -> str:
    chosen = "" if value is None else str(value)
    return "".join(
        f'<option value="{escape(key)}"{_selected(key == chosen)}>{escape(label)}</option>'
        for key, label in list_choices(field, chosen)
    )


def _selected(is_chosen: bool) -> str:
    return " selected" if is_chosen else ""


def list_choices(field: Field, chosen: str) -> list[tuple[str, str]]:
    """Return what a field offers, none and what is chosen among it even if it is not offered."""
    offered = {str(key): label for key, label in field.choices}
    none = {"": ""} if not field.required or not chosen else {}
    return list({**none, **offered, **({} if chosen in offered else {chosen: chosen})}.items())


def form_field(field: Field, shown: str) -> forms.Field:
    """Return the Django form field that draws a single field, showing this text; the schema
    validates, not it."""
    options: dict[str, Any] = {
        "label": field.label,
        "required": False,
        "help_text": escape(field.hint),
    }
    match field.type:
        case FieldType.CHOICE:
            choices = list_choices(field, shown)
            return forms.CharField(widget=forms.Select(choices=choices), **options)
        case FieldType.TEXT | FieldType.CELL if "\n" in shown:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **options)
        case FieldType.CHECK:
            return forms.BooleanField(**options)
        case FieldType.RICH:
            rows = _rows(shown, line=90, least=14 if field.width == "wide" else 4, most=28)
            return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **options)
        case FieldType.LONG | FieldType.LINES:
            return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **options)
        case _:
            width = {"narrow": "govuk-input--width-10", "wide": "pw-wide"}.get(field.width, "")
            width = width or ("pw-wide" if len(shown) > 24 else "")
            return forms.CharField(
                widget=forms.TextInput(attrs={"class": width, "autocomplete": "off"}), **options
            )
