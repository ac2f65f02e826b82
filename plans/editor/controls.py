"""The inputs of an editor, in a table's cell or under a label of their own.

Names and ids are those that `reading` reads; `data-` attributes are those of
docs/editing-protocol.md. Everything that people wrote is escaped here.
"""

from __future__ import annotations

from typing import Any

from django.utils.html import escape

from plans.content import Path
from plans.editor.reading import field_name, show_value
from plans.grid import Field, FieldType

TEXTS = (FieldType.RICH, FieldType.LONG)


def mark_field(field: Field, path: Path) -> str:
    """Return what marks a control for the page: its path, its type."""
    return f' data-field="{field_name(path)}" data-type="{field.type}"'


def draw_control(
    field: Field,
    value: Any,
    *,
    common: str,
    look: str = "",
    rows: int = 0,
    computed: str = "",
) -> str:
    """Return one input.

    `common`: its name, id and marks, escaped. `look`: its classes. `rows`: how high a text is; by
    its length if 0. `computed`: what the cell prints while nothing is typed in it.
    """
    text = escape(show_value(field, value))
    look_of = f' class="{look}"' if look else ""
    match field.type:
        case FieldType.CHOICE:
            return f"<select{look_of} {common}>{_options(field, value)}</select>"
        case FieldType.CHECK:
            return f'<input type="checkbox" value="on"{look_of} {common}{" checked" * bool(value)}>'
        case FieldType.RICH:
            html = escape(value if isinstance(value, str) else "")
            return _draw_text(text, f'{look_of} {common} data-html="{html}"', rows)
        case FieldType.LONG | FieldType.LINES:
            return _draw_text(text, f"{look_of} {common}", rows)
        case FieldType.TEXT | FieldType.CELL if "\n" in text:  # an input would lose line ends
            return _draw_text(text, f"{look_of} {common}", rows)
        case _:
            hint = f' placeholder="{escape(computed)}"' if computed else ""
            return f'<input{look_of} {common}{hint} value="{text}">'


def draw_line(field: Field, value: Any, *, common: str) -> str:
    """Return a long line of text that wraps, so that it can be read whole."""
    return _draw_text(escape(show_value(field, value)), f' class="pw-line" {common}', 0)


def _draw_text(text: str, attributes: str, rows: int) -> str:
    return f'<textarea{attributes} rows="{rows or count_rows(text)}">\n{text}</textarea>'


def count_rows(text: str, *, line: int = 34, least: int = 1, most: int = 6) -> int:
    """Return how many rows show a text of about `line` characters a row."""
    needed = sum(len(part) // line + 1 for part in text.split("\n"))
    return max(least, min(needed, most))


def _options(field: Field, value: Any) -> str:
    chosen = "" if value is None else str(value)
    return "".join(
        f'<option value="{escape(key)}"{" selected" * (key == chosen)}>{escape(label)}</option>'
        for key, label in list_choices(field, chosen)
    )


def list_choices(field: Field, chosen: str) -> list[tuple[str, str]]:
    """Return what a field offers, none and what is chosen among it even if it is not offered."""
    offered = {str(key): label for key, label in field.choices}
    none = {"": ""} if not field.required or not chosen else {}
    return list({**none, **offered, **({} if chosen in offered else {chosen: chosen})}.items())


# --- under a label -------------------------------------------------------------------------------


def draw_labelled(
    field: Field,
    name: str,
    value: Any,
    *,
    path: Path,
    error: str = "",
    focus: bool = False,
    with_label: bool = True,
    under: int = 0,
) -> str:
    """Return a single field as a form group.

    `under`: how many of its groups stand above it as headings; all are said in its name.
    """
    own_id, shown = f"id_{name}", show_value(field, value)
    parts = {"helptext": bool(field.hint), "error": bool(error)}
    described = " ".join(f"{own_id}_{part}" for part, there in parts.items() if there)
    common = f'id="{own_id}" name="{name}"{mark_field(field, path)}'
    common += f' aria-describedby="{described}"' if described else ""
    common += ' aria-invalid="true"' if error else ""
    common += f' data-holds="{escape(field.holds)}"' if field.holds else ""
    common += " autofocus" if focus else ""
    look = f"{_look(field, shown)}{_wrong_look(field, error)}"
    control = draw_control(field, value, common=common, look=look, rows=_height(field, shown))
    label = _draw_label(field, own_id, with_label=with_label, under=under)
    around = _hint(field, own_id) + _error(own_id, error)
    group = f"govuk-form-group{' govuk-form-group--error' if error else ''}"
    if field.type is FieldType.CHECK:
        inner = (
            f'{around}<div class="govuk-checkboxes" data-module="govuk-checkboxes">'
            f'<div class="govuk-checkboxes__item">{control}{label}</div></div>{draw_shown(name)}'
        )
    else:
        inner = f"{label}{around}{control}"
    return f'<div id="div_{own_id}" class="{group}">{inner}</div>'


def draw_shown(name: str) -> str:
    """Return what tells a box that is not ticked from one that was not drawn."""
    return f'<input type="hidden" name="{name}-shown" value="1">'


def _draw_label(field: Field, own_id: str, *, with_label: bool, under: int) -> str:
    look = "govuk-checkboxes__label" if field.type is FieldType.CHECK else "govuk-label--s"
    hidden = "" if with_label else " govuk-visually-hidden"
    above = ", ".join(field.groups[:under])
    words = f'<span class="govuk-visually-hidden">{escape(above)}, </span>' if above else ""
    opening = f'<label class="govuk-label {look}{hidden}" for="{own_id}">'
    return f"{opening}{words}{escape(field.label)}</label>"


def _hint(field: Field, own_id: str) -> str:
    if not field.hint:
        return ""
    return f'<div class="govuk-hint" id="{own_id}_helptext">{escape(field.hint)}</div>'


def _error(own_id: str, error: str) -> str:
    if not error:
        return ""
    return (
        f'<div id="{own_id}_error"><p class="govuk-error-message">'
        f'<span class="govuk-visually-hidden">Error:</span> {escape(error)}</p></div>'
    )


def _look(field: Field, shown: str) -> str:
    if field.type is FieldType.CHECK:
        return "govuk-checkboxes__input"
    if field.type is FieldType.CHOICE:
        return "govuk-select"
    if field.type in (*TEXTS, FieldType.LINES) or "\n" in shown:
        return "govuk-textarea"
    width = {"narrow": " govuk-input--width-10", "wide": " pw-wide"}.get(field.width, "")
    return "govuk-input" + (width or (" pw-wide" if len(shown) > 24 else ""))


def _wrong_look(field: Field, error: str) -> str:
    if not error or field.type is FieldType.CHECK:
        return ""
    if field.type is FieldType.CHOICE:
        return " govuk-select--error"
    is_text = field.type in (*TEXTS, FieldType.LINES)
    return " govuk-textarea--error" if is_text else " govuk-input--error"


def _height(field: Field, shown: str) -> int:
    if field.type is FieldType.RICH:
        least = 14 if field.width == "wide" else 4
        return count_rows(shown, line=90, least=least, most=28)
    return 4 if field.type in (FieldType.LONG, FieldType.LINES) else 3
