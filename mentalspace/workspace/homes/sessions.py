"""Today's appointments: a clinician's own, or everybody's for the desk."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from billing.panels import copay_links
from documents.choices import SESSION_TYPES, DocumentStatus
from documents.models import Document
from documents.queries import STANDS
from documents.rules import can_write_session_note
from mentalspace.core import formatting
from mentalspace.core.cells import Action, Badge, EmptyState
from mentalspace.workspace.homes.parts import Line, Panel
from mentalspace.workspace.homes.scene import Scene
from scheduling import lifecycle
from scheduling.actions import address, join_of
from scheduling.badges import status_badge
from scheduling.choices import BOOKED, OPEN, AppointmentStatus
from scheduling.groups.sessions import group_status
from scheduling.models import Appointment
from scheduling.queries import appointments_on
from staff.rules import staff_of

# Before that nobody starts a session or its note.
SOON = timedelta(hours=1)
CLOSED = frozenset(AppointmentStatus) - OPEN - {AppointmentStatus.COMPLETED}


def own_day(scene: Scene) -> Panel:
    """The clinician's sessions today, each with its note one click away."""
    own = staff_of(scene.actor)
    sessions = list(appointments_on(scene.actor, scene.today, staff_id=own.pk)) if own else []
    notes = {
        note.appointment_id: note
        for note in Document.objects.filter(STANDS, appointment__in=sessions, type__in=SESSION_TYPES).only(
            "pk", "appointment_id", "status"
        )
    }
    lines = [_own_line(scene, members, notes) for members in _together(sessions)]
    return Panel(
        "Today's sessions",
        EmptyState(
            "No sessions today",
            "Your appointments of the day appear here.",
            ("Open the schedule", reverse("scheduling:schedule")),
            "calendar",
        ),
        lines,
        reverse("scheduling:schedule"),
        "Schedule",
        "calendar",
    )


def _together(sessions: Sequence[Appointment]) -> list[list[Appointment]]:
    """What is not called off, the members of a group session with each other."""
    found: dict[UUID, list[Appointment]] = {}
    for session in sessions:
        if session.status not in CLOSED:
            found.setdefault(session.group_session or session.pk, []).append(session)
    for members in found.values():
        members.sort(key=lambda each: (each.client.last_name, each.client.first_name))
    return list(found.values())


def _own_line(scene: Scene, members: list[Appointment], notes: Mapping[Any, Document]) -> Line:
    session = members[0]
    place = f"{session.get_type_display()} · {session.get_location_display()}"
    if session.group_session is None:
        return _line(scene, session, place, note_action(scene, session, notes.get(session.pk)))
    signed = sum(each.pk in notes and notes[each.pk].status != DocumentStatus.DRAFT for each in members)
    written = f" · {signed} of {len(members)} notes signed" if scene.now >= session.start_time else ""
    return Line(
        ", ".join(each.client.display_name for each in members),
        reverse("scheduling:group_session_detail", args=[session.pk]),
        f"{place}{written}",
        formatting.instant_time(session.start_time, scene.zone),
        [status_badge(group_status(each.status for each in members))],
        _group_actions(scene, members),
        urgent=session.end_time < scene.now and any(each.status in BOOKED for each in members),
    )


def _group_actions(scene: Scene, members: list[Appointment]) -> list[Action]:
    """Start the group, then say who came, then write each client's note from the page of the group."""
    session, about = members[0], f"group of {len(members)}"
    page = reverse("scheduling:group_session_detail", args=[session.pk])
    if session.start_time - scene.now > SOON:
        return []
    actions = join_of(scene.actor, session, about=about)
    if any(each.status == AppointmentStatus.CHECKED_IN for each in members):
        url = reverse("scheduling:group_session_start", args=[session.pk])
        actions.append(Action("Start session", url, "clock-play", post=True, about=about))
    if session.start_time <= scene.now and any(each.status in OPEN for each in members):
        url = reverse("scheduling:group_session_attendance", args=[session.pk])
        actions.append(Action("Attendance", url, "checks", dialog=True, about=about))
    return [*actions, Action("Notes", page, "file-text", about=about)]


