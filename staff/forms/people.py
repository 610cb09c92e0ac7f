"""A person's details, profile, status and photo."""

import re
from typing import Any

from django import forms

from accounts.forms import FURTHER_ROLES_HELP, RolesField, email_field, role_field
from mentalspace.core.forms import DateField, PageForm, PhoneField, Section, Together
from staff import queries
from staff.choices import CalendarColor, LicenseType, StaffStatus, Supervision, USState
from staff.models import Staff
from staff.services import Details

MOST_SPECIALTIES = 30
LONGEST_SPECIALTY = 80


class SpecialtiesField(forms.CharField):
    """Words separated by commas or lines; each once, in the order typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            required=False,
            max_length=2000,
            help_text="Separated by commas: Trauma, Couples, Adolescents.",
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value))
        words = [" ".join(part.split()) for part in re.split(r"[,;\n]", text)]
        unique: dict[str, str] = {}
        for word in filter(None, words):
            unique.setdefault(word.casefold(), word)
        return list(unique.values())

    def validate(self, value: Any) -> None:
        if len(value) > MOST_SPECIALTIES:
            raise forms.ValidationError(f"Name at most {MOST_SPECIALTIES} specialties.")
        if any(len(word) > LONGEST_SPECIALTY for word in value):
            raise forms.ValidationError(f"One specialty is longer than {LONGEST_SPECIALTY} letters.")

    def run_validators(self, value: Any) -> None:
        for word in value:
            super().run_validators(word)


class NpiField(forms.CharField):
    """A National Provider Identifier: ten digits whose last one checks the others (45 CFR 162.406)."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label="NPI", required=False, max_length=14, widget=widget, **kwargs)

    def to_python(self, value: Any) -> str:
        text = re.sub(r"[\s-]", "", str(super().to_python(value)))
        if text and not (re.fullmatch(r"[12][0-9]{9}", text) and npi_checks(text)):
            raise forms.ValidationError(
                "This is no NPI: it has ten digits, and the last one checks the others."
            )
        return text


def npi_checks(npi: str) -> bool:
    """The Luhn check over the number with the prefix 80840 of US health care."""
    total = 0
    for place, digit in enumerate(reversed(f"80840{npi}")):
        doubled = int(digit) * (2 if place % 2 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


def bio_field() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Colleagues see it.",
    )


def version_field() -> forms.IntegerField:
    """What the form was opened on, so that nobody's change is lost."""
    return forms.IntegerField(widget=forms.HiddenInput)


class SupervisorField(forms.ModelChoiceField):
    """A supervisor by name."""

    def __init__(self) -> None:
        super().__init__(Staff.objects.none(), required=False, empty_label="Nobody")

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.name_with_credential)


class _DetailsForm(PageForm):
    """The fields of `Details`."""

    first_name = forms.CharField(max_length=100)
    last_name = forms.CharField(max_length=100)
    title = forms.CharField(
        max_length=100, required=False, help_text="What they are here: Clinical director."
    )
    credential = forms.CharField(
        max_length=40, required=False, help_text="As printed after the name: LCSW, PhD."
    )
    phone = PhoneField(required=False)
    npi = NpiField()
    license_type = forms.ChoiceField(choices=[("", "None"), *LicenseType.choices], required=False)
    license_number = forms.CharField(max_length=100, required=False)
    license_state = forms.ChoiceField(choices=[("", "–"), *USState.choices], required=False)
    license_expires_on = DateField(required=False, label="License expires on")
    supervision = forms.ChoiceField(choices=Supervision.choices, initial=Supervision.NONE)
    supervisor = SupervisorField()
    takes_appointments = forms.BooleanField(
        required=False, help_text="Has a column in the calendar and can be booked."
    )
    color = forms.ChoiceField(
        label="Calendar color", choices=[("", "Automatic"), *CalendarColor.choices], required=False
    )
    specialties = SpecialtiesField()
    bio = bio_field()

    def __init__(self, *args: Any, staff: Staff | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        supervisor = self.fields["supervisor"]
        assert isinstance(supervisor, SupervisorField)  # noqa: S101 - declared above
        supervisor.queryset = queries.supervisors(but=staff)

    def sections(self) -> list[Any]:
        return [
            Section("Person", Together("first_name", "last_name"), Together("credential", "title"), "phone"),
            Section(
                "License",
                Together("license_type", "license_number"),
                Together("license_state", "license_expires_on"),
                "npi",
                text="Seen by the person, their supervisor, billers and administrators.",
            ),
            Section("Supervision", Together("supervision", "supervisor")),
            Section("Calendar", "takes_appointments", "color"),
            Section("About", "specialties", "bio"),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("license_number") and not given.get("license_type"):
            self.add_error("license_type", "Choose the type of this license.")
        if (
            given.get("license_type")
            and not given.get("license_number")
            and "license_number" not in self.errors
        ):
            self.add_error("license_number", "Enter the license's number.")
        return given

    def details(self) -> Details:
        """What was typed, for the service."""
        return Details(**{name: self.cleaned_data[name] for name in Details.__dataclass_fields__})


class StaffForm(_DetailsForm):
    """Somebody who works here already, by an administrator."""

    version = version_field()

    @classmethod
    def of(cls, staff: Staff, data: Any = None) -> "StaffForm":
        stored = {name: getattr(staff, name) for name in (*Details.__dataclass_fields__, "version")}
        return cls(data, initial=stored, staff=staff)

    def layout(self) -> list[Any]:
        return ["version", *self.sections()]


class StaffCreateForm(_DetailsForm):
    """Somebody new: who they are, how they sign in, what they may."""

    submit_label = "Add to staff"
    email = email_field()
    role = role_field()
    further_roles = RolesField(help_text=FURTHER_ROLES_HELP)
    send_link = forms.BooleanField(
        label="Mail them a link to choose their password", required=False, initial=True
    )

    def layout(self) -> list[Any]:
        person, *others = self.sections()
        sign_in = Section(
            "Signing in",
            "email",
            "role",
            "further_roles",
            "send_link",
            text="Nobody but the person ever knows the password.",
        )
        return [person, sign_in, *others]


class ProfileForm(PageForm):
    """What people say of themselves."""

    submit_label = "Save profile"
    phone = PhoneField(required=False)
    specialties = SpecialtiesField()
    bio = bio_field()
    version = version_field()

    @classmethod
    def of(cls, staff: Staff, data: Any = None) -> "ProfileForm":
        stored = {name: getattr(staff, name) for name in ("phone", "specialties", "bio", "version")}
        return cls(data, initial=stored)


class StatusForm(PageForm):
    """A status other than the present one, and why."""

    submit_label = "Change status"
    status = forms.ChoiceField(choices=StaffStatus.choices, widget=forms.RadioSelect, label="New status")
    reason = forms.CharField(max_length=200, help_text="Only administrators see it.")
    stop_sign_in = forms.BooleanField(
        required=False,
        label="Also disable sign-in",
        help_text="For somebody who becomes inactive; takes effect at their next click.",
    )

    @classmethod
    def of(cls, staff: Staff, data: Any = None) -> "StatusForm":
        form = cls(data)
        status = form.fields["status"]
        assert isinstance(status, forms.ChoiceField)  # noqa: S101 - declared above
        status.choices = [choice for choice in StaffStatus.choices if choice[0] != staff.status]
        return form


class PhotoForm(PageForm):
    submit_label = "Use this photo"
    photo = forms.FileField(
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG or WebP. The middle is cut out as a square; place and camera are left out.",
        error_messages={
            "required": "Choose a picture.",
            "empty": "This file is empty. Choose a picture.",
            "missing": "Choose a picture.",
        },
    )
