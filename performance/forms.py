"""What the editors of indicators and activity show, and the forms of RAG rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from decimal import Decimal
from typing import Any, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from documents import values
from performance.arithmetic import work_out_table
from performance.judgements import is_percent
from performance.models import ActivityRow, Indicator, RagRule
from performance.planfile import dump_rule
from performance.rag import COLOURS, SHAPES, Judgement, Outcome, judge, judge_table, read_rule
from performance.services import RuleValues
from plans.content import Path
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, Variant
from plans.registry import PlanFacts

ROLES = (
    ("actual", "Actual"),
    ("estimate", "Estimate"),
    ("national", "National average"),
    ("comparator", "Comparator group"),
    ("floor", "Floor"),
    ("target", "Target"),
    ("other", "Something else"),
)
_NOT_IN_A_HEADING = ("sum_of", "blank", "unit", "figure")
_UNRATED = ("target", "floor")

Rules: TypeAlias = Mapping[str, Mapping[str, Any]]
RAG_PATH: Path = ("rag",)

GROUPS = Field(("groups",), "Headings above", FieldType.LINES, hint="Outermost first, one a line")
KEY = Field(("key",), "Key", FieldType.HIDDEN)


def _cell_fields(columns: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Field]]:
    """Yield each column that has a key, with the field of its cells."""
    for column in columns:
        if key := column.get("key"):
            groups = tuple(column.get("groups") or ())
            label = column.get("label") or key
            unit = (column.get("unit") or "").strip()
            holds = f"unit:{unit}" if unit else "row"
            yield key, Field(("cells", key), label, FieldType.CELL, groups=groups, holds=holds)


# --- indicators ----------------------------------------------------------------------------


def indicator_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of an indicators section: its rows, then columns and scale to set up."""
    columns = content.get("columns") or []
    scale = content.get("scale") or []
    rules = plan.rag_rules
    judged = [*_rag_column(rules)]
    return Grid(
        fields=tuple(_rag_fields(content, rules)),
        lists=(
            _indicator_rows(columns, scale, content.get("rows") or (), judged),
            _indicator_columns(),
            _scale_levels(),
        ),
        derived={
            ("rows", index, *RAG_PATH): str(each)
            for index, each in enumerate(judge_table(content, rules) if rules else ())
        },
    )


def _rag_fields(content: Mapping[str, Any], rules: Rules) -> Iterator[Field]:
    """Yield how the table is judged and whether that is printed; nothing where no rule is kept."""
    named = content.get("rag_rule") or ""
    if not (rules or named or content.get("shows_rag")):
        return
    choices = {key: rule["name"] or key for key, rule in rules.items()}
    if isinstance(named, str) and named and named not in choices:
        choices[named] = f"{named} (no longer kept)"
    yield Field(
        ("rag_rule",),
        "RAG rule",
        FieldType.CHOICE,
        hint="What says how near an indicator is to its target.",
        choices=(("", "The rule of each indicator's unit"), *choices.items()),
        folded=True,
    )
    yield Field(
        ("shows_rag",),
        "Print the RAG",
        FieldType.CHECK,
        hint="In a last column: word, shape and colour.",
        folded=True,
    )


def _rag_column(rules: Rules) -> Iterator[Field]:
    """Yield the column that says how near the latest value is to its target, if a rule is kept."""
    if rules:
        yield Field(RAG_PATH, "RAG", FieldType.DERIVED)


