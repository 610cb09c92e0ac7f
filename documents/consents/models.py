"""Packets of consents, who was asked for one, what they signed, and the practice's seal on it.

What was signed never changes: triggers refuse it. It can be withdrawn, once, which is written beside it.
"""

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from documents.consents.choices import Audience, Held, Relation, Unsent
from mentalspace.core import clock
from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import (
    EncryptedCharField,
    EncryptedJSONField,
    EncryptedTextField,
    RowNumberField,
)
from mentalspace.core.models import Record

OF_CLIENT = "request.client_id"


class Packet(Record):
    """Forms that belong together: "New adult client". Where it is `required`, each client it is made for is to have
    every form of it signed and in force. It is retired, not deleted.
    """

    name = models.CharField(max_length=80)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.EVERYONE)
    required = models.BooleanField(default=False)
    is_active = models.BooleanField("in use", default=True)
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every save.")

    class Meta:
        db_table = "packets"
        constraints = [
            known_value("audience", Audience, "packets"),
            models.UniqueConstraint(Lower("name"), name="packets_name"),
        ]

    def __str__(self) -> str:
        return self.name


class PacketForm(models.Model):
    """A form in a packet. `months` is how long it holds once signed; 0 means until it is withdrawn."""

    packet = models.ForeignKey(Packet, on_delete=models.CASCADE, related_name="forms")
    form_key = models.CharField(max_length=60)
    months = models.PositiveSmallIntegerField(choices=Held, default=Held.YEAR)

    class Meta:
        db_table = "packet_forms"
        verbose_name = "form of a packet"
        verbose_name_plural = "forms of packets"
        constraints = [
            models.UniqueConstraint(fields=["packet", "form_key"], name="packet_forms_once"),
            models.CheckConstraint(condition=Q(months__in=Held.values), name="packet_forms_months"),
        ]

    def __str__(self) -> str:
        return self.form_key


