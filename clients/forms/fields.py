"""Choosing a client."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy

from accounts.models import User
from clients import rules
from clients.models import Client
from mentalspace.core import formatting
from mentalspace.core.forms import SearchSelect


class ClientChoiceField(forms.ModelChoiceField):
    """One client, searched as one types. Offers nobody until `limit_to` says whose clients they are:

    class BookingForm(PageForm):
        client = ClientChoiceField()

        def __init__(self, *args, actor, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["client"].limit_to(actor)
    """

    default_error_messages = {
        "required": "Choose a client.",
        "invalid_choice": "This client is not among those you may choose. Search by name and pick from the list.",
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", Client.objects.none())
        kwargs.setdefault(
            "widget",
            SearchSelect(reverse_lazy("clients:client_choices"), placeholder="Name, date of birth, phone or number"),
        )
        super().__init__(**kwargs)

    def limit_to(self, actor: User, queryset: QuerySet[Client] | None = None) -> None:
        """Accept the clients the actor may see, or those of `queryset`."""
        self.queryset = rules.visible_clients(actor) if queryset is None else queryset

    def label_from_instance(self, obj: Client) -> str:
        """`Clara Cole (C-1042, 03/14/1990)`."""
        born = f", {formatting.date(obj.date_of_birth)}" if obj.date_of_birth else ""
        return f"{obj.display_name} (C-{obj.number}{born})"
