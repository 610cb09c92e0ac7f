"""How somebody left their calendar. About nobody else, so the audit trail does not hold it."""

from collections.abc import Sequence
from uuid import UUID

from scheduling.models import CalendarChoice


def remember_calendar(choice: CalendarChoice, *, staff_ids: Sequence[UUID] | None, step: int) -> None:
    """Keep what was asked for now in place of `choice`. No statement where it is the same, else one."""
    if (staff_ids is None or list(staff_ids) == choice.staff_ids) and step == choice.step:
        return
    made = CalendarChoice(
        user_id=choice.user_id, staff_ids=None if staff_ids is None else list(staff_ids), step=step
    )
    # Two windows may both be the first.
    CalendarChoice.objects.bulk_create(
        [made], update_conflicts=True, unique_fields=["user"], update_fields=["staff_ids", "step"]
    )
