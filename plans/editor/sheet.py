"""What every part of an editor's drawing asks for: errors, worked out texts, where the cursor is.

Strings are built straight from Python, because widget templates would cost two seconds for 300
rows. Everything that people wrote is escaped where it is put in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.html import escape

from plans.content import Path
from plans.editor.reading import field_name
from plans.grid import Field, FieldType, Grid, RowList, tone_of

Errors = Mapping[str, str]
NEW = "__new__"
"""The index of a row that the page has yet to add."""


class Sheet:
    """One drawing: its grid, its errors by field name, and the row that the cursor goes to.

    `templates` keeps new rows that are drawn once and wanted below every card.
    """

    def __init__(self, grid: Grid, errors: Errors, focus: Path | None) -> None:
        self.grid, self.errors, self.focus = grid, errors, focus
        self.templates: dict[Any, tuple[str, str]] = {}

    def derived(self, path: Path) -> str:
        return self.grid.derived.get(path, "")

    def error(self, name: str, field: Field) -> str:
        """Return what is wrong with a field, or within one whose text stands for several values."""
        if not self.errors:
            return ""
        if name in self.errors or not (field.codec or field.type is FieldType.LINES):
            return self.errors.get(name, "")
        inner = (words for error, words in self.errors.items() if error.startswith(f"{name}-"))
        return next(inner, "")

    def message(self, name: str) -> str:
        """Return the error of a list or row as a paragraph."""
        error = self.errors.get(name)
        if not error:
            return ""
        return (
            f'<p class="govuk-error-message" id="id_{name}_error">'
            f'<span class="govuk-visually-hidden">Error:</span> {escape(error)}</p>'
        )

    def concerns(self, path: Path) -> bool:
        """Whether an error or the cursor is somewhere below `path`."""
        name = f"{field_name(path)}-"
        inside = self.focus is not None and self.focus[: len(path)] == path
        return inside or any(error.startswith(name) for error in self.errors)


def rule_attribute(rule: Mapping[str, Any] | None) -> str:
    """Return how the page works a cell out, as an attribute; nothing where it does not."""
    return f' data-rule="{_json(rule)}"' if rule else ""


def tone_attributes(field: Field, text: str) -> str:
    """Return how good a worked out text is, and how good others would be, as attributes."""
    if not field.tones:
        return ""
    tone = tone_of(field.tones, text)
    return f' data-tones="{_json(field.tones)}"' + (f' data-tone="{tone}"' if tone else "")


def list_attributes(rows: RowList) -> str:
    """Return what marks a list: its path, what its rows are called, their rules and cells."""
    rules = {field_name(field.path): field.rule for field in rows.fields if field.rule}
    holds = {field_name(field.path): field.holds for field in rows.fields if field.holds}
    marks = f'data-list="{field_name(rows.path)}" data-noun="{escape(rows.noun)}"'
    marks += f' data-names="{field_name(rows.label_path)}"'
    marks += "" if rows.identified else ' data-identified="false"'
    marks += f' data-rules="{_json(rules)}"' if rules else ""
    return marks + (f' data-holds="{_json(holds)}"' if holds else "")


def _json(value: Any) -> str:
    return escape(json.dumps(value, ensure_ascii=False))


def hidden_words(words: str, own_id: str = "") -> str:
    name = f' id="{own_id}"' if own_id else ""
    return f'<span class="govuk-visually-hidden"{name}>{escape(words)}</span>'


def details(title: str, body: str, *, is_open: bool, note: str = "") -> str:
    words = f' <span class="pw-muted">{escape(note)}</span>' if note else ""
    return (
        f'<details class="govuk-details"{" open" if is_open else ""}>'
        f'<summary class="govuk-details__summary">'
        f'<span class="govuk-details__summary-text">{escape(title)}</span>{words}</summary>'
        f'<div class="govuk-details__text">{body}</div></details>'
    )
