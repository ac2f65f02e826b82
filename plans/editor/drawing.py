"""Drawing a grid as a form: single fields through crispy, rows straight from Python.

Widget templates would cost two seconds for 300 rows; these strings keep the same names, ids and
accessible names. Everything that people wrote is escaped here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.utils import render_crispy_form
from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from documents import richtext
from plans.content import Path
from plans.editor.controls import draw_control, form_field
from plans.editor.places import label_in_full, name_row
from plans.editor.reading import count_name, field_name, show_value
from plans.editor.tables import (
    PLAIN_OVERRIDE,
    cell_class,
    draw_head,
    draw_total,
    head_id,
    list_columns,
    only_field,
)
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, value_at

Errors = Mapping[str, str]
TEXTS = (FieldType.RICH, FieldType.LONG)


def draw_editor(
    value: Mapping[str, Any], grid: Grid, errors: Errors, *, focus: Path | None = None
) -> SafeString:
    """Return the fields and lists of `value` as HTML, each error at its field.

    `errors`: sentences by field name. `focus`: the row that the cursor goes to.
    """
    pen = _Pen(value, grid, errors, focus)
    fields = [field for field in grid.fields if not (field.folded or field.after)]
    open_lists = [rows for rows in grid.lists if not rows.folded]
    folded_lists = [rows for rows in grid.lists if rows.folded]
    # Beside rows, texts are folded, so that the rows stand high on the page.
    parts = [
        pen.draw_settings(fields) if open_lists else pen.draw_fields(fields),
        *(pen.draw_list(rows, rows.path) for rows in open_lists),
        pen.draw_settings([field for field in grid.fields if field.after]),
        *(pen.draw_folded_list(rows) for rows in folded_lists),
        pen.draw_folded_fields([field for field in grid.fields if field.folded]),
    ]
    return mark_safe("".join(parts))  # noqa: S308 every value went through escape()


class _Pen:
    """Draws one object; holds what every part of the drawing asks for."""

    def __init__(
        self, value: Mapping[str, Any], grid: Grid, errors: Errors, focus: Path | None
    ) -> None:
        self.value, self.grid, self.errors, self.focus = value, grid, errors, focus

    # --- single fields ---------------------------------------------------------------------------

    def draw_fields(self, fields: Sequence[Field], at: Path = ()) -> str:
        """Draw single fields in order, those with groups in fieldsets, derived ones as facts."""
        parts = []
        for groups, members in groupby(fields, key=lambda field: field.groups):
            inner = self._draw_plain_fields(list(members), at)
            parts.append(_in_fieldset(groups, inner) if groups else inner)
        return "".join(parts)

    def _draw_plain_fields(self, fields: Sequence[Field], at: Path) -> str:
        derived = [field for field in fields if field.type is FieldType.DERIVED]
        typed = [field for field in fields if field.type is not FieldType.DERIVED]
        facts = "".join(
            f"<div><dt>{escape(f.label)}</dt><dd>{escape(self._derived((*at, *f.path)))}</dd></div>"
            for f in derived
        )
        form = self._form(typed, at) if typed else ""
        return form + (f'<dl class="pw-figures">{facts}</dl>' if facts else "")

    def draw_settings(self, fields: Sequence[Field]) -> str:
        """Draw what stands around rows: small fields side by side, texts and groups folded."""
        plain = [field for field in fields if not field.groups]
        facts = [field for field in plain if field.type is FieldType.DERIVED]
        small = [field for field in plain if field not in facts and field.type not in TEXTS]
        html = f'<div class="pw-settings">{self.draw_fields(small)}</div>' if small else ""
        html += "".join(self._fold_text(field) for field in plain if field.type in TEXTS)
        html += self._fold_groups([field for field in fields if field.groups], ())
        return html + self.draw_fields(facts)

    def _fold_text(self, field: Field) -> str:
        """Draw one text folded, its first words beside its label."""
        words = richtext.words(value_at(self.value, field.path) or "")
        note = words if len(words) <= 90 else f"{words[:90].rsplit(' ', 1)[0]} …"
        body = self._form([field], (), with_labels=False)
        is_open = field_name(field.path) in self.errors
        return _details(field.label, body, is_open=is_open, note=note or "none yet")

    def _fold_groups(self, fields: Sequence[Field], at: Path) -> str:
        """Draw groups of seldom used fields folded, each under its outermost name."""
        html = ""
        for (title, *_), members in groupby(fields, key=lambda field: field.groups[:1]):
            inner = [replace(field, groups=field.groups[1:]) for field in members]
            is_open = any(field_name((*at, *f.path)) in self.errors for f in inner)
            html += _details(title, self.draw_fields(inner, at), is_open=is_open)
        return html

    def _form(self, fields: Sequence[Field], at: Path, *, with_labels: bool = True) -> str:
        names = {field_name((*at, *field.path)): field for field in fields}
        data = {
            name: show_value(field, value_at(self.value, (*at, *field.path)))
            for name, field in names.items()
        }
        form = forms.Form(data=data)
        form.hides_optional = True
        form.fields = {name: form_field(field, data[name]) for name, field in names.items()}
        if at and at == self.focus:
            next(iter(form.fields.values())).widget.attrs["autofocus"] = True
        form.full_clean()
        errors = {name: self._error(name, field) for name, field in names.items()}
        form._errors = forms.utils.ErrorDict(
            {name: form.error_class([error]) for name, error in errors.items() if error}
        )
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.form_show_errors = True
        helper.form_show_labels = with_labels
        helper.render_unmentioned_fields = True
        html: str = render_crispy_form(form, helper, {"hide_error_summary": True})
        shown = "".join(
            f'<input type="hidden" name="{escape(name)}-shown" value="1">'
            for name, field in names.items()
            if field.type is FieldType.CHECK
        )
        return html + shown

    def _derived(self, path: Path) -> str:
        return self.grid.derived.get(path, "")

    def _error(self, name: str, field: Field) -> str:
        """Return what is wrong with a field, or within one whose text stands for several values."""
        if name in self.errors or not (field.codec or field.type is FieldType.LINES):
            return self.errors.get(name, "")
        inner = (words for error, words in self.errors.items() if error.startswith(f"{name}-"))
        return next(inner, "")

    def draw_folded_fields(self, fields: Sequence[Field]) -> str:
        """Draw seldom used fields folded: a long one, such as a structure chart, by itself."""
        own = [f for f in fields if f.path[0] == "content" and f.type is FieldType.LONG]
        html = ""
        for field in own:
            filled = bool(value_at(self.value, field.path))
            is_open = filled or field_name(field.path) in self.errors
            html += _details(field.label, self.draw_fields([field]), is_open=is_open)
        rest = [field for field in fields if field not in own]
        if not rest:
            return html
        wrong = any(field_name(field.path) in self.errors for field in rest)
        return html + _details("Heading and layout", self.draw_fields(rest), is_open=wrong)

    # --- lists -----------------------------------------------------------------------------------

    def draw_folded_list(self, rows: RowList) -> str:
        count = len(value_at(self.value, rows.path) or ())
        title = f"{rows.title} ({count})" if count else rows.title
        is_open = self._concerns(rows.path)
        return _details(title, self.draw_list(rows, rows.path, with_title=False), is_open=is_open)

    def _concerns(self, path: Path) -> bool:
        """Whether an error or the cursor is somewhere below `path`."""
        name = f"{field_name(path)}-"
        inside = self.focus is not None and self.focus[: len(path)] == path
        return inside or any(error.startswith(name) for error in self.errors)

    def draw_list(self, rows: RowList, at: Path, *, with_title: bool = True, of: str = "") -> str:
        """Draw a list with its buttons. `of`: the name of the row that it lies in."""
        here = value_at(self.value, at) or []
        count = f'<input type="hidden" name="{count_name(at)}" value="{len(here)}">'
        level = 2 if len(at) <= 2 else 3
        size = "m" if level == 2 else "s"
        heading = f'<h{level} class="govuk-heading-{size}" id="{field_name(at)}-title">'
        title = f"{heading}{_list_title(rows)}</h{level}>" if with_title else ""
        hint = f'<p class="govuk-hint">{escape(rows.hint)}</p>' if rows.hint else ""
        error = self._message(field_name(at))
        if not here:
            body = f'<p class="pw-empty">No {escape(rows.noun)} yet.</p>'
        elif rows.layout == "cards":
            body = self._draw_cards(rows, at, here)
        else:
            body = self._draw_table(rows, at, here, of=of)
        section = f'<section class="pw-list" id="{field_name(at)}" tabindex="-1">'
        return f"{section}{title}{hint}{error}{count}{body}{self._add_buttons(rows, at)}</section>"

    def _add_buttons(self, rows: RowList, at: Path) -> str:
        name = field_name(at)
        nouns = [("", rows.noun), *((f":{i}", v.noun) for i, v in enumerate(rows.variants))]
        look = "govuk-button govuk-button--secondary"
        buttons = "".join(
            f'<button class="{look}" name="do" value="add:{name}{suffix}">'
            f"Add {_article(noun)} {escape(noun)}</button>"
            for suffix, noun in nouns
        )
        return f'<div class="govuk-button-group">{buttons}</div>'

    # --- rows as cards ---------------------------------------------------------------------------

    def _draw_cards(self, rows: RowList, at: Path, here: Sequence[Any]) -> str:
        many = len(here) > 4
        cards = [
            self._draw_card(rows, (*at, index), row, len(here), folded=many)
            for index, row in enumerate(here)
        ]
        return f'<div class="pw-cards">{"".join(cards)}</div>'

    def _draw_card(self, rows: RowList, at: Path, row: Any, count: int, *, folded: bool) -> str:
        override = rows.rows.get(_index(at), PLAIN_OVERRIDE)
        fields = [field for field in rows.fields if field.path not in override.without]
        hidden = [field for field in fields if field.type is FieldType.HIDDEN]
        shown = [field for field in fields if field.type is not FieldType.HIDDEN]
        lists = rows.lists if override.lists is None else override.lists
        name = name_row(rows, row)
        wide = [f for f in shown if f.type in (FieldType.RICH, FieldType.LONG) or f.groups]
        small = [f for f in shown if f not in wide]
        body = (
            self._hidden(rows, at, row, hidden)
            + f'<div class="pw-card__fields">{self._form_or_facts(small, at)}</div>'
            + self._wide_fields(wide, at)
            + "".join(self.draw_list(inner, (*at, *inner.path), of=name) for inner in lists)
        )
        is_open = not folded or self._concerns(at)
        error = self._message(field_name(at))
        actions = self._row_actions(rows, at, count, name)
        facts = self._card_facts(shown, at) + _card_totals(lists)
        title = f'<span class="pw-card__title">{escape(name)}</span>'
        return (
            f'<details class="pw-card" id="{field_name(at)}"{" open" if is_open else ""}>'
            f'<summary class="pw-card__head">{title}{facts}</summary>'
            f'<div class="pw-card__body">{error}{body}'
            f'<div class="pw-card__actions">{actions}</div></div></details>'
        )

    def _wide_fields(self, fields: Sequence[Field], at: Path) -> str:
        """Draw long texts in the open, and groups of seldom used fields folded."""
        plain = [field for field in fields if not field.groups]
        texts = f'<div class="pw-card__texts">{self.draw_fields(plain, at)}</div>' if plain else ""
        return texts + self._fold_groups([field for field in fields if field.groups], at)

    def _form_or_facts(self, fields: Sequence[Field], at: Path) -> str:
        return self.draw_fields(fields, at) if fields else ""

    def _card_facts(self, fields: Sequence[Field], at: Path) -> str:
        facts = [f for f in fields if f.type is FieldType.DERIVED]
        words = [(field.label, self._derived((*at, *field.path))) for field in facts]
        return "".join(_card_fact(label, text) for label, text in words if text)

    # --- rows as a table -------------------------------------------------------------------------

    def _draw_table(self, rows: RowList, at: Path, here: Sequence[Any], *, of: str) -> str:
        fields = list_columns(rows, len(here))
        body = "".join(
            self._draw_row(rows, fields, (*at, index), row, len(here))
            for index, row in enumerate(here)
        )
        lists = "".join(
            self._nested_lists(rows, (*at, index), row) for index, row in enumerate(here)
        )
        caption = _list_title(rows) + (f": {escape(of)}" if of else "")
        totals = "".join(draw_total(total, fields) for total in rows.totals)
        foot = f"<tfoot>{totals}</tfoot>" if totals else ""
        name = field_name(at)
        return (
            f'<div class="pw-grid-scroll" role="region" tabindex="0" '
            f'aria-labelledby="{name}-caption">'
            f'<table class="pw-grid pw-grid--cards" data-list="{name}">'
            f'<caption class="govuk-visually-hidden" id="{name}-caption">{caption}</caption>'
            f"{draw_head(fields, name)}<tbody>{body}</tbody>"
            f"{foot}</table></div>{_column_hints(fields)}{lists}"
        )

    def _nested_lists(self, rows: RowList, at: Path, row: Any) -> str:
        override = rows.rows.get(_index(at), PLAIN_OVERRIDE)
        lists = rows.lists if override.lists is None else override.lists
        name = name_row(rows, row)
        return "".join(self.draw_list(inner, (*at, *inner.path), of=name) for inner in lists)

    def _draw_row(
        self, rows: RowList, fields: Sequence[Field], at: Path, row: Any, count: int
    ) -> str:
        override = rows.rows.get(_index(at), PLAIN_OVERRIDE)
        hidden = [field for field in rows.fields if field.type is FieldType.HIDDEN]
        name, prefix = name_row(rows, row), field_name(at)
        extra = self._hidden(rows, at, row, hidden)
        heading = only_field(rows, override)
        if heading and heading not in fields:
            cells = [self._draw_heading(heading, at, row, len(fields), extra)]
        else:
            cells = self._draw_cells(fields, override, at, row, extra)
        style = f' class="is-{override.style}"' if override.style else ""
        actions = self._row_actions(rows, at, count, name)
        last = f'<td class="pw-row-actions">{self._message(prefix)}{actions}</td>'
        return f'<tr id="{prefix}"{style}>{"".join(cells)}{last}</tr>'

    def _draw_heading(self, field: Field, at: Path, row: Any, span: int, extra: str) -> str:
        """Draw a row that is one field across the whole table."""
        name, label = field_name((*at, *field.path)), f"{field_name(at)}-name"
        control = draw_control(
            field,
            name,
            value_at(row, field.path),
            labelled_by=label,
            error=name in self.errors,
            focus=self.focus == at,
            own_id=f"id_{name}",
        )
        name_of_row = _hidden_words(label, f"{field.label}, {self._row_label(at)}")
        message = self._cell_message(name, self.errors.get(name))
        opening = f'<th scope="row" class="is-name is-across" colspan="{span}">'
        return f"{opening}{name_of_row}{control}{message}{extra}</th>"

    def _draw_cells(
        self, fields: Sequence[Field], override: RowOverride, at: Path, row: Any, extra: str
    ) -> list[str]:
        """Draw a row's cells, its hidden inputs in the first."""
        first = next((field for field in fields if field.path not in override.without), None)
        cells = []
        for index, field in enumerate(fields):
            hidden = extra if index == 0 else ""
            if field.path in override.without:
                cells.append(f'<td class="is-derived">{hidden}</td>')
                continue
            focus = self.focus == at and field is first
            cells.append(self._draw_cell(field, at, row, index == 0, hidden, focus))
        return cells

    def _draw_cell(
        self, field: Field, at: Path, row: Any, is_name: bool, extra: str, focus: bool
    ) -> str:
        path, prefix = (*at, *field.path), field_name(at)
        name = field_name(path)
        error = self._error(name, field)
        classes = [cell_class(field), "is-name" if is_name else "", "is-error" if error else ""]
        tag = "th" if is_name else "td"
        scope = ' scope="row"' if is_name else ""
        look, label = " ".join(filter(None, classes)), escape(label_in_full(field))
        opening = f'<{tag}{scope} class="{look}" data-label="{label}">'
        if field.type is FieldType.DERIVED:
            inner = f"<output>{escape(self._derived(path))}</output>"
        else:
            inner = draw_control(
                field,
                name,
                value_at(row, field.path),
                labelled_by=f"{head_id(field_name(at[:-1]), field)} {prefix}-name",
                error=bool(error),
                focus=focus,
                own_id=f"id_{name}",
                computed=self._derived(path),
            )
        if is_name:
            label = self._row_label(at)
            extra += _hidden_words(f"{prefix}-name", label)
        return f"{opening}{inner}{self._cell_message(name, error)}{extra}</{tag}>"

    def _cell_message(self, name: str, error: str | None) -> str:
        if not error:
            return ""
        return f'<span class="pw-grid__message" id="id_{name}_error">{escape(error)}</span>'

    # --- parts -----------------------------------------------------------------------------------

    def _row_label(self, at: Path) -> str:
        return f"row {_index(at) + 1}"

    def _hidden(self, rows: RowList, at: Path, row: Any, fields: Iterable[Field]) -> str:
        prefix = field_name(at)
        row_id = escape(str(row.get("id", "") or "")) if isinstance(row, Mapping) else ""
        parts = [f'<input type="hidden" name="{prefix}-id" value="{row_id}">']
        variant = _variant_of(rows, row)
        if variant is not None:
            parts.append(f'<input type="hidden" name="{prefix}-variant" value="{variant}">')
        for field in fields:
            value = escape(show_value(field, value_at(row, field.path)))
            name = field_name((*at, *field.path))
            parts.append(f'<input type="hidden" name="{name}" value="{value}">')
        return "".join(parts)

    def _row_actions(self, rows: RowList, at: Path, count: int, name: str) -> str:
        prefix, index = field_name(at), _index(at)
        what = escape(f"{rows.noun} {index + 1}, {name}")
        buttons = []
        for verb, sign, words, possible in (
            ("up", "↑", "Move up", index > 0),
            ("down", "↓", "Move down", index < count - 1),
            ("remove", "×", "Remove", True),
        ):
            disabled = "" if possible else " disabled"
            buttons.append(
                f'<button class="pw-icon-button" name="do" value="{verb}:{prefix}" '
                f'aria-label="{words} {what}" title="{words}"{disabled}>{sign}</button>'
            )
        return "".join(buttons)

    def _message(self, name: str) -> str:
        error = self.errors.get(name)
        if not error:
            return ""
        return (
            f'<p class="govuk-error-message" id="id_{name}_error">'
            f'<span class="govuk-visually-hidden">Error:</span> {escape(error)}</p>'
        )


