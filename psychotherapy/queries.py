"""The one way to psychotherapy notes: as their author, inside a transaction that says so to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from clients.models import Client
from mentalspace.core.database import acting_as
from psychotherapy.models import PsychotherapyNote
from psychotherapy.rules import can_write_about_client, visible_notes
from scheduling.models import Appointment


@contextmanager
def own_notes(actor: User) -> Iterator[QuerySet[PsychotherapyNote]]:
    """The actor's own notes, newest conversation first. Read them within the block: outside of it there are none."""
    with transaction.atomic(), acting_as(actor.pk):
        yield (
            visible_notes(actor)
            .select_related("client", "appointment")
            .order_by("-session_date", "-created_at", "pk")
        )


def own_note(actor: User, pk: UUID) -> PsychotherapyNote:
    """One of them, or a 404: somebody else's answers as one that does not exist."""
    with own_notes(actor) as notes:
        return get_object_or_404(notes, pk=pk)


def note_of_session(actor: User, session: Appointment) -> PsychotherapyNote | None:
    """The actor's own note about this session, if there is one."""
    with own_notes(actor) as notes:
        return notes.filter(appointment=session).first()


def clients_listed(actor: User, notes: QuerySet[PsychotherapyNote], asked: UUID | None) -> QuerySet[Client]:
    """Whom these notes are about, also whom their author no longer treats; and a client they do, if asked for."""
    wanted = Q(pk__in=notes.order_by().values("client_id"))
    if asked is not None:
        wanted |= Q(pk__in=can_write_about_client.scope(actor).filter(pk=asked).values("pk"))
    return Client.objects.filter(wanted).order_by("last_name", "first_name", "pk")
