"""The plain forms of the plan screens; what a section holds is the editor's business."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from accounts.models import Membership, OrganisationUnit, User
from plans.content import read_plan_year
from plans.editor import Target, field_name, find_target, list_targets
from plans.editor.places import label_in_full
from plans.grid import Grid
from plans.models import Plan, PlanFormat, Section
from plans.permissions import readers_of_draft
from plans.planfile import FILE_LIMIT, SECTION_LIMIT
from plans.registry import kinds
from plans.services.comments import QUOTE_LIMIT, NotAComment, read_text


def plain_helper() -> FormHelper:
    """Return a crispy helper that draws fields only; templates own the form tag and buttons."""
    helper = FormHelper()
    helper.form_tag = False
    return helper


class PlainForm(forms.Form):
    """A form whose template draws the form tag; no text in it holds control characters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = plain_helper()

    def _clean_fields(self) -> None:
        for field in self.fields.values():
            if isinstance(field, forms.CharField) and refuse_controls not in field.validators:
                field.validators.append(refuse_controls)
        super()._clean_fields()


def refuse_controls(text: str) -> None:
    """Refuse characters that are no text: a plan file could not hold them."""
    if any(unicodedata.category(c) == "Cc" and c not in "\r\n\t" for c in text):
        raise forms.ValidationError("Take out the control characters; they are not text.")


class DateField(forms.DateField):
    """A day as DD/MM/YYYY."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "For example, 14/03/2008")
        widget = forms.DateInput(format="%d/%m/%Y", attrs={"class": "govuk-input--width-10"})
        super().__init__(
            input_formats=["%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d"],
            widget=widget,
            error_messages={"invalid": "Enter a real date, such as 14/03/2008"},
            **kwargs,
        )


class StartPlanForm(PlainForm):
    """Start a plan from a format."""

    plan_format = forms.ModelChoiceField(
        PlanFormat.objects.none(),
        label="Plan format",
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": "Choose a plan format"},
    )
    organisation_unit = forms.ModelChoiceField(
        OrganisationUnit.objects.none(),
        label="Who the plan is for",
        empty_label="Choose a unit",
        error_messages={"required": "Choose whom the plan is for"},
    )
    year = forms.CharField(
        label="Year of the plan",
        help_text="A financial year, such as 2008/09",
        max_length=9,
        error_messages={"required": "Enter the year, such as 2008/09"},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        initial="Annual Operating Plan",
        error_messages={"required": "Enter a title"},
    )
    due_on = DateField(label="Draft due", required=False)

    def __init__(self, *args: Any, units: Sequence[OrganisationUnit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["plan_format"].queryset = PlanFormat.objects.filter(is_offered=True)
        ids = [unit.pk for unit in units]
        self.fields["organisation_unit"].queryset = OrganisationUnit.objects.filter(pk__in=ids)

    def clean_year(self) -> str:
        return clean_year(self.cleaned_data["year"])


def clean_year(text: str) -> str:
    """Return a financial year as 2008/09, or the sentence that says what one is."""
    try:
        return read_plan_year(text.strip())
    except ValueError as error:
        raise forms.ValidationError(f"{error}") from error


class TableFileForm(PlainForm):
    """Choose a workbook or a CSV file whose table goes into a section."""

    file = forms.FileField(
        label="Workbook or CSV file",
        max_length=20_000,  # a name that long is shown cut, not refused
        help_text="Choose it, or drag it here. Its name ends in .xlsx or .csv; at most 10 MB.",
        error_messages={"required": "Choose a file", "empty": "The file is empty."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class PlanFileForm(PlainForm):
    """Choose a plan file to look at before it is imported."""

    file = forms.FileField(
        label="Plan file",
        help_text=(
            "A JSON file, or a ZIP of one with its pictures, as this product writes it; at most "
            "20 MB. Nothing is stored before you have seen what it holds."
        ),
        error_messages={"required": "Choose a plan file"},
        widget=forms.FileInput(attrs={"accept": ".json,.zip"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > FILE_LIMIT:
            raise forms.ValidationError("The file is larger than 20 MB.")
        return file


class PictureForm(PlainForm):
    file = forms.FileField(
        label="Picture",
        help_text="A PNG or JPEG of at most 10 MB. A picture of the same name is replaced.",
        error_messages={"required": "Choose a picture", "empty": "The file is empty"},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )


class AddSectionForm(PlainForm):
    title = forms.CharField(
        label="Title", max_length=300, error_messages={"required": "Enter a title"}
    )
    kind = forms.ChoiceField(label="What it holds", initial="narrative")
    parent = forms.ModelChoiceField(
        Section.objects.none(), label="Under", required=False, empty_label="No other section"
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(k.slug, f"{k.name}: {k.summary}") for k in kinds()]
        self.fields["parent"].queryset = plan.sections.present()

    def clean(self) -> dict[str, Any]:
        if self.fields["parent"].queryset.count() >= SECTION_LIMIT:
            self.add_error(None, f"A plan has at most {SECTION_LIMIT} sections; remove one first.")
        return super().clean() or {}


class TitleForm(PlainForm):
    title = forms.CharField(
        label="Title",
        max_length=300,
        required=False,
        help_text="Left empty, the section prints no heading and takes no number.",
    )


class DueDateForm(PlainForm):
    due_on = DateField(label="Draft due", required=False)


class AssignForm(PlainForm):
    """Who is asked for a section, and by when."""

    assigned_to = forms.ModelChoiceField(
        User.objects.none(), label="Person", required=False, empty_label="Nobody in particular"
    )
    due_on = DateField(label="Due", required=False)
    reserved = forms.BooleanField(
        label="Reserved: only this person and planning officers may write it", required=False
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = people_of(plan)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reserved") and not data.get("assigned_to"):
            self.add_error("reserved", "Choose the person it is reserved to.")
        return data


def people_of(plan: Plan) -> Any:
    """Return the people who can be asked for a section: those who write at the plan's unit."""
    units = [unit.pk for unit in plan.organisation_unit.ancestors]
    roles = (
        Membership.Role.AUTHOR,
        Membership.Role.SECTION_LEAD,
        Membership.Role.PLANNING_OFFICER,
    )
    memberships = Membership.objects.active().filter(role__in=roles, unit__in=units)
    return User.objects.filter(memberships__in=memberships, is_active=True).distinct()