def _indicator_rows(
    columns: Sequence[Mapping[str, Any]],
    scale: Sequence[Mapping[str, Any]],
    rows: Iterable[Mapping[str, Any]],
    judged: Iterable[Field],
) -> RowList:
    rated = {column for row in rows for column in row.get("ratings") or ()}
    unrated = {c.get("key") for c in columns if c.get("role") in _UNRATED} - rated
    choices = [(str(entry.get("level", "")), _name_level(entry)) for entry in scale]
    fields: list[Field] = [
        Field(("ref",), "Ref", width="narrow"),
        Field(("title",), "Indicator", required=True, width="wide"),
        Field(("unit",), "Unit", hint="%, days", width="narrow"),
        Field(
            ("polarity",),
            "Better is",
            FieldType.CHOICE,
            choices=tuple((p.value, str(p.label)) for p in Indicator.Polarity),
        ),
    ]
    for key, field in _cell_fields(columns):
        fields.append(field)
        if (choices or key in rated) and key not in unrated:
            fields.append(_rating_field(key, field, choices))
    return RowList(
        path=("rows",),
        title="Indicators",
        noun="indicator",
        fields=(*fields, *judged),
        new={"ref": "", "title": "", "unit": "", "polarity": "none", "cells": {}, "ratings": {}},
        label_path=("title",),
        hint="A number, or words such as to be set. [note 1] at the end points at a note.",
    )


def _rating_field(column: str, cell: Field, choices: Iterable[tuple[str, str]]) -> Field:
    return Field(
        ("ratings", column),
        f"{cell.label}: rating",
        FieldType.CHOICE,
        groups=cell.groups,
        choices=(("", "Not rated"), *choices),
        parse="int",
        empty_as_null=True,
    )


def _name_level(entry: Mapping[str, Any]) -> str:
    level = str(entry.get("level", ""))
    return f"{level} {entry.get('word') or ''}".strip()


def _indicator_columns() -> RowList:
    return RowList(
        path=("columns",),
        title="Columns",
        noun="column",
        fields=(
            KEY,
            Field(("label",), "Heading", required=True, width="wide"),
            GROUPS,
            Field(("role",), "What it holds", FieldType.CHOICE, choices=ROLES),
            Field(("year",), "Year", hint="2008/09", width="narrow"),
        ),
        new={"key": "", "label": "", "groups": [], "role": "actual", "year": ""},
        label_path=("label",),
        folded=True,
        hint="Removing a column removes what stands in it.",
    )


def _scale_levels() -> RowList:
    return RowList(
        path=("scale",),
        title="Rating scale",
        noun="level",
        fields=(
            Field(("level",), "Level", parse="int", required=True, width="narrow"),
            Field(("word",), "Word", required=True),
            Field(("mark",), "Sign in print", hint="●●●", width="narrow"),
        ),
        new={"level": None, "word": "", "mark": ""},
        label_path=("word",),
        folded=True,
        identified=False,
        hint="The highest level is the best.",
    )


# --- activity ------------------------------------------------------------------------------


def activity_grid(content: Mapping[str, Any], plan: PlanFacts) -> Grid:
    """Return the editor of an activity section; cells that a rule fills are in `derived`."""
    columns = content.get("columns") or []
    rows = content.get("rows") or []
    return Grid(
        fields=(
            Field(("label",), "Heading of the first column", hint="Area, Referrals", folded=True),
        ),
        lists=(
            _activity_rows(columns, rows, content.get("label") or "Activity"),
            _activity_columns(columns),
            _merged_cells(columns, rows),
        ),
        derived=dict(_derived_cells(content)),
    )


def _derived_cells(content: Mapping[str, Any]) -> Iterator[tuple[Path, str]]:
    for index, answers in enumerate(work_out_table(content)):
        for column, answer in answers.items():
            if answer.is_derived:
                yield ("rows", index, "cells", column), values.show(answer.value)


def _activity_rows(
    columns: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], label: str
) -> RowList:
    formulas = {column.get("key"): column for column in columns if column.get("formula")}
    cells = [
        replace(field, rule=_cell_rule(formulas.get(key))) for key, field in _cell_fields(columns)
    ]
    new = {"key": "", "label": "", "kind": "row", "cells": {}}
    return RowList(
        path=("rows",),
        title="Activity",
        noun="row",
        fields=(
            Field(("label",), label, required=True, width="wide"),
            *cells,
            *_set_up_fields(columns),
        ),
        new=new,
        variants=(
            Variant("heading", {**new, "kind": "group"}, _heading_override({}, cells)),
            Variant("total", {**new, "kind": "total", "sum_of": []}, RowOverride(style="total")),
        ),
        label_path=("label",),
        rows=dict(_row_overrides(rows, cells)),
        hint="An empty cell is worked out where its column has a formula or its row is a sum.",
    )


