"""Input to begin a psychotherapy note."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import User
from clients.forms.fields import ClientChoiceField
from clients.models import Client
from documents.forms import SessionField
from documents.queries import writable_sessions
from mentalspace.core import clock
from mentalspace.core.forms import DateField, PageForm
from psychotherapy import rules
from scheduling.models import Appointment


class ClientForm(PageForm):
    """About whom."""

    submit_label = "Continue"
    client = ClientChoiceField()

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["client"]
        field.limit_to(actor, rules.can_write_about_client.scope(actor))


class NoteForm(PageForm):
    """Which conversation."""

    submit_label = "Start writing"
    appointment = SessionField(
        Appointment.objects.none(),
        label="Session",
        required=False,
        empty_label="Not about a session",
        error_messages={"invalid_choice": "Choose one of your own sessions with this client."},
    )
    session_date = DateField(
        label="Day", required=False, help_text="Of the conversation. A session brings its own day."
    )

    def __init__(self, *args: Any, actor: User, client: Client, **kwargs: Any) -> None:
        kwargs["initial"] = {"session_date": clock.today()} | kwargs.get("initial", {})
        super().__init__(*args, **kwargs)
        sessions: Any = self.fields["appointment"]
        sessions.queryset = writable_sessions(actor, client)


class NoteFilter(forms.Form):
    """Beside the author's own list."""

    client = forms.ModelChoiceField(
        Client.objects.none(), label="Client", empty_label="Any client", required=False
    )

    def __init__(self, data: Any, *, clients: QuerySet[Client]) -> None:
        super().__init__(data)
        field: Any = self.fields["client"]
        field.queryset = clients
        field.label_from_instance = lambda client: client.display_name
