"""Letters between colleagues: the documented `messages` table, one row per receiver, and threads."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from mentalspace.core.constraints import known_value
from mentalspace.core.crypto.fields import EncryptedTextField
from mentalspace.core.models import Record
from messaging.choices import Category, Urgency


class Thread(Record):
    """A conversation: its messages share a subject, and perhaps a client whom it is about."""

    subject = models.CharField(max_length=255)
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, null=True, blank=True, related_name="threads"
    )
    category = models.CharField(max_length=20, choices=Category, default=Category.ADMINISTRATIVE)
    urgency = models.CharField(max_length=10, choices=Urgency, default=Urgency.NORMAL)
    last_message_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "message_threads"
        constraints = [
            known_value("category", Category, "message_threads"),
            known_value("urgency", Urgency, "message_threads"),
        ]

    def __str__(self) -> str:
        """Without the subject: titles and logs are read by people who take no part in the conversation."""
        return f"{self.get_category_display()} conversation {str(self.pk)[:8]}"


class Message(Record):
    """One message as one person receives it. What was sent to several people shares `sending`.

    What was said, by whom and to whom stays as it was sent (triggers refuse changes and removal).
    """

    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sent_messages"
    )
    receiver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="received_messages"
    )
    subject = models.CharField(max_length=255)
    content = EncryptedTextField(scope="thread.client_id")
    is_read = models.BooleanField(default=False, db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)
    # Further columns
    thread = models.ForeignKey(Thread, on_delete=models.PROTECT, related_name="messages")
    sending = models.UUIDField(
        db_index=True, help_text="Shared by the copies of one message to several people."
    )
    first_read_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="What the sender is shown; stays when the receiver marks the message unread.",
    )
    receiver_archived_at = models.DateTimeField(null=True, blank=True)
    sender_archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "messages"
        indexes = [
            models.Index(fields=["receiver", "-created_at"], name="messages_inbox"),
            models.Index(fields=["sender", "-created_at"], name="messages_sent"),
            models.Index(fields=["receiver"], condition=Q(is_read=False), name="messages_unread"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_read=True, read_at__isnull=False) | Q(is_read=False, read_at__isnull=True),
                name="messages_read_has_time",
            ),
            models.UniqueConstraint(fields=["sending", "receiver"], name="messages_once_per_receiver"),
        ]

    def __str__(self) -> str:
        return f"Message {str(self.pk)[:8]}"

    @property
    def seen_at(self) -> datetime | None:
        """When the receiver first opened it."""
        return self.first_read_at or self.read_at
