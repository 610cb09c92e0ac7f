"""What notes of groups show on the page of a group session; registered in `DocumentsConfig.ready()`."""

from collections.abc import Sequence

from django.urls import reverse

from accounts.models import User
from documents import rules
from documents.groups.notes import NOT_THERE
from mentalspace.core import clock
from scheduling.models import Appointment
from scheduling.panels import GroupAction
from staff.rules import staff_of


def group_note_link(actor: User, members: Sequence[Appointment]) -> tuple[str, str] | None:
    """For who held the session, once it has begun. Asks nothing."""
    own = staff_of(actor)
    if own is None or not rules.can_write_documents(actor):
        return None
    there = [each for each in members if each.staff_id == own.pk and each.status not in NOT_THERE]
    if not there or clock.local(there[0].start_time).date() > clock.today():
        return None
    return "Group note", reverse("documents:group_note", args=[there[0].pk])


GROUP_ACTION = GroupAction("group_note", "file-text", 10, group_note_link)
