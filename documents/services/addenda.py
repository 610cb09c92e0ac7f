"""Text added after the signature."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import digest, errors, facts, rules
from documents.choices import DocumentStatus
from documents.models import Document, DocumentAddendum
from documents.seals import sealing
from documents.services.acting import acting
from mentalspace.core import audit, clock
from mentalspace.core.gates import require


@transaction.atomic
def add_addendum(*, actor: User, document_id: UUID, content: str) -> DocumentAddendum:
    """Add a dated, authored text below a signed document, which itself stays as it is.

    Its digest holds that of the document and of the addendum before it. Raises NotPermitted, NotSigned, TextNeeded,
    NoSealKey.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("staff").get(pk=document_id)
    require(rules.is_author(actor, document) or rules.is_supervisor_of(actor, document))
    if document.status != DocumentStatus.SIGNED:
        raise errors.NotSigned
    require(rules.can_add_addendum(actor, document))
    text = content.strip()
    if not text:
        raise errors.TextNeeded
    author = acting(actor)
    earlier = digest.chained(document.addenda.all())
    addendum = DocumentAddendum(
        document=document,
        staff=author,
        content=text,
        printed_name=author.name_with_credential,
        license=facts.licence(author),
        previous_digest=earlier[-1].digest if earlier else "",
        created_at=clock.now(),
    )
    addendum.digest = digest.addendum_digest(addendum, document)
    addendum.save()
    sealing.seal(addendum)
    audit.record(
        actor=actor,
        verb="document.addendum_added",
        obj=document,
        client_id=document.client_id,
        changes={"digest": ["", addendum.digest]},
    )
    return addendum
