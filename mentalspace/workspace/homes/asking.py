"""Requests of the booking page, times that opened with whom they suit, and who waits."""

from django.urls import reverse

from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, EmptyState
from mentalspace.workspace.homes.parts import Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from scheduling.models import BookingRequest
from scheduling.requests.queries import to_answer
from scheduling.waitlist import badges
from scheduling.waitlist.offers import fits_url
from scheduling.waitlist.queries import Opened, openings, waiting

SHOWN = 6


def requests(scene: Scene) -> list[Panel]:
    """Requests of the booking page to answer, or whose mail failed for good; no panel where there are none."""
    found, total = first_of(to_answer(scene.actor).order_by("created_at", "pk"), SHOWN)
    if not found:
        return []
    lines = [
        Line(
            asked.full_name,
            reverse("scheduling:request_detail", args=[asked.pk]),
            f"{formatting.instant(asked.start_time, scene.zone)} · {asked.get_type_display()}",
            badges=_untold(asked),
        )
        for asked in found
    ]
    return [
        Panel(
            "Requests to answer",
            EmptyState("No request waits"),
            lines,
            reverse("scheduling:request_list"),
            "All",
            "inbox",
            total=total,
        )
    ]


def _untold(asked: BookingRequest) -> list[Badge]:
    failed: bool = asked.is_untold  # type: ignore[attr-defined]
    return [Badge("Mail not sent", "danger", "alert-circle")] if failed else []


def opened(scene: Scene) -> list[Panel]:
    """Times that opened and suit somebody who waits; no panel where there are none."""
    found = openings(scene.actor)
    if not found:
        return []
    return [
        Panel(
            "Times that opened",
            EmptyState("No time has opened"),
            [_line(scene, each) for each in found[:SHOWN]],
            reverse("scheduling:opening_list"),
            "All",
            "calendar-plus",
            total=len(found),
        )
    ]


def _line(scene: Scene, each: Opened) -> Line:
    opening = each.opening
    minutes = int((opening.end_time - opening.start_time).total_seconds() // 60)
    day = formatting.short_date(clock.local(opening.start_time).date())
    best = each.fitting[0].entry
    more = f" and {len(each.fitting) - 1} more" if len(each.fitting) > 1 else ""
    return Line(
        f"{day}, {formatting.time_range(opening.start_time, opening.end_time, scene.zone)}",
        fits_url(opening.staff_id, opening.start_time, minutes),
        f"{opening.staff.full_name} · {best.client.display_name}{more}",
        badges=[badges.urgency_badge(best.urgency)],
    )


def waiting_for_a_time(scene: Scene) -> Panel:
    """Who waits for a time, the most urgent first."""
    entries, total = first_of(waiting(scene.actor).select_related("client"), SHOWN)
    lines = [
        Line(
            entry.client.display_name,
            reverse("scheduling:waitlist_detail", args=[entry.pk]),
            badges.hours_words(entry),
            badges=[badges.urgency_badge(entry.urgency)],
        )
        for entry in entries
    ]
    return Panel(
        "Waiting for a time",
        EmptyState(
            "Nobody waits for a time",
            "Clients who want another or an earlier time appear here.",
            ("Put on the waitlist", reverse("scheduling:waitlist_create")),
            "hourglass",
        ),
        lines,
        reverse("scheduling:waitlist_list"),
        "All",
        "hourglass",
        total=total,
    )
