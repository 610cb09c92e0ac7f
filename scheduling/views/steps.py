"""The steps of a day, each one POST."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from accounts.http import ActorRequest
from mentalspace.core.errors import DomainError
from mentalspace.core.gates import requires
from mentalspace.core.places import asked_from, came_from
from scheduling import rules, services
from scheduling.models import Appointment
from scheduling.views.back import get_appointment, page_of
from scheduling.views.following import follow_up


def _take(request: ActorRequest, pk: UUID, verb: Callable[..., Appointment], done: str) -> HttpResponse:
    appointment = get_appointment(request, pk)
    target = came_from(request, asked_from(request) or page_of(appointment))
    try:
        taken = verb(actor=request.user, appointment_id=appointment.pk)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        target = follow_up(request, taken, done, target)
    return redirect(target)


@requires(rules.can_change_appointment)
@require_POST
def appointment_confirm(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The client said they will come."""
    return _take(request, pk, services.confirm, "The appointment is confirmed.")


@requires(rules.can_change_appointment)
@require_POST
def appointment_check_in(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The client is here."""
    return _take(request, pk, services.check_in, "The client is checked in.")


@requires(rules.can_hold_session)
@require_POST
def appointment_start(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The session begins."""
    return _take(request, pk, services.start_session, "The session has started.")


@requires(rules.can_hold_session)
@require_POST
def appointment_complete(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The session was held."""
    return _take(request, pk, services.complete_appointment, "The session is completed.")


@requires(rules.can_change_appointment)
@require_POST
def appointment_undo(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Take back the last step."""
    return _take(request, pk, services.undo_last_step, "The last step was taken back.")
