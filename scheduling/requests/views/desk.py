"""What the desk does with requests: the list, one of them, and the three answers."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.cells import email_cell
from mentalspace.core.forms import ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.places import came_from
from scheduling import rules
from scheduling.errors import AlreadyTold, RequestAnswered
from scheduling.models import BookingRequest
from scheduling.requests import services
from scheduling.requests.choices import DeclinedBecause
from scheduling.requests.forms import ApproveForm, DeclineForm, asked_for
from scheduling.requests.lists import RequestList, state_badge, told_action
from scheduling.requests.offered import Sought, free_for
from scheduling.requests.queries import with_mail
from scheduling.views.booking import facts_of, page, say
from scheduling.views.confirming import attempt, with_opening

LIST = "scheduling:request_list"


def _get(request: ActorRequest, pk: UUID) -> BookingRequest:
    seen = rules.can_see_request.scope(request.user)
    return get_object_or_404(with_mail(seen).select_related("staff", "handled_by", "appointment"), pk=pk)


def _url(asked: BookingRequest) -> str:
    return reverse("scheduling:request_detail", args=[asked.pk])


def _when(asked: BookingRequest) -> str:
    zone = clock.zone()
    day = formatting.long_date(asked.start_time.astimezone(zone).date())
    return f"{day}, {formatting.time_range(asked.start_time, asked.end_time, zone)}"


@requires(rules.can_see_request)
@require_safe
def request_list(request: ActorRequest) -> HttpResponseBase:
    """Those that wait first."""
    return RequestList(request, rules.can_see_request.scope(request.user)).respond()


@requires(rules.can_see_request)
@require_safe
def request_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What is asked for, who may be asking, and whether the time is still free."""
    asked = _get(request, pk)
    staff = f"{asked.staff.name_with_credential}{' (asked for anybody)' if asked.any_clinician else ''}"
    alike = services.alike(asked) if asked.is_waiting else []
    free = not asked.is_waiting or free_for(Sought(asked.type, asked.location, asked.staff), asked.start_time)
    context = {
        "title": asked.full_name or "A request that was cleared",
        "asked": asked,
        "state": state_badge(asked),
        "untold": told_action(asked) if asked.is_untold else None,  # type: ignore[attr-defined]
        "when": _when(asked),
        "alike": alike,
        "gone": not free,
        "appointment_url": reverse("scheduling:appointment_detail", args=[asked.appointment_id])
        if asked.appointment_id
        else "",
        "facts": [
            ("Time", _when(asked)),
            ("For", f"{asked.get_type_display()}, {asked.get_location_display().lower()}"),
            ("With", staff),
            ("E-mail", email_cell(asked.email) if asked.email else ""),
            ("Phone", formatting.phone(asked.phone)),
            ("Date of birth", formatting.date(asked.date_of_birth)),
            ("Sent", formatting.instant(asked.created_at, clock.zone())),
            ("Answered", _answered(asked)),
        ],
        "breadcrumbs": [("Requests", reverse(LIST))],
    }
    return render(request, "scheduling/request_detail.html", context)


def _answered(asked: BookingRequest) -> str:
    if asked.handled_at is None:
        return ""
    by = f" by {asked.handled_by.full_name}" if asked.handled_by else ""
    return f"{formatting.instant(asked.handled_at, clock.zone())}{by}"


@requires(rules.can_answer_requests)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def request_approve(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Book what was asked for, with the same checks as any appointment; nearest times where it is gone."""
    return _book(request, pk, "Approve")


@requires(rules.can_answer_requests)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def request_move(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The same at another time, or with somebody else; the mail says so."""
    return _book(request, pk, "Book another time for")


def _book(request: ActorRequest, pk: UUID, verb: str) -> HttpResponse:
    asked = _get(request, pk)
    if not asked.is_waiting:
        return _too_late(request, asked)
    form = ApproveForm(
        with_opening(posted(request)),
        actor=request.user,
        asked=asked,
        alike=services.alike(asked),
        initial=asked_for(asked),
    )
    if request.method == "POST" and form.is_valid():
        booked = attempt(
            form,
            services.approve_request,
            actor=request.user,
            request_id=asked.pk,
            client_id=form.chosen_id,
            type=form.cleaned_data["type"],
            assign=form.cleaned_data.get("assign", False),
            **facts_of(form),
        )
        if booked is not None:
            say(request, booked, "The request is approved")
            return redirect(_url(asked))
    return page(
        request,
        form,
        f"{verb} {asked.full_name}",
        intro=f"Asked for {_when(asked)}. They are told by e-mail to {asked.email}.",
        cancel_url=_url(asked),
        find_url="",
        series_url="",
        group_url="",
        fits_url="",
    )


@requires(rules.can_answer_requests)
@require_http_methods(["GET", "HEAD", "POST"])
def request_decline(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Say no, kindly."""
    asked = _get(request, pk)
    if not asked.is_waiting:
        return _too_late(request, asked)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.decline_request(
            actor=request.user, request_id=asked.pk, because=DeclinedBecause(values["because"])
        )
        return "The request is declined.", reverse(LIST)

    form = DeclineForm(posted(request))
    scene = {
        "title": f"Decline the request of {asked.full_name}",
        "text": "They get a kind mail with the reason, and are welcome to ask again.",
        "confirm_label": form.submit_label,
        "danger": True,
        "cancel_url": _url(asked),
        "cancel_label": "Go back",
    }
    return ask(request, form, deed, scene)


@requires(rules.can_answer_requests)
@require_POST
def request_told(request: ActorRequest, pk: UUID) -> HttpResponse:
    """No mail reached them: somebody called."""
    asked = _get(request, pk)
    try:
        services.told_by_phone(actor=request.user, request_id=asked.pk)
    except AlreadyTold as error:
        messages.info(request, error.message)
    else:
        messages.success(request, "Noted that they were told by phone.")
    return redirect(came_from(request, _url(asked)))


def _too_late(request: ActorRequest, asked: BookingRequest) -> HttpResponse:
    messages.info(request, RequestAnswered.message)
    return redirect(_url(asked))
