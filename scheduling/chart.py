"""What the schedule puts into a client's chart, and into a colleague's page."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from clients.panels import Action, Card, Fact, FactSource, Subject, Tab
from clients.rules import can_see_client
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action as Button
from scheduling import actions, badges, queries, rules
from scheduling.blocks import entries_html
from scheduling.choices import OPEN, AppointmentStatus
from scheduling.entries import entries_between
from scheduling.grid import by_day
from scheduling.models import Appointment
from scheduling.services.calling_off import cancellation_summary
from scheduling.views.back import page_of
from staff.models import Staff
from staff.panels import Caution, CautionSource
from staff.panels import Tab as StaffTab

UPCOMING = 3
PAST_PAGE = 50


def may_see_schedule(actor: User, client: Client) -> bool:
    return rules.can_open_schedule(actor) and can_see_client(actor, client)


def may_book_for(actor: User, client: Client) -> bool:
    return rules.can_book(actor) and client.status != ClientStatus.DECEASED


def booking_url(client: Client) -> str:
    """The booking form with the client chosen; back to the chart afterwards."""
    tab = reverse("clients:client_tab", args=[client.pk, "schedule"])
    return f"{reverse('scheduling:appointment_create')}?{urlencode({'client': client.pk, 'next': tab})}"


def schedule_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """What is to come, soonest first; what was, or was called off, latest first. One query."""
    actor = request.user
    now = clock.now()
    found = list(queries.of_client(actor, client))
    ahead = [each for each in found if each.end_time > now and each.status in OPEN]
    before = [each for each in found if each not in ahead]
    shown = before if request.GET.get("all") else before[:PAST_PAGE]
    return {
        "upcoming": [_line(actor, each, request.path) for each in reversed(ahead)],
        "past": [_line(actor, each, request.path) for each in shown],
        "past_count": len(before),
        "more_url": f"{request.path}?all=1" if len(shown) < len(before) else "",
        "booking_url": booking_url(client) if may_book_for(actor, client) else "",
    }


def _line(actor: User, appointment: Appointment, back: str) -> dict[str, Any]:
    zone = clock.zone()
    about = badges.when(appointment, zone)
    buttons: list[Button] = actions.steps_of(actor, appointment, back, about=about)
    if appointment.status in OPEN:
        buttons += actions.changes_of(actor, appointment, back, about=about)
    return {
        "key": str(appointment.pk),
        "url": page_of(appointment),
        "date": formatting.instant_date(appointment.start_time, zone),
        "weekday": f"{appointment.start_time.astimezone(zone):%A}",
        "time": formatting.time_range(appointment.start_time, appointment.end_time, zone),
        "type": appointment.get_type_display(),
        "where": appointment.get_location_display(),
        "staff": appointment.staff.full_name,
        "badge": badges.status_badge(appointment.status),
        "summary": cancellation_summary(appointment),
        "about": about,
        "actions": buttons,
    }


@dataclass(frozen=True, slots=True)
class Visits:
    """What the chart's header and overview say of the schedule."""

    ahead: list[Appointment]
    last: Appointment | None


def visits_of(actor: User, client: Client) -> Visits:
    """The next visits and the last one, as far as the actor may see them; asked for once per chart, in one query.

    The header's facts and the overview's card get the same client object, which keeps the answer while they are drawn.
    """
    kept: tuple[Any, Visits] | None = vars(client).get("_visits_seen")
    if kept is not None and kept[0] == actor.pk:
        return kept[1]
    seen = queries.of_client(actor, client)
    now = clock.now()
    ahead = seen.filter(status__in=OPEN, end_time__gt=now).order_by("start_time", "id")[:UPCOMING]
    held = seen.filter(status=AppointmentStatus.COMPLETED, start_time__lte=now).order_by("-start_time", "id")[
        :1
    ]
    found = sorted(ahead.union(held, all=True), key=lambda each: (each.start_time, each.pk))
    visits = Visits(
        [each for each in found if each.status in OPEN],
        next((each for each in found if each.status == AppointmentStatus.COMPLETED), None),
    )
    vars(client)["_visits_seen"] = (actor.pk, visits)
    return visits