# --- pieces that need no object -----------------------------------------------------------------


def _index(at: Path) -> int:
    last = at[-1]
    return last if isinstance(last, int) else 0


def _hidden_words(own_id: str, words: str) -> str:
    return f'<span class="govuk-visually-hidden" id="{own_id}">{escape(words)}</span>'


def _list_title(rows: RowList) -> str:
    unit = f' <span class="pw-muted">({escape(rows.unit)})</span>' if rows.unit else ""
    return f"{escape(rows.title)}{unit}"


def _card_fact(label: str, words: str) -> str:
    return f'<span class="pw-card__fact">{escape(label)} <b>{escape(words)}</b></span>'


def _card_totals(lists: Sequence[RowList]) -> str:
    """Return the last figure of each total of a card's lists, to be seen while it is folded."""
    totals = [total for rows in lists for total in rows.totals]
    return "".join(
        _card_fact(total.label, figures[-1])
        for total in totals
        if (figures := [figure for figure in total.values.values() if figure])
    )


def _variant_of(rows: RowList, row: Any) -> int | None:
    """Return which variant a row not yet stored is, so that it is read back as one."""
    if not isinstance(row, Mapping) or row.get("id"):
        return None
    for index, variant in enumerate(rows.variants):
        if all(row.get(key) is not None for key in variant.new):
            return index
    return None


