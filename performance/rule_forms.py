"""The forms of the council's RAG rules: one to keep a rule, one to try it on a value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from documents import values
from performance.judgements import is_percent
from performance.models import Indicator, RagRule
from performance.planfile import dump_rule
from performance.rag import COLOURS, SHAPES, Judgement, Outcome, judge, read_rule
from performance.services import RuleValues, TooMany, find_taken, is_one_too_many
from plans.planfile import RAG_UNIT_LIMIT

GRADES = (
    ("on_target", "On target", Outcome("Green, on target", "circle", "green")),
    ("near", "Near target", Outcome("Amber, near target", "triangle", "amber")),
    ("off_target", "Off target", Outcome("Red, off target", "square", "red")),
)
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
        if taken := find_taken(self.rule, units.values()):
            raise ValidationError(taken)
        if len(units) > RAG_UNIT_LIMIT:
            raise ValidationError(f"A rule is for at most {RAG_UNIT_LIMIT} units.")
        return tuple(reversed(units.values()))

    def clean_is_default(self) -> bool:
        is_default: bool = self.cleaned_data["is_default"]
        other = self._others().filter(is_default=True).first()
        if is_default and other:
            raise ValidationError(f"“{other}” judges all other measures already.")
        return is_default

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if is_one_too_many(self.rule):
            raise ValidationError(str(TooMany()))
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