class TickForm(PlainForm):
    """A line of the checklist that somebody vouches for."""

    line = forms.CharField(max_length=64)
    note = forms.CharField(max_length=500, required=False)


class ReasonForm(PlainForm):
    """An action that asks for words: why a plan is amended, or a note to a submission."""

    comment = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, required: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].label = label
        self.fields["comment"].required = required
        self.fields["comment"].error_messages["required"] = "Say why, so that the others know."


class WaiveForm(PlainForm):
    """Why a finding may stand as it is."""

    reason = forms.CharField(
        label="Why may it stand?",
        min_length=10,
        max_length=2000,
        help_text=(
            "Say what a reader needs who was not there: why the plan is right as it stands, who "
            "decided that, and until when. The approver reads it with your name, and the record "
            "of the plan prints it."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={
            "required": "Say why it may stand, so that the approver can judge it",
            "min_length": "Say it in a few words more: so short, it tells the approver nothing",
        },
    )


class ApproveForm(PlainForm):
    reference = forms.CharField(
        label="Decision reference",
        required=False,
        max_length=300,
        help_text="Where the decision is recorded, such as “Cabinet, 14 April 2008, minute 32”",
    )
    comment = forms.CharField(
        label="Note to the authors", required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReturnForm(PlainForm):
    """Return a plan: a reason for the whole, and one for each section that is chosen.

    Its ids are its own, since it stands on one page with `ApproveForm`.
    """

    hides_optional = True  # one of its fields has to be filled in, whichever it is

    comment = forms.CharField(
        label="What has to change in the plan as a whole",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, sections: Sequence[tuple[Section, str]], **kwargs: Any) -> None:
        """Offer the sections, each under the name it comes with."""
        super().__init__(*args, auto_id="id_return_%s", **kwargs)
        self.sections = [section for section, _ in sections]
        for section, name in sections:
            self.fields[f"at-{section.pk}"] = forms.BooleanField(label=name, required=False)
            self.fields[f"section-{section.pk}"] = forms.CharField(
                label=f"What has to change in “{name}”",
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for section in self._chosen():
            if not self.errors.get(f"section-{section.pk}") and not self._words_at(section):
                words = "Say what has to change here, or do not choose this section."
                self.add_error(f"section-{section.pk}", words)
        if not self.errors and not data.get("comment", "").strip() and not self.reasons():
            self.add_error("comment", "Say what has to change, here or at a section.")
        return data

    def reasons(self) -> list[dict[str, str]]:
        """Return the reasons of the sections that are chosen."""
        return [
            {"key": section.key, "title": str(section), "comment": self._words_at(section)}
            for section in self._chosen()
        ]

    def _chosen(self) -> list[Section]:
        return [each for each in self.sections if self.cleaned_data.get(f"at-{each.pk}")]

    def _words_at(self, section: Section) -> str:
        return self.cleaned_data.get(f"section-{section.pk}", "").strip()

    @property
    def choices(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """What chooses each section, and what takes its reason."""
        return [(self[f"at-{each.pk}"], self[f"section-{each.pk}"]) for each in self.sections]

    @property
    def has_choice(self) -> bool:
        """Whether any section is chosen, so that the choices are shown at once."""
        return any(chosen.value() for chosen, _ in self.choices)


class CommentForm(PlainForm):
    """What somebody says, and whom they mention beside those named in the text."""

    hides_optional = True

    text = forms.CharField(
        label="Comment",
        required=False,
        strip=False,
        help_text="Mention somebody by @ and their name.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    people = forms.ModelChoiceField(
        User.objects.none(), label="Mention", required=False, empty_label="Nobody else"
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_comment_%s")  # it may stand beside a section's own form
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = readers_of_draft(plan)

    def clean_text(self) -> str:
        try:
            return read_text(self.cleaned_data["text"])
        except NotAComment as refused:
            raise forms.ValidationError(str(refused)) from refused

    @property
    def mentions(self) -> list[User]:
        chosen = self.cleaned_data["people"]
        return [chosen] if chosen else []


class NewCommentForm(CommentForm):
    """A comment with its place: the section, a row and perhaps a column of it, or words there."""

    place = forms.CharField(label="Comment on", required=False)
    column = forms.CharField(label="Column", required=False)
    quote = forms.CharField(
        label="Words",
        required=False,
        max_length=QUOTE_LIMIT,
        help_text="Copy the words you mean, or leave it empty to comment on the whole place.",
    )
    occurrence = forms.IntegerField(
        required=False, min_value=0, max_value=9999, widget=forms.HiddenInput
    )
    field_order = ["place", "column", "quote", "occurrence", "text", "people"]

    def __init__(
        self,
        *args: Any,
        grid: Grid,
        section_object: Mapping[str, Any],
        chosen: Target | None = None,
        asked_in_vain: bool = False,
        **kwargs: Any,
    ) -> None:
        """Offer what one may speak of; `chosen` is a place that is decided already.

        `asked_in_vain`: a place was asked for that is not there.
        """
        super().__init__(*args, **kwargs)
        self.asked_in_vain = asked_in_vain
        self.grid, self.section_object, self.chosen = grid, section_object, chosen
        if chosen:
            for name in ("place", "column", "quote"):
                self.fields[name].widget = forms.HiddenInput()
            return
        places, columns = list_places(grid, section_object)
        self.fields["place"].widget = forms.Select(choices=places)
        self.fields["column"].widget = forms.Select(choices=columns)
        if len(columns) == 1:
            del self.fields["column"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        parts = [data.get("place", ""), data.get("column", "")]
        name = "-".join(filter(None, parts))
        data["target"] = find_target(name.split("-"), self.grid, self.section_object)
        if name and data["target"] is None:
            known = "column" if data.get("column") and data.get("place") else "place"
            self.add_error(known, LOST_PLACE[known])
        return data

    def clean_occurrence(self) -> int:
        return self.cleaned_data["occurrence"] or 0


LOST_PLACE = {
    "place": "This place is not in the section as it was last saved. Choose another.",
    "column": "The row has no such column. Choose another, or the whole row.",
}


def list_places(
    grid: Grid, section_object: Mapping[str, Any]
) -> tuple[list[tuple[str, Any]], list[tuple[str, Any]]]:
    """Return what a comment may be about as choices: texts and rows, and columns of rows."""
    places: dict[str, list[tuple[str, str]]] = {}
    columns: dict[str, dict[str, str]] = {}
    for heading, target, fields in list_targets(grid, section_object):
        places.setdefault(heading, []).append((field_name(target.path), target.words[-1]))
        titles = columns.setdefault(target.words[-2], {}) if fields else {}
        titles.update({field_name(f.path): label_in_full(f) for f in fields})
    grouped = [(title, list(names.items())) for title, names in columns.items()]
    return (
        [("", "The whole section"), *places.items()],
        [("", "The whole row"), *grouped],
    )
