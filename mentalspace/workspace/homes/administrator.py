"""Home of the administrator: the practice in figures, and what needs a decision."""

from datetime import date, timedelta

from django.urls import reverse

from billing.queries.balances import open_total
from clients.choices import ClientStatus
from clients.models import Client
from crm.choices import OPEN_LEAD
from crm.models import Lead
from documents.queries import overdue_documents, overdue_sessions, sessions_without_note
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, EmptyState, Stat
from mentalspace.workspace.homes import paperwork, risks, shared
from mentalspace.workspace.homes.parts import Home, Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address
from mentalspace.workspace.reports.kept_visits import kept_rows
from scheduling.choices import OCCUPIES
from scheduling.models import Appointment
from staff.choices import StaffStatus
from staff.models import Staff
from staff.pages import time_off_to_answer

MONTH = timedelta(days=30)
SOON = timedelta(days=90)
SHOWN = 8


def administrator_home(scene: Scene) -> Home:
    """Figures of today and of the last thirty days; compliance, licenses, requests and leads."""
    return Home(
        stats=figures(scene),
        main=[*risks.to_respond(scene), behind(scene), paperwork.unlocks(scene)],
        side=[*time_off(scene), licenses(scene), shared.leads(scene), shared.unread(scene)],
    )


def figures(scene: Scene) -> list[Stat]:
    """Each leads to the rows it counts."""
    active = Client.objects.filter(status=ClientStatus.ACTIVE).count()
    leads = Lead.objects.filter(status__in=OPEN_LEAD).count()
    return [
        *_visits(scene),
        *_notes(scene),
        Stat(
            "Open balance",
            formatting.money(open_total()),
            address("billing:bill_list", owed_by="anyone"),
            icon="hourglass",
        ),
        Stat(
            "Active clients",
            formatting.number(active),
            address("clients:client_list", status="active"),
            icon="users",
        ),
        Stat("Open leads", str(leads), reverse("crm:lead_board"), icon="address-book"),
    ]


def _visits(scene: Scene) -> list[Stat]:
    """Today's sessions, and of those of the last thirty days the part that was kept."""
    start, end = clock.day_bounds(scene.today)
    month = scene.today - MONTH
    booked = Appointment.objects.filter(
        start_time__gte=start, start_time__lt=end, status__in=sorted(OCCUPIES)
    )
    rows = kept_rows(Staff.objects.values("pk"), month, scene.today, "staff")
    due = sum(row.due for row in rows)
    return [
        Stat("Sessions today", str(booked.count()), reverse("scheduling:schedule"), icon="calendar"),
        Stat(
            "Kept visits",
            formatting.percent(sum(row.held for row in rows) / due) if due else "–",
            reverse("workspace:report", args=["kept-visits"]) + f"?first={formatting.date(month)}",
            "last 30 days",
            icon="calendar-check",
        ),
    ]


def _notes(scene: Scene) -> list[Stat]:
    """Notes past their last day, begun or not, and sessions without one."""
    overdue = overdue_documents(scene.actor).count() + overdue_sessions(scene.actor).count()
    unwritten = sessions_without_note(scene.actor).count()
    return [
        Stat(
            "Overdue notes",
            str(overdue),
            address("documents:note_list", state="overdue"),
            tone="danger" if overdue else "neutral",
            icon="alert-circle",
        ),
        Stat(
            "Without a note",
            str(unwritten),
            address("documents:note_list", state="unwritten"),
            tone="warning" if unwritten else "neutral",
            icon="file-plus",
        ),
    ]


def behind(scene: Scene) -> Panel:
    """Overdue notes of the whole practice, oldest first."""
    lines, total = paperwork.overdue_lines(
        scene, overdue_documents(scene.actor), overdue_sessions(scene.actor)
    )
    return Panel(
        "Overdue notes",
        EmptyState(
            "No note is overdue",
            "Notes past their due date appear here, whoever writes them.",
            icon="circle-check",
        ),
        lines,
        reverse("workspace:report", args=["notes"]),
        "By clinician",
        "alert-circle",
        total=total,
    )


def time_off(scene: Scene) -> list[Panel]:
    """Time off that waits for an answer, the soonest first; no panel where there is none."""
    asked = time_off_to_answer(scene.actor, scene.today)
    if not asked:
        return []
    lines = [
        Line(
            staff.full_name,
            reverse("staff:time_off_answer", args=[staff.pk, absence.key]),
            f"{absence.days}. {absence.times}",
        )
        for staff, absence in asked[:SHOWN]
    ]
    return [
        Panel(
            "Time off to answer",
            EmptyState("Nothing is asked for"),
            lines,
            reverse("staff:time_off_list"),
            "All",
            "calendar-off",
            total=len(asked),
        )
    ]


def licenses(scene: Scene) -> Panel:
    """Licenses that expire within ninety days."""
    expiring, total = first_of(
        Staff.objects.filter(license_expires_on__lte=scene.today + SOON)
        .exclude(status=StaffStatus.INACTIVE)
        .order_by("license_expires_on", "last_name"),
        SHOWN,
    )
    lines = []
    for member in expiring:
        day = member.license_expires_on
        gone = day is not None and day < scene.today
        lines.append(
            Line(
                member.full_name,
                reverse("staff:staff_detail", args=[member.pk]),
                f"{member.license_type} {'expired' if gone else 'expires'} {formatting.date(day)}",
                badges=[_left(day, scene.today)],
            )
        )
    return Panel(
        "Licenses",
        EmptyState(
            "No license expires soon",
            "Licenses appear here ninety days before they expire.",
            icon="certificate",
        ),
        lines,
        reverse("workspace:report", args=["licenses"]),
        "All",
        "certificate",
        total=total,
    )


def _left(day: date | None, today: date) -> Badge:
    """How long a license still holds."""
    days = (day - today).days if day else 0
    return (
        Badge("expired", "danger", "alert-circle")
        if days < 0
        else Badge(formatting.plural(days, "day"), "warning")
    )
