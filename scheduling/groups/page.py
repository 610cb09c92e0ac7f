"""What the page and the panel of a group session show."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.models import User
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, Badge
from scheduling import actions, badges, lifecycle, panels, rules
from scheduling.choices import CANCELLED, AppointmentStatus
from scheduling.groups.sessions import GroupSession
from scheduling.models import Appointment
from scheduling.services.calling_off import cancellation_summary


@dataclass(frozen=True, slots=True)
class Member:
    """A client of the group: attendance, what comes next, and everything else behind a menu."""

    name: str
    url: str
    sub: str
    badge: Badge
    steps: list[Action]
    menu: list[Action]
    key: str
    gone: bool


def group_context(actor: User, group: GroupSession, back: str) -> dict[str, Any]:
    """Everything about the group as far as the actor may see it, with every verb that they can use now."""
    head, zone = group.head, clock.zone()
    return {
        "title": head.get_type_display(),
        "group": group,
        "when": badges.full_when(head, zone),
        "badge": badges.status_badge(group.status),
        "facts": _facts(head),
        "overbooked": head.overbook_reason if head.overbooked else "",
        "counts": _counts(group),
        "members": _members(actor, group, back),
        "steps": _steps(actor, group, back),
        "changes": _changes(actor, group, back),
        "page_url": reverse("scheduling:group_session_detail", args=[head.pk]),
        "breadcrumbs": [
            ("Schedule", f"{reverse('scheduling:schedule')}?date={clock.local(head.start_time):%Y-%m-%d}")
        ],
    }


def _facts(head: Appointment) -> list[tuple[str, Any]]:
    return [
        ("Clinician", head.staff.name_with_credential),
        ("Length", formatting.duration(head.minutes)),
        ("Location", head.get_location_display()),
        *([("Room", str(head.room))] if head.room else []),
        ("Service code", head.billing_code if head.is_billable else "Not billable"),
    ]


def _counts(group: GroupSession) -> list[tuple[str, str]]:
    """`Completed 3, No-show 1`, in the order of the life cycle."""
    statuses = [each.status for each in group.members]
    return [(label, str(statuses.count(key))) for key, label in AppointmentStatus.choices if key in statuses]


def _members(actor: User, group: GroupSession, back: str) -> list[Member]:
    """As many queries for ten as for one."""
    others = actions.actions_of_others(actor, group.members)
    undos = actions.undos_of(actor, group.members, back)
    return [
        _member(actor, each, [*others[each.pk], *([undos[each.pk]] if each.pk in undos else [])], back)
        for each in sorted(group.members, key=lambda each: each.status in _GONE)
    ]


_GONE = CANCELLED | {AppointmentStatus.RESCHEDULED}


def _member(actor: User, appointment: Appointment, others: list[Action], back: str) -> Member:
    name = appointment.client.display_name
    steps = [
        step
        for step in actions.steps_of(actor, appointment, back, about=name)
        # The room is the group's, and so is starting it.
        if not step.outside and not step.url.partition("?")[0].endswith(("/start/", "/complete/"))
    ]
    return Member(
        name=name,
        url=reverse("scheduling:appointment_detail", args=[appointment.pk]),
        sub=cancellation_summary(appointment),
        badge=badges.status_badge(appointment.status),
        steps=[*steps, *others],
        menu=actions.changes_of(actor, appointment, back, about=name),
        key=str(appointment.pk),
        gone=appointment.status in _GONE,
    )


def _steps(actor: User, group: GroupSession, back: str) -> list[Action]:
    """Join, start, attendance, and what apps above add."""
    head, now = group.head, clock.now()
    found = actions.join_of(actor, head) + _of_others(actor, group)
    if not group.open or not rules.can_hold_session(actor, head):
        return found
    if any(each.status == AppointmentStatus.CHECKED_IN for each in group.open):
        url = actions.address("group_session_start", head, back)
        found.append(Action("Start session", url, icon="player-play", post=True, primary=True))
    if any(lifecycle.allows(lifecycle.COMPLETE, each, now) for each in group.open):
        url = actions.address("group_session_attendance", head, back)
        found.append(Action("Attendance", url, icon="checks", dialog=True, primary=True))
    return found


def _of_others(actor: User, group: GroupSession) -> list[Action]:
    added = [
        (each.icon, each.link(actor, group.members)) for each in panels.appointment.of(panels.GroupAction)
    ]
    return [Action(link[0], link[1], icon=icon) for icon, link in added if link]


def _changes(actor: User, group: GroupSession, back: str) -> list[Action]:
    """What is done to all of it."""
    head = group.head
    if not group.taking_part or not rules.can_change_appointment(actor, head):
        return []
    found = [("Edit for all", "group_session_edit", "edit", False)]
    if all(each.status in lifecycle.MOVABLE for each in group.taking_part):
        found.append(("Move the group", "appointment_move", "arrows-move", False))
    if head.status in lifecycle.MOVABLE:
        found.append(("Add a client", "group_member_add", "user-plus", False))
    if all(each.status in lifecycle.CANCEL.sources for each in group.taking_part):
        found.append(("Cancel for everybody", "group_session_cancel", "calendar-cancel", True))
    return [
        Action(label, _asking(name, head, back), icon=icon, dialog=True, danger=danger)
        for label, name, icon, danger in found
    ]


# Of a session of a group that repeats it is asked first which sessions are meant.
ASKED = {
    "group_session_edit": "edit-group",
    "appointment_move": "move-group",
    "group_session_cancel": "cancel-group",
}


def _asking(name: str, head: Appointment, back: str) -> str:
    """The address of a change, or of the question before it."""
    if name not in ASKED or head.series is None or head.series.group is None:
        return actions.address(name, head, back)
    query = urlencode({"to": ASKED[name], "next": back})
    return f"{reverse('scheduling:series_ask', args=[head.pk])}?{query}"
