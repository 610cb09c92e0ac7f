"""Rooms: which one a session takes, and the practice's list of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet

from mentalspace.core import clock, formatting
from mentalspace.core.forms import PageForm, Together
from scheduling import queries
from scheduling.models import Appointment, Room


class RoomChoice(forms.TypedChoiceField):
    """One of the rooms in use, or none; those that are taken at the time say so."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label="Room",
            required=False,
            coerce=UUID,
            empty_value=None,
            help_text="Only for visits at the office.",
            error_messages={"invalid_choice": "Choose a room of the list, or none."},
            **kwargs,
        )


def offer_rooms(
    form: forms.Form,
    span: tuple[datetime, datetime] | None,
    *,
    current: Room | None = None,
    besides: QuerySet[Appointment] | None = None,
) -> None:
    """Fill the form's rooms in; without any, the field goes. Two queries.

    `current` is offered even where it is out of use; `besides` are appointments that will not be where they are.
    """
    rooms = queries.rooms_to_choose(current)
    if not rooms:
        del form.fields["room"]
        return
    taken = queries.rooms_taken(*span, besides=besides) if span else {}
    field: Any = form.fields["room"]
    field.choices = [("", "No room"), *((str(room.pk), _label(room, taken.get(room.pk))) for room in rooms)]


def _label(room: Room, taken: tuple[datetime, datetime] | None) -> str:
    places = f" ({formatting.plural(room.capacity, 'client')})" if room.capacity else ""
    when = f", taken {formatting.time_range(*taken, clock.zone())}" if taken else ""
    return f"{room}{places}{when}"


class RoomForm(PageForm):
    """A room of the practice."""

    submit_label = "Save room"
    name = forms.CharField(label="Name", max_length=60)
    place = forms.CharField(
        label="Office",
        required=False,
        max_length=120,
        help_text="Which office or floor, where there are several.",
    )
    capacity = forms.IntegerField(
        label="Room for",
        required=False,
        min_value=1,
        max_value=999,
        help_text="Clients; empty for any number.",
    )
    is_active = forms.BooleanField(
        label="In use", required=False, initial=True, help_text="A room out of use is offered no more."
    )

    def layout(self) -> list[Any]:
        return [Together("name", "place"), "capacity", "is_active"]
