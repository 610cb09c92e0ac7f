"""HTTP of the waitlist."""

from scheduling.waitlist.views.booking import waitlist_book
from scheduling.waitlist.views.entries import (
    waitlist_close,
    waitlist_create,
    waitlist_detail,
    waitlist_edit,
    waitlist_list,
    waitlist_reopen,
)
from scheduling.waitlist.views.openings import opening_dismiss, opening_list, waitlist_fits

__all__ = [
    "opening_dismiss",
    "opening_list",
    "waitlist_book",
    "waitlist_close",
    "waitlist_create",
    "waitlist_detail",
    "waitlist_edit",
    "waitlist_fits",
    "waitlist_list",
    "waitlist_reopen",
]
