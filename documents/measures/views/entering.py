"""Entering what a client answered; sending a link by which they answer themselves."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from documents import rules
from documents.defaults import MeasureDefaults
from documents.measures import catalogue, links, queries, services
from documents.measures.badges import link_badge
from documents.measures.forms import LinkForm, MeasureForm
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_record_measure)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def measure_create(request: ActorRequest, client_id: UUID, instrument: str) -> HttpResponse:
    """One instrument, item by item."""
    client = get_object_or_404(rules.can_record_measure.scope(request.user), pk=client_id)
    asked = catalogue.offered().get(instrument)
    if asked is None:
        raise Http404
    form = MeasureForm(posted(request), instruments=[asked])

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        measure = services.record_measure(
            actor=request.user,
            client_id=client.pk,
            instrument=asked.key,
            answers=form.answers_to(asked),
            taken_on=values["taken_on"],
        )
        said = "The answers are saved."
        if measure.raises_risk:
            said += " An answer tells of risk: please respond and sign what was done."
        return said, reverse("documents:measure_detail", args=[measure.pk])

    page = {
        "title": asked.name,
        "subtitle": f"{asked.title} · {client.display_name}",
        "cancel_url": reverse("clients:client_tab", args=[client.pk, "measures"]),
        "client": client,
    }
    return answer(request, form, deed, page, "documents/measures/measure_create.html")


@requires(rules.can_send_measure_link)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def measure_link_create(request: ActorRequest, client_id: UUID) -> HttpResponse:
    """Choose what to ask; the client gets a mail. Below stands what was sent before."""
    client = get_object_or_404(rules.can_send_measure_link.scope(request.user), pk=client_id)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        links.send_link(actor=request.user, client_id=client.pk, **values)
        return "The link was sent.", request.path

    zone = clock.zone()
    page = {
        "title": "Link to questionnaires",
        "subtitle": client.display_name,
        "cancel_url": reverse("clients:client_detail", args=[client.pk]),
        "address": client.email,
        "days": practice.get(MeasureDefaults).link_days,
        "rows": [
            {
                "names": formatting.listed(asked.name for asked in links.asked_by(link)),
                "sent": formatting.instant(link.created_at, zone),
                "by": link.sent_by.full_name if link.sent_by else "",
                "until": formatting.instant(link.expires_at, zone),
                "badge": link_badge(link),
                "revoke_url": reverse("documents:measure_link_revoke", args=[link.pk])
                if link.is_open
                else "",
            }
            for link in queries.links(request.user, client)[:20]
        ],
    }
    return answer(
        request, LinkForm(posted(request)), deed, page, "documents/measures/measure_link_create.html"
    )


@requires(rules.can_revoke_measure_link)
@require_POST
def measure_link_revoke(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Sent by mistake, or to the wrong address."""
    link = get_object_or_404(rules.can_see_measure_link.scope(request.user), pk=pk)
    try:
        services.revoke_link(actor=request.user, link_id=link.pk)
    except DomainError as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, "The link no longer works.")
    return redirect("documents:measure_link_create", link.client_id)
