"""What people type about themselves and each other when they sign in."""

from typing import Any

from allauth.account.forms import ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCodeForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import get_default_password_validators
from django.db import transaction

from accounts import second_factors
from accounts.choices import ROLE_HELP, Role
from accounts.models import User
from mentalspace.core.forms import PageForm


def password_field(label: str, autocomplete: str, **kwargs: Any) -> forms.CharField:
    """A password exactly as typed, with what password managers need."""
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, max_length=1000, widget=widget, **kwargs)


def password_help() -> str:
    """What makes a good password here, with the shortest length the settings accept."""
    shortest = max((getattr(each, "min_length", 0) for each in get_default_password_validators()), default=0)
    return f"At least {shortest} characters. Three or four words that do not belong together are easy to remember."


def email_field(**kwargs: Any) -> forms.EmailField:
    """An address, for which phones show the right keyboard."""
    widget = forms.EmailInput(
        attrs={
            "autocomplete": kwargs.pop("autocomplete", "off"),
            "autocapitalize": "none",
            "spellcheck": "false",
            **kwargs.pop("attrs", {}),
        }
    )
    return forms.EmailField(
        label="E-mail",
        max_length=255,
        widget=widget,
        error_messages={"required": "Enter the e-mail address."},
        **kwargs,
    )


class SignInForm(PageForm):
    submit_label = "Sign in"
    email = email_field(autocomplete="username", attrs={"autofocus": True})
    password = password_field(
        "Password", "current-password", error_messages={"required": "Enter your password."}
    )


class ResetForm(PageForm):
    submit_label = "Mail me a link"
    email = email_field(autocomplete="username", attrs={"autofocus": True})


def code_widget(*, numeric: bool = False) -> forms.TextInput:
    """An input that phones fill from the authenticator app."""
    attrs = {
        "autocomplete": "one-time-code",
        "autocapitalize": "none",
        "spellcheck": "false",
        "autofocus": True,
    }
    return forms.TextInput({**attrs, **({"inputmode": "numeric"} if numeric else {}), "maxlength": "20"})


class _OneCode(PageForm):
    """A code is looked at by one process at a time, and good for one sign-in, whatever becomes of the cache."""

    submit_label = "Continue"
    user: User
    authenticator: Authenticator
    code = forms.CharField(
        label="Code",
        widget=code_widget(),
        max_length=20,
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        error_messages={"required": "Enter the code."},
    )

    def clean_code(self) -> str:
        # A refusal is raised after the transaction, which would else take back that the try was counted.
        refused: forms.ValidationError | None = None
        with transaction.atomic(), second_factors.of(self.user):
            second_factors.lock(self.user)
            try:
                code: str = super().clean_code()  # type: ignore[misc]
            except forms.ValidationError as error:
                refused = error
            else:
                refused = second_factors.refused_as_used(self.authenticator)
        if refused:
            raise refused
        return code


class SecondStepForm(_OneCode, AuthenticateForm):
    """The second step of signing in."""


class ConfirmByCodeForm(_OneCode, ReauthenticateByCodeForm):
    """Before something about signing in is changed."""


class ConfirmByPasswordForm(PageForm, ReauthenticateForm):
    """The same, for who has no second factor yet."""

    submit_label = "Continue"
    password = password_field(
        "Password", "current-password", error_messages={"required": "Enter your password."}
    )


class TotpAddForm(PageForm, ActivateTOTPForm):
    submit_label = "Set up"
    code = forms.CharField(
        label="Code that the app shows now",
        widget=code_widget(numeric=True),
        max_length=20,
        error_messages={"required": "Enter the code that the app shows."},
    )


class PasskeyAddForm(PageForm, AddWebAuthnForm):
    submit_label = "Create the passkey"
    passwordless = forms.BooleanField(initial=True, required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=60,
        help_text="So that you can tell your passkeys apart.",
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean_passwordless(self) -> bool:
        """Always: it must be able to stand for the password too, so the device asks for a finger, a face or a PIN."""
        return True


class _NewPassword(PageForm):
    """Two times the same; whether it is strong enough says the service."""

    new_password = password_field("New password", "new-password")
    new_password_again = password_field("New password again", "new-password")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = password_help()

    def clean_new_password_again(self) -> str:
        again = self.cleaned_data["new_password_again"]
        if again != self.cleaned_data.get("new_password"):
            raise forms.ValidationError("The two passwords are not the same.")
        return str(again)


class ResetConfirmForm(_NewPassword):
    submit_label = "Set new password"


class PasswordChangeForm(_NewPassword):
    submit_label = "Change password"
    current_password = password_field("Current password", "current-password")
    field_order = ("current_password", "new_password", "new_password_again")


class RolesField(forms.MultipleChoiceField):
    """Further roles, each with what it means."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=Role.choices, required=False, label="Further roles", **kwargs)


def role_field() -> forms.ChoiceField:
    """The main role."""
    return forms.ChoiceField(
        label="Main role",
        choices=[("", "Choose a role"), *Role.choices],
        help_text="Picks the home page. What somebody may do is the sum of all their roles.",
        error_messages={"required": "Choose a role."},
    )


FURTHER_ROLES_HELP = "Tick what they do besides: a supervisor who also treats clients is a therapist too."


class UserForm(PageForm):
    """Address and roles, by an administrator."""

    submit_label = "Save changes"
    email = email_field()
    role = role_field()
    further_roles = RolesField(help_text=FURTHER_ROLES_HELP)

    @classmethod
    def of(cls, user: User, data: Any = None) -> "UserForm":
        """Filled with what is stored."""
        stored = {"email": user.email, "role": user.role, "further_roles": user.further_roles}
        return cls(data, initial=stored)


def role_explanations() -> list[tuple[str, str]]:
    """Each role with what it means, for the side of the form."""
    return [(role.label, ROLE_HELP[role]) for role in Role]
