"""The clinical record: the documented `documents` table, signatures, addenda, reviews and unlock requests.

A signed document, its signatures, its addenda and their seals never change: triggers in the database refuse it.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from documents.choices import DocumentStatus, DocumentType, NoteReminderKind, SignatureRole, UnlockState
from documents.consents.models import (  # noqa: F401 - tables of this app
    Consent,
    ConsentSignature,
    Packet,
    PacketForm,
    PacketRequest,
    PacketSigner,
)
from documents.designs.models import FormVersion  # noqa: F401 - a table of this app
from documents.disclosures.models import Disclosure  # noqa: F401 - a table of this app
from documents.files.models import ClientFile, FileVersion  # noqa: F401 - tables of this app
from documents.icd10.models import Icd10Release  # noqa: F401 - a table of this app
from documents.measures.models import Measure, MeasureLink, RiskResponse  # noqa: F401 - tables of this app
from documents.measures.own.models import OwnInstrument  # noqa: F401 - a table of this app
from documents.plans.models import PlanInterval  # noqa: F401
from documents.snippets.models import Snippet  # noqa: F401 - a table of this app
from mentalspace.core import clock
from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import (
    EncryptedCharField,
    EncryptedJSONField,
    EncryptedTextField,
    RowNumberField,
)
from mentalspace.core.models import Record


class Document(Record):
    """A note, an assessment, a plan or a free document in a client's chart.

    `answers` holds what was entered, field by field, in the form `form_key` at `form_version`; `content` is the
    readable text made from it. `staff` is the author.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="documents")
    staff = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, related_name="documents", verbose_name="author"
    )
    type = models.CharField(max_length=50, choices=DocumentType)
    title = models.CharField(max_length=255)
    content = EncryptedTextField(scope="client_id", blank=True)
    status = models.CharField(max_length=20, choices=DocumentStatus, default=DocumentStatus.DRAFT)
    signed_at = models.DateTimeField(null=True, blank=True, help_text="When it became final.")
    signed_by = models.ForeignKey(
        "staff.Staff",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_column="signed_by",
    )
    # Further columns
    appointment = models.ForeignKey(
        "scheduling.Appointment", on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    form_key = models.CharField(max_length=60, blank=True)
    form_version = models.PositiveIntegerField(default=1)
    answers = EncryptedJSONField(scope="client_id", default=dict, blank=True)
    service_date = models.DateField(help_text="The day the document is about, on the practice's calendar.")
    due_on = models.DateField(null=True, blank=True, help_text="Last day to sign without being overdue.")
    review_on = models.DateField(null=True, blank=True, help_text="Treatment plans: the next review.")
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="When the author signed.")
    locked_at = models.DateTimeField(
        null=True, blank=True, help_text="An overdue draft, closed by the weekly lock-out."
    )
    unlocked_until = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what was signed, in hex.")
    signed_facts = models.JSONField(
        default=list,
        blank=True,
        help_text="What stood at its head when the author signed: pairs of label and text.",
    )
    version = models.PositiveIntegerField(default=1, editable=False, help_text="Grows with every save.")
    carried = models.JSONField(
        default=dict,
        blank=True,
        help_text="Questions whose answer came from an earlier document and was not touched: key and its day.",
    )
    in_error = models.BooleanField(
        default=False,
        editable=False,
        help_text="Entered in error: set by the database with the row that says why, and by nothing else.",
    )
    client_signature = EncryptedJSONField(
        scope="client_id",
        default=dict,
        blank=True,
        help_text="Treatment plans: who signed for the client, how, when, and the digest of the text.",
    )

    class Meta:
        db_table = "documents"
        indexes = [
            models.Index(fields=["client", "-service_date"], name="documents_client_date"),
            models.Index(
                fields=["staff", "due_on"],
                condition=~Q(status=DocumentStatus.SIGNED),
                name="documents_unsigned",
            ),
            models.Index(
                fields=["status", "due_on"],
                condition=~Q(status=DocumentStatus.SIGNED),
                name="documents_unsigned_due",
            ),
            GinIndex(OpClass(Lower("title"), name="gin_trgm_ops"), name="documents_title_trigram"),
        ]
        constraints = [
            known_value("type", DocumentType, "documents"),
            known_value("status", DocumentStatus, "documents"),
            models.CheckConstraint(
                condition=Q(status=DocumentStatus.SIGNED, signed_at__isnull=False, signed_by__isnull=False)
                & ~Q(digest="")
                | ~Q(status=DocumentStatus.SIGNED) & Q(signed_at__isnull=True, signed_by__isnull=True),
                name="documents_signed_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(type__in=["intake", "missed_note", "progress_note"])
                | Q(appointment__isnull=False),
                name="documents_session_note_has_appointment",
            ),
            # One that was entered in error makes room for the right one.
            models.UniqueConstraint(
                fields=["appointment", "type"],
                condition=Q(in_error=False),
                name="documents_one_per_appointment",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_signed(self) -> bool:
        return self.status == DocumentStatus.SIGNED


class DocumentSignature(models.Model):
    """Who signed, as printed: name, credential and license as they were at that moment."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="signatures")
    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=SignatureRole, default=SignatureRole.AUTHOR)
    printed_name = models.CharField(max_length=255)
    credential = models.CharField(max_length=40, blank=True)
    license = models.CharField("license", max_length=140, blank=True)
    signed_at = models.DateTimeField(default=clock.now)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "document_signatures"
        constraints = [known_value("role", SignatureRole, "document_signatures")]

    def __str__(self) -> str:
        return self.printed_name


class DocumentAddendum(Record):
    """Text added after the signature, dated and authored; the signed text stays as it was."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="addenda")
    staff = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, related_name="+", verbose_name="author"
    )
    content = EncryptedTextField(scope="document.client_id")
    printed_name = models.CharField(max_length=255)
    license = models.CharField("license", max_length=140, blank=True)
    previous_digest = models.CharField(
        max_length=64, blank=True, help_text="Digest of the addendum before it; empty in the first."
    )
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "document_addenda"
        verbose_name = "addendum"
        verbose_name_plural = "addenda"

    def __str__(self) -> str:
        return f"Addendum {self.created_at:%Y-%m-%d}"


class SealKey(models.Model):
    """An Ed25519 key of the practice, which seals signatures (see `documents.seals`).

    The private half is sealed under the practice's data key, which only the master key's file opens, and is wiped when
    another key takes its place. `proof` is an HMAC over the other columns: a key that somebody puts into the table is
    not the practice's.
    """

    id = models.CharField(
        max_length=16,
        primary_key=True,
        help_text="The first 16 hex digits of the SHA-256 of the public key.",
    )
    public_key = models.BinaryField(help_text="32 bytes.")
    private_key = models.TextField(blank=True, help_text="Sealed; empty in a key that seals no more.")
    valid_from = models.DateTimeField(default=clock.now)
    valid_until = models.DateTimeField(null=True, blank=True)
    proof = models.BinaryField()

    class Meta:
        db_table = "document_seal_keys"
        constraints = [
            models.UniqueConstraint(
                fields=["valid_until"], nulls_distinct=False, name="document_seal_keys_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) & ~Q(private_key="")
                | Q(valid_until__isnull=False, private_key=""),
                name="document_seal_keys_wiped_when_replaced",
            ),
        ]

    def __str__(self) -> str:
        return self.id


class DocumentSeal(models.Model):
    """The practice's seal on one signature or one addendum: Ed25519 over its digest, the key's id and the time."""

    signature = models.OneToOneField(
        DocumentSignature, on_delete=models.PROTECT, null=True, blank=True, related_name="seal"
    )
    addendum = models.OneToOneField(
        DocumentAddendum, on_delete=models.PROTECT, null=True, blank=True, related_name="seal"
    )
    key = models.ForeignKey(SealKey, on_delete=models.PROTECT, related_name="+")
    sealed_at = models.DateTimeField(
        help_text="The time of the signature, or of the sealing if that came later."
    )
    value = models.CharField(max_length=88, help_text="64 bytes, base64.")

    class Meta:
        db_table = "document_seals"
        constraints = [
            models.CheckConstraint(
                condition=Q(signature__isnull=False, addendum__isnull=True)
                | Q(signature__isnull=True, addendum__isnull=False),
                name="document_seals_of_one",
            )
        ]

    def __str__(self) -> str:
        return f"Seal {self.sealed_at:%Y-%m-%d}"


class DocumentReview(models.Model):
    """A supervisor's return of a note for revision, with what to mend."""

    id = RowNumberField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    comment = EncryptedTextField(scope="document.client_id")
    returned_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "document_reviews"

    def __str__(self) -> str:
        return f"Returned {self.returned_at:%Y-%m-%d}"


class DocumentVersion(models.Model):
    """A text that its author had signed and that was returned: it stays readable when another takes its place."""

    id = RowNumberField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    review = models.OneToOneField(DocumentReview, on_delete=models.PROTECT, related_name="version")
    title = models.CharField(max_length=255)
    content = EncryptedTextField(scope="document.client_id", blank=True)
    answers = EncryptedJSONField(scope="document.client_id", default=dict, blank=True)
    form_key = models.CharField(max_length=60, blank=True)
    form_version = models.PositiveIntegerField(default=1)
    signed_facts = models.JSONField(default=list, blank=True)

    class Meta:
        db_table = "document_versions"
        verbose_name = "earlier version"

    def __str__(self) -> str:
        return f"Version returned with {self.review_id}"


class DocumentComment(models.Model):
    """What a supervisor says about one section of a note that they return, and what its author answers.

    The answer is written with the draft and stays as it is from the next signature on.
    """

    id = RowNumberField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="comments")
    review = models.ForeignKey(DocumentReview, on_delete=models.PROTECT, related_name="comments")
    section = models.CharField(max_length=60, help_text="The key of the section in the form.")
    content = EncryptedTextField(scope="document.client_id")
    answer = EncryptedTextField(scope="document.client_id", blank=True)
    answered_at = models.DateTimeField(null=True, blank=True, help_text="When the author signed again.")

    class Meta:
        db_table = "document_comments"
        verbose_name = "comment on a section"
        verbose_name_plural = "comments on sections"

    def __str__(self) -> str:
        return f"Comment on {self.section}"