class PacketRequest(Record):
    """Forms that a client, or somebody for them, is asked to sign; `name` is the packet's as it was then."""

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="packet_requests")
    name = models.CharField(max_length=120)
    asked_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    finished_at = models.DateTimeField(
        null=True, blank=True, help_text="Everybody had signed or declined every form."
    )
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "packet_requests"
        verbose_name = "packet that was sent"
        verbose_name_plural = "packets that were sent"
        indexes = [
            models.Index(fields=["client", "-created_at"], name="packet_requests_client"),
            models.Index(
                fields=["created_at"],
                condition=Q(finished_at__isnull=True, revoked_at__isnull=True),
                name="packet_requests_open",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(revoked_at__isnull=True),
                name="packet_requests_one_end",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Can anything of it still be signed?"""
        return self.finished_at is None and self.revoked_at is None


class PacketSigner(Record):
    """Somebody who is asked to sign a packet. Of the link only its hash is kept; without one nothing was sent yet."""

    request = models.ForeignKey(PacketRequest, on_delete=models.PROTECT, related_name="signers")
    name = EncryptedCharField(scope=OF_CLIENT, max_length=200)
    email = EncryptedCharField(scope=OF_CLIENT, max_length=255, blank=True)
    relation = models.CharField(max_length=20, choices=Relation, default=Relation.CLIENT)
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="From then on the link no longer works."
    )
    sent_at = models.DateTimeField(null=True, blank=True, help_text="When the last mail left.")
    opened_at = models.DateTimeField(null=True, blank=True, help_text="When they first said who they are.")
    reminded = models.PositiveSmallIntegerField(
        default=0, editable=False, help_text="How often the worker has mailed them again."
    )
    unsent = models.CharField(
        max_length=20,
        choices=Unsent,
        blank=True,
        editable=False,
        help_text="Why the last mail did not leave; empty where it did, and where none was wanted.",
    )

    class Meta:
        db_table = "packet_signers"
        verbose_name = "signer of a packet"
        verbose_name_plural = "signers of packets"
        constraints = [
            known_value("relation", Relation, "packet_signers"),
            known_value("unsent", Unsent, "packet_signers", empty=True),
            models.CheckConstraint(
                condition=Q(token_hash__isnull=True, expires_at__isnull=True)
                | Q(token_hash__isnull=False, expires_at__isnull=False),
                name="packet_signers_link_ends",
            ),
        ]

    def __str__(self) -> str:
        return f"Signer {self.pk}"

    @property
    def link_works(self) -> bool:
        return self.expires_at is not None and clock.now() < self.expires_at


class Consent(Record):
    """One form that one client was asked to sign, in the version that they saw.

    `answers` are saved while it is filled in. The first signature settles them, and with them `content`, the whole
    text as it was signed: sections with a title and lines of label and text. It is `signed_at` once all signers of its
    request have signed, and holds until `expires_on`, that day included, unless it was withdrawn.
    """

    request = models.ForeignKey(PacketRequest, on_delete=models.PROTECT, related_name="consents")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="consents")
    form_key = models.CharField(max_length=60)
    form_version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    months = models.PositiveSmallIntegerField(choices=Held, default=Held.YEAR)
    answers = EncryptedJSONField(scope="client_id", default=dict, blank=True)
    content = EncryptedJSONField(scope="client_id", default=list, blank=True)
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="When the first of its signers signed."
    )
    signed_at = models.DateTimeField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True, help_text="The last day on which it holds.")
    declined_at = models.DateTimeField(null=True, blank=True)
    declined_by = models.ForeignKey(
        PacketSigner, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decline_reason = EncryptedCharField(scope="client_id", max_length=500, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True, help_text="From this day on it no longer holds.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When that was recorded.")
    withdrawn_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal = EncryptedCharField(
        scope="client_id", max_length=500, blank=True, help_text="Who withdrew it, and how."
    )

    class Meta:
        db_table = "consents"
        indexes = [
            models.Index(fields=["client", "form_key", "-signed_at"], name="consents_client_form"),
            models.Index(
                fields=["expires_on"],
                condition=Q(signed_at__isnull=False, withdrawn_at__isnull=True),
                name="consents_expiry",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "form_key"], name="consents_once_in_request"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(declined_at__isnull=True), name="consents_one_end"
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True) | Q(settled_at__isnull=False),
                name="consents_settled_first",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_on__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_on__isnull=False, signed_at__isnull=False),
                name="consents_withdrawn_once_signed",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Does it wait for a signature?"""
        return self.signed_at is None and self.declined_at is None

    def holds_on(self, day: date) -> bool:
        """Is it signed, not expired and not withdrawn on this day?"""
        return (
            self.signed_at is not None
            and self.withdrawn_at is None
            and (self.expires_on is None or self.expires_on >= day)
        )


class ConsentSignature(models.Model):
    """Who signed, as what, how, when and from where. `digest` is SHA-256 of all that with the text, in hex; the
    practice's seal is Ed25519 over it (see `documents.consents.sealing`).
    """

    id = RowNumberField(primary_key=True)
    consent = models.ForeignKey(Consent, on_delete=models.PROTECT, related_name="signatures")
    signer = models.ForeignKey(PacketSigner, on_delete=models.PROTECT, related_name="signatures")
    name = EncryptedCharField(scope="consent.client_id", max_length=200)
    relation = models.CharField(max_length=20, choices=Relation)
    drawn = EncryptedTextField(
        scope="consent.client_id", blank=True, help_text="The path of what was drawn; empty for a typed name."
    )
    signed_at = models.DateTimeField(default=clock.now)
    address = models.CharField(max_length=45, blank=True, help_text="The network address.")
    user_agent = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    key = models.ForeignKey("documents.SealKey", on_delete=models.PROTECT, related_name="+")
    seal = models.CharField(max_length=88, help_text="64 bytes, base64.")

    class Meta:
        db_table = "consent_signatures"
        verbose_name = "signature on a consent"
        verbose_name_plural = "signatures on consents"
        constraints = [
            known_value("relation", Relation, "consent_signatures"),
            models.UniqueConstraint(fields=["consent", "signer"], name="consent_signatures_once"),
        ]

    def __str__(self) -> str:
        return f"Signature {self.signed_at:%Y-%m-%d}"
