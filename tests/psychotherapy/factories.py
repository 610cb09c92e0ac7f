"""Psychotherapy notes, stored as their author: nobody else could."""

from datetime import date
from typing import Any

from accounts.models import User
from clients.models import Client
from psychotherapy.models import PsychotherapyNote
from psychotherapy.queries import own_notes


def make_note(
    author: User, client: Client, text: str = "A dream of stairs.", **fields: Any
) -> PsychotherapyNote:
    """A note by this author about this client, of March 2, 2026."""
    note = PsychotherapyNote(
        author=author, client=client, **{"session_date": date(2026, 3, 2), "content": text, **fields}
    )
    with own_notes(author):
        note.save(force_insert=True)
    return note
