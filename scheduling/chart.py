"""What the schedule puts into a client's chart, and into a colleague's page."""

from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.choices import ClientStatus
from clients.models import Client
from clients.panels import Action, Card, Columns, Fact, FactSource, Subject, Tab
from clients.rules import can_see_client, can_serve_client
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action as Button
from scheduling import actions, badges, queries, rules
from scheduling.blocks import entries_html
from scheduling.choices import OPEN, AppointmentStatus
from scheduling.entries import entries_between
from scheduling.grid import by_day
from scheduling.models import Appointment, WaitlistEntry
from scheduling.series.sessions import Course, courses
from scheduling.services.calling_off import cancellation_summary
from scheduling.views.back import page_of
from scheduling.waitlist.badges import hours_words, urgency_badge, what_words
from scheduling.waitlist.queries import waits_of
from staff.models import Staff
from staff.panels import Caution, CautionSource, Span
from staff.panels import Tab as StaffTab

UPCOMING = 3
PAST_PAGE = 50
# So many of the appointments that an absence hits are named.
NAMED = 6


def may_see_schedule(actor: User, client: Client) -> bool:
    return rules.can_see_appointment.gate(actor) and can_see_client(actor, client)


def may_book_for(actor: User, client: Client) -> bool:
    serves = rules.can_schedule_for.gate(actor) and can_serve_client(actor, client)
    return serves and client.status != ClientStatus.DECEASED


def booking_url(client: Client) -> str:
    """The booking form with the client chosen; back to the chart afterwards."""
    tab = reverse("clients:client_tab", args=[client.pk, "schedule"])
    return f"{reverse('scheduling:appointment_create')}?{urlencode({'client': client.pk, 'next': tab})}"


def finding_url(client: Client) -> str:
    """The page that finds a time, for this client; back to the chart after booking."""
    tab = reverse("clients:client_tab", args=[client.pk, "schedule"])
    return f"{reverse('scheduling:find_a_time')}?{urlencode({'client': client.pk, 'next': tab})}"


def schedule_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """What is to come, soonest first; what was, or was called off, latest first; what they wait for. Two queries."""
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
        "find_url": finding_url(client) if may_book_for(actor, client) else "",
        "series": [_course(each) for each in courses(found)],
        "planning_url": planning_url(client) if may_book_for(actor, client) else "",
        "waits": [_wait(each) for each in waits_of(actor, client.pk)],
        "waiting_url": waiting_url(client) if may_book_for(actor, client) else "",
    }


def waiting_url(client: Client) -> str:
    """The form that puts them on the waitlist; back to the chart afterwards."""
    tab = reverse("clients:client_tab", args=[client.pk, "schedule"])
    return f"{reverse('scheduling:waitlist_create')}?{urlencode({'client': client.pk, 'next': tab})}"


def _wait(entry: WaitlistEntry) -> dict[str, Any]:
    return {
        "url": reverse("scheduling:waitlist_detail", args=[entry.pk]),
        "words": hours_words(entry),
        "what": what_words(entry),
        "badge": urgency_badge(entry.urgency),
    }


def planning_url(client: Client) -> str:
    """The same for a series."""
    tab = reverse("clients:client_tab", args=[client.pk, "schedule"])
    return f"{reverse('scheduling:series_create')}?{urlencode({'client': client.pk, 'next': tab})}"


