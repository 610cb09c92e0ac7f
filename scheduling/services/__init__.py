"""Every write to the calendar: one verb, one function, one transaction."""

from scheduling.services.answering import cancel_by_link, confirm_by_link, send_again
from scheduling.services.booking import book_appointment, book_group_session, join_group_session
from scheduling.services.calling_off import cancel_appointment, mark_no_show
from scheduling.services.choosing import remember_calendar
from scheduling.services.closures import (
    create_closure,
    delete_closure,
    keep_federal_holidays,
    update_closure,
)
from scheduling.services.details import update_details
from scheduling.services.moving import move_appointment, reschedule_appointment
from scheduling.services.rooms import create_room, update_room
from scheduling.services.steps import check_in, complete_appointment, confirm, start_session
from scheduling.services.taking_back import reopen_appointment, undo_last_step

__all__ = [
    "book_appointment",
    "book_group_session",
    "cancel_appointment",
    "cancel_by_link",
    "check_in",
    "complete_appointment",
    "confirm",
    "confirm_by_link",
    "create_closure",
    "create_room",
    "delete_closure",
    "join_group_session",
    "keep_federal_holidays",
    "mark_no_show",
    "move_appointment",
    "remember_calendar",
    "reopen_appointment",
    "reschedule_appointment",
    "send_again",
    "start_session",
    "undo_last_step",
    "update_closure",
    "update_details",
    "update_room",
]
