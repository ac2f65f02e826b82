import re

import pytest
from crispy_forms.bootstrap import PrependedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Button, ButtonHolder, Div, Fieldset, Layout, Row, Submit
from django import forms
from django.template import Context, Template

from accounts.forms import DayField

CHOICES = [("a", "First"), ("b", "Second")]


class EveryWidget(forms.Form):
    text = forms.CharField(help_text="A hint")
    number = forms.DecimalField()
    day = DayField()
    choice = forms.ChoiceField(choices=[("", "Choose one"), *CHOICES])
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, help_text="Pick one")
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    agreed = forms.BooleanField()
    prose = forms.CharField(widget=forms.Textarea(attrs={"data-maxwords": "150"}))
    upload = forms.FileField()
    secret = forms.CharField(widget=forms.PasswordInput)
    spare = forms.CharField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def render(template, **context):
    return Template("{% load crispy_forms_tags %}" + template).render(Context(context))


def tag(html, element_id):
    """Return the start tag of the element with this id."""
    return re.search(rf'<[^>]*\bid="{element_id}"[^>]*>', html)[0]


def test_every_control_has_its_component_and_its_label():
    html = render("{{ form|crispy }}", form=EveryWidget())
    classes = {
        "text": "govuk-input",
        "number": "govuk-input govuk-input--width-5",
        "day": "govuk-input--width-10 govuk-input",
        "choice": "govuk-select",
        "agreed": "govuk-checkboxes__input",
        "prose": "govuk-textarea govuk-js-character-count",
        "upload": "govuk-file-upload",
        "secret": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    }
    for name, expected in classes.items():
        assert f'class="{expected}"' in tag(html, f"id_{name}")
        assert f'for="id_{name}"' in html
    assert html.count('class="govuk-radios__input"') == 2
    assert html.count('class="govuk-checkboxes__input"') == 3
    assert "Spare (optional)" in html
    assert "Text (optional)" not in html
    assert '<input type="hidden" name="hidden" id="id_hidden">' in html


def test_a_control_with_an_error_points_to_it():
    html = render("{{ form|crispy }}", form=EveryWidget({}))
    for name in ("number", "day", "choice", "prose", "upload", "secret"):
        assert 'aria-invalid="true"' in tag(html, f"id_{name}")
        assert f'id="id_{name}_error"' in html
    assert 'aria-describedby="id_text_helptext id_text_error"' in tag(html, "id_text")
    assert 'class="govuk-input govuk-input--error"' in tag(html, "id_text")
    assert (
        '<fieldset class="govuk-fieldset" aria-describedby="id_radio_helptext id_radio_error">'
        in html
    )
    assert '<fieldset class="govuk-fieldset" aria-describedby="id_boxes_error">' in html
    described = re.findall(r'aria-describedby="([^"]+)"', html)
    ids = set(re.findall(r'\bid="([^"]+)"', html))
    assert {part for value in described for part in value.split()} <= ids


def test_the_summary_leads_to_every_field_once():
    html = render("{{ form|as_crispy_errors }}<h1></h1>{{ form|crispy }}", form=EveryWidget({}))
    summary, rest = html.split("<h1></h1>")
    assert re.findall(r'href="#([^"]+)"', summary) == [
        "id_text",
        "id_number",
        "id_day",
        "id_choice",
        "id_radio_0",
        "id_boxes_0",
        "id_agreed",
        "id_prose",
        "id_upload",
        "id_secret",
    ]
    assert all(f'id="{target}"' in rest for target in re.findall(r'href="#([^"]+)"', summary))
    assert "govuk-error-summary" not in rest


def test_a_form_without_errors_has_no_summary():
    html = render("{{ form|as_crispy_errors }}{{ form|crispy }}", form=EveryWidget())
    assert "There is a problem" not in html
    assert "aria-invalid" not in html


def test_what_was_typed_is_kept_and_escaped():
    form = EveryWidget(
        {"text": '"><script>x</script>', "radio": "b", "boxes": ["a"], "prose": "<b>"}
    )
    html = render("{{ form|crispy }}", form=form)
    assert 'value="&quot;&gt;&lt;script&gt;x&lt;/script&gt;"' in tag(html, "id_text")
    assert "checked" in tag(html, "id_radio_1")
    assert "checked" in tag(html, "id_boxes_0")
    assert "<script>" not in html
    assert ">\n&lt;b&gt;</textarea>" in html


def test_an_error_of_the_whole_form_is_in_the_summary():
    form = EveryWidget({})
    form.add_error(None, "The two do not agree.")
    assert "<li>The two do not agree.</li>" in render("{% crispy form %}", form=form)


def test_a_file_makes_the_form_multipart():
    html = render("{% crispy form %}", form=EveryWidget())
    assert 'enctype="multipart/form-data"' in html


def test_a_layout_draws_its_parts():
    form = EveryWidget()
    form.helper = FormHelper()
    form.helper.layout = Layout(
        Fieldset("First part", "text", Row("number", "day", css_id="both")),
        Div(PrependedText("spare", "£"), css_class="pw-measure"),
        ButtonHolder(Submit("save", "Save"), Button("undo", "Undo", css_class="extra")),
    )
    html = render("{% crispy form %}", form=form)
    assert (
        '<legend class="govuk-fieldset__legend govuk-fieldset__legend--m">First part</legend>'
        in html
    )
    assert '<div id="both" class="pw-card__fields' in html
    assert '<div class="govuk-input__prefix" aria-hidden="true">£</div>' in html
    assert 'class="govuk-button "' in tag(html, "submit-id-save")
    assert 'class="govuk-button govuk-button--secondary extra"' in tag(html, "button-id-undo")
    assert "id_choice" not in html


def test_a_helper_adds_buttons_below():
    form = EveryWidget()
    form.helper = FormHelper()
    form.helper.add_input(Submit("save", "Save"))
    html = render("{% crispy form %}", form=form)
    assert re.search(r'<div class="govuk-button-group"><button type="submit" name="save"', html)


def test_labels_that_are_not_shown_are_still_read_out():
    form = EveryWidget()
    form.helper = FormHelper()
    form.helper.form_show_labels = False
    html = render("{% crispy form %}", form=form)
    assert '<label class="govuk-label govuk-label--s govuk-visually-hidden" for="id_text">' in html


class RowForm(forms.Form):
    name = forms.CharField()


RowFormSet = forms.formset_factory(RowForm, extra=2, validate_min=True, min_num=1)


def test_a_formset_names_the_row_of_each_problem():
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": ""}
    html = render("{% crispy formset %}", formset=RowFormSet(data))
    assert '<a href="#id_form-0-name">Row 1, Name: This field is required.</a>' in html
    assert html.count("govuk-error-summary__title") == 1
    assert 'name="form-TOTAL_FORMS"' in html
    assert html.count('class="pw-card is-error"') == 1


@pytest.mark.parametrize(
    ("typed", "iso"),
    [
        ("14/03/2008", "2008-03-14"),
        ("1/4/2009", "2009-04-01"),
        ("1 April 2009", "2009-04-01"),
        ("2009-04-01", "2009-04-01"),
    ],
)
def test_a_day_is_read_as_people_write_it(typed, iso):
    assert DayField().clean(typed).isoformat() == iso


@pytest.mark.parametrize("typed", ["31/02/2008", "14.03.2008", "soon", "03/14/2008"])
def test_a_day_that_is_none_gets_a_sentence(typed):
    with pytest.raises(forms.ValidationError, match="Enter a day as DD/MM/YYYY"):
        DayField().clean(typed)