def _set_up_fields(columns: Sequence[Mapping[str, Any]]) -> Iterator[Field]:
    """Yield what describes a row and is seldom touched: its sort, its sum, its names."""
    described = (
        Field(
            ("kind",),
            "Sort of row",
            FieldType.CHOICE,
            choices=tuple((kind.value, str(kind.label)) for kind in ActivityRow.Kind),
        ),
        Field(
            ("sum_of",),
            "Sum of",
            FieldType.LINES,
            hint="Short names of the rows it adds, one a line",
        ),
        Field(
            ("key",),
            "Short name",
            hint="For sums and live figures; left empty, it is made from the label",
            width="narrow",
        ),
        Field(("ref",), "Ref", width="narrow"),
        Field(("unit",), "Unit", width="narrow"),
        Field(
            ("blank",),
            "Left empty",
            FieldType.LINES,
            hint=_list_names("Columns that stay empty on purpose, one a line", columns),
        ),
        Field(
            ("figure",),
            "Figure name",
            hint="Quotes this row under a second name",
            width="narrow",
        ),
    )
    return (replace(field, set_up=True) for field in described)


def _cell_rule(column: Mapping[str, Any] | None) -> Mapping[str, Any]:
    """Return how the page fills the empty cells of a column: by its formula, else by sums."""
    if column is None:
        return {"named": "sum_of"}
    return {"formula": column["formula"], "unit": column.get("unit") or ""}


def _row_overrides(
    rows: Iterable[Mapping[str, Any]], cells: Sequence[Field]
) -> Iterator[tuple[int, RowOverride]]:
    """Yield the rows of a kind of their own; a heading lacks what it does not hold already."""
    for index, row in enumerate(rows):
        kind = row.get("kind") or "row"
        if kind == "group":
            yield index, _heading_override(row, cells)
        elif kind in ("subtotal", "total", "of_which"):
            yield index, RowOverride(style=kind)


def _heading_override(row: Mapping[str, Any], cells: Sequence[Field]) -> RowOverride:
    typed = row.get("cells") or {}
    absent = [field.path for field in cells if not typed.get(field.path[-1])]
    unused = [(name,) for name in _NOT_IN_A_HEADING if not row.get(name)]
    return RowOverride(without=frozenset([*absent, *unused]), style="group")


def _list_names(words: str, columns: Iterable[Mapping[str, Any]]) -> str:
    """Return a hint with what each column is called in formulas."""
    names = [
        f"{key} is {', '.join([*(column.get('groups') or ()), column.get('label') or key])}"
        for column in columns
        if (key := column.get("key"))
    ]
    return f"{words}: {'; '.join(names)}" if names else words


def _activity_columns(columns: Sequence[Mapping[str, Any]]) -> RowList:
    return RowList(
        path=("columns",),
        title="Columns",
        noun="column",
        fields=(
            KEY,
            Field(("label",), "Heading", required=True, width="wide"),
            GROUPS,
            Field(("unit",), "Unit", width="narrow"),
            Field(("formula",), "Formula", hint="(c2 - c1) / c1 %"),
        ),
        new={"key": "", "label": "", "groups": [], "unit": "", "formula": ""},
        label_path=("label",),
        folded=True,
        hint=_list_names("In formulas", columns),
    )


