"""Versions of forms."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from documents.choices import FormState
from documents.definitions import FormDefinition
from mentalspace.core.constraints import known_value
from mentalspace.core.models import Record
from mentalspace.core.shapes import ShapeField


class FormVersion(Record):
    """A form at one version. Once published its definition never changes; only whether it is in use does.

    Of a form at most one version is in use, which new documents begin with, and at most one is a draft.
    """

    key = models.CharField(max_length=60)
    number = models.PositiveIntegerField(help_text="The version, which documents keep beside the key.")
    state = models.CharField(max_length=20, choices=FormState, default=FormState.DRAFT)
    definition = ShapeField(shape=FormDefinition)
    position = models.PositiveIntegerField(
        help_text="Its place in menus; the same in all versions of a form."
    )
    shipped = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="The version as it comes with the project; empty in the practice’s own.",
    )
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every save.")

    class Meta:
        db_table = "form_versions"
        verbose_name = "version of a form"
        verbose_name_plural = "versions of forms"
        constraints = [
            known_value("state", FormState, "form_versions"),
            models.UniqueConstraint(fields=["key", "number"], name="form_versions_number"),
            models.UniqueConstraint(fields=["key", "shipped"], name="form_versions_shipped_once"),
            models.UniqueConstraint(
                fields=["key"], condition=Q(state=FormState.PUBLISHED), name="form_versions_one_in_use"
            ),
            models.UniqueConstraint(
                fields=["key"], condition=Q(state=FormState.DRAFT), name="form_versions_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(state=FormState.DRAFT, published_at__isnull=True)
                | ~Q(state=FormState.DRAFT) & Q(published_at__isnull=False),
                name="form_versions_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form.title}, version {self.number}"

    @property
    def form(self) -> FormDefinition:
        """The definition as what documents are written with."""
        return FormDefinition.model_validate(self.definition)

    @form.setter
    def form(self, value: FormDefinition) -> None:
        stored: dict[str, Any] = value.model_dump(mode="json", exclude_defaults=True)
        self.definition = stored
