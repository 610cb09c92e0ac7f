"""A document for a page: one query, or a 404 for what the actor may not read."""

from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import User
from documents import rules
from documents.models import Document


def page_documents(actor: User) -> QuerySet[Document]:
    """What the actor may read, with what stands at its head."""
    return rules.with_right(rules.visible_documents(actor), actor).select_related(
        "client", "staff__user", "staff__supervisor", "appointment", "signed_by", "reading__read_by"
    )


def visible_document(actor: User, pk: UUID) -> Document:
    """One that the actor may read, or a 404."""
    return get_object_or_404(page_documents(actor), pk=pk)


def own_document(actor: User, pk: UUID) -> Document:
    """One that the actor wrote; a colleague's, though readable, is a 404 on the pages of its author."""
    document = visible_document(actor, pk)
    return document if rules.is_author(actor, document) else get_object_or_404(Document.objects.none())
