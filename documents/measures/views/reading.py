"""Answers with their score; what waits for a response; the response itself; taking answers out of the course."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from clients.chart import tab_url
from clients.rules import right_to
from documents import rules
from documents.facts import clinician
from documents.measures import queries, services
from documents.measures.badges import measure_badges
from documents.measures.courses import Point
from documents.measures.forms import ResponseForm, VoidForm
from documents.models import Measure
from mentalspace.core import audit, clock, formatting
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from staff.rules import staff_of


@requires(rules.can_see_measure)
@require_safe
def measure_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Every reading is recorded."""
    measure = _visible(request, pk)
    record_reading(request, measure)
    return render(request, "documents/measures/measure_detail.html", _context(request, measure))


@requires(rules.can_answer_risk)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def risk_respond(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Sign what was done; the answers stand above the form."""
    measure = _visible(request, pk)
    back = reverse("documents:measure_detail", args=[pk])
    if request.method != "POST" and not rules.can_answer_risk(request.user, measure):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.answer_risk(actor=request.user, measure_id=pk, **values)
        return "Your response is signed.", back

    if request.method != "POST":
        record_reading(request, measure)
    own = staff_of(request.user)
    page = _context(request, measure) | {
        "title": "Respond to a risk answer",
        "subtitle": f"{measure.asked.name} of {formatting.date(measure.taken_on)} · {measure.client.display_name}",
        "cancel_url": back,
        "signer": clinician(own) if own else "",
    }
    return answer(request, ResponseForm(posted(request)), deed, page, "documents/measures/risk_respond.html")


@requires(rules.can_void_measure)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def measure_void(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Wrong chart, wrong day, copied wrongly: it stays readable, and counts no more."""
    measure = _visible(request, pk)
    back = reverse("documents:measure_detail", args=[pk])
    if request.method != "POST" and not rules.can_void_measure(request.user, measure):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.void_measure(actor=request.user, measure_id=pk, **values)
        return "Marked as entered in error.", back

    page = {
        "title": "Mark as entered in error",
        "subtitle": f"{measure.asked.name} of {formatting.date(measure.taken_on)} · {measure.client.display_name}",
        "intro": "The answers stay readable, with your reason, and leave the course and the chart. "
        "A risk answer among them still needs a response.",
        "cancel_url": back,
        "danger": True,
    }
    return ask(request, VoidForm(posted(request)), deed, page)


@requires(rules.can_see_open_risk)
@require_safe
def risk_list(request: ActorRequest) -> HttpResponse:
    """What waits for a response, the longest first."""
    zone = clock.zone()
    rows = [
        {
            "measure": measure,
            "name": measure.asked.name,
            "since": formatting.instant(measure.created_at, zone),
            "url": reverse("documents:measure_detail", args=[measure.pk]),
            "respond_url": reverse("documents:risk_respond", args=[measure.pk])
            if rules.can_answer_risk.gate(request.user)
            else "",
        }
        for measure in queries.open_risks(request.user)
    ]
    return render(request, "documents/measures/risk_list.html", {"title": "Risk answers", "rows": rows})


def record_reading(request: ActorRequest, measure: Measure) -> None:
    """Under which right, too."""
    audit.look(
        actor=request.user,
        verb="measure.viewed",
        obj=measure,
        client_id=measure.client_id,
        right=right_to(request.user, measure.client),
    )


def _visible(request: ActorRequest, pk: UUID) -> Measure:
    found: Measure = get_object_or_404(queries.measures(request.user), pk=pk)
    return found


def _context(request: ActorRequest, measure: Measure) -> dict[str, Any]:
    asked, answers, zone = measure.asked, measure.answers, clock.zone()
    actor = request.user
    response = None if measure.is_open_risk or not measure.raises_risk else measure.response
    return {
        "measure": measure,
        "asked": asked,
        "point": Point(measure, asked),
        "outcome": measure.outcome,
        "badges": measure_badges(measure),
        "lines": [
            {
                "item": item,
                "label": next(option.label for option in item.options if option.points == answers[item.key]),
                "points": answers[item.key] if item.scored and not asked.is_level else None,
            }
            for item in asked.items
            if item.key in answers
        ],
        "entered": formatting.instant(measure.created_at, zone),
        "voided": formatting.instant(measure.voided_at, zone),
        "response": response,
        "signed": formatting.instant(response.signed_at, zone) if response else "",
        "tab_url": tab_url(measure.client, "measures"),
        "respond_url": reverse("documents:risk_respond", args=[measure.pk])
        if rules.can_answer_risk(actor, measure)
        else "",
        "void_url": reverse("documents:measure_void", args=[measure.pk])
        if rules.can_void_measure(actor, measure)
        else "",
    }
