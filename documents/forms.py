"""Input to begin a document, to ask for an unlock."""

from typing import Any

from django import forms

from accounts.models import User
from clients.forms.fields import ClientChoiceField
from clients.models import Client
from documents import queries, rules
from documents.choices import SESSION_TYPES, DocumentType
from documents.designs.catalogue import Menu
from mentalspace.core import clock, formatting
from mentalspace.core.forms import PageForm
from scheduling.models import Appointment


class ClientForm(PageForm):
    """Whose chart."""

    submit_label = "Continue"
    client = ClientChoiceField()

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["client"]
        field.limit_to(actor, rules.can_write_for_client.scope(actor))


class SessionField(forms.ModelChoiceField):
    """One of the clinician's sessions with the client."""

    def label_from_instance(self, obj: Appointment) -> str:
        when = formatting.instant(obj.start_time, clock.zone())
        return f"{when}, {obj.get_type_display()}, {obj.get_status_display().lower()}"


class DocumentForm(PageForm):
    """What to write, and about which session."""

    submit_label = "Start writing"
    form_key = forms.ChoiceField(label="Form")
    appointment = SessionField(
        Appointment.objects.none(),
        label="Session",
        required=False,
        empty_label="Not about a session",
        help_text="A progress note, an intake or a missed session belongs to a session that you held.",
        error_messages={"invalid_choice": "Choose one of your own sessions with this client."},
    )
    title = forms.CharField(
        label="Title", max_length=255, required=False, help_text="Empty takes the name of the form."
    )

    def __init__(self, *args: Any, actor: User, client: Client, menu: Menu, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.menu = menu
        form_key: Any = self.fields["form_key"]
        form_key.choices = [(form.key, form.title) for form in menu.of(*DocumentType)]
        sessions: Any = self.fields["appointment"]
        sessions.queryset = queries.writable_sessions(actor, client)

    def clean(self) -> dict[str, Any]:
        """Session notes name their session."""
        values = super().clean() or self.cleaned_data
        form = self.menu.get(values.get("form_key", ""))
        if (
            form
            and form.type in SESSION_TYPES
            and not values.get("appointment")
            and "appointment" not in self.errors
        ):
            self.add_error("appointment", "Choose the session this note is about.")
        return values


class UnlockForm(PageForm):
    """Why a locked draft should be opened."""

    submit_label = "Ask to unlock"
    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why the draft should be opened again."},
        help_text="Your supervisor or an administrator decides. Leave out what the client said.",
    )
