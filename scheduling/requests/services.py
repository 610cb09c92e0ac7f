"""What becomes of a request: one verb, one function, one transaction.

A request is locked before any calendar is held. No other verb locks one, so nobody waits in a circle.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from accounts.models import User
from accounts.services import limits
from clients.choices import ClientStatus
from clients.models import Client
from clients.queries import possible_duplicates
from clients.services import create_client
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from scheduling import rules, signals
from scheduling.errors import AlreadyTold, RequestAnswered, SlotTaken, TooManyRequests
from scheduling.models import Appointment, BookingRequest
from scheduling.requests.choices import DeclinedBecause, RequestState
from scheduling.requests.limits import REQUESTS_BY_ADDRESS, REQUESTS_BY_ALL, REQUESTS_BY_EMAIL
from scheduling.requests.offered import Sought, free_for, settings
from scheduling.services.booking import book_appointment
from scheduling.services.fitting import Overbooking
from staff.rules import staff_of

# The task in `scheduling.tasks` that looks a request up and tells the person what became of it.
FOLLOW_UP = "follow_up_request"
VERBS = {
    RequestState.APPROVED: "request.approved",
    RequestState.MOVED: "request.moved",
    RequestState.DECLINED: "request.declined",
}


def spend_tries(*, address: str, email: str) -> None:
    """Count a request against where it comes from and to whom it would be answered. Raises TooManyRequests.

    In transactions of its own: a request that is refused counts too.
    """
    for limit, who in (
        (REQUESTS_BY_ADDRESS, address),
        (REQUESTS_BY_EMAIL, email),
        (REQUESTS_BY_ALL, "everybody"),
    ):
        if not limits.spend(limit, who).allowed:
            raise TooManyRequests


@transaction.atomic
def ask_for_time(
    *,
    sought: Sought,
    start: datetime,
    first_name: str,
    last_name: str,
    email: str,
    phone: str,
    date_of_birth: date | None = None,
) -> BookingRequest:
    """Somebody asks for a time that the page offers. The same is done for whoever asks, known or not.

    Raises SlotTaken when the time is no longer offered.
    """
    staff = free_for(sought, start)
    if staff is None:
        raise SlotTaken
    request = BookingRequest.objects.create(
        type=sought.type,
        location=sought.location,
        staff=staff,
        any_clinician=sought.staff is None,
        start_time=start,
        end_time=start + timedelta(minutes=settings().minutes),
        first_name=first_name,
        last_name=last_name,
        email=email.strip().lower(),
        phone=phone,
        date_of_birth=date_of_birth,
        consented_to=settings().consent,
    )
    audit.record(actor=None, verb="request.received", obj=request, changes={})
    _follow_up(request)
    return request


@transaction.atomic
def look_up(*, request_id: UUID) -> None:
    """Once for each request: somebody whom nobody here resembles becomes a lead, by whoever listens."""
    request = BookingRequest.objects.select_for_update().get(pk=request_id)
    if request.looked_up_at is not None or request.cleared_at is not None:
        return
    request.looked_up_at = clock.now()
    request.save(update_fields=["looked_up_at", "updated_at"])
    if request.is_waiting and not any(each.certain for each in alike(request)):
        signals.newcomer_asked.send(sender=BookingRequest, request=request)


def alike(request: BookingRequest) -> list[Any]:
    """Clients who may be this person, likest first. One statement; for those who may see all clients."""
    return possible_duplicates(
        first_name=request.first_name,
        last_name=request.last_name,
        date_of_birth=request.date_of_birth,
        phone=request.phone,
        email=request.email,
    )


@transaction.atomic
def approve_request(
    *,
    actor: User,
    request_id: UUID,
    client_id: UUID | None,
    staff_id: UUID,
    start: datetime,
    minutes: int,
    type: str,
    location: str,
    is_billable: bool = True,
    billing_code: str | None = None,
    notes: str = "",
    room_id: UUID | None = None,
    assign: bool = True,
    anyway: bool | str = False,
    overbooking: Overbooking | None = None,
) -> Appointment:
    """Book what was asked for, or another time instead; without `client_id` for a new client, made of the request.

    Raises NotPermitted, RequestAnswered, what `create_client` raises, and what `book_appointment` raises; then nothing
    is changed.
    """
    require(rules.can_answer_requests(actor))
    request = _locked_waiting(request_id)
    if client_id is None:
        client = create_client(
            actor=actor,
            first_name=request.first_name,
            last_name=request.last_name,
            status=ClientStatus.INQUIRY,
            email=request.email,
            phone=request.phone,
            date_of_birth=request.date_of_birth,
        )
    else:
        client = Client.objects.get(pk=client_id)
    booked = book_appointment(
        actor=actor,
        client_id=client.pk,
        staff_id=staff_id,
        start=start,
        minutes=minutes,
        type=type,
        location=location,
        is_billable=is_billable,
        billing_code=billing_code,
        notes=notes,
        room_id=room_id,
        assign=assign,
        anyway=anyway,
        overbooking=overbooking,
    )
    as_asked = booked.start_time == request.start_time and (
        request.any_clinician or booked.staff_id == request.staff_id
    )
    request.appointment = booked
    _answer(actor, request, RequestState.APPROVED if as_asked else RequestState.MOVED, client_id=client.pk)
    signals.request_approved.send(sender=BookingRequest, request=request, client=client, actor=actor)
    return booked


@transaction.atomic
def decline_request(*, actor: User, request_id: UUID, because: DeclinedBecause) -> BookingRequest:
    """Say no, kindly, unless the page was misused. Raises NotPermitted, RequestAnswered."""
    require(rules.can_answer_requests(actor))
    request = _locked_waiting(request_id)
    request.declined_because = because
    _answer(actor, request, RequestState.DECLINED)
    return request


@transaction.atomic
def told_by_phone(*, actor: User, request_id: UUID) -> BookingRequest:
    """Somebody called whom no mail reached; none is sent any more for this state. Raises NotPermitted, AlreadyTold."""
    require(rules.can_answer_requests(actor))
    request = (
        BookingRequest.objects.select_for_update(of=("self",))
        .select_related("appointment")
        .get(pk=request_id)
    )
    if request.told == request.state:
        raise AlreadyTold
    request.told = request.state
    request.save(update_fields=["told", "updated_at"])
    audit.record(
        actor=actor,
        verb="request.told_by_phone",
        obj=request,
        client_id=request.appointment.client_id if request.appointment else None,
    )
    return request


@transaction.atomic
def clear_requests() -> int:
    """Forget names and contacts of requests whose time is long past; what became of them stays. How many."""
    before = clock.now() - timedelta(days=settings().keep_days)
    due = BookingRequest.objects.select_for_update(skip_locked=True).filter(
        start_time__lt=before, cleared_at__isnull=True
    )
    keys = list(due.order_by("pk").values_list("pk", flat=True))
    if not keys:
        return 0
    BookingRequest.objects.filter(pk__in=keys).update(
        first_name="",
        last_name="",
        email="",
        phone="",
        date_of_birth=None,
        cleared_at=clock.now(),
        updated_at=clock.now(),
    )
    audit.record(actor=None, verb="requests.cleared", changes={"requests": ["", len(keys)]})
    return len(keys)


def _locked_waiting(request_id: UUID) -> BookingRequest:
    request = BookingRequest.objects.select_for_update().get(pk=request_id)
    if not request.is_waiting:
        raise RequestAnswered
    return request


def _answer(
    actor: User, request: BookingRequest, state: RequestState, *, client_id: UUID | None = None
) -> None:
    before, request.state = request.state, state
    request.handled_by, request.handled_at = staff_of(actor), clock.now()
    request.save(
        update_fields=["state", "appointment", "declined_because", "handled_by", "handled_at", "updated_at"]
    )
    audit.record(
        actor=actor,
        verb=VERBS[state],
        obj=request,
        client_id=client_id,
        changes={"state": [before, state]},
    )
    _follow_up(request)


def _follow_up(request: BookingRequest) -> None:
    """Let the worker do the rest; the job commits with what it is about."""
    app.configure_task(FOLLOW_UP).defer(request_id=str(request.pk))