def _article(noun: str) -> str:
    return "an" if noun[:1] in "aeiou" and not noun.startswith("uni") else "a"


def _details(title: str, body: str, *, is_open: bool, note: str = "") -> str:
    words = f' <span class="pw-muted">{escape(note)}</span>' if note else ""
    return (
        f'<details class="govuk-details"{" open" if is_open else ""}>'
        f'<summary class="govuk-details__summary">'
        f'<span class="govuk-details__summary-text">{escape(title)}</span>{words}</summary>'
        f'<div class="govuk-details__text">{body}</div></details>'
    )


def _in_fieldset(groups: Sequence[str], body: str) -> str:
    legend = escape(": ".join(groups))
    return (
        '<fieldset class="govuk-fieldset pw-fieldset">'
        f'<legend class="govuk-fieldset__legend govuk-fieldset__legend--s">{legend}</legend>'
        f'<div class="pw-card__fields">{body}</div></fieldset>'
    )


def _column_hints(fields: Sequence[Field]) -> str:
    hints = "".join(
        f"<dt>{escape(f.label)}</dt><dd>{escape(f.hint)}</dd>" for f in fields if f.hint
    )
    body = f'<dl class="pw-facts">{hints}</dl>'
    return _details("What the columns ask for", body, is_open=False) if hints else ""
