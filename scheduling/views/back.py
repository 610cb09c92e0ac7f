"""Where a page was reached from, and the appointment it is about."""

from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.http import ActorRequest
from scheduling import rules
from scheduling.models import Appointment


def get_appointment(request: ActorRequest, pk: UUID) -> Appointment:
    """The appointment with client and clinician; 404 for whoever may not see it."""
    seen = rules.visible_appointments(request.user).select_related("client", "staff__user")
    return get_object_or_404(seen, pk=pk)


def came_from(request: ActorRequest, default: str) -> str:
    """The page named by `next`, if it is one of ours."""
    wanted = request.GET.get("next") or request.POST.get("next") or ""
    return wanted if _is_ours(wanted) else default


def asked_from(request: ActorRequest) -> str:
    """The page whose button was pressed; empty where the browser does not say."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc != request.get_host():
        return ""
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def shown_on(request: ActorRequest) -> str:
    """The page on which htmx shows what it asks for; empty without htmx."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    here = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return here if _is_ours(here) else ""


def page_of(appointment: Appointment) -> str:
    return reverse("scheduling:appointment_detail", args=[appointment.pk])


def back(request: ActorRequest, appointment: Appointment) -> HttpResponse:
    """To where one came from, else to the appointment's own page."""
    return redirect(came_from(request, page_of(appointment)))


def _is_ours(url: str) -> bool:
    return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)
