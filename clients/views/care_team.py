"""Who treats a client."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients import rules, services
from clients.chart import care_team, get_client, is_current, tab_url
from clients.choices import CareRole
from clients.forms import AssignForm, EndForm, HandOverForm
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once


@requires(rules.may_assign_clinicians)
@require_http_methods(["GET", "POST"])
@once
def clinician_assign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Put a clinician on the care team."""
    client = get_client(request.user, pk)
    require(rules.can_assign_clinicians(request.user, client))
    today = clock.today()
    has_primary = any(
        member.role == CareRole.PRIMARY and is_current(member, today) for member in care_team(client)
    )
    form = AssignForm(
        posted(request), initial={"role": CareRole.SECONDARY if has_primary else CareRole.PRIMARY}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.assign_clinician(
                actor=request.user,
                client_id=pk,
                staff_id=data["staff"].pk,
                role=data["role"],
                starts_on=data["starts_on"],
                ends_on=data["ends_on"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"{data['staff'].full_name} is on the care team.")
            return redirect("clients:client_tab", client.pk, "care-team")
    context = {
        "title": f"Assign a clinician to {client.display_name}",
        "form": form,
        "cancel_url": tab_url(client, "care-team"),
    }
    return render(request, "clients/clinician_assign.html", context)


@requires(rules.may_assign_clinicians)
@require_http_methods(["GET", "POST"])
@once
def primary_hand_over(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Make another clinician primary, in one step."""
    client = get_client(request.user, pk)
    require(rules.can_assign_clinicians(request.user, client))
    form = HandOverForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.hand_over_primary(
                actor=request.user,
                client_id=pk,
                staff_id=data["staff"].pk,
                on=data["on"],
                reason=data["reason"],
                keep_as=data["keep_as"],
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(
                request, f"{data['staff'].full_name} is primary clinician from {formatting.date(data['on'])}."
            )
            return redirect("clients:client_tab", client.pk, "care-team")
    context = {
        "title": f"Hand over {client.display_name}",
        "form": form,
        "cancel_url": tab_url(client, "care-team"),
    }
    return render(request, "clients/primary_hand_over.html", context)


@requires(rules.may_assign_clinicians)
@require_http_methods(["GET", "POST"])
def assignment_end(request: ActorRequest, pk: UUID, member_pk: UUID) -> HttpResponse:
    """End an assignment, with a reason."""
    client = get_client(request.user, pk)
    require(rules.can_assign_clinicians(request.user, client))
    member = get_object_or_404(client.care_team.select_related("staff"), pk=member_pk)
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.end_assignment(actor=request.user, member_id=member_pk, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, f"The assignment of {member.staff.full_name} ends.")
            return redirect("clients:client_tab", client.pk, "care-team")
    context = {
        "title": f"End the assignment of {member.staff.full_name}",
        "text": f"{member.staff.full_name} no longer sees the chart of {client.display_name} after the last day.",
        "form": form,
        "danger": True,
        "confirm_label": "End assignment",
        "cancel_url": tab_url(client, "care-team"),
    }
    return render(request, "clients/assignment_end.html", context)