def note_action(scene: Scene, session: Appointment, note: Document | None) -> list[Action]:
    """Start, continue or open the note of a session that has begun; before, start the session."""
    who = session.client.display_name
    if note is not None:
        label = "Open note" if note.status != DocumentStatus.DRAFT else "Continue note"
        name = (
            "documents:document_detail" if note.status != DocumentStatus.DRAFT else "documents:document_edit"
        )
        return [Action(label, reverse(name, args=[note.pk]), "file-text", about=who)]
    if session.start_time - scene.now > SOON:
        return []
    actions = join_of(scene.actor, session, about=who)
    if session.status in BOOKED | {AppointmentStatus.CHECKED_IN}:
        actions.append(
            Action(
                "Start session",
                reverse("scheduling:appointment_start", args=[session.pk]),
                "clock-play",
                post=True,
                about=who,
            )
        )
    if can_write_session_note(scene.actor, session):
        url = reverse("documents:note_start", args=[session.pk])
        actions.append(Action("Start note", url, "file-plus", post=True, primary=True, about=who))
    return [*actions, *_missed(scene, session)] if session.status in BOOKED else actions


def desk_board(scene: Scene) -> Panel:
    """Everybody's appointments today with what the desk does next to each."""
    visits = [visit for visit in appointments_on(scene.actor, scene.today) if visit.status not in CLOSED]
    copays = copay_links(scene.actor, visits)
    lines = [
        _line(scene, visit, _with_whom(visit), desk_actions(scene, visit, copays.get(visit.pk)))
        for visit in visits
    ]
    return Panel(
        "Today at the practice",
        EmptyState(
            "Nobody is booked today",
            "The day's appointments of all clinicians appear here.",
            ("Book an appointment", reverse("scheduling:appointment_create")),
            "calendar",
        ),
        lines,
        reverse("scheduling:schedule"),
        "Schedule",
        "calendar",
    )


def _missed(scene: Scene, session: Appointment) -> list[Action]:
    """Once it has begun and nobody was seen: that they did not come."""
    if not lifecycle.allows(lifecycle.MISS, session, scene.now):
        return []
    url = address("appointment_no_show", session, reverse("workspace:home"))
    return [Action("No-show", url, "user-x", dialog=True, about=session.client.display_name)]


def _with_whom(visit: Appointment) -> str:
    return f"{visit.staff.full_name} · Group" if visit.group_session else visit.staff.full_name


def desk_actions(scene: Scene, session: Appointment, copay: tuple[str, str] | None) -> list[Action]:
    """Confirm, then check in, or say that nobody came; then take the copay, then see what came of it."""
    who = session.client.display_name

    def step(label: str, name: str, icon: str, *, primary: bool = False) -> Action:
        return Action(label, reverse(name, args=[session.pk]), icon, post=True, primary=primary, about=who)

    if session.status == AppointmentStatus.SCHEDULED:
        return [
            step("Confirm", "scheduling:appointment_confirm", "check"),
            step("Check in", "scheduling:appointment_check_in", "user-check"),
            *_missed(scene, session),
        ]
    if session.status == AppointmentStatus.CONFIRMED:
        return [
            step("Check in", "scheduling:appointment_check_in", "user-check"),
            *_missed(scene, session),
        ]
    if copay is None:
        return []
    label, url = copay
    back = urlencode({"next": reverse("workspace:home")})
    return [Action(label, f"{url}{'&' if '?' in url else '?'}{back}", "cash", about=who)]


def _line(scene: Scene, session: Appointment, sub: str, actions: list[Action]) -> Line:
    badges: list[Badge] = [status_badge(session.status)]
    return Line(
        session.client.display_name,
        reverse("scheduling:appointment_detail", args=[session.pk]),
        sub,
        formatting.instant_time(session.start_time, scene.zone),
        badges,
        actions,
        urgent=session.status in BOOKED and session.end_time < scene.now,
    )
