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
from clients.queries import possible_duplicates
from clients.queries.duplicates import Duplicate
from clients.rules import visible_clients
from clients.services import assign_clinician
from crm import rules, services
from crm.choices import LeadStatus
from crm.errors import LeadConverted
from crm.forms import ConvertForm
from crm.models import Lead
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id
from mentalspace.core.once import once


@requires(rules.can_convert_leads)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def lead_convert(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The form of a new client, filled in; beside it whoever may be the same person."""
    lead = get_object_or_404(rules.visible_leads(request.user), pk=pk)
    if (elsewhere := _not_to_convert(request, lead)) is not None:
        return elsewhere
    form = ConvertForm(posted(request), initial=ConvertForm.initial_of_lead(lead))
    valid = request.method == "POST" and form.is_valid()
    duplicates = _duplicates(form if request.method == "POST" else None, lead)
    if valid:
        try:
            client = _convert(request, lead, form, duplicates)
        except LeadConverted as error:
            return _converted_already(request, error)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"The lead is now client C-{client.number}.")
            return redirect("clients:client_detail", client.pk)
    context = {
        "title": f"Convert {lead.full_name} to a client",
        "lead": lead,
        "form": form,
        "duplicates": duplicates,
        "cancel_url": reverse("crm:lead_detail", args=[pk]),
        "breadcrumbs": [
            ("Leads", reverse("crm:lead_board")),
            (lead.full_name, reverse("crm:lead_detail", args=[pk])),
        ],
    }
    return render(request, "crm/lead_convert.html", context, status=422 if form.errors else 200)


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
    seen = set(data["compared"].split())
    compared = data["is_another_person"] and all(str(duplicate.id) in seen for duplicate in duplicates)
    client = services.convert_lead(
        actor=request.user, lead_id=lead.pk, status=data["status"], is_another_person=compared, **form.facts()
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
    messages.info(request, "This lead had become a client already; nothing was created a second time.")
    return redirect("clients:client_detail", error.client_id)


def _duplicates(form: ConvertForm | None, lead: Lead) -> list[Duplicate]:
    """Looks with what is typed, or at first with what the lead told."""
    known = form.cleaned_data if form else ConvertForm.initial_of_lead(lead)
    return possible_duplicates(
        first_name=known.get("first_name") or "",
        last_name=known.get("last_name") or "",
        date_of_birth=known.get("date_of_birth"),
        phone=known.get("phone") or "",
        email=known.get("email") or "",
    )
