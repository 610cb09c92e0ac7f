"""Beginning, writing and destroying psychotherapy notes; each as the author, and as nobody else.

Events say who and when and name the note by its reference. About whom it is, and what is in it, they do not say: the
audit log has other readers than the note (see docs/decisions/0019-psychotherapy-notes.md).
"""

import datetime as dt
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from clients.models import Client
from mentalspace.core import audit, clock
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from psychotherapy import errors, rules
from psychotherapy.models import PsychotherapyNote
from psychotherapy.queries import own_notes
from scheduling.models import Appointment

LONGEST = 200_000
# How long a burst of autosaves counts as one in the audit trail.
ONE_SITTING = timedelta(minutes=10)


@transaction.atomic
def start_note(
    *,
    actor: User,
    client: Client,
    session: Appointment | None = None,
    session_date: dt.date | None = None,
    note_id: UUID | None = None,
) -> PsychotherapyNote:
    """Begin an empty note. `note_id` is the form's: sent twice, the form begins one note.

    Raises NotPermitted, SessionDoesNotFit, DayNeeded, DayAhead.
    """
    if session is None:
        require(rules.can_write_about_client(actor, client))
    elif session.client_id != client.pk or not rules.can_write_about_session(actor, session):
        raise errors.SessionDoesNotFit
    day = clock.local(session.start_time).date() if session else session_date
    if day is None:
        raise errors.DayNeeded
    if day > clock.today():
        raise errors.SessionDoesNotFit if session else errors.DayAhead
    note = PsychotherapyNote(
        id=note_id or uuid4(), author=actor, client=client, appointment=session, session_date=day
    )
    with own_notes(actor) as notes:
        twin = _insert(note, notes)
        if twin is None:
            _record(actor, "started", note)
    return twin or note


@transaction.atomic
def open_note(*, actor: User, note_id: UUID) -> PsychotherapyNote:
    """Read a note of one's own. Raises Http404."""
    with own_notes(actor) as notes:
        note: PsychotherapyNote = get_object_or_404(notes, pk=note_id)
        _record(actor, "opened", note)
    return note


@transaction.atomic
def save_note(
    *, actor: User, note_id: UUID, version: int, text: str, autosave: bool = False
) -> PsychotherapyNote:
    """Keep what was written. What is the same already changes nothing, whatever the version.

    Raises Http404, TooLong and, when another window saved in between, StaleVersion.
    """
    if len(text) > LONGEST:
        raise errors.TooLong
    with own_notes(actor) as notes:
        note: PsychotherapyNote = get_object_or_404(notes.select_for_update(of=("self",)), pk=note_id)
        require(rules.can_change_note(actor, note))
        if note.content == text:
            return note
        if note.version != version:
            raise StaleVersion
        first_of_sitting = clock.now() - note.updated_at > ONE_SITTING or note.version == 1
        note.content = text
        note.version += 1
        note.save(update_fields=["content", "version", "updated_at"])
        if first_of_sitting or not autosave:
            _record(actor, "saved", note)
    return note


@transaction.atomic
def destroy_note(*, actor: User, note_id: UUID) -> None:
    """Destroy a note for good. Raises Http404."""
    with own_notes(actor) as notes:
        note: PsychotherapyNote = get_object_or_404(notes.select_for_update(of=("self",)), pk=note_id)
        require(rules.can_change_note(actor, note))
        _record(actor, "destroyed", note)
        note.delete()


def _insert(note: PsychotherapyNote, notes: QuerySet[PsychotherapyNote]) -> PsychotherapyNote | None:
    """Store a new note; or answer the one of that id, where the same form has begun it already."""
    try:
        with transaction.atomic():
            note.save(force_insert=True)
    except IntegrityError:
        twin = notes.filter(pk=note.pk).first()
        if twin is not None:
            return twin
        # The id is taken by somebody else's note, of which nobody is told: this one gets another.
        note.pk = uuid4()
        note.save(force_insert=True)
    return None


def _record(actor: User, what: str, note: PsychotherapyNote) -> None:
    audit.record(
        actor=actor,
        verb=f"psychotherapy_note.{what}",
        changes={"reference": ["", note.reference]},
        right="author",
    )
