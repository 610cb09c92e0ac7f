"""Forms that concern all members of a group session."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms

from mentalspace.core.forms import PageForm, Together
from scheduling import lifecycle
from scheduling.choices import AppointmentStatus
from scheduling.forms import CancelForm, DetailsForm
from scheduling.models import Appointment

CAME, MISSED = "came", "missed"
HERE = {AppointmentStatus.CHECKED_IN, AppointmentStatus.IN_SESSION}


class GroupDetailsForm(DetailsForm):
    """Place, room and code of the whole session. What is said of one client is said on that client's own."""

    submit_label = "Save for all"

    def __init__(self, *args: Any, session: Appointment, **kwargs: Any) -> None:
        super().__init__(*args, session=session, **kwargs)
        for name in ("type", "notes", "version"):
            del self.fields[name]

    def layout(self) -> list[Any]:
        rooms = ["room"] if "room" in self.fields else []
        return ["location", *rooms, Together("billing_code", "is_billable")]


class GroupCancelForm(CancelForm):
    """Why, who, and since when the practice knows."""

    submit_label = "Cancel for everybody"


class AttendanceForm(PageForm):
    """For each client: came, did not come, or nothing yet. Who was checked in is taken to have come."""

    submit_label = "Record attendance"

    def __init__(self, *args: Any, members: Sequence[Appointment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = members
        for each in members:
            may_miss = each.status in lifecycle.MISS.sources
            self.fields[_name(each)] = forms.ChoiceField(
                label=each.client.display_name,
                required=False,
                widget=forms.RadioSelect,
                choices=[
                    (CAME, "Came"),
                    *([(MISSED, "No-show")] if may_miss else []),
                    ("", "Not said yet"),
                ],
                initial=CAME if each.status in HERE else "",
            )

    def layout(self) -> list[Any]:
        return [_name(each) for each in self.members]

    def chosen(self, what: str) -> list[UUID]:
        """The appointments of whom this was said."""
        return [each.pk for each in self.members if self.cleaned_data.get(_name(each)) == what]


def _name(appointment: Appointment) -> str:
    return f"of-{appointment.pk}"
