"""Times that opened, and who fits a time."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.gates import requires
from mentalspace.core.ids import read_id
from mentalspace.core.places import came_from
from scheduling import rules
from scheduling.services.fitting import LONGEST, SHORTEST
from scheduling.waitlist import badges, queries, services
from scheduling.waitlist.offers import fits_url, offers
from scheduling.waitlist.queries import Opened

SHOWN_OF_EACH = 3


@requires(rules.can_see_opening)
@require_safe
def opening_list(request: ActorRequest) -> HttpResponse:
    """Each with the best of those who fit; booked by one click."""
    found = queries.openings(request.user)
    context = {
        "title": "Times that opened",
        "rows": [_row(each) for each in found],
        "breadcrumbs": [("Waitlist", reverse("scheduling:waitlist_list"))],
    }
    return render(request, "scheduling/opening_list.html", context)


def _row(each: Opened) -> dict[str, Any]:
    opening = each.opening
    minutes = int((opening.end_time - opening.start_time).total_seconds() // 60)
    return {
        "when": when(opening.start_time, opening.end_time),
        "who": opening.staff.name_with_credential,
        "opened": badges.opened_words(opening),
        "offers": offers(each.fitting[:SHOWN_OF_EACH], opening.staff_id),
        "more": len(each.fitting) - SHOWN_OF_EACH if len(each.fitting) > SHOWN_OF_EACH else 0,
        "url": fits_url(opening.staff_id, opening.start_time, minutes),
        "dismiss_url": reverse("scheduling:opening_dismiss", args=[opening.pk]),
    }


@requires(rules.can_see_opening)
@require_POST
def opening_dismiss(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Leave it free."""
    opening = get_object_or_404(rules.can_see_opening.scope(request.user), pk=pk)
    services.dismiss_opening(actor=request.user, opening_id=opening.pk)
    messages.success(request, "The time is left free and no longer listed.")
    return redirect(came_from(request, reverse("scheduling:opening_list")))


@requires(rules.can_keep_waitlist_entry)
@require_safe
def waitlist_fits(request: ActorRequest) -> HttpResponse:
    """Who fits a time of a clinician's, best first, with the reasons; the address names clinician, time and length."""
    staff = get_object_or_404(rules.schedulable_staff(request.user), pk=read_id(request.GET.get("staff")))
    start, minutes = _time(request)
    end = start + timedelta(minutes=minutes)
    slot = queries.slot_of(staff, start, end)
    wall = clock.local(start)
    context = {
        "title": "Who fits this time",
        "when": when(start, end),
        "who": staff.name_with_credential,
        "taken": not queries.is_free(staff, start, end),
        "past": start <= clock.now(),
        "offers": offers(queries.fitting(request.user, slot), staff.pk),
        "calendar_url": f"{reverse('scheduling:schedule')}?date={wall:%Y-%m-%d}",
        "breadcrumbs": [("Waitlist", reverse("scheduling:waitlist_list"))],
    }
    return render(request, "scheduling/waitlist_fits.html", context)


def when(start: datetime, end: datetime) -> str:
    """`Monday, September 14, 2026, 2:00 – 2:50 PM`."""
    zone = clock.zone()
    day = formatting.long_date(start.astimezone(zone).date())
    return f"{day}, {formatting.time_range(start, end, zone)}"


def _time(request: ActorRequest) -> tuple[datetime, int]:
    """The start and the length that the address names. Raises Http404 for what is none."""
    given = request.GET
    try:
        wall = datetime.strptime(  # noqa: DTZ007 - a wall time
            f"{given.get('date', '')} {given.get('start', '')}", "%Y-%m-%d %H:%M"
        )
        minutes = int(given.get("minutes", ""))
    except ValueError:
        raise Http404 from None
    if not (SHORTEST <= minutes <= LONGEST and 1950 <= wall.year <= 2150):
        raise Http404
    return clock.at(wall.date(), wall.time()), minutes
