"""What a person can do with an appointment in its state: the buttons of its page, the panel, lists and boards."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from mentalspace.core import clock
from mentalspace.core.cells import Action
from scheduling import lifecycle, rules
from scheduling.choices import CANCELLED, AppointmentStatus, AppointmentType
from scheduling.models import Appointment
from scheduling.panels import AppointmentAction, Consequence
from scheduling.panels import appointment as panels
from scheduling.services.taking_back import steps_to_undo
from scheduling.telehealth import join_address
from scheduling.waitlist.offers import fits_url


def address(name: str, appointment: Appointment, back: str = "") -> str:
    """The URL of a verb; `back` is the page to come back to."""
    url = reverse(f"scheduling:{name}", args=[appointment.pk])
    return f"{url}?{urlencode({'next': back})}" if back else url


def steps_of(actor: User, appointment: Appointment, back: str = "", *, about: str = "") -> list[Action]:
    """Confirm, check in, start, complete: those that are next. The most likely one is primary. No queries."""
    now = clock.now()
    found = []
    if rules.can_hold_session(actor, appointment):
        if lifecycle.allows(lifecycle.START, appointment, now):
            found.append(("Start session", "appointment_start", "player-play"))
        if lifecycle.allows(lifecycle.COMPLETE, appointment, now):
            found.append(("Complete", "appointment_complete", "checks"))
    if rules.can_change_appointment(actor, appointment):
        if lifecycle.allows(lifecycle.CONFIRM, appointment, now):
            found.insert(0, ("Confirm", "appointment_confirm", "check"))
        if lifecycle.allows(lifecycle.CHECK_IN, appointment, now):
            found.insert(0, ("Check in", "appointment_check_in", "user-check"))
    return [
        *join_of(actor, appointment, about=about),
        *(
            Action(
                label, address(name, appointment, back), icon=icon, post=True, primary=place == 0, about=about
            )
            for place, (label, name, icon) in enumerate(found)
        ),
    ]


def join_of(actor: User, appointment: Appointment, *, about: str = "") -> list[Action]:
    """The room of a session by video, for the clinician who holds it, shortly before and during it. No queries."""
    if appointment.staff.user_id != actor.pk:
        return []
    room = join_address(appointment, clock.now())
    return [Action("Join", room, icon="login", about=about, outside=True)] if room else []


def changes_of(actor: User, appointment: Appointment, back: str = "", *, about: str = "") -> list[Action]:
    """Edit, move, reschedule, no-show, cancel; of a group those that concern one client alone. No queries."""
    if not rules.can_change_appointment(actor, appointment):
        return []
    now = clock.now()
    found = []

    def add(label: str, name: str, icon: str, *, danger: bool = False) -> None:
        url = _asking(name, appointment, back)
        found.append(Action(label, url, icon=icon, dialog=True, danger=danger, about=about))

    if appointment.status in lifecycle.EDITABLE:
        add("Edit details", "appointment_edit", "edit")
    if appointment.status in lifecycle.MOVABLE and appointment.group_session is None:
        add("Move", "appointment_move", "arrows-move")
        if appointment.type == AppointmentType.GROUP:
            add("Add a client", "group_member_add", "user-plus")
    if lifecycle.allows(lifecycle.RESCHEDULE, appointment, now):
        add("Reschedule", "appointment_reschedule", "calendar-repeat")
    if lifecycle.allows(lifecycle.MISS, appointment, now):
        add("No-show", "appointment_no_show", "user-x")
    if lifecycle.allows(lifecycle.CANCEL, appointment, now):
        add("Cancel", "appointment_cancel", "calendar-cancel", danger=True)
    if appointment.status in lifecycle.REOPENABLE:
        add("Reopen", "appointment_reopen", "rotate-clockwise")
    return found


# Of a session of a series it is asked first whether it alone is meant.
ASKED = {"appointment_edit": "edit", "appointment_move": "move", "appointment_cancel": "cancel"}


def _asking(name: str, appointment: Appointment, back: str) -> str:
    """The address of a change, or of the question before it."""
    of_group = appointment.group_session is not None and name != "appointment_cancel"
    if appointment.series_id is None or name not in ASKED or of_group:
        return address(name, appointment, back)
    query = {"to": ASKED[name], **({"next": back} if back else {})}
    return f"{reverse('scheduling:series_ask', args=[appointment.pk])}?{urlencode(query)}"


def undos_of(actor: User, appointments: Sequence[Appointment], back: str = "") -> dict[UUID, Action]:
    """Taking back the last step of each, where that is still possible. One query at most."""
    mine = [each for each in appointments if rules.can_change_appointment(actor, each)]
    steps = steps_to_undo(mine)
    return {
        each.pk: Action(
            f"Undo “{steps[each.pk].get_to_status_display().lower()}”",
            address("appointment_undo", each, back),
            icon="arrow-back-up",
            post=True,
            about=each.client.display_name if len(appointments) > 1 else "",
        )
        for each in mine
        if each.pk in steps
    }


def again_of(actor: User, appointment: Appointment) -> Action | None:
    """Booking the same again: a week later for one that is to come, whenever for one that was held or called off."""
    if not rules.can_schedule_for(actor, appointment.staff):
        return None
    label, facts = "Book next", dict[str, Any](like=appointment.pk)
    if appointment.status in lifecycle.MOVABLE:
        label, wall = "Copy", clock.local(appointment.start_time)
        facts |= {"date": wall.date() + timedelta(days=7), "start": f"{wall:%H:%M}"}
    url = f"{reverse('scheduling:appointment_create')}?{urlencode(facts)}"
    return Action(label, url, icon="calendar-plus", dialog=True)


def fits_of(actor: User, appointment: Appointment) -> Action | None:
    """Who waits for the time of one that was called off, while it is still to come. No queries."""
    gone = appointment.status in CANCELLED or appointment.status == AppointmentStatus.RESCHEDULED
    if not gone or appointment.start_time <= clock.now():
        return None
    if not (rules.can_keep_waitlist_entry.gate(actor) and rules.can_schedule_for(actor, appointment.staff)):
        return None
    url = fits_url(appointment.staff_id, appointment.start_time, appointment.minutes)
    return Action("Who fits this time", url, icon="users")


def actions_of_others(actor: User, appointments: Sequence[Appointment]) -> dict[UUID, list[Action]]:
    """What apps above offer for each of these appointments: start note, take copay."""
    found: dict[UUID, list[Action]] = {each.pk: [] for each in appointments}
    several = len(appointments) > 1
    for panel in panels.of(AppointmentAction):
        links = panel.links(actor, appointments)
        for each in appointments:
            if each.pk in links:
                label, url = links[each.pk]
                about = each.client.display_name if several else ""
                found[each.pk].append(Action(label, url, icon=panel.icon, about=about))
    return found


def consequences_of(actor: User, appointment: Appointment) -> tuple[str, str]:
    """What apps above say about the step just taken, and the page on which the first of them asks something."""
    found = [each for panel in panels.of(Consequence) if (each := panel.of(actor, appointment)) is not None]
    said = " ".join(sentence for sentence, _ in found if sentence)
    return said, next((url for _, url in found if url), "")
