"""What is read of requests."""

from datetime import timedelta

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from accounts.models import User
from mentalspace.core import clock
from scheduling import rules
from scheduling.models import BookingRequest
from scheduling.requests.choices import RequestState

# By then the worker has tried for the last time, half an hour after the first.
TRIED = timedelta(hours=1)


def untold() -> Q:
    """Those whose mail failed for good, so that somebody has to call: until the time asked for is over."""
    now = clock.now()
    tried = Q(updated_at__lt=now - TRIED, start_time__gt=now, cleared_at__isnull=True)
    return tried & ~Q(email="") & ~Q(told=F("state"))


def waiting(rows: QuerySet[BookingRequest]) -> QuerySet[BookingRequest]:
    """Those of these that are still to be answered, or whose answer could not be mailed; with `is_untold`."""
    wait = Q(state=RequestState.WAITING, cleared_at__isnull=True)
    return with_mail(rows).filter(wait | Q(is_untold=True))


def with_mail(rows: QuerySet[BookingRequest]) -> QuerySet[BookingRequest]:
    """The same, each knowing whether its mail failed for good: `is_untold`."""
    return rows.annotate(is_untold=ExpressionWrapper(untold(), output_field=BooleanField()))


def to_answer(actor: User) -> QuerySet[BookingRequest]:
    """Those that wait for this person."""
    return waiting(rules.can_see_request.scope(actor))
