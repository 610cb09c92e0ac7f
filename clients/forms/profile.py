"""The sections of a profile. Each carries the mark of the state it was opened in (`seen`)."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.forms.formsets import BaseFormSet

from clients.choices import CoverageRank
from clients.forms.fields import ClinicianField, LinesField
from clients.models import Client, ClientProfile
from clients.shapes import Authorisation, EmergencyContact, Insurance, MedicalHistory, PrimaryInsured
from mentalspace.core import clock
from mentalspace.core.forms import DateField, MoneyField, PageForm, PhoneField, Section, Together

RELATIONSHIPS = [("self", "The client"), ("spouse", "Spouse"), ("child", "Child"), ("other", "Other")]


class SectionForm(PageForm):
    """A section that was opened in a certain state."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def reopen(self, seen: str) -> None:
        """Keep what was typed, over the state that stands now."""
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = seen


class CoverageForm(SectionForm):
    """One coverage. `sharing` are other clients with its number, once somebody has to look at them."""

    submit_label = "Save coverage"
    sharing: Sequence[Client] = ()
    rank = forms.ChoiceField(choices=CoverageRank.choices)
    provider = forms.CharField(label="Payer", max_length=120, help_text="The insurer, as on the card.")
    payer_id = forms.CharField(
        label="Payer ID", max_length=120, required=False, help_text="For electronic claims."
    )
    plan = forms.CharField(max_length=120, required=False)
    policy_number = forms.CharField(label="Policy or member number", max_length=120, required=False)
    group_number = forms.CharField(label="Group number", max_length=120, required=False)
    copay = MoneyField(required=False, maximum=9999)
    effective_from = DateField(label="In force from", required=False)
    effective_to = DateField(label="In force until", required=False, help_text="Empty while it lasts.")
    number_is_shared = forms.BooleanField(label="The number is right: they share one policy", required=False)
    insured_relationship = forms.ChoiceField(label="Insured person", choices=RELATIONSHIPS)
    insured_name = forms.CharField(label="Name of the insured", max_length=120, required=False)
    insured_date_of_birth = DateField(label="Their date of birth", latest=clock.today, required=False)

    def layout(self) -> list[Any]:
        """The card first, then dates, then who holds the policy."""
        return [
            "seen",
            Section(
                "Coverage",
                Together("rank", "provider"),
                Together("plan", "payer_id"),
                Together("policy_number", "group_number"),
                *(["number_is_shared"] if self.sharing else []),
                Together("copay"),
                Together("effective_from", "effective_to"),
            ),
            Section(
                "Insured person",
                "insured_relationship",
                Together("insured_name", "insured_date_of_birth"),
                text="Name and date of birth are needed where the policy is somebody else's.",
            ),
        ]

    def clean(self) -> dict[str, Any]:
        """Dates in order; the insured named where it is not the client."""
        data = cast("dict[str, Any]", super().clean())
        start, end = data.get("effective_from"), data.get("effective_to")
        if start and end and end < start:
            self.add_error("effective_to", "Coverage cannot end before it starts.")
        if data.get("insured_relationship") not in {"self", None} and not data.get("insured_name"):
            self.add_error("insured_name", "Enter the name of the person who holds the policy.")
        return data

    def coverage(self, authorisations: list[Authorisation]) -> Insurance:
        """The cleaned values in their shape."""
        data = self.cleaned_data
        same = (
            "rank",
            "provider",
            "payer_id",
            "plan",
            "policy_number",
            "group_number",
            "copay",
            "effective_from",
        )
        is_client = data["insured_relationship"] == "self"
        insured = PrimaryInsured(
            name="" if is_client else data["insured_name"],
            relationship=data["insured_relationship"],
            date_of_birth=None if is_client else data["insured_date_of_birth"],
        )
        return Insurance(
            **{name: data[name] for name in same},
            effective_to=data["effective_to"],
            primary_insured=insured,
            authorisations=authorisations,
        )

    @staticmethod
    def initial_of(coverage: Insurance | None) -> dict[str, Any]:
        """A coverage's values as initial ones; none for a further coverage."""
        if coverage is None:
            return {}
        insured = coverage.primary_insured
        return coverage.model_dump(exclude={"primary_insured", "authorisations"}) | {
            "insured_relationship": insured.relationship,
            "insured_name": insured.name,
            "insured_date_of_birth": insured.date_of_birth,
        }