class DocumentReading(models.Model):
    """A note that was final with its author's signature and that the author's supervisor has to read all the same.

    It comes with the signature, as supervision was then, and is ticked off once.
    """

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="reading")
    due_on = models.DateField(help_text="Last day to read it without being overdue.")
    read_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "document_readings"
        verbose_name = "note to be read"
        verbose_name_plural = "notes to be read"
        indexes = [
            models.Index(
                fields=["document"], condition=Q(read_at__isnull=True), name="document_readings_unread"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="document_readings_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"Read {self.read_at:%Y-%m-%d}" if self.read_at else f"To be read by {self.due_on:%Y-%m-%d}"


class DocumentError(models.Model):
    """Why a document does not belong into the chart it is in. The document stays, and counts for nothing."""

    id = RowNumberField(primary_key=True)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="error")
    marked_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=clock.now)
    reason = EncryptedCharField(scope="document.client_id", max_length=500)

    class Meta:
        db_table = "document_errors"
        verbose_name = "entry in error"
        verbose_name_plural = "entries in error"

    def __str__(self) -> str:
        return f"Entered in error, marked {self.marked_at:%Y-%m-%d}"


class UnlockRequest(models.Model):
    """An author's request to open a draft that the weekly lock-out closed."""

    id = RowNumberField(primary_key=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="unlock_requests")
    requested_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=clock.now)
    reason = EncryptedCharField(scope="document.client_id", max_length=500)
    state = models.CharField(max_length=20, choices=UnlockState, default=UnlockState.REQUESTED)
    decided_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "document_unlock_requests"
        constraints = [
            known_value("state", UnlockState, "document_unlock_requests"),
            models.UniqueConstraint(
                fields=["document"], condition=Q(state=UnlockState.REQUESTED), name="document_unlock_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.requested_at:%Y-%m-%d}"


class NoteReminder(models.Model):
    """That somebody was mailed about notes on a day: the row keeps a second mail of the kind from leaving."""

    staff = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=NoteReminderKind)
    sent_on = models.DateField()

    class Meta:
        db_table = "note_reminders"
        constraints = [
            known_value("kind", NoteReminderKind, "note_reminders"),
            models.UniqueConstraint(fields=["staff", "kind", "sent_on"], name="note_reminders_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.sent_on}"
