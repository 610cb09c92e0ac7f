"""The ways in: from a client's chart and from a session. They look the same whether or not anything was written."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.models import Client
from clients.panels import Action, Card
from mentalspace.core import clock
from psychotherapy import rules
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment
from scheduling.panels import AppointmentAction


def new_url(client: Client) -> str:
    """Where a psychotherapy note about this client is begun."""
    return f"{reverse('psychotherapy:psychotherapy_note_create')}?{urlencode({'client': client.pk})}"


def own_notes_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The door to one's own. Asks nothing: that somebody wrote such a note is not for the chart to say."""
    return {
        "own_notes_url": f"{reverse('psychotherapy:psychotherapy_note_list')}?{urlencode({'client': client.pk})}"
    }


def session_links(actor: User, sessions: Sequence[Appointment]) -> dict[UUID, tuple[str, str]]:
    """On sessions that the actor held or is holding. No queries."""
    return {each.pk: link for each in sessions if (link := _session_link(actor, each))}


def _session_link(actor: User, session: Appointment) -> tuple[str, str] | None:
    if not rules.can_write_about_session(actor, session) or session.status == AppointmentStatus.RESCHEDULED:
        return None
    if clock.local(session.start_time).date() > clock.today():
        return None
    query = urlencode({"appointment": session.pk})
    return ("Psychotherapy note", f"{reverse('psychotherapy:psychotherapy_note_create')}?{query}")


NEW = Action("Psychotherapy note", "lock", 15, rules.can_write_about_client, new_url)
CARD = Card(
    "psychotherapy_notes",
    90,
    rules.can_write_about_client,
    "psychotherapy/_card_own_notes.html",
    own_notes_card,
    column="side",
)
OF_SESSION = AppointmentAction("psychotherapy_note", "lock", 15, session_links)
