"""Files of a chart and their versions. Neither is ever deleted, and a version never changes: triggers refuse it."""

import uuid

from django.db import models
from django.db.models import Q

from documents.files.choices import ENDINGS, FileKind, FileOrigin, FileType
from mentalspace.core import clock
from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import EncryptedCharField, EncryptedTextField
from mentalspace.core.models import Record


class ClientFile(Record):
    """One paper of a chart. What it holds are its versions, of which the one with the highest number is current.

    Who put it in the wrong chart marks it as entered in error, once and with a reason; from then on it stays as it is.
    """

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=20, choices=FileKind)
    title = EncryptedCharField(max_length=160, scope="client_id")
    dated_on = models.DateField(
        "date of the paper", null=True, blank=True, help_text="The day that stands on it, where one does."
    )
    note = EncryptedTextField(scope="client_id", blank=True)
    added_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        "staff.Staff", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    void_reason = EncryptedTextField(scope="client_id", blank=True)

    class Meta:
        db_table = "client_files"
        verbose_name = "file of a chart"
        verbose_name_plural = "files of charts"
        indexes = [models.Index(fields=["client", "-created_at"], name="client_files_client")]
        constraints = [
            known_value("kind", FileKind, "client_files"),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True, voided_by__isnull=True, void_reason="")
                | Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason=""),
                name="client_files_voided_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.created_at:%Y-%m-%d}"


class FileVersion(models.Model):
    """One content of a file: what was sent, as it was made safe, under a random name in the storage.

    `digest` is the SHA-256 of what is kept, `sent_digest` of what was sent, which for pictures is not the same. `pages`
    is how many there are to look at.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file = models.ForeignKey(ClientFile, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    stored_as = models.CharField(max_length=80, unique=True, editable=False)
    name = EncryptedCharField("name it came with", max_length=255, scope="file.client_id", blank=True)
    content_type = models.CharField(max_length=40, choices=FileType)
    origin = models.CharField(max_length=20, choices=FileOrigin)
    size = models.PositiveIntegerField(help_text="Bytes.")
    pages = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64)
    sent_digest = models.CharField(max_length=64)
    added_by = models.ForeignKey("staff.Staff", on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        db_table = "client_file_versions"
        verbose_name = "version of a file"
        verbose_name_plural = "versions of files"
        constraints = [
            models.UniqueConstraint(fields=["file", "number"], name="client_file_versions_number"),
            known_value("content_type", FileType, "client_file_versions"),
            known_value("origin", FileOrigin, "client_file_versions"),
            models.CheckConstraint(
                condition=Q(number__gte=1, size__gte=1, pages__gte=1), name="client_file_versions_something"
            ),
        ]
        indexes = [models.Index(fields=["sent_digest"], name="client_file_versions_sent")]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def ending(self) -> str:
        """Of a name under which it leaves: `pdf`."""
        return ENDINGS[FileType(self.content_type)]

    @property
    def is_text(self) -> bool:
        return self.content_type == FileType.TEXT
