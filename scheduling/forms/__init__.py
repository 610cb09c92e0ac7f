"""Forms of the schedule: of appointments, and of what the practice keeps for them."""

from scheduling.forms.booking import (
    AppointmentForm,
    CancelForm,
    DetailsForm,
    DragForm,
    MoveForm,
    ReopenForm,
    RescheduleForm,
)
from scheduling.forms.closures import ClosureForm
from scheduling.forms.finding import FindForm
from scheduling.forms.rooms import RoomForm

__all__ = [
    "AppointmentForm",
    "CancelForm",
    "ClosureForm",
    "DetailsForm",
    "DragForm",
    "FindForm",
    "MoveForm",
    "ReopenForm",
    "RescheduleForm",
    "RoomForm",
]
