"""Values of requests for an appointment."""

from django.db import models


class RequestState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    APPROVED = "approved", "Approved"
    MOVED = "moved", "Approved, at another time"
    DECLINED = "declined", "Declined"


ANSWERED = frozenset({RequestState.APPROVED, RequestState.MOVED, RequestState.DECLINED})


class DeclinedBecause(models.TextChoices):
    """For the record, and for the words of the mail. Whoever misuses the page gets none."""

    NO_TIME = "no_time", "No time free at present"
    NOT_OFFERED = "not_offered", "Not what the practice offers"
    NOT_REACHED = "not_reached", "Could not be reached"
    TWICE = "twice", "Asked twice"
    MISUSE = "misuse", "Misuse of the page (no mail is sent)"
