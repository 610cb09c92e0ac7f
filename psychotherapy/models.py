"""Psychotherapy notes (45 CFR 164.501): a store of their own, which only their author can open.

The database itself refuses them to everybody else. Row-level security, enabled and forced, compares the author with
whom the transaction acts for (`mentalspace.core.database.acting_as`), and shows no row when nobody is named: to the
application, to the owner of the table, to a migration. So read them through `psychotherapy.queries.own_notes` only.
"""

from typing import Any

from django.conf import settings
from django.db import models

from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.errors import CannotOpen
from mentalspace.core.crypto.fields import EncryptedTextField, Stored
from mentalspace.core.crypto.index import blind_index
from mentalspace.core.crypto.sealing import key_id_of
from mentalspace.core.models import Record

KEYS = "psychotherapy"


class AuthorsTextField(EncryptedTextField):
    """Opens with its author's key alone: a row that was put under another person's name stays sealed for them."""

    def open(self, instance: models.Model, stored: Stored) -> Any:
        if key_id_of(str(stored.envelope)) != data_keys.for_scope(self.scope_of(instance)).id:
            raise CannotOpen(f"{self.named} of {stored.row} is not sealed with its author's key.")
        return super().open(instance, stored)


class PsychotherapyNote(Record):
    """A therapist's own working note on a conversation; free text, no part of the record, never signed.

    No relation leads back here: a client, a visit or a person does not know whether such notes exist.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False
    )
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+", editable=False)
    appointment = models.ForeignKey(
        "scheduling.Appointment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The session it is about, if it is about one.",
    )
    session_date = models.DateField(help_text="The day of the conversation, on the practice's calendar.")
    content = AuthorsTextField(scope="author_id", kind=KEYS, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every save.")

    class Meta:
        db_table = "psychotherapy_notes"
        indexes = [
            models.Index(fields=["author", "client", "-session_date"], name="psychotherapy_author_client")
        ]

    def __str__(self) -> str:
        return f"Psychotherapy note {self.session_date}"

    @property
    def reference(self) -> str:
        """How the audit log names this note: the same for every event, and telling nobody whom it is about."""
        return blind_index("psychotherapy note", str(self.pk))
