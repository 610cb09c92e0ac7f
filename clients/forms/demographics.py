"""Who a client is: taking one on, correcting the facts, changing the status."""

from typing import Any, cast
from zoneinfo import available_timezones

from django import forms

from accounts.models import User
from clients import rules
from clients.choices import ClientStatus, Gender, ReminderHours
from clients.forms.fields import ClinicianField, StateField
from clients.models import Client
from clients.queries.duplicates import Duplicate, possible_duplicates
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm, PhoneField, Section, Together, ZipField

ZONES = [
    ("", "The practice's time zone"),
    ("America/New_York", "Eastern"),
    ("America/Chicago", "Central"),
    ("America/Denver", "Mountain"),
    ("America/Phoenix", "Arizona"),
    ("America/Los_Angeles", "Pacific"),
    ("America/Anchorage", "Alaska"),
    ("Pacific/Honolulu", "Hawaii"),
    ("America/Puerto_Rico", "Atlantic (Puerto Rico)"),
]
ADDRESS = ("street", "city", "state", "zip_code")
FACTS = (
    "first_name", "last_name", "preferred_name", "pronouns", "date_of_birth", "gender", "email", "phone", "language",
    "time_zone", "reminder_email_consent", "reminder_text_consent", "reminder_email_hours", "reminder_text_hours",
)  # fmt: skip


class HoursField(forms.TypedChoiceField):
    """How long before an appointment, or as the practice does."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "When the practice sends them"), *ReminderHours.choices]
        super().__init__(choices=choices, coerce=int, empty_value=None, required=False, **kwargs)


class DemographicsForm(PageForm):
    """Names, birthday, how to reach the client, and reminders."""

    submit_label = "Save demographics"
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    first_name = forms.CharField(label="Legal first name", max_length=100)
    last_name = forms.CharField(label="Legal last name", max_length=100)
    preferred_name = forms.CharField(
        label="Preferred first name",
        max_length=100,
        required=False,
        help_text="What everybody here calls the client.",
    )
    pronouns = forms.CharField(
        max_length=40, required=False, help_text="For example she/her, he/him, they/them."
    )
    date_of_birth = DateField(label="Date of birth", latest=clock.today, required=False)
    gender = forms.ChoiceField(choices=[("", "Not recorded"), *Gender.choices], required=False)
    email = forms.EmailField(
        label="E-mail", max_length=255, required=False, help_text="May stay empty. No two clients share one."
    )
    phone = PhoneField(required=False)
    street = forms.CharField(max_length=120, required=False)
    city = forms.CharField(max_length=80, required=False)
    state = StateField(max_length=40, required=False)
    zip_code = ZipField(label="ZIP code", required=False)
    language = forms.CharField(max_length=60, required=False, initial="English")
    time_zone = forms.ChoiceField(label="Time zone", choices=ZONES, required=False)
    reminder_email_consent = forms.BooleanField(label="Consents to reminders by e-mail", required=False)
    reminder_text_consent = forms.BooleanField(label="Consents to reminders by text message", required=False)
    reminder_email_hours = HoursField(label="E-mail is sent")
    reminder_text_hours = HoursField(label="Text is sent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.initial.get("time_zone")
        if zone and zone not in dict(ZONES) and zone in available_timezones():
            # A zone outside the US that an import brought along stays choosable.
            field = cast("forms.ChoiceField", self.fields["time_zone"])
            field.choices = [*ZONES, (zone, zone.replace("_", " "))]
        for name in ("reminder_email_consent", "reminder_text_consent"):
            self.fields[name].help_text = ""

    def layout(self) -> list[Any]:
        """Names first; the way to reach the client next."""
        return [
            "version",
            Section(
                "Name",
                Together("first_name", "last_name"),
                Together("preferred_name", "pronouns"),
                Together("date_of_birth", "gender"),
            ),
            Section("Contact", Together("phone", "email"), "street", Together("city", "state", "zip_code")),
            Section("Language and time", Together("language", "time_zone")),
            Section(
                "Reminders",
                Together("reminder_email_consent", "reminder_email_hours"),
                Together("reminder_text_consent", "reminder_text_hours"),
                text="Reminders of appointments are sent only in the ways the client agreed to.",
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """A reminder needs somewhere to go."""
        data = cast("dict[str, Any]", super().clean())
        if data.get("reminder_email_consent") and not data.get("email") and "email" not in self.errors:
            self.add_error(
                "reminder_email_consent", "Enter an e-mail address, or untick reminders by e-mail."
            )
        if data.get("reminder_text_consent") and not data.get("phone") and "phone" not in self.errors:
            self.add_error(
                "reminder_text_consent", "Enter a phone number, or untick reminders by text message."
            )
        return data

    def facts(self) -> dict[str, Any]:
        """The cleaned values as services take them."""
        data = self.cleaned_data
        return {name: data[name] for name in FACTS} | {"address": {name: data[name] for name in ADDRESS}}

    @staticmethod
    def initial_of(client: Client) -> dict[str, Any]:
        """A client's values as initial ones."""
        values = {name: getattr(client, name) for name in FACTS} | {
            name: client.address.get(name, "") for name in ADDRESS
        }
        return values | {"version": client.version}


class ClientCreateForm(DemographicsForm):
    """A new client: demographics, where on the way they are, who will treat them, and that nobody is taken on twice."""

    submit_label = "Create client"
    status = forms.ChoiceField(
        choices=[
            (status.value, status.label)
            for status in (ClientStatus.INQUIRY, ClientStatus.WAITLIST, ClientStatus.ACTIVE)
        ],
        initial=ClientStatus.ACTIVE,
    )
    clinician = ClinicianField(label="Primary clinician", required=False, help_text="May be assigned later.")
    # Both stand in the region that lists possible duplicates, not in the layout.
    is_another_person = forms.BooleanField(label="This is another person", required=False)
    compared = forms.CharField(required=False, max_length=400)

    def duplicates(self) -> list[Duplicate]:
        """Whom this may be: by whatever was typed so far and is well formed, or by what was known from the start."""
        self.is_valid()
        known = self.cleaned_data if self.is_bound else self.initial
        return possible_duplicates(
            first_name=known.get("first_name") or "",
            last_name=known.get("last_name") or "",
            date_of_birth=known.get("date_of_birth"),
            phone=known.get("phone") or "",
            email=known.get("email") or "",
        )

    def is_compared_with(self, duplicates: list[Duplicate]) -> bool:
        """Whether somebody has seen these very clients and said that this is another person."""
        seen = set(self.cleaned_data["compared"].split())
        return self.cleaned_data["is_another_person"] and all(str(each.id) in seen for each in duplicates)

    def layout(self) -> list[Any]:
        """The practice's own facts after the client's."""
        return [*super().layout()[1:], Section("At this practice", Together("status", "clinician"))]


class StatusForm(PageForm):
    """Another status, and why."""

    submit_label = "Change status"
    to_status = forms.ChoiceField(label="New status", choices=[])
    reason = forms.CharField(
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stays in the history; no clinical detail.",
    )
    deceased_on = DateField(
        label="Died on", latest=clock.today, required=False, help_text="Only for “Deceased”."
    )

    def __init__(self, *args: Any, actor: User, client: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [
            (status.value, status.label)
            for status in ClientStatus
            if status != client.status and rules.to_set_status(client, status)(actor, client)
        ]
        cast("forms.ChoiceField", self.fields["to_status"]).choices = [("", "Choose"), *choices]
        if not any(value == ClientStatus.DECEASED for value, _ in choices):
            del self.fields["deceased_on"]
