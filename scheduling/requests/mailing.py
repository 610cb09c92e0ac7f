"""Telling people what became of their request, by mails that tell nothing about health."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from mentalspace.core import clock, formatting, practice
from scheduling.defaults import ReminderDefaults
from scheduling.models import BookingRequest
from scheduling.requests.choices import DeclinedBecause, RequestState

SUBJECTS = {
    RequestState.WAITING: "We received your request",
    RequestState.APPROVED: "Your appointment is booked",
    RequestState.MOVED: "Your appointment is booked, at another time",
    RequestState.DECLINED: "About your request",
}
REASONS = {
    DeclinedBecause.NO_TIME: "We have no time free at present that would suit.",
    DeclinedBecause.NOT_OFFERED: "What you asked for is not something that we offer.",
    DeclinedBecause.NOT_REACHED: "We tried to reach you and could not.",
    DeclinedBecause.TWICE: "We had your request already, and have answered the other one.",
}


@transaction.atomic
def tell(*, request_id: UUID) -> bool:
    """Mail the state that it is in, unless that was told. True if a mail left.

    The row is locked while the mail server takes it, so that two workers send one mail. Raises what the server raises;
    the job is then tried again.
    """
    request = (
        BookingRequest.objects.select_for_update(of=("self",))
        .select_related("appointment")
        .get(pk=request_id)
    )
    if request.told == request.state or not request.email:
        return False
    if request.declined_because != DeclinedBecause.MISUSE:
        send_mail(SUBJECTS[RequestState(request.state)], body(request), None, [request.email])
    request.told = request.state
    request.save(update_fields=["told", "updated_at"])
    return request.declined_because != DeclinedBecause.MISUSE


def body(request: BookingRequest) -> str:
    """The whole mail: a time and a number to call; neither who treats nor what for."""
    shown = request.appointment.start_time if request.appointment else request.start_time
    wall = clock.local(shown)
    context = {
        "state": request.state,
        "moment": f"{formatting.long_date(wall.date())} at {formatting.time(wall)} {wall.tzname()}",
        "reason": REASONS.get(DeclinedBecause(request.declined_because)) if request.declined_because else "",
        "phone": formatting.phone(practice.get(practice.PracticeProfile).phone),
        "signed": practice.get(ReminderDefaults).signed,
        "again": f"{settings.PUBLIC_URL}{reverse('scheduling:booking_times')}" if settings.PUBLIC_URL else "",
    }
    return render_to_string("scheduling/mail/request.txt", context)