def visits_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The next visits and the last one, for the overview."""
    actor = request.user
    visits = visits_of(actor, client)
    return {
        "next_visits": [_line(actor, each, request.path) for each in visits.ahead],
        "last_visit": _line(actor, visits.last, request.path) if visits.last else None,
        "schedule_url": reverse("clients:client_tab", args=[client.pk, "schedule"]),
        "booking_url": booking_url(client) if may_book_for(actor, client) else "",
    }


def next_visit(actor: User, client: Client) -> Fact | None:
    """`Next visit: 11/24/2026 2:00 PM`; says so when there is none."""
    ahead = visits_of(actor, client).ahead
    if not ahead:
        return Fact("Next visit", "None booked", booking_url(client) if may_book_for(actor, client) else "")
    return Fact("Next visit", formatting.instant(ahead[0].start_time, clock.zone()), page_of(ahead[0]))


def last_visit(actor: User, client: Client) -> Fact | None:
    """`Last visit: 11/17/2026`."""
    found = visits_of(actor, client).last
    if found is None:
        return None
    return Fact("Last visit", formatting.instant_date(found.start_time, clock.zone()), page_of(found))


def named_appointments(actor: User, keys: Collection[str]) -> dict[str, tuple[str, str]]:
    """Day and time of appointments, for the chart's history."""
    rows = rules.visible_appointments(actor).filter(pk__in=keys).values_list("pk", "start_time")
    zone = clock.zone()
    return {
        str(pk): (formatting.instant(start, zone), reverse("scheduling:appointment_detail", args=[pk]))
        for pk, start in rows
    }


PANELS = (
    Subject("appointment", named_appointments),
    Tab(
        "schedule",
        "Schedule",
        "calendar",
        10,
        may_see_schedule,
        "scheduling/client_schedule.html",
        schedule_tab,
    ),
    Card("scheduling_visits", 20, may_see_schedule, "scheduling/_card_visits.html", visits_card, "side"),
    FactSource("next_visit", 10, may_see_schedule, next_visit),
    FactSource("last_visit", 11, may_see_schedule, last_visit),
    Action("Appointment", "calendar-plus", 10, may_book_for, booking_url),
)


def has_calendar(actor: User, staff: Staff) -> bool:
    return staff.takes_appointments and rules.can_open_schedule(actor)


def staff_schedule(request: ActorRequest, staff: Staff) -> dict[str, Any]:
    """A colleague's next seven days, as far as the actor may see them; the rest is Busy. One query."""
    actor = request.user
    today = clock.today()
    found = entries_between(actor, today, today + timedelta(days=6), [staff.pk])
    calendar = reverse("scheduling:schedule")
    return {
        "agenda": [
            {
                "label": formatting.long_date(day),
                "url": f"{calendar}?{urlencode({'view': 'day', 'date': day.isoformat(), 'staff': staff.pk})}",
                "today": day == today,
                "count": formatting.plural(len(entries), "appointment"),
                "html": entries_html(entries),
            }
            for day, entries in by_day(found).items()
        ],
        "week_url": f"{calendar}?{urlencode({'view': 'week', 'staff': staff.pk})}",
    }


def booked_ahead(actor: User, staff: Staff, start: datetime, end: datetime | None) -> Caution | None:
    """How many appointments an absence would leave without their clinician."""
    count = queries.booked_during(staff, start, end).count()
    if not count:
        return None
    span = {"first": clock.local(start).date().isoformat(), "status": sorted(OPEN)}
    if end is not None:
        span["last"] = clock.local(end - timedelta(microseconds=1)).date().isoformat()
    query = urlencode({"staff": staff.pk, **span}, doseq=True)
    url = f"{reverse('scheduling:appointment_list')}?{query}"
    text = f"{formatting.plural(count, 'appointment is', 'appointments are')} booked with {staff.full_name} then."
    return Caution(text, url)


STAFF_PANELS = (
    StaffTab(
        "schedule", "Schedule", "calendar", 30, has_calendar, "scheduling/staff_schedule.html", staff_schedule
    ),
    CautionSource("appointments", 10, booked_ahead),
)
