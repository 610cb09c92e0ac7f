"""What is read of requests."""

from django.db.models import QuerySet

from accounts.models import User
from scheduling import rules
from scheduling.models import BookingRequest
from scheduling.requests.choices import RequestState


def waiting(rows: QuerySet[BookingRequest]) -> QuerySet[BookingRequest]:
    """Those of these that are still to be answered."""
    return rows.filter(state=RequestState.WAITING, cleared_at__isnull=True)


def to_answer(actor: User) -> QuerySet[BookingRequest]:
    """Those that wait for this person."""
    return waiting(rules.can_see_request.scope(actor))