def _course(course: Course) -> dict[str, Any]:
    """A series in a line: its rule, who holds it, the next sessions and how many are left."""
    series, zone = course.series, clock.zone()
    return {
        "url": reverse("scheduling:series_detail", args=[series.pk]),
        "words": series.words,
        "next": [badges.when(each, zone) for each in course.ahead[:UPCOMING]],
        "left": f"{len(course.ahead)} of {formatting.plural(course.total, 'session')} to come",
        "over": not course.ahead,
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


def _coming_and_held(seen: QuerySet[Appointment]) -> tuple[QuerySet[Appointment], QuerySet[Appointment]]:
    """Visits that are to come, the next first, and that were held, the last first."""
    now = clock.now()
    coming = seen.filter(status__in=OPEN, end_time__gt=now).order_by("start_time", "id")
    held = seen.filter(status=AppointmentStatus.COMPLETED, start_time__lte=now).order_by("-start_time", "id")
    return coming, held


def visits_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The next visits and the last one, for the overview. One query."""
    actor = request.user
    coming, held = _coming_and_held(queries.of_client(actor, client))
    # A union alone does not order; what it found is few rows.
    found = sorted(coming[:UPCOMING].union(held[:1], all=True), key=lambda each: each.start_time)
    ahead = [each for each in found if each.status in OPEN]
    last = next((each for each in found if each.status == AppointmentStatus.COMPLETED), None)
    return {
        "next_visits": [_line(actor, each, request.path) for each in ahead],
        "last_visit": _line(actor, last, request.path) if last else None,
        "schedule_url": reverse("clients:client_tab", args=[client.pk, "schedule"]),
        "booking_url": booking_url(client) if may_book_for(actor, client) else "",
    }


def visit_columns(actor: User) -> Columns:
    """Key and beginning of the next visit and of the last one, as far as the actor may see them."""
    if not rules.can_see_appointment.gate(actor):
        return {}
    brief = JSONObject(key="pk", start="start_time")
    coming, held = _coming_and_held(rules.visible_appointments(actor).filter(client=OuterRef("pk")))
    return {
        "next_visit": Subquery(coming.values(at=brief)[:1]),
        "last_visit": Subquery(held.values(at=brief)[:1]),
    }


def next_visit(actor: User, client: Client) -> Fact | None:
    """`Next visit: 11/24/2026 2:00 PM`; says so when there is none."""
    found = _visit(client, "next_visit")
    if found is None:
        return Fact("Next visit", "None booked", booking_url(client) if may_book_for(actor, client) else "")
    start, url = found
    return Fact("Next visit", formatting.instant(start, clock.zone()), url)


def last_visit(actor: User, client: Client) -> Fact | None:
    """`Last visit: 11/17/2026`."""
    found = _visit(client, "last_visit")
    if found is None:
        return None
    start, url = found
    return Fact("Last visit", formatting.instant_date(start, clock.zone()), url)


def _visit(client: Client, column: str) -> tuple[datetime, str] | None:
    """Beginning and page of a visit that was read with the client."""
    brief: dict[str, str] | None = vars(client)[column]
    if brief is None:
        return None
    url = reverse("scheduling:appointment_detail", args=[brief["key"]])
    return datetime.fromisoformat(brief["start"]), url


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
    FactSource("next_visit", 10, may_see_schedule, next_visit, visit_columns),
    FactSource("last_visit", 11, may_see_schedule, last_visit),
    Action("Appointment", "calendar-plus", 10, may_book_for, booking_url),
)


def has_calendar(actor: User, staff: Staff) -> bool:
    return staff.takes_appointments and rules.can_see_appointment.gate(actor)


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


def booked_ahead(actor: User, staff: Staff, spans: Sequence[Span]) -> Caution | None:
    """The appointments that an absence would leave without their clinician.

    Of hours, or of days apart from each other, it names the times, as no filter of a list shows just these.
    """
    starts = list(queries.booked_during(staff, spans).values_list("start_time", flat=True))
    if not starts:
        return None
    text = f"{formatting.plural(len(starts), 'appointment is', 'appointments are')} booked with {staff.full_name} then"
    url = ""
    if len(spans) == 1 and _is_of_whole_days(*spans[0]):
        url = _list_of(staff, *spans[0])
    else:
        named = [formatting.instant(start, clock.zone()) for start in starts[:NAMED]]
        named += [f"{len(starts) - NAMED} more"] if len(starts) > NAMED else []
        text = f"{text}: {formatting.listed(named)}"
    settle_url = ""
    if rules.can_schedule_for(actor, staff):
        settle_url = f"{reverse('scheduling:displaced_list')}?{urlencode({'staff': staff.pk})}"
    return Caution(f"{text}.", url, settle_url)


def _is_of_whole_days(start: datetime, end: datetime | None) -> bool:
    return end is None or all(clock.local(each).time() == time.min for each in (start, end))


def _list_of(staff: Staff, start: datetime, end: datetime | None) -> str:
    """What is open with somebody on the days from the one to the other."""
    span = {"first": clock.local(start).date().isoformat(), "status": sorted(OPEN)}
    if end is not None:
        span["last"] = clock.local(end - timedelta(microseconds=1)).date().isoformat()
    query = urlencode({"staff": staff.pk, **span}, doseq=True)
    return f"{reverse('scheduling:appointment_list')}?{query}"


STAFF_PANELS = (
    StaffTab(
        "schedule", "Schedule", "calendar", 30, has_calendar, "scheduling/staff_schedule.html", staff_schedule
    ),
    CautionSource("appointments", 10, booked_ahead),
)
