"""What can stand against changing a group session."""

from scheduling.errors import AppointmentError


class NoGroupSession(AppointmentError):
    """The appointment is no part of a group session, or nobody of it is left whom this would concern."""

    message = "Nobody of this group session is left to whom this would apply."


class GroupChanged(AppointmentError):
    """Somebody joined, left or came to another state since the page was shown."""

    message = "This group session has changed since the page was opened. Look at it again."