class AuthorisationForm(PageForm):
    """Sessions that the payer allowed."""

    number = forms.CharField(label="Authorization number", max_length=120, required=False)
    sessions = forms.IntegerField(label="Sessions allowed", min_value=1, max_value=999)
    used = forms.IntegerField(label="Used so far", min_value=0, max_value=999, required=False)
    valid_from = DateField(label="From", required=False)
    valid_to = DateField(label="Until", required=False)

    def layout(self) -> list[Any]:
        """The numbers, then the dates."""
        return ["number", Together("sessions", "used"), Together("valid_from", "valid_to"), "DELETE"]

    def clean(self) -> dict[str, Any]:
        """Dates in order."""
        data = cast("dict[str, Any]", super().clean())
        start, end = data.get("valid_from"), data.get("valid_to")
        if start and end and end < start:
            self.add_error("valid_to", "The authorization cannot end before it starts.")
        return data


class AuthorisationFormSetBase(BaseFormSet):
    """The authorisations of one coverage."""

    def authorisations(self) -> list[Authorisation]:
        """The rows that were filled in and not taken out."""
        return [
            Authorisation(
                number=row["number"],
                sessions=row["sessions"],
                used=row["used"] or 0,
                valid_from=row["valid_from"],
                valid_to=row["valid_to"],
            )
            for row in filled_rows(self)
        ]


AuthorisationFormSet = forms.formset_factory(
    AuthorisationForm,
    formset=AuthorisationFormSetBase,
    extra=1,
    can_delete=True,
    max_num=20,
    # Without it a forged count makes two thousand rows, which takes a minute to show.
    absolute_max=40,
)


class EmergencyContactForm(PageForm):
    """Somebody to call in need."""

    name = forms.CharField(max_length=120)
    relationship = forms.CharField(
        max_length=120, required=False, help_text="For example mother, partner, friend."
    )
    phone = PhoneField(required=False)
    may_disclose = forms.BooleanField(label="The client allows talking to them about care", required=False)

    def layout(self) -> list[Any]:
        """Who, how to reach them, and what they may hear."""
        return [Together("name", "relationship"), "phone", "may_disclose", "DELETE"]


class EmergencyContactFormSetBase(BaseFormSet):
    """All emergency contacts."""

    def contacts(self) -> list[dict[str, Any]]:
        """The rows that were filled in and not taken out, in their shape."""
        return [
            EmergencyContact(**{name: row[name] for name in EmergencyContact.model_fields}).model_dump(
                mode="json"
            )
            for row in filled_rows(self)
        ]


EmergencyContactFormSet = forms.formset_factory(
    EmergencyContactForm,
    formset=EmergencyContactFormSetBase,
    extra=1,
    can_delete=True,
    max_num=10,
    absolute_max=20,
)


class ContactsForm(SectionForm):
    """Holds the mark of the list as it was opened; the contacts are the formset's."""

    submit_label = "Save contacts"


class MedicalHistoryForm(SectionForm):
    """Clinical facts that are the client's own, not a diagnosis made here."""

    submit_label = "Save medical history"
    conditions = LinesField(required=False, help_text="One a line.")
    medications = LinesField(
        label="Medicines", required=False, help_text="One a line, with dose and frequency."
    )
    allergies = LinesField(required=False, help_text="One a line, with the reaction.")
    hospitalisations = forms.CharField(
        label="Hospital stays", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    family_history = forms.CharField(
        label="Family history", max_length=5000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def history(self) -> dict[str, Any]:
        """The cleaned values in their shape."""
        values = {name: self.cleaned_data[name] for name in MedicalHistory.model_fields}
        return MedicalHistory(**values).model_dump(mode="json")


class IntakeForm(SectionForm):
    """When the intake was, and who did it."""

    submit_label = "Save intake"
    intake_date = DateField(label="Intake on", latest=clock.today, required=False)
    intake_staff = ClinicianField(label="Intake by", required=False)


class CustomFieldsForm(SectionForm):
    """The practice's own fields, by label."""

    submit_label = "Save fields"

    def __init__(self, *args: Any, labels: list[str], profile: ClientProfile, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.labels = labels
        for index, label in enumerate(labels):
            self.fields[f"custom_{index}"] = forms.CharField(
                label=label, max_length=500, required=False, initial=profile.custom_fields.get(label, "")
            )

    def values(self) -> dict[str, str]:
        """Label to text."""
        return {label: self.cleaned_data[f"custom_{index}"] for index, label in enumerate(self.labels)}


def filled_rows(formset: BaseFormSet) -> list[dict[str, Any]]:
    """Cleaned rows without blank and removed ones."""
    return [row for row in formset.cleaned_data if row and not row.get("DELETE")]
