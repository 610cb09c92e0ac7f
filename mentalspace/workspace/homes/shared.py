"""Panels that several roles have: messages, leads, clients to book."""

from django.urls import reverse

from accounts.queries import name_of
from clients.choices import ClientStatus
from clients.lists import emergency_badge
from clients.queries import unreviewed
from clients.rules import can_list_emergencies, visible_clients
from crm.choices import LeadStatus
from crm.lists import follow_up_badge, status_badge
from crm.queries import to_call
from crm.rules import visible_leads
from mentalspace.core import formatting
from mentalspace.core.cells import Badge, EmptyState
from mentalspace.workspace.homes.parts import Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address
from mentalspace.workspace.reports.caseload import without_next_visit
from messaging.queries import unread_threads

SHOWN = 6


def unread(scene: Scene) -> Panel:
    """Threads with something unread."""
    lines = [
        Line(
            thread.subject,
            reverse("messaging:thread_detail", args=[thread.pk]),
            formatting.instant(thread.last_message_at, scene.zone),
            badges=[Badge("Urgent", "danger", "alert-triangle")] if thread.urgency == "high" else [],
        )
        for thread in unread_threads(scene.actor, SHOWN)
    ]
    return Panel(
        "Unread messages",
        EmptyState(
            "You have read everything",
            "New messages appear here.",
            ("Write a message", reverse("messaging:message_create")),
            "mail",
        ),
        lines,
        address("messaging:inbox", unread="unread"),
        "All unread",
        "mail",
    )


def emergencies(scene: Scene) -> list[Panel]:
    """Emergency accesses that nobody has reviewed yet; no panel where there are none, as on most days."""
    if not can_list_emergencies(scene.actor):
        return []
    waiting, total = first_of(unreviewed(scene.actor), SHOWN)
    lines = [
        Line(
            name_of(access.user),
            reverse("clients:emergency_detail", args=[access.pk]),
            f"Began {formatting.instant(access.began_at, scene.zone)}",
            badges=[emergency_badge(access)],
            urgent=True,
        )
        for access in waiting
    ]
    if not lines:
        return []
    return [
        Panel(
            "Emergency access to review",
            EmptyState("Nothing to review"),
            lines,
            address("clients:emergency_list", state="unreviewed"),
            "All",
            "shield-exclamation",
            total=total,
        )
    ]


def unbooked(scene: Scene) -> Panel:
    """Active clients with nothing booked in two weeks."""
    clients, total = first_of(
        without_next_visit(scene.actor).order_by("last_name", "first_name", "pk"), SHOWN
    )
    lines = [
        Line(client.display_name, reverse("clients:client_detail", args=[client.pk]), f"C-{client.number}")
        for client in clients
    ]
    return Panel(
        "No next appointment",
        EmptyState(
            "Everybody is booked",
            "Active clients with nothing booked for two weeks appear here.",
            icon="calendar-check",
        ),
        lines,
        reverse("workspace:unbooked_clients"),
        "All",
        "calendar-off",
        total=total,
    )


def waitlist(scene: Scene) -> Panel:
    """Clients who wait for a place, the longest first."""
    clients, total = first_of(
        visible_clients(scene.actor).filter(status=ClientStatus.WAITLIST).order_by("created_at", "pk"), SHOWN
    )
    lines = [
        Line(
            client.display_name,
            reverse("clients:client_detail", args=[client.pk]),
            " · ".join(part for part in (f"C-{client.number}", formatting.phone(client.phone)) if part),
        )
        for client in clients
    ]
    return Panel(
        "Waiting for a place",
        EmptyState("Nobody waits for a place", "Clients with the status Waitlist appear here.", icon="users"),
        lines,
        address("clients:client_list", status=ClientStatus.WAITLIST.value),
        "All",
        "users",
        total=total,
    )


def leads(scene: Scene) -> Panel:
    """New leads, and those whose follow-up is due."""
    waiting, total = first_of(
        to_call(visible_leads(scene.actor)).order_by("follow_up_on", "created_at"),
        SHOWN,
    )
    lines = []
    for lead in waiting:
        badges = [status_badge(lead.status)] if lead.status == LeadStatus.NEW else []
        if due := follow_up_badge(lead, scene.today, begin="Follow up"):
            badges.append(due)
        lines.append(
            Line(
                lead.full_name,
                reverse("crm:lead_detail", args=[lead.pk]),
                " · ".join(
                    part for part in (formatting.phone(lead.phone), lead.get_source_display()) if part
                ),
                badges=badges,
            )
        )
    return Panel(
        "Leads to call",
        EmptyState(
            "No lead waits",
            "New inquiries and follow-ups that are due appear here.",
            ("Log an inquiry", reverse("crm:lead_create")),
            "address-book",
        ),
        lines,
        address("crm:lead_list", follow_up="call"),
        "All",
        "address-book",
        total=total,
    )
