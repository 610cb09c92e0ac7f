"""Sessions to be moved because nobody will be there."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from mentalspace.core import audit, clock
from mentalspace.core.gates import requires
from scheduling import actions, badges, rules
from scheduling.displaced import Displaced, displaced
from scheduling.views.back import page_of
from scheduling.views.confirming import opening_choices


@requires(rules.can_schedule_for)
@require_safe
def displaced_list(request: ActorRequest) -> HttpResponse:
    """Each with the nearest free times, to be moved by one click, or cancelled; it stays here until it is settled."""
    staff = list(rules.schedulable_staff(request.user).order_by("last_name", "first_name", "pk"))
    named = request.GET.get("staff", "")
    chosen = [each for each in staff if str(each.pk) == named] or staff
    found, more = displaced(request.user, chosen)
    context = {
        "title": "Sessions to move",
        "rows": [_row(request, each) for each in found],
        "more": more,
        "whose": chosen[0].full_name if len(chosen) == 1 and len(staff) > 1 else "",
    }
    return render(request, "scheduling/displaced_list.html", context)


def _row(request: ActorRequest, each: Displaced) -> dict[str, Any]:
    session, here = each.session, request.get_full_path()
    audit.saw(session.client_id)
    return {
        "session": session,
        "url": page_of(session),
        "when": badges.full_when(session, clock.zone()),
        "why": each.why,
        "openings": opening_choices(tuple(each.openings)),
        "move_url": actions.address("appointment_move", session, here),
        "cancel_url": actions.address("appointment_cancel", session, here),
    }
