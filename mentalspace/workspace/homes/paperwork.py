"""Notes to write, sign, co-sign and unlock."""

from datetime import date, timedelta

from django.db.models import QuerySet
from django.urls import reverse

from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.queries import (
    cosign_queue,
    overdue_before,
    overdue_documents,
    overdue_sessions,
    own_documents,
    plans_due,
    returned_documents,
    sessions_without_note,
    to_read,
    unlock_requests,
)
from mentalspace.core import formatting, practice
from mentalspace.core.cells import Action, Badge, EmptyState
from mentalspace.workspace.homes.parts import Line, Panel, first_of
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.reports.base import address
from scheduling.models import Appointment
from staff.rules import staff_of

SHOWN = 8


def notes_to_finish(scene: Scene) -> Panel:
    """The clinician's own: returned first, then overdue, then sessions without a note, then drafts."""
    returned = set(returned_documents(scene.actor).values_list("pk", flat=True))
    drafts, begun = first_of(
        own_documents(scene.actor)
        .filter(status=DocumentStatus.DRAFT)
        .select_related("client")
        .order_by("due_on", "service_date", "pk"),
        SHOWN * 3,
    )
    lines = [_draft_line(scene, note, note.pk in returned) for note in drafts]
    lines.sort(key=lambda line: not line.urgent)
    own = staff_of(scene.actor)
    missing, unwritten = first_of(
        sessions_without_note(scene.actor).filter(staff=own).select_related("client").order_by("start_time"),
        SHOWN,
    )
    late = overdue_before()
    lines += [_unwritten_line(scene, session, overdue=session.start_time < late) for session in missing]
    return Panel(
        "Notes to finish",
        EmptyState(
            "Every note is signed",
            "Drafts, returned notes and sessions without a note appear here.",
            icon="circle-check",
        ),
        lines[: SHOWN * 2],
        reverse("documents:note_list"),
        "All notes",
        "file-text",
        total=begun + unwritten,
    )


def _unwritten_line(scene: Scene, session: Appointment, *, overdue: bool) -> Line:
    day, who = session.start_time.astimezone(scene.zone).date(), session.client.display_name
    start = reverse("documents:note_start", args=[session.pk])
    return Line(
        who,
        reverse("scheduling:appointment_detail", args=[session.pk]),
        f"Session of {formatting.date(day)}, {formatting.relative_day(day, scene.today)}",
        badges=[
            Badge("No note yet, overdue", "danger", "alert-circle")
            if overdue
            else Badge("No note yet", "warning", "file-plus")
        ],
        actions=[Action("Start note", start, "file-plus", post=True, about=who)],
        urgent=overdue,
    )


def _draft_line(scene: Scene, note: Document, returned: bool) -> Line:
    badges = []
    overdue = note.due_on is not None and note.due_on < scene.today
    if returned:
        badges.append(Badge("Returned", "danger", "arrow-back-up"))
    if note.locked_at:
        badges.append(Badge("Locked", "danger", "lock"))
    if overdue:
        badges.append(Badge("Overdue", "danger", "alert-circle"))
    if not badges:
        badges.append(Badge("Draft", "warning", "edit"))
    due = f", due {formatting.relative_day(note.due_on, scene.today)}" if note.due_on else ""
    return Line(
        note.client.display_name,
        reverse("documents:document_edit", args=[note.pk]),
        f"{note.title} of {formatting.date(note.service_date)}{due}",
        badges=badges,
        actions=[
            Action(
                "Continue",
                reverse("documents:document_edit", args=[note.pk]),
                "edit",
                about=note.client.display_name,
            )
        ],
        urgent=overdue or returned,
    )


def to_cosign(scene: Scene) -> Panel:
    """The supervisor's queue, oldest first."""
    queue, total = first_of(cosign_queue(scene.actor), SHOWN)
    return Panel(
        "To co-sign",
        EmptyState(
            "Nothing waits for your signature",
            "Notes of the people you supervise appear here.",
            icon="signature",
        ),
        [_supervised_line(scene, note, note.due_on) for note in queue],
        reverse("documents:cosign_list"),
        "Queue",
        "signature",
        total=total,
    )


def to_be_read(scene: Scene) -> list[Panel]:
    """Signed notes that the supervisor has to read, oldest first; no panel where there are none."""
    queue, total = first_of(to_read(scene.actor), SHOWN)
    if not queue:
        return []
    return [
        Panel(
            "Signed notes to read",
            EmptyState("Every note is read"),
            [_supervised_line(scene, note, note.reading.due_on) for note in queue],
            reverse("documents:reading_list"),
            "All to read",
            "eye",
            total=total,
        )
    ]


