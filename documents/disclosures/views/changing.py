"""Recording a disclosure that no export made, and marking one as entered in error."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from documents import rules
from documents.disclosures import releases, services
from documents.disclosures.forms import DisclosureForm, VoidForm
from documents.disclosures.views.reading import client_of, visible
from mentalspace.core import audit, clock
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_record_disclosure)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def disclosure_create(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """A letter, a call, a fax, a printed document. Releases that ended are offered too: it may have left before."""
    client = client_of(request, client_id)
    audit.saw(client.pk)
    now = clock.local(clock.now())
    form = DisclosureForm(
        posted(request),
        initial={"day": now.date(), "time": now.time().replace(second=0, microsecond=0)},
        releases=releases.signed(client),
    )
    back = reverse("documents:disclosure_account", args=[client.pk])

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.record_disclosure(
            actor=request.user,
            client_id=client.pk,
            leaving=form.leaving,
            recipient=form.to_whom,
            released_at=form.released_at,
        )
        return "The disclosure is recorded.", back

    page = {
        "title": "Record a disclosure",
        "subtitle": client.display_name,
        "intro": "Something of this chart was told or given to somebody. Exports of the chart are recorded already.",
        "cancel_url": back,
    }
    return answer(request, form, deed, page)


@requires(rules.can_void_disclosure)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def disclosure_void(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Wrong client, recorded twice: it stays readable, and is on no account any more."""
    disclosure = visible(request, pk)
    audit.saw(disclosure.client_id)
    back = reverse("documents:disclosure_detail", args=[pk])
    if request.method != "POST" and not rules.can_void_disclosure(request.user, disclosure):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.void_disclosure(actor=request.user, disclosure_id=pk, **values)
        return "Marked as entered in error.", back

    page = {
        "title": "Mark as entered in error",
        "subtitle": disclosure.client.display_name,
        "text": "The disclosure stays readable, with your reason, and leaves the accounting for the client.",
        "confirm_label": "Mark as entered in error",
        "cancel_url": back,
        "danger": True,
    }
    return ask(request, VoidForm(posted(request)), deed, page)
