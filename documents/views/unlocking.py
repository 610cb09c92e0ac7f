"""Asking for a locked draft, and deciding."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from documents import queries, rules, services
from documents.choices import UnlockState
from documents.defaults import NoteDefaults
from documents.forms import UnlockForm
from documents.views.finding import own_document
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_request_unlock)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_unlock(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The author asks, with a reason."""
    document = own_document(request.user, pk)
    back = reverse("documents:document_detail", args=[pk])
    if request.method != "POST" and not rules.is_locked(document):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.request_unlock(actor=request.user, document_id=pk, **values)
        return "Your request was sent. The draft opens once it is approved.", back

    subtitle = f"{document.title} · {document.client.display_name}"
    page = {"title": "Ask to unlock a draft", "subtitle": subtitle, "cancel_url": back}
    return answer(request, UnlockForm(posted(request)), deed, page)


@requires(rules.can_decide_unlock)
@require_safe
def unlock_list(request: ActorRequest) -> HttpResponse:
    """Requests that wait, and the latest that were decided."""
    requests = queries.unlock_requests(request.user)
    zone = clock.zone()
    waiting = [
        {"request": each, "when": formatting.instant(each.requested_at, zone)}
        for each in requests.filter(state=UnlockState.REQUESTED).order_by("requested_at")
    ]
    decided = [
        {"request": each, "when": formatting.instant(each.decided_at, zone)}
        for each in requests.exclude(state=UnlockState.REQUESTED).order_by("-decided_at")[:20]
    ]
    context = {
        "title": "Unlock requests",
        "waiting": waiting,
        "decided": decided,
        "hours": practice.get(NoteDefaults).unlock_hours,
    }
    return render(request, "documents/unlock_list.html", context)


@requires(rules.can_decide_unlock)
@require_POST
@once
def unlock_approve(request: ActorRequest, pk: int) -> HttpResponse:
    """Open the draft for the practice's hours."""
    return _decide(request, pk, approve=True)


@requires(rules.can_decide_unlock)
@require_POST
@once
def unlock_decline(request: ActorRequest, pk: int) -> HttpResponse:
    """Leave it locked."""
    return _decide(request, pk, approve=False)


def _decide(request: ActorRequest, pk: int, *, approve: bool) -> HttpResponse:
    wanted = get_object_or_404(queries.unlock_requests(request.user), pk=pk)
    try:
        services.decide_unlock(actor=request.user, request_id=wanted.pk, approve=approve)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        hours = practice.get(NoteDefaults).unlock_hours
        said = f"Unlocked for {formatting.plural(hours, 'hour')}." if approve else "The request was declined."
        messages.success(request, said)
    return redirect("documents:unlock_list")
