"""What a supervisor reads although it is final without them."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import errors, rules
from documents.models import Document, DocumentReading
from documents.services.acting import acting
from mentalspace.core import audit, clock
from mentalspace.core.gates import require


@transaction.atomic
def tick_as_read(*, actor: User, document_id: UUID) -> DocumentReading:
    """The author's supervisor has read it. Raises NotPermitted, NotToBeRead."""
    document = Document.objects.select_for_update(of=("self",)).select_related("staff").get(pk=document_id)
    # Who may is asked before what is, so that a stranger learns nothing from the answer.
    require(rules.is_supervisor_of(actor, document) and not rules.is_author(actor, document))
    reading = DocumentReading.objects.filter(document=document, read_at__isnull=True).first()
    if reading is None or document.in_error:
        raise errors.NotToBeRead
    require(rules.can_tick_as_read(actor, document))
    reading.read_by, reading.read_at = acting(actor), clock.now()
    reading.save(update_fields=["read_by", "read_at"])
    audit.record(actor=actor, verb="document.read", obj=document, client_id=document.client_id)
    return reading