def _merged_cells(
    columns: Iterable[Mapping[str, Any]], rows: Iterable[Mapping[str, Any]]
) -> RowList:
    starts = [(row["key"], row.get("label") or row["key"]) for row in rows if row.get("key")]
    tops = tuple((key, field.label) for key, field in _cell_fields(columns))
    return RowList(
        path=("spans",),
        title="Merged cells",
        noun="merged cell",
        fields=(
            Field(("row",), "From row", FieldType.CHOICE, choices=tuple(starts), required=True),
            Field(("column",), "From column", FieldType.CHOICE, choices=tops, required=True),
            Field(("rows",), "Rows down", parse="int", required=True, width="narrow"),
            Field(("columns",), "Columns across", parse="int", required=True, width="narrow"),
        ),
        new={"row": "", "column": "", "rows": 1, "columns": 1},
        label_path=("row",),
        folded=True,
        identified=False,
        hint="One text over several cells.",
    )


# --- RAG rules -----------------------------------------------------------------------------

GRADES = (
    ("on_target", "On target", Outcome("Green, on target", "circle", "green")),
    ("near", "Near target", Outcome("Amber, near target", "triangle", "amber")),
    ("off_target", "Off target", Outcome("Red, off target", "square", "red")),
)
RULE_LIMIT = 20  # as many as a plan file carries
PARTS = ("word", "shape", "colour")
_SHAPES = [(name, f"{sign} {name}") for name, sign in SHAPES.items()]
_COLOURS = [(name, name.capitalize()) for name in COLOURS]
_NUMBER = {"class": "govuk-input--width-5", "inputmode": "decimal", "autocomplete": "off"}


def _number_field(label: str, help_text: str, **kwargs: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        help_text=help_text,
        min_value=0,
        max_digits=18,
        decimal_places=6,
        widget=forms.TextInput(attrs=_NUMBER),
        error_messages={
            "required": "Type a number, 0 for none.",
            "invalid": "Type a number, such as 2 or 0.5.",
            "min_value": "Type 0 or more.",
        },
        **kwargs,
    )