def _supervised_line(scene: Scene, note: Document, due_on: date | None) -> Line:
    """A supervisee's note, with how long it waits."""
    waited = (scene.today - note.submitted_at.astimezone(scene.zone).date()).days if note.submitted_at else 0
    late = due_on is not None and due_on < scene.today
    return Line(
        note.client.display_name,
        reverse("documents:document_detail", args=[note.pk]),
        f"{note.title} by {note.staff.full_name}",
        badges=[
            Badge(
                f"waits {formatting.plural(waited, 'day')}" if waited else "today",
                "danger" if late else "info",
                "clock",
            )
        ],
    )


def supervisees_overdue(scene: Scene) -> Panel:
    """Overdue notes of the people the actor answers for, without the actor's own."""
    own = staff_of(scene.actor)
    lines, total = overdue_lines(
        scene,
        overdue_documents(scene.actor).exclude(staff=own),
        overdue_sessions(scene.actor).exclude(staff=own),
    )
    return Panel(
        "Supervisees' overdue notes",
        EmptyState("Nobody you supervise is behind", "Their overdue notes appear here.", icon="circle-check"),
        lines,
        address("documents:note_list", state="overdue"),
        "All overdue",
        "alert-circle",
        total=total,
    )


def overdue_lines(
    scene: Scene, documents: QuerySet[Document], sessions: QuerySet[Appointment]
) -> tuple[list[Line], int]:
    """Notes past their last day, begun or not, the longest overdue first; and how many there are."""
    begun, begun_total = first_of(documents.select_related("client", "staff").order_by("due_on", "pk"), SHOWN)
    missing, missing_total = first_of(
        sessions.select_related("client", "staff").order_by("start_time", "pk"), SHOWN
    )
    found = [
        (
            note.due_on or scene.today,
            note.staff.full_name,
            reverse("documents:document_detail", args=[note.pk]),
            f"{note.title} of {formatting.date(note.service_date)}, {note.client.display_name}",
        )
        for note in begun
    ]
    allowed = timedelta(days=practice.get(NoteDefaults).due_days)
    for session in missing:
        day = session.start_time.astimezone(scene.zone).date()
        found.append(
            (
                day + allowed,
                session.staff.full_name,
                reverse("scheduling:appointment_detail", args=[session.pk]),
                f"No note yet for {formatting.date(day)}, {session.client.display_name}",
            )
        )
    found.sort(key=lambda each: each[0])
    lines = [
        Line(
            who,
            url,
            about,
            badges=[Badge(f"due {formatting.relative_day(due, scene.today)}", "danger", "alert-circle")],
        )
        for due, who, url, about in found[:SHOWN]
    ]
    return lines, begun_total + missing_total


def unlocks(scene: Scene) -> Panel:
    """Requests to open locked drafts."""
    requests, total = first_of(unlock_requests(scene.actor).filter(state="requested"), SHOWN)
    lines = [
        Line(
            request.requested_by.full_name,
            reverse("documents:unlock_list"),
            f"{request.document.title}: {request.reason}",
        )
        for request in requests
    ]
    return Panel(
        "Unlock requests",
        EmptyState("No requests", "When somebody asks to open a locked draft, it appears here.", icon="lock"),
        lines,
        reverse("documents:unlock_list"),
        "All requests",
        "lock-open",
        total=total,
    )


def plans(scene: Scene) -> Panel:
    """Treatment plans whose review is due."""
    due, total = first_of(
        plans_due(scene.actor).select_related("client", "staff").order_by("review_on", "pk"), SHOWN
    )
    own = staff_of(scene.actor)
    lines = [
        Line(
            plan.client.display_name,
            reverse("clients:client_tab", args=[plan.client_id, "plan"]),
            f"Review {formatting.relative_day(plan.review_on, scene.today)}"
            + ("" if own and plan.staff_id == own.pk else f", {plan.staff.full_name}"),
            badges=[Badge("Overdue", "danger", "alert-circle")]
            if plan.review_on and plan.review_on < scene.today
            else [],
        )
        for plan in due
    ]
    return Panel(
        "Plans to review",
        EmptyState(
            "No plan review is due",
            "Treatment plans appear here two weeks before their review.",
            icon="target",
        ),
        lines,
        reverse("documents:plan_list"),
        "All plans",
        "target",
        total=total,
    )
