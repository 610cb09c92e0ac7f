"""What documents have to say when the schedule changes."""

from typing import Any

from django.dispatch import receiver

from documents import errors, queries
from documents.choices import DocumentStatus
from documents.models import Document
from scheduling.models import Appointment
from scheduling.signals import appointment_reopened


@receiver(appointment_reopened, dispatch_uid="documents.keep_signed_sessions")
def keep_signed_sessions(sender: type[Appointment], appointment: Appointment, **said: Any) -> None:
    """A session whose note is signed was held: it is not taken back. Raises SessionHasSignedNote."""
    notes = Document.objects.filter(appointment=appointment, type__in=queries.SESSION_NOTES)
    if notes.exclude(status=DocumentStatus.DRAFT).exists():
        raise errors.SessionHasSignedNote
