"""Kept texts."""

from django.db import models
from django.db.models.functions import Lower

from mentalspace.core.crypto.fields import EncryptedTextField
from mentalspace.core.models import Record


class Snippet(Record):
    """A text under a short name: a clinician's own, or without one the practice's, for all to use."""

    staff = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose it is; empty in what the practice shares.",
    )
    name = models.CharField(max_length=40)
    question = models.CharField(
        max_length=60, blank=True, help_text="The key of the question it is offered in; empty for any."
    )
    text = EncryptedTextField()

    class Meta:
        db_table = "snippets"
        verbose_name = "kept text"
        constraints = [
            models.UniqueConstraint("staff", Lower("name"), name="snippets_name", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return self.name
