"""Filters of the crispy template pack `planwright`: which GOV.UK component shows a form field.

A form with `hides_optional = True` does not call its fields optional. A widget's `data-maxwords`
counts words under its text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django import forms, template
from django.forms import BaseForm, BaseFormSet
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

register = template.Library()

COMPONENTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file-upload"),
    (forms.PasswordInput, "password"),
    (forms.MultiWidget, "parts"),
)
CLASSES = {
    "checkbox": "govuk-checkboxes__input",
    "select": "govuk-select",
    "textarea": "govuk-textarea",
    "file-upload": "govuk-file-upload",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of an error summary: the sentence, and the id of the control that it leads to."""

    words: str
    target: str = ""


@register.filter
def component(field: BoundField) -> str:
    """Return the name of the component that shows `field`; "input" when no other does."""
    widget = field.field.widget
    return next((name for kind, name in COMPONENTS if isinstance(widget, kind)), "input")


@register.filter
def control(field: BoundField) -> SafeString:
    """Render the field's widget with its component's classes; Django adds the aria attributes."""
    name = component(field)
    classes = [field.field.widget.attrs.get("class", ""), CLASSES.get(name, "govuk-input")]
    if field.errors and name != "checkbox":
        classes.append(f"{classes[1].split()[0]}--error")
    if isinstance(field.field, forms.IntegerField | forms.DecimalField | forms.FloatField):
        classes.append("govuk-input--width-5")
    if most_words(field):
        classes.append("govuk-js-character-count")
    attrs = {"class": " ".join(filter(None, classes))}
    if name == "password":
        attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    return field.as_widget(attrs=attrs)


@register.filter
def most_words(field: BoundField) -> str:
    """Return the widget's `data-maxwords`: how many words a text may have; empty if any number."""
    return str(field.field.widget.attrs.get("data-maxwords", ""))


@register.filter
def first_control(field: BoundField) -> str:
    """Return the id of the control that a link to the field should reach."""
    if component(field) in {"radios", "checkboxes", "parts"}:
        return f"{field.auto_id}_0"
    return field.id_for_label


@register.filter
def button_classes(classes: str) -> str:
    """Return a crispy button's classes without those of other design systems."""
    return " ".join(name for name in classes.split() if not name.startswith(("btn", "submit")))


@register.simple_tag
def problems(form: BaseForm | BaseFormSet) -> list[Problem]:
    """Return what is wrong with a form or formset, in field order; empty once it has been shown.

    A page puts the summary above its heading; the form drawn below must not repeat it.
    """
    if getattr(form, "_problems_shown", False):
        return []
    if not isinstance(form, BaseFormSet):
        form._problems_shown = True
        return list(_problems(form))
    for part in (form, *form.forms):
        part._problems_shown = True
    return list(_formset_problems(form))


def _formset_problems(formset: BaseFormSet) -> Iterator[Problem]:
    if formset.is_bound:
        yield from (Problem(words) for words in formset.non_form_errors())
    for number, form in enumerate(formset.forms, start=1):
        yield from (
            Problem(f"Row {number}, {problem.words}", problem.target) for problem in _problems(form)
        )


def _problems(form: BaseForm) -> Iterator[Problem]:
    if not form.is_bound:
        return
    yield from (Problem(words) for words in form.non_field_errors())
    for field in form:
        target = "" if field.is_hidden else first_control(field)
        label = str(field.label)
        lead = label if label.endswith("?") else f"{label}:"
        yield from (Problem(f"{lead} {words}", target) for words in field.errors)
