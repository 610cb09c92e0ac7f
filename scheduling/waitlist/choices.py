"""Values of the waitlist."""

from django.db import models


class Urgency(models.TextChoices):
    """In order: whoever stands first here is offered a time first."""

    URGENT = "urgent", "Urgent"
    SOON = "soon", "Soon"
    ROUTINE = "routine", "Routine"


class EntryState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    BOOKED = "booked", "Booked"
    CLOSED = "closed", "Closed"


class ClosedBecause(models.TextChoices):
    """Why somebody no longer waits who was not booked from the list."""

    NOT_WANTED = "not_wanted", "No longer wants a time"
    BOOKED_ELSEWHERE = "booked_elsewhere", "Has a time by other means"
    NOT_REACHED = "not_reached", "Could not be reached"
    MISTAKE = "mistake", "Entered by mistake"
    OTHER = "other", "Other"


class OpenedBy(models.TextChoices):
    """What gave a time free."""

    CANCELLED = "cancelled", "Cancelled"
    MOVED = "moved", "Moved elsewhere"
    TIME_OFF = "time_off", "Time off taken back"
