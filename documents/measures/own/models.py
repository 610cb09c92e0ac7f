"""Versions of the practice's own instruments."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from documents.choices import FormState
from documents.measures.instruments import Instrument
from documents.measures.own.shapes import Definition, built
from mentalspace.core.constraints import known_value
from mentalspace.core.models import Record
from mentalspace.core.shapes import ShapeField

PREFIX = "own_"


class OwnInstrument(Record):
    """An instrument at one version. Once published its definition never changes; only whether it is offered does."""

    key = models.CharField(max_length=40)
    number = models.PositiveSmallIntegerField(help_text="The version, which measures keep beside the key.")
    state = models.CharField(max_length=20, choices=FormState, default=FormState.DRAFT)
    definition = ShapeField(shape=Definition)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        db_table = "own_instruments"
        verbose_name = "instrument of the practice’s own"
        verbose_name_plural = "instruments of the practice’s own"
        constraints = [
            known_value("state", FormState, "own_instruments"),
            models.UniqueConstraint(fields=["key", "number"], name="own_instruments_number"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(state=FormState.PUBLISHED), name="own_instruments_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(state=FormState.DRAFT), name="own_instruments_one_draft"
            ),
            models.CheckConstraint(condition=Q(key__startswith=PREFIX), name="own_instruments_key"),
            models.CheckConstraint(
                condition=Q(state=FormState.DRAFT, published_at__isnull=True)
                | ~Q(state=FormState.DRAFT) & Q(published_at__isnull=False),
                name="own_instruments_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said.name}, version {self.number}"

    @property
    def said(self) -> Definition:
        """What it says."""
        return Definition.model_validate(self.definition)

    @property
    def asked(self) -> Instrument:
        """What is asked and scored."""
        return built(self.said, self.key, self.number)
