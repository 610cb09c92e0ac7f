"""The appointment a page is about, and the way back to it."""

from uuid import UUID

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.http import ActorRequest
from clients.rules import visible_clients
from mentalspace.core.gates import require
from mentalspace.core.places import came_from
from scheduling import rules
from scheduling.models import Appointment
from scheduling.series.sessions import with_places


def get_appointment(request: ActorRequest, pk: UUID) -> Appointment:
    """The appointment with client and clinician; 404 for whoever may not see it.

    `opens_chart` says whether the actor may open the client's chart too.
    """
    charts = visible_clients(request.user).filter(pk=OuterRef("client_id"))
    seen = rules.with_right(rules.visible_appointments(request.user), request.user)
    seen = seen.select_related("client", "staff__user", "room", "series")
    return get_object_or_404(with_places(seen).annotate(opens_chart=Exists(charts)), pk=pk)


def changeable(request: ActorRequest, pk: UUID) -> Appointment:
    """The same for who wants to change it; a colleague's, though seen, is refused."""
    appointment = get_appointment(request, pk)
    require(rules.can_change_appointment(request.user, appointment))
    return appointment


def page_of(appointment: Appointment) -> str:
    """The appointment's own page."""
    return reverse("scheduling:appointment_detail", args=[appointment.pk])


def back(request: ActorRequest, appointment: Appointment) -> HttpResponse:
    """To where one came from, else to the appointment's own page."""
    return redirect(came_from(request, page_of(appointment)))
