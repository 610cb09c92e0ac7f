"""Pages about staff, by noun."""

from staff.views.hours import (
    availability,
    availability_edit,
    exception_add,
    exception_remove,
    time_off_answer,
    time_off_list,
)
from staff.views.people import (
    license_list,
    staff_create,
    staff_detail,
    staff_edit,
    staff_list,
    staff_profile,
    staff_status,
    staff_tab,
)
from staff.views.photos import photo, staff_photo, staff_photo_remove

__all__ = [
    "availability",
    "availability_edit",
    "exception_add",
    "exception_remove",
    "license_list",
    "photo",
    "staff_create",
    "staff_detail",
    "staff_edit",
    "staff_list",
    "staff_photo",
    "staff_photo_remove",
    "staff_profile",
    "staff_status",
    "staff_tab",
    "time_off_answer",
    "time_off_list",
]
