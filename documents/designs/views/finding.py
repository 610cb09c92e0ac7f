"""The version of a form that an address names, and messages for changes that were refused."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from documents import rules
from documents.choices import FormState
from documents.designs import services
from documents.designs.models import FormVersion
from mentalspace.core.errors import DomainError, StaleVersion

STALE = (
    "Somebody changed this form since you opened the page. Nothing was changed; here it is as it stands now."
)


def version_of(actor: User, pk: UUID) -> FormVersion:
    """Any version of a form."""
    return get_object_or_404(rules.can_see_form.scope(actor), pk=pk)


def draft_of(actor: User, pk: UUID) -> FormVersion:
    """A version that can still be changed."""
    return get_object_or_404(rules.can_see_form.scope(actor), pk=pk, state=FormState.DRAFT)


def edit_url(pk: UUID) -> str:
    """The outline of a draft."""
    return reverse("documents:form_edit", args=[pk])


def sent_version(sent: QueryDict) -> int:
    """The version that a page was opened with; 0 where it sends none."""
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def change(request: ActorRequest, row: FormVersion, how: services.Change) -> HttpResponse:
    """Change a draft by one press of a button, and show it."""
    try:
        services.change_form(
            actor=request.user, form_id=row.pk, version=sent_version(request.POST), change=how
        )
    except StaleVersion:
        messages.error(request, STALE)
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect(edit_url(row.pk))
