"""Who treats a client."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from clients import rules, services
from clients.chart import care_team, get_client, is_current, tab_url
from clients.choices import CareRole
from clients.forms import AssignForm, EndForm, HandOverForm
from mentalspace.core import clock, formatting
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import require, requires
from mentalspace.core.once import once


@requires(rules.can_assign_clinicians)
@require_http_methods(["GET", "HEAD", "POST"])
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

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        staff = values.pop("staff")
        services.assign_clinician(actor=request.user, client_id=pk, staff_id=staff.pk, **values)
        return f"{staff.full_name} is on the care team.", tab_url(client, "care-team")

    page = {
        "title": f"Assign a clinician to {client.display_name}",
        "cancel_url": tab_url(client, "care-team"),
    }
    return answer(request, form, deed, page, "clients/clinician_assign.html")


@requires(rules.can_assign_clinicians)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def primary_hand_over(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Make another clinician primary, in one step."""
    client = get_client(request.user, pk)
    require(rules.can_assign_clinicians(request.user, client))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        staff = values.pop("staff")
        services.hand_over_primary(actor=request.user, client_id=pk, staff_id=staff.pk, **values)
        said = f"{staff.full_name} is primary clinician from {formatting.date(values['on'])}."
        return said, tab_url(client, "care-team")

    page = {"title": f"Hand over {client.display_name}", "cancel_url": tab_url(client, "care-team")}
    return answer(request, HandOverForm(posted(request)), deed, page, "clients/primary_hand_over.html")


@requires(rules.can_assign_clinicians)
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_end(request: ActorRequest, pk: UUID, member_pk: UUID) -> HttpResponse:
    """End an assignment, with a reason."""
    client = get_client(request.user, pk)
    require(rules.can_assign_clinicians(request.user, client))
    member = get_object_or_404(client.care_team.select_related("staff"), pk=member_pk)
    name = member.staff.full_name

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.end_assignment(actor=request.user, member_id=member_pk, **values)
        return f"The assignment of {name} ends.", tab_url(client, "care-team")

    page = {
        "title": f"End the assignment of {name}",
        "text": f"{name} no longer sees the chart of {client.display_name} after the last day.",
        "danger": True,
        "confirm_label": "End assignment",
        "cancel_url": tab_url(client, "care-team"),
    }
    return answer(request, EndForm(posted(request)), deed, page, "clients/assignment_end.html")
