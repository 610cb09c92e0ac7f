"""What people fill in on the booking page, and what the desk answers."""

from typing import Any
from uuid import UUID

from django import forms

from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm, PhoneField, Section, Together
from scheduling.choices import AppointmentType, Location
from scheduling.forms.booking import AppointmentForm
from scheduling.models import BookingRequest
from scheduling.requests.choices import DeclinedBecause
from scheduling.requests.defaults import BookingPageDefaults
from staff.models import Staff

NEW = "new"


class SoughtForm(PageForm):
    """What kind of time, and with whom. Sent by its address; only what the page offers can be chosen."""

    submit_label = "Show times"
    type = forms.ChoiceField(label="What for")
    location = forms.ChoiceField(label="Where")
    staff = forms.ChoiceField(label="With", required=False)

    def __init__(self, *args: Any, held: BookingPageDefaults, accepting: list[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        types, places = dict(AppointmentType.choices), dict(Location.choices)
        fields["type"].choices = [(each, types[each]) for each in held.types if each in types]
        fields["location"].choices = [(each, places[each]) for each in held.locations if each in places]
        fields["staff"].choices = [
            ("", "Anybody"),
            *((str(each.pk), each.name_with_credential) for each in accepting),
        ]

    def layout(self) -> list[Any]:
        return ["type", Together("location", "staff")]


class PersonForm(PageForm):
    """Who asks. Nothing about health: there is no field for it."""

    submit_label = "Send request"
    first_name = forms.CharField(
        label="First name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label="Last name", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=255,
        help_text="We answer to this address.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = PhoneField(label="Phone", required=False)
    date_of_birth = DateField(
        label="Date of birth",
        required=False,
        latest=clock.today,
        help_text="If you have been here before, it helps us find you.",
    )
    # People leave it alone: it is out of sight, and says so to whoever hears the page.
    website = forms.CharField(
        label="Leave this empty",
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    agreed = forms.BooleanField()

    def __init__(self, *args: Any, consent: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed"].label = consent

    def layout(self) -> list[Any]:
        return [
            Together("first_name", "last_name"),
            "email",
            Together("phone", "date_of_birth"),
            "website",
            "agreed",
        ]

    @property
    def is_a_machine(self) -> bool:
        """It filled in what people do not see."""
        return bool(self.cleaned_data["website"])

    @property
    def facts(self) -> dict[str, Any]:
        """For the verb."""
        names = ("first_name", "last_name", "email", "phone", "date_of_birth")
        return {name: self.cleaned_data[name] for name in names}


class ApproveForm(AppointmentForm):
    """An appointment for whom the request is from: somebody who is here already, or a new client."""

    submit_label = "Approve and book"
    who = forms.ChoiceField(label="This is", widget=forms.RadioSelect)

    def __init__(self, *args: Any, asked: BookingRequest, alike: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, current=asked.minutes, **kwargs)
        del self.fields["client"]
        who: Any = self.fields["who"]
        who.choices = [
            *((str(each.id), f"{each.name} ({each.sub}): {each.why.lower()}") for each in alike),
            (NEW, f"A new client, {asked.full_name}"),
        ]
        certain = next((str(each.id) for each in alike if each.certain), "")
        who.initial = certain or ("" if alike else NEW)

    def layout(self) -> list[Any]:
        rest = [part for part in super().layout() if part != "client"]
        return [Section("Who asks", "who"), *rest]

    @property
    def chosen_id(self) -> UUID | None:
        """The client chosen; None for a new one."""
        chosen = self.cleaned_data["who"]
        return None if chosen == NEW else UUID(chosen)


class DeclineForm(PageForm):
    """Why not; what the mail says follows from it."""

    submit_label = "Decline and tell them"
    because = forms.ChoiceField(label="Why", choices=DeclinedBecause.choices)


def asked_for(asked: BookingRequest) -> dict[str, Any]:
    """The form as it was asked for."""
    wall = clock.local(asked.start_time)
    return {
        "staff": asked.staff_id, "date": wall.date(), "start": wall.time(), "minutes": asked.minutes,
        "type": asked.type, "location": asked.location, "is_billable": True, "assign": True,
    }  # fmt: skip
