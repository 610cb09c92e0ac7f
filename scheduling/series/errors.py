"""What can stand against planning or changing a series."""

from scheduling.errors import AppointmentError


class PlanChanged(AppointmentError):
    """What would be saved is not what was shown, or something is not decided yet."""

    message = "Something has changed since these sessions were listed. Look at them again."


class NothingPlanned(AppointmentError):
    """Every session is left out, or the rule has none."""

    message = "No session is left to save."
    field = "date"


class NotInSeries(AppointmentError):
    """The appointment is no part of a series, or nothing of the series is still to come."""

    message = "There is no session to come in this series."
