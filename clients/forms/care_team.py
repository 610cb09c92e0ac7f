"""Who treats a client."""

from typing import Any, cast

from django import forms

from clients.choices import CareRole
from clients.forms.fields import ClinicianField
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm, Together


class AssignForm(PageForm):
    """Put a clinician on the care team."""

    submit_label = "Assign"
    staff = ClinicianField(label="Clinician")
    role = forms.ChoiceField(choices=CareRole.choices)
    starts_on = DateField(label="From", initial=clock.today)
    ends_on = DateField(
        label="Until", required=False, help_text="Empty while it lasts; a cover usually has an end."
    )

    def layout(self) -> list[Any]:
        """Dates side by side."""
        return ["staff", "role", Together("starts_on", "ends_on")]

    def clean(self) -> dict[str, Any]:
        """Dates in order."""
        data = cast("dict[str, Any]", super().clean())
        if data.get("starts_on") and data.get("ends_on") and data["ends_on"] < data["starts_on"]:
            self.add_error("ends_on", "The assignment cannot end before it starts.")
        return data


class EndForm(PageForm):
    """End an assignment."""

    ends_on = DateField(
        label="Last day", initial=clock.today, help_text="On this day the clinician still sees the chart."
    )
    reason = forms.CharField(
        max_length=200, help_text="For example transferred, left the practice, cover over."
    )


class HandOverForm(PageForm):
    """Another primary clinician from a day on."""

    submit_label = "Hand over"
    staff = ClinicianField(label="New primary clinician")
    on = DateField(label="From", initial=clock.today)
    keep_as = forms.ChoiceField(
        label="The present primary clinician",
        choices=[
            ("", "leaves the care team"),
            *((role.value, f"stays: {role.label.lower()}") for role in CareRole if role != CareRole.PRIMARY),
        ],
        required=False,
    )
    reason = forms.CharField(max_length=200)
