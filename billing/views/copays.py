"""A copay that is not taken."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from billing import rules, services
from billing.forms import NoCopayForm
from billing.links import appointment_url, copay_url
from mentalspace.core import clock, formatting
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling.rules import visible_appointments


@requires(rules.can_take_payments)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def copay_leave(request: ActorRequest, appointment_id: UUID) -> HttpResponse:
    """Say why the copay of a visit is not taken."""
    visit = get_object_or_404(visible_appointments(request.user).select_related("client"), pk=appointment_id)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.leave_copay(actor=request.user, appointment_id=visit.pk, **values)
        return "Noted why the copay was not taken.", came_from(request, appointment_url(visit.pk))

    when = formatting.instant(visit.start_time, clock.zone())
    page = {
        "title": "Copay not taken",
        "subtitle": f"{visit.client.display_name}, {when}",
        "intro": "The client owes it with the bill of this visit. Why is it not taken now?",
        "cancel_url": copay_url(visit),
        "cancel_label": "Take it after all",
    }
    return answer(request, NoCopayForm(posted(request)), deed, page)
