"""Keeping, changing and removing texts. What they say is in no entry of the audit log."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import rules
from documents.services.acting import acting
from documents.snippets.errors import NameTaken
from documents.snippets.models import Snippet
from mentalspace.core import audit
from mentalspace.core.gates import require


@transaction.atomic
def create_snippet(*, actor: User, name: str, question: str, text: str, shared: bool = False) -> Snippet:
    """Keep a text of one's own, or one for the whole practice. Raises NotPermitted, NameTaken."""
    require(rules.can_share_snippets(actor) if shared else rules.can_write_documents(actor))
    snippet = Snippet(staff=None if shared else acting(actor), name=name, question=question, text=text)
    _check_name(snippet)
    snippet.save(force_insert=True)
    audit.record(actor=actor, verb="snippet.created", obj=snippet)
    return snippet


@transaction.atomic
def update_snippet(*, actor: User, snippet_id: UUID, name: str, question: str, text: str) -> Snippet:
    """Change it. Raises NotPermitted, NameTaken."""
    snippet = Snippet.objects.select_for_update().get(pk=snippet_id)
    require(rules.can_change_snippet(actor, snippet))
    snippet.name, snippet.question, snippet.text = name, question, text
    _check_name(snippet)
    snippet.save()
    audit.record(actor=actor, verb="snippet.updated", obj=snippet)
    return snippet


@transaction.atomic
def remove_snippet(*, actor: User, snippet_id: UUID) -> None:
    """Keep it no more; notes in which it was used stay as they are. Raises NotPermitted."""
    snippet = Snippet.objects.select_for_update().get(pk=snippet_id)
    require(rules.can_change_snippet(actor, snippet))
    audit.record(actor=actor, verb="snippet.removed", obj=snippet)
    snippet.delete()


def _check_name(snippet: Snippet) -> None:
    same = Snippet.objects.filter(staff=snippet.staff, name__iexact=snippet.name)
    if same.exclude(pk=snippet.pk).exists():
        raise NameTaken
