"""What may be typed about people, roles and organisation units; and the sign-in forms' words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError

from accounts.colours import NotAColour, TooPale, read_colour
from accounts.models import Branding, Membership, OrganisationUnitQuerySet, User

EM_SPACE = "\u2003"
PASSWORD_HINT = "At least 12 characters. Three random words make a good password."  # noqa: S105


class DayField(forms.DateField):
    """A day typed into one box, as `14/03/2008` or in words."""

    widget = forms.DateInput(
        format="%d/%m/%Y",
        attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "autocomplete": "off"},
    )
    input_formats = ["%d/%m/%Y", "%d %B %Y", "%d %b %Y", "%Y-%m-%d"]
    default_error_messages = {
        "invalid": "Enter a day as DD/MM/YYYY, for example 14/03/2008.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "DD/MM/YYYY, for example 14/03/2008")
        super().__init__(**kwargs)


class SignInForm(allauth_forms.LoginForm):
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, login="E-mail address", password="Password")  # noqa: S106


class PasswordResetForm(allauth_forms.ResetPasswordForm):
    """The address to which the link goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, email="E-mail address")


class NewPasswordForm(allauth_forms.ResetPasswordKeyForm):
    """A new password, typed twice, behind a link from an e-mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(self, password1="New password", password2="New password again")
        self.fields["password1"].help_text = PASSWORD_HINT


class PasswordChangeForm(allauth_forms.ChangePasswordForm):
    """The password of now and the new one, typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _word(
            self,
            oldpassword="Current password",
            password1="New password",
            password2="New password again",
        )
        self.fields["password1"].help_text = PASSWORD_HINT


def _word(form: forms.Form, **labels: str) -> None:
    """Give fields their labels, without the placeholders and hints that allauth puts in them."""
    for name, label in labels.items():
        field = form.fields[name]
        field.label, field.help_text = label, ""
        field.widget.attrs.pop("placeholder", None)
        field.widget.attrs.pop("aria-describedby", None)


class OrganisationUnitField(forms.ModelChoiceField):
    """A select of organisation units as a tree; what is not in the queryset cannot be chosen."""

    def __init__(self, *, units: OrganisationUnitQuerySet, **kwargs: Any) -> None:
        super().__init__(queryset=units, **kwargs)
        empty = [("", self.empty_label)] if self.empty_label is not None else []
        tree = [(unit.pk, f"{EM_SPACE * depth}{unit.name}") for unit, depth in units.as_tree()]
        self.choices = [*empty, *tree]


class ProfileForm(forms.Form):
    """What a person may change about themselves."""

    name = forms.CharField(max_length=200)
    post = forms.CharField(
        max_length=200,
        required=False,
        help_text="For example, Head of Service. Approvals are printed with it.",
    )


class OwnProfileForm(ProfileForm):
    """What only the person decides: how they are told of comments."""

    comment_mail = forms.ChoiceField(
        label="E-mail about comments",
        choices=User.CommentMail.choices,
        widget=forms.RadioSelect,
        help_text="About comments that mention you, answer yours, or are on a section of yours.",
    )


class UserForm(ProfileForm):
    """What a planning officer may change about a person; `user` is None for a new one."""

    email = forms.EmailField(
        label="E-mail address",
        max_length=254,
        widget=forms.EmailInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
    )
    field_order = ["name", "email", "post"]

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].lower()
        others = User.objects.exclude(pk=self.user.pk) if self.user else User.objects.all()
        if others.filter(email__iexact=email).exists():
            raise ValidationError("Someone with this address already has an account.")
        return email


class RoleForm(forms.Form):
    """A role at an organisation unit that the giver manages."""

    role = forms.ChoiceField(choices=Membership.Role.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, units: OrganisationUnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = OrganisationUnitField(
            units=units,
            label="Organisation unit",
            empty_label="Choose one",
            help_text="The role holds there and in everything below it.",
        )


class PersonForm(RoleForm, UserForm):
    """A new account with its first role."""

    field_order = ["name", "email", "post", "role", "unit"]


class UserFilterForm(forms.Form):
    """Which people to list; what does not fit is left aside, as an address may be typed by hand."""

    hides_optional = True

    q = forms.CharField(label="Name, e-mail or post", required=False, max_length=200)
    role = forms.ChoiceField(choices=[("", "Any role"), *Membership.Role.choices], required=False)
    state = forms.ChoiceField(
        label="Account",
        choices=[("", "Active"), ("deactivated", "Deactivated"), ("all", "All")],
        required=False,
    )

    def __init__(self, *args: Any, units: OrganisationUnitQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"] = OrganisationUnitField(
            units=units, label="Organisation unit", empty_label="Any", required=False
        )


class BrandingForm(forms.Form):
    """How the council's documents look; `has_logo`: one is stored already."""

    colour = forms.CharField(
        max_length=7,
        required=False,
        help_text="As # and six digits or letters a to f, such as #00504a. White words must be "
        "readable on it. Leave it empty for the product’s own blue.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false"}),
    )
    cover = forms.ChoiceField(choices=Branding.Cover.choices, widget=forms.RadioSelect)
    logo = forms.FileField(
        required=False,
        help_text="A PNG or JPEG picture of at most 10 MB. It stands on the cover, on white.",
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg"}),
    )
    logo_alt = forms.CharField(
        label="The logo in words",
        max_length=300,
        required=False,
        help_text="What people are told who cannot see it, such as “Wealdshire County Council”.",
    )
    removes_logo = forms.BooleanField(label="Print without the logo from now on", required=False)
    statement = forms.CharField(
        label="Statement at the end of every document",
        max_length=2000,
        required=False,
        help_text="In which other formats and languages it may be had.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    contact = forms.CharField(
        label="Whom to ask",
        max_length=300,
        required=False,
        help_text="A telephone number, an e-mail address or both, printed under the statement.",
    )

    def __init__(self, *args: Any, has_logo: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.has_logo = has_logo
        if not has_logo:
            del self.fields["removes_logo"]

    def clean_colour(self) -> str:
        typed = self.cleaned_data["colour"].strip()
        try:
            return read_colour(typed) if typed else ""
        except (NotAColour, TooPale) as refused:
            raise ValidationError(str(refused)) from refused

    def clean_statement(self) -> str:
        return self.cleaned_data["statement"].replace("\r\n", "\n").strip()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        keeps = self.has_logo and not cleaned.get("removes_logo")
        if (cleaned.get("logo") or keeps) and not cleaned.get("logo_alt"):
            self.add_error("logo_alt", "Say the logo in words, for people who cannot see it.")
        return cleaned


class OrganisationUnitForm(forms.Form):
    """The name of an organisation unit."""

    name = forms.CharField(max_length=200)
