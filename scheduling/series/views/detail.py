"""One series: its rule, all its sessions, and what can be done with those to come."""

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.http import ActorRequest
from clients.rules import visible_clients
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge
from mentalspace.core.gates import requires
from scheduling import badges, rules
from scheduling.choices import BOOKED
from scheduling.models import Appointment, Series
from scheduling.series.choices import Scope
from scheduling.series.sessions import going_on, is_exception, sessions_of
from scheduling.views.back import page_of


def get_series(request: ActorRequest, pk: UUID) -> Series:
    """The series with client and clinician; 404 for whoever may not see it."""
    charts = visible_clients(request.user).filter(pk=OuterRef("client_id"))
    seen = rules.can_see_series.scope(request.user).select_related("client", "staff__user")
    return get_object_or_404(seen.annotate(opens_chart=Exists(charts)), pk=pk)


@requires(rules.can_see_series)
@require_safe
def series_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Rule, sessions in order, exceptions marked."""
    series = get_series(request, pk)
    seen = rules.visible_appointments(request.user)
    sessions = list(sessions_of(series.origin_id).filter(pk__in=seen.values("pk")))
    now, zone = clock.now(), clock.zone()
    ahead = [each for each in sessions if each.status in BOOKED and each.start_time > now]
    chart = series.opens_chart  # type: ignore[attr-defined]
    context = {
        "title": series.words,
        "series": series,
        "client_url": reverse("clients:client_detail", args=[series.client_id]) if chart else "",
        "facts": _facts(request, series, sessions, ahead),
        "rows": [_row(each, number, zone) for number, each in enumerate(sessions, start=1)],
        "page_actions": _actions(request, series, ahead),
        "breadcrumbs": [("Schedule", reverse("scheduling:schedule"))],
    }
    return render(request, "scheduling/series_detail.html", context)


def _group_words(series: Series, request: ActorRequest) -> str:
    """With whom, as far as the actor may see them."""
    others = going_on(rules.can_see_series.scope(request.user).filter(group=series.group, ended_at=None))
    names = [
        each.client.display_name
        for each in others.exclude(client=series.client_id)
        .select_related("client")
        .order_by("client__last_name", "client__first_name")
    ]
    return f"With {formatting.listed(names)}" if names else "Nobody else you may see"


def _facts(
    request: ActorRequest, series: Series, sessions: list[Appointment], ahead: list[Appointment]
) -> list[tuple[str, Any]]:
    billing = series.billing_code if series.is_billable else "Not billable"
    ended = formatting.instant(series.ended_at, clock.zone()) if series.ended_at else ""
    return [
        ("Clinician", series.staff.name_with_credential),
        ("Length", formatting.duration(series.minutes)),
        ("Type", series.get_type_display()),
        ("Location", series.get_location_display()),
        ("Service code", billing),
        *([("Group", _group_words(series, request))] if series.group else []),
        ("Sessions", f"{len(sessions)}, {len(ahead)} to come"),
        ("Planned until", formatting.date(series.planned_until)),
        ("Time zone", series.time_zone.replace("_", " ")),
        *([("Ended", ended)] if ended else []),
    ]


def _row(session: Appointment, number: int, zone: Any) -> dict[str, Any]:
    changed = is_exception(session)
    moved = changed and session.series_slot is not None and session.start_time != session.series_slot
    return {
        "number": number,
        "url": page_of(session),
        "when": badges.full_when(session, zone),
        "staff": session.staff.full_name,
        "badge": badges.status_badge(session.status),
        "changed": Badge("Changed by hand", "info", "edit") if changed else None,
        "instead": formatting.instant(session.series_slot, zone) if moved else "",
    }


def _actions(request: ActorRequest, series: Series, ahead: list[Appointment]) -> list[Action]:
    """Changing and cancelling what is to come, from its first session on; extending last."""
    found = []
    changeable = next((each for each in ahead if rules.can_change_appointment(request.user, each)), None)
    if changeable is not None:
        offered = [
            ("Cancel sessions", "series_cancel", "calendar-cancel", ""),
            ("Change sessions", "series_change", "edit", ""),
        ]
        if series.group is not None:
            offered = [
                ("Cancel for everybody", "series_cancel", "calendar-cancel", "&of=everybody"),
                ("Cancel for this client", "series_cancel", "user-x", ""),
                ("Change for everybody", "series_change", "edit", ""),
            ]
        for label, name, icon, query in offered:
            url = f"{reverse(f'scheduling:{name}', args=[changeable.pk])}?scope={Scope.ALL}{query}"
            found.append(Action(label, url, icon=icon))
    if series.ended_at is None and rules.can_schedule_for(request.user, series.staff):
        url = reverse("scheduling:series_extend", args=[series.pk])
        found.append(Action("Extend", url, icon="calendar-plus", primary=True))
    return found
