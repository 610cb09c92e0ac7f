"""Forms of group sessions: booking one, joining one, and what concerns all of its members."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.urls import reverse

from accounts.models import User
from clients.forms import ClientChoiceField
from clients.models import Client
from clients.rules import served_clients
from mentalspace.core.forms import PageForm, SearchSelectMultiple, Section, Together
from scheduling import lifecycle
from scheduling.choices import AppointmentStatus
from scheduling.forms import AppointmentForm, CancelForm, DetailsForm
from scheduling.forms.booking import Asks
from scheduling.models import Appointment

CAME, MISSED = "came", "missed"
HERE = {AppointmentStatus.CHECKED_IN, AppointmentStatus.IN_SESSION}


class GroupSessionForm(AppointmentForm):
    """A group session: several clients, one time."""

    submit_label = "Book group session"
    clients = forms.ModelMultipleChoiceField(
        label="Clients",
        queryset=Client.objects.none(),
        error_messages={"required": "Choose the clients of the group."},
    )

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        for name in ("client", "type", "assign"):
            self.fields.pop(name, None)
        offer_clients(self.fields["clients"], actor)

    def layout(self) -> list[Any]:
        return [
            "clients",
            "staff",
            Together("date", "start", "minutes"),
            "anyway",
            Section("Details", "location", *self.rooms, Together("billing_code", "is_billable"), "notes"),
        ]


def offer_clients(field: Any, actor: User) -> None:
    """Let the members of a group be searched among those whom the actor serves."""
    search = reverse("clients:client_choices")
    field.widget = SearchSelectMultiple(search, placeholder="Name, date of birth, phone or number")
    field.queryset = served_clients(actor)


class MemberForm(Asks):
    """A further client for a group session."""

    submit_label = "Add to the group"
    client = ClientChoiceField()
    later = forms.BooleanField(
        label="And to all later sessions",
        required=False,
        initial=True,
        help_text="But for those at which the client has another appointment.",
    )

    def __init__(self, *args: Any, actor: User, repeats: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client: Any = self.fields["client"]
        client.limit_to(actor)
        if not repeats:
            del self.fields["later"]


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
