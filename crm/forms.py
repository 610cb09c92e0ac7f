"""What people type about leads."""

import datetime as dt
import json
from typing import Any

from django import forms

from clients.forms.demographics import ClientCreateForm
from crm.choices import OPEN_LEAD, ActivityKind, ActivityOutcome, LeadSource, LeadStatus, LostReason
from crm.defaults import LeadDefaults
from crm.models import Lead
from crm.rules import lead_owners
from mentalspace.core import clock, practice
from mentalspace.core.forms import DateField, PageForm, PhoneField, Section, TimeField, Together
from staff.models import Staff

FACTS = (
    "first_name", "last_name", "phone", "email", "source", "source_detail", "notes", "assigned_to", "follow_up_on",
)  # fmt: skip


class OwnerField(forms.ModelChoiceField):
    """Somebody who works with leads."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Staff.objects.none())
        kwargs.setdefault("empty_label", "Nobody yet")
        kwargs.setdefault("label", "Owner")
        super().__init__(
            required=False,
            error_messages={"invalid_choice": "Choose somebody of the front desk or an administrator."},
            **kwargs,
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.full_name)


def in_days(days: int) -> dt.date:
    """So many days from today."""
    return clock.today() + dt.timedelta(days=days)


def first_follow_up() -> dt.date:
    """When somebody gets back to a new inquiry."""
    return in_days(practice.get(LeadDefaults).first_follow_up_days)


def next_follow_up() -> dt.date:
    """When somebody tries again."""
    return in_days(practice.get(LeadDefaults).next_follow_up_days)


class LeadForm(PageForm):
    """An inquiry: who, how to reach them, what they need, and who gets back when."""

    submit_label = "Save lead"

    first_name = forms.CharField(label="First name", max_length=100)
    last_name = forms.CharField(label="Last name", max_length=100)
    phone = PhoneField(required=False)
    email = forms.EmailField(label="E-mail", max_length=255, required=False)
    notes = forms.CharField(
        label="What they are looking for",
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Insurance, preferred times, kind of therapy. Clinical detail belongs in the chart.",
    )
    source = forms.ChoiceField(
        label="How they found us", choices=LeadSource.choices, initial=LeadSource.PHONE
    )
    source_detail = forms.CharField(
        label="Which one, or who", max_length=120, required=False, help_text="The doctor, directory or event."
    )
    assigned_to = OwnerField()
    follow_up_on = DateField(label="Get back to them on", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = lead_owners()  # type: ignore[attr-defined]

    def layout(self) -> list[Any]:
        return [
            Section(
                "Who is asking", Together("first_name", "last_name"), Together("phone", "email"), "notes"
            ),
            Section("Where from", Together("source", "source_detail")),
            Section("Next", Together("assigned_to", "follow_up_on")),
        ]

    def clean(self) -> dict[str, Any]:
        """Somebody must be able to call or write back."""
        data = super().clean() or {}
        if not data.get("phone") and not data.get("email") and not {"phone", "email"} & set(self.errors):
            self.add_error(
                "phone", "Enter a phone number or an e-mail address, so that somebody can call back."
            )
        return data

    def facts(self) -> dict[str, Any]:
        """The cleaned values as services take them."""
        return {name: self.cleaned_data[name] for name in FACTS}


class LeadCreateForm(LeadForm):
    submit_label = "Log inquiry"


class LeadEditForm(LeadForm):
    """Knows what the person opened, so that a stale form can be merged field by field."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def layout(self) -> list[Any]:
        return ["version", "opened", *super().layout()]

    def opened_values(self) -> dict[str, str]:
        """The fields as they stood in the form when it was opened."""
        try:
            values = json.loads(self.data.get("opened", ""))
        except ValueError:
            return {}
        return values if isinstance(values, dict) else {}

    @classmethod
    def of(cls, lead: Lead) -> "LeadEditForm":
        """The form over what stands now."""
        form = cls(initial={name: getattr(lead, name) for name in FACTS} | {"version": lead.version})
        form.initial["opened"] = json.dumps(form.as_typed())
        return form

    def as_typed(self) -> dict[str, str]:
        """Each fact as the form shows it."""
        shown = {name: self[name].value() for name in FACTS}
        return {
            name: "" if value is None else str(getattr(value, "pk", value)) for name, value in shown.items()
        }


class AssignForm(PageForm):
    submit_label = "Save owner"
    assigned_to = OwnerField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assigned_to"].queryset = lead_owners()  # type: ignore[attr-defined]


class FollowUpForm(PageForm):
    submit_label = "Save follow-up"
    follow_up_on = DateField(
        label="Get back to them on", required=False, help_text="Leave it empty if nothing is planned."
    )


class LoseForm(PageForm):
    submit_label = "Mark lost"
    reason = forms.ChoiceField(
        choices=[("", "Choose a reason"), *LostReason.choices],
        error_messages={"required": "Say why the lead was lost; the reports count the reasons."},
    )
    note = forms.CharField(
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed for “Other”.",
    )


class ReopenForm(PageForm):
    submit_label = "Reopen lead"
    status = forms.ChoiceField(
        label="Continue at", choices=[(status, LeadStatus(status).label) for status in OPEN_LEAD]
    )


class MoveForm(forms.Form):
    """Where a card was dropped, or what its menu said."""

    status = forms.ChoiceField(choices=LeadStatus.choices)


class ActivityForm(PageForm):
    """What was done, what came of it, and when somebody gets back."""

    submit_label = "Log activity"
    kind = forms.ChoiceField(label="What", choices=ActivityKind.choices, initial=ActivityKind.CALL)
    outcome = forms.ChoiceField(
        label="What came of it",
        choices=ActivityOutcome.choices,
        help_text="A new lead who was reached becomes contacted.",
    )
    note = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    happened_on = DateField(label="On", latest=clock.today, initial=clock.today)
    happened_time = TimeField(label="At", initial=lambda: clock.local(clock.now()).time())
    follow_up_on = DateField(
        label="Get back to them on",
        required=False,
        initial=next_follow_up,
        help_text="Leave it empty if nothing more is planned.",
    )

    def layout(self) -> list[Any]:
        return [Together("kind", "outcome"), "note", Together("happened_on", "happened_time"), "follow_up_on"]

    def facts(self) -> dict[str, Any]:
        """The cleaned values as the service takes them; the instant is on the practice's clocks."""
        data = self.cleaned_data
        happened_at = clock.at(data["happened_on"], data["happened_time"])
        return {name: data[name] for name in ("kind", "outcome", "note", "follow_up_on")} | {
            "happened_at": happened_at
        }


class ConvertForm(ClientCreateForm):
    """The form of a new client, filled in with what the lead told."""

    submit_label = "Create client and close the lead"

    @staticmethod
    def initial_of_lead(lead: Lead) -> dict[str, Any]:
        """What is known already."""
        return {name: getattr(lead, name) for name in ("first_name", "last_name", "phone", "email")}
