"""HTTP of the schedule."""

from scheduling.views.answering import reminder_answer, reminder_cancel, reminder_confirm
from scheduling.views.booking import appointment_create
from scheduling.views.calendar import schedule, schedule_live
from scheduling.views.changing import (
    appointment_cancel,
    appointment_drag,
    appointment_edit,
    appointment_move,
    appointment_no_show,
    appointment_reopen,
    appointment_reschedule,
)
from scheduling.views.client_time import client_time
from scheduling.views.closures import (
    closure_create,
    closure_delete,
    closure_edit,
    closure_federal,
    closure_list,
)
from scheduling.views.detail import appointment_detail
from scheduling.views.displaced import displaced_list
from scheduling.views.finding import find_a_time
from scheduling.views.listing import appointment_list
from scheduling.views.reminders import reminder_list, reminder_send
from scheduling.views.rooms import room_create, room_edit, room_list
from scheduling.views.sheet import day_sheet
from scheduling.views.steps import (
    appointment_check_in,
    appointment_complete,
    appointment_confirm,
    appointment_start,
    appointment_undo,
)

__all__ = [
    "appointment_cancel",
    "appointment_check_in",
    "appointment_complete",
    "appointment_confirm",
    "appointment_create",
    "appointment_detail",
    "appointment_drag",
    "appointment_edit",
    "appointment_list",
    "appointment_move",
    "appointment_no_show",
    "appointment_reopen",
    "appointment_reschedule",
    "appointment_start",
    "appointment_undo",
    "client_time",
    "closure_create",
    "closure_delete",
    "closure_edit",
    "closure_federal",
    "closure_list",
    "day_sheet",
    "displaced_list",
    "find_a_time",
    "reminder_answer",
    "reminder_cancel",
    "reminder_confirm",
    "reminder_list",
    "reminder_send",
    "room_create",
    "room_edit",
    "room_list",
    "schedule",
    "schedule_live",
]
