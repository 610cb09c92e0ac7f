"""A lead becomes a client."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients.choices import CareRole
from clients.models import Client
from clients.queries.duplicates import Duplicate
from clients.rules import visible_clients
from clients.services import assign_clinician
from crm import rules, services
from crm.choices import LeadStatus
from crm.errors import LeadConverted
from crm.forms import ConvertForm
from crm.models import Lead
from crm.views.leads import around_lead
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id
from mentalspace.core.once import once

ALREADY = "This lead had become a client already; nothing was created a second time."


@requires(rules.can_convert_leads)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def lead_convert(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The form of a new client, filled in; beside it whoever may be the same person."""
    lead = get_object_or_404(rules.visible_leads(request.user), pk=pk)
    if (elsewhere := _not_to_convert(request, lead)) is not None:
        return elsewhere
    form = ConvertForm(posted(request), initial=ConvertForm.initial_of_lead(lead))
    duplicates = form.duplicates()

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        try:
            client = _convert(request, lead, form, duplicates)
        except LeadConverted as error:
            return ALREADY, reverse("clients:client_detail", args=[error.client_id])
        return f"The lead is now client C-{client.number}.", reverse(
            "clients:client_detail", args=[client.pk]
        )

    page = {
        **around_lead(lead, f"Convert {lead.full_name} to a client"),
        "lead": lead,
        "duplicates": duplicates,
    }
    return answer(request, form, deed, page, "crm/lead_convert.html")


@requires(rules.can_convert_leads)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def lead_link(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Close the lead as somebody who is a client already; asks once more which one."""
    lead = get_object_or_404(rules.visible_leads(request.user), pk=pk)
    if (elsewhere := _not_to_convert(request, lead)) is not None:
        return elsewhere
    chosen = read_id(request.POST.get("client") or request.GET.get("client"))
    client = get_object_or_404(visible_clients(request.user), pk=chosen)
    if request.method == "POST":
        try:
            services.link_lead(actor=request.user, lead_id=pk, client_id=client.pk)
        except LeadConverted as error:
            return _converted_already(request, error)
        messages.success(request, f"The lead was linked to client C-{client.number}.")
        return redirect("clients:client_detail", client.pk)
    context = {
        "title": f"{lead.full_name} is a client already",
        "lead": lead,
        "client": client,
        "confirm_label": f"Link to C-{client.number} and close the lead",
        "cancel_label": "Go back",
        "cancel_url": reverse("crm:lead_convert", args=[pk]),
    }
    return render(request, "crm/lead_link.html", context)


@transaction.atomic
def _convert(request: ActorRequest, lead: Lead, form: ConvertForm, duplicates: list[Duplicate]) -> Client:
    """Client, tie and, where one was chosen, the primary clinician: all or nothing."""
    data: dict[str, Any] = form.cleaned_data
    client = services.convert_lead(
        actor=request.user,
        lead_id=lead.pk,
        status=data["status"],
        is_another_person=form.is_compared_with(duplicates),
        **form.facts(),
    )
    if data["clinician"]:
        assign_clinician(
            actor=request.user, client_id=client.pk, staff_id=data["clinician"].pk, role=CareRole.PRIMARY
        )
    return client


def _not_to_convert(request: ActorRequest, lead: Lead) -> HttpResponse | None:
    """Where to go instead when the lead is closed."""
    if lead.converted_to_client:
        return _converted_already(request, LeadConverted(lead.converted_client_id))
    if lead.status == LeadStatus.LOST:
        messages.warning(request, "This lead was marked lost. Reopen it first.")
        return redirect("crm:lead_reopen", pk=lead.pk)
    return None


def _converted_already(request: ActorRequest, error: LeadConverted) -> HttpResponse:
    """Somebody was quicker, or the button was pressed twice: here is the client."""
    messages.info(request, ALREADY)
    return redirect("clients:client_detail", error.client_id)