class RuleForm(forms.Form):
    """A RAG rule of the council; its three outcomes each have a word, a shape and a colour."""

    name = forms.CharField(max_length=200, error_messages={"required": "Give the rule a name."})
    units = forms.CharField(
        label="Measures counted in",
        max_length=500,
        required=False,
        help_text="It judges these: %, or days, children. Several with commas between.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off"}),
    )
    is_default = forms.BooleanField(
        label="It also judges every measure that no other rule judges", required=False
    )
    tolerance = _number_field(
        "Tolerance",
        "A value that misses its target by no more than this is near it. With 0 nothing is. An "
        "indicator with a floor in its table is near down to its floor instead.",
    )
    tolerance_in = forms.ChoiceField(
        label="The tolerance counts in",
        choices=RagRule.ToleranceIn.choices,
        widget=forms.RadioSelect,
    )
    floor = _number_field(
        "Floor", "What is worse than this is never near. Leave it empty for none.", required=False
    )
    band = _number_field(
        "Band",
        "Where the right value lies between two and the target is one number: how far either side "
        "of it is good. Leave it empty where targets are written as a range.",
        required=False,
    )

    def __init__(self, *args: Any, rule: RagRule, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rule = rule
        self.initial = _initial(rule)
        for grade, label, _ in GRADES:
            self.fields[f"{grade}_word"] = forms.CharField(
                label="Word",
                max_length=60,
                error_messages={"required": f"Say in words that an indicator is {label.lower()}."},
            )
            self.fields[f"{grade}_shape"] = forms.ChoiceField(label="Shape", choices=_SHAPES)
            self.fields[f"{grade}_colour"] = forms.ChoiceField(label="Colour", choices=_COLOURS)

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self._others().filter(name__iexact=name).exists():
            raise ValidationError("Another rule has this name.")
        return name

    def clean_units(self) -> tuple[str, ...]:
        typed = [" ".join(unit.split()) for unit in self.cleaned_data["units"].split(",")]
        named = ["%" if is_percent(unit) else unit for unit in typed if unit]
        units = {unit.casefold(): unit for unit in reversed(named)}
        for other in self._others():
            taken = {unit.casefold() for unit in other.units}
            if both := [unit for unit in units if unit in taken]:
                raise ValidationError(f"“{other}” judges measures in {both[0]} already.")
        if len(units) > RULE_LIMIT:
            raise ValidationError(f"A rule is for at most {RULE_LIMIT} units.")
        return tuple(reversed(units.values()))

    def clean_is_default(self) -> bool:
        is_default: bool = self.cleaned_data["is_default"]
        other = self._others().filter(is_default=True).first()
        if is_default and other:
            raise ValidationError(f"“{other}” judges all other measures already.")
        return is_default

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.rule.pk is None and self._others().count() >= RULE_LIMIT:
            raise ValidationError(f"The council keeps at most {RULE_LIMIT} rules.")
        for part in PARTS:
            seen: set[str] = set()
            for grade, _, _ in GRADES:
                value = str(cleaned.get(f"{grade}_{part}") or "").casefold()
                if value and value in seen:
                    message = f"Choose another {part}: outcomes must differ in each."
                    self.add_error(f"{grade}_{part}", message)
                seen.add(value)
        return cleaned

    @property
    def measures(self) -> Iterator[forms.BoundField]:
        """The fields that say what is judged and how near is near."""
        shown = {field.name for _, fields in self.outcomes for field in fields}
        return (self[name] for name in self.fields if name not in shown)

    @property
    def outcomes(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Each outcome's name with its fields."""
        return [(label, [self[f"{grade}_{part}"] for part in PARTS]) for grade, label, _ in GRADES]

    def wanted(self) -> RuleValues:
        """Return what was typed, once it is valid."""
        cleaned = dict(self.cleaned_data)
        outcomes = {
            grade: Outcome(*(cleaned.pop(f"{grade}_{part}") for part in PARTS))
            for grade, _, _ in GRADES
        }
        return RuleValues(**cleaned, **outcomes)

    def _others(self) -> QuerySet[RagRule]:
        return RagRule.objects.exclude(pk=self.rule.pk)


def _initial(rule: RagRule) -> dict[str, Any]:
    numbers = {name: getattr(rule, name) for name in ("tolerance", "floor", "band")}
    initial: dict[str, Any] = {
        name: "" if number is None else f"{Decimal(number).normalize():f}"
        for name, number in numbers.items()
    }
    initial |= {name: getattr(rule, name) for name in ("name", "is_default", "tolerance_in")}
    initial["units"] = ", ".join(rule.units)
    for grade, _, usual in GRADES:
        shown = asdict(usual) if rule.pk is None else getattr(rule, grade)
        initial |= {f"{grade}_{part}": value for part, value in shown.items()}
    return initial


class TryForm(forms.Form):
    """A value to try a rule on; cells are typed as in a table."""

    hides_optional = True

    rule = forms.ModelChoiceField(
        RagRule.objects.all(), to_field_name="key", empty_label=None, label="Rule"
    )
    value = forms.CharField(max_length=100, required=False, help_text="92.4%, 310 days, to be set")
    target = forms.CharField(
        max_length=100, required=False, help_text="A number, or a range such as 15 to 20"
    )
    polarity = forms.ChoiceField(
        label="Better is", choices=Indicator.Polarity.choices, initial=Indicator.Polarity.HIGHER
    )
    floor = forms.CharField(
        label="Floor in its table", max_length=100, required=False, help_text="Empty for none"
    )

    def judge(self) -> Judgement:
        """Return what the rule says of the value, once all is valid."""
        cleaned = self.cleaned_data
        value, target, floor = (values.parse(cleaned[n]) for n in ("value", "target", "floor"))
        rule = read_rule(dump_rule(cleaned["rule"]))
        unit = value.unit or target.unit or next(iter(rule.units), "")
        return judge(value, target, cleaned["polarity"], rule, floor=floor, unit=unit)
