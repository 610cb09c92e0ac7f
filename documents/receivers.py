"""What documents have to say when the schedule changes, and what they need when the database was brought up to date."""

from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from documents import errors, queries
from documents.choices import DocumentStatus
from documents.consents import packets
from documents.designs import shipping
from documents.icd10 import releases
from documents.models import Document
from documents.seals import keys
from scheduling.models import Appointment
from scheduling.signals import appointment_reopened


@receiver(appointment_reopened, dispatch_uid="documents.keep_signed_sessions")
def keep_signed_sessions(sender: type[Appointment], appointment: Appointment, **said: Any) -> None:
    """A session whose note is signed was held: it is not taken back. Raises SessionHasSignedNote."""
    notes = Document.objects.filter(queries.STANDS, appointment=appointment, type__in=queries.SESSION_NOTES)
    if notes.exclude(status=DocumentStatus.DRAFT).exists():
        raise errors.SessionHasSignedNote


@receiver(post_migrate, dispatch_uid="documents.make_seal_key")
def make_seal_key(sender: Any, using: str, **_: Any) -> None:
    """The practice's first key for seals is there before anything is signed."""
    if sender.label != "documents" or using != DEFAULT_DB_ALIAS:
        return
    if "document_seal_keys" in connection.introspection.table_names():
        keys.make_first()


@receiver(post_migrate, dispatch_uid="documents_load_shipped")
def load_shipped(sender: Any, using: str, **_: Any) -> None:
    """The forms and codes that come with this release are there before anything is written."""
    if sender.label != "documents" or using != DEFAULT_DB_ALIAS:
        return
    tables = connection.introspection.table_names()
    if "form_versions" in tables:
        shipping.load()
    if "packet_forms" in tables:
        packets.make_first()
    if "icd10_releases" in tables:
        releases.load_shipped()
