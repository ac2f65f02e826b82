"""What may be typed about people, roles and organisation units; and the sign-in forms' words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.core.exceptions import ValidationError

from accounts.models import Membership, OrganisationUnitQuerySet, User

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


class OrganisationUnitForm(forms.Form):
    """The name of an organisation unit."""

    name = forms.CharField(max_length=200)
