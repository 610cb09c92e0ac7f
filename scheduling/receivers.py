"""What the staff's hours tell the schedule."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.dispatch import receiver

from scheduling.waitlist.opening import note_time_off_over
from staff.availability import TimeOff
from staff.models import Staff
from staff.signals import time_off_taken_back


@receiver(time_off_taken_back, dispatch_uid="scheduling.note_openings")
def times_open_again(sender: Any, *, staff: Staff, away: Sequence[tuple[date, TimeOff]], **_: Any) -> None:
    """Whoever waits may have one of these times."""
    note_time_off_over(staff, away)
