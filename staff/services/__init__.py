"""Every write to staff, by noun: people, hours, photos."""

from staff.services.hours import (
    add_exception,
    answer_time_off,
    days_between,
    remove_exception,
    set_weekly_hours,
)
from staff.services.people import (
    Details,
    change_status,
    create_admin,
    create_staff,
    update_profile,
    update_staff,
)
from staff.services.photos import remove_photo, set_photo

__all__ = [
    "Details",
    "add_exception",
    "answer_time_off",
    "change_status",
    "create_admin",
    "create_staff",
    "days_between",
    "remove_exception",
    "remove_photo",
    "set_photo",
    "set_weekly_hours",
    "update_profile",
    "update_staff",
]
