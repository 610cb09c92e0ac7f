"""Disclosures. A row never changes but for being marked as entered in error, once; a trigger refuses the rest."""

import uuid

from django.db import models
from django.db.models import Q

from documents.disclosures.choices import ACCOUNTED, DisclosureKind, DisclosureWay, Ground
from mentalspace.core import clock
from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import EncryptedCharField


class Disclosure(models.Model):
    """Something of a client's record that was given to somebody.

    It rests on `consent`, a release that was in force then, or on another `ground`, with a reason where that is neither
    the client's own right nor use within the practice. `digest` is the SHA-256 of the file that left, in hex, where
    this application made one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="disclosures")
    released_at = models.DateTimeField(help_text="When it left.")
    kind = models.CharField(max_length=20, choices=DisclosureKind)
    what = EncryptedCharField(scope="client_id", max_length=500)
    way = models.CharField(max_length=20, choices=DisclosureWay, default=DisclosureWay.ELECTRONIC)
    recipient = EncryptedCharField(scope="client_id", max_length=200)
    address = EncryptedCharField(scope="client_id", max_length=300, blank=True)
    purpose = EncryptedCharField(scope="client_id", max_length=500)
    ground = models.CharField(max_length=30, choices=Ground)
    reason = EncryptedCharField(
        scope="client_id", max_length=500, blank=True, help_text="Why it left without a release."
    )
    consent = models.ForeignKey(
        "documents.Consent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disclosures",
        help_text="The release that it rests on.",
    )
    disclosed_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = EncryptedCharField(scope="client_id", max_length=500, blank=True)

    class Meta:
        db_table = "disclosures"
        indexes = [
            models.Index(fields=["client", "-released_at"], name="disclosures_client"),
            models.Index(fields=["-released_at"], name="disclosures_released"),
        ]
        constraints = [
            known_value("kind", DisclosureKind, "disclosures"),
            known_value("way", DisclosureWay, "disclosures"),
            known_value("ground", Ground, "disclosures"),
            models.CheckConstraint(
                condition=Q(ground=Ground.RELEASE, consent__isnull=False)
                | ~Q(ground=Ground.RELEASE) & Q(consent__isnull=True),
                name="disclosures_release_named",
            ),
            models.CheckConstraint(
                condition=Q(ground__in=[Ground.RELEASE, Ground.CLIENT, Ground.INTERNAL]) | ~Q(reason=""),
                name="disclosures_without_release_reason",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="disclosures_voided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Disclosure of {self.released_at:%Y-%m-%d}"

    @property
    def is_accounted(self) -> bool:
        """Does 45 CFR 164.528 demand an accounting of it?"""
        return self.ground in ACCOUNTED
