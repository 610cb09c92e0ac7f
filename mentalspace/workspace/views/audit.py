"""The audit log in detail: one event, who opened a chart, and alerts of unusual reading."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from accounts.queries import name_of
from accounts.rules import can_read_audit_log
from clients.models import Client
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Action, TimelineEntry
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.models import AuditAlert, AuditEvent
from mentalspace.core.once import once
from mentalspace.workspace import audit_alerts
from mentalspace.workspace.alert_pages import AlertList, ReviewForm, alert_facts, events_url
from mentalspace.workspace.audit_log import who
from mentalspace.workspace.audit_readers import Readers
from mentalspace.workspace.audit_words import changes_in_words, page_words, right_words, sentence
from mentalspace.workspace.rules import can_review_alerts

LOG = ("Audit log", "/audit/")


@requires(can_read_audit_log)
@require_safe
def audit_event(request: ActorRequest, pk: int) -> HttpResponse:
    """Everything one event holds, with the names that stood on its page."""
    event = get_object_or_404(AuditEvent.objects.select_related("actor__staff"), pk=pk)
    ids = {event.client_id, *(event.clients or ())} - {None}
    named = Client.objects.filter(pk__in=ids).order_by("last_name", "first_name", "pk")
    context = {
        "title": sentence(event),
        "breadcrumbs": [LOG],
        "facts": event_facts(event),
        "named": named,
    }
    return render(request, "workspace/audit_event.html", context)


def event_facts(event: AuditEvent) -> list[tuple[str, Any]]:
    """The event's columns in words, without those that are empty."""
    facts: list[tuple[str, Any]] = [
        ("When", formatting.instant(event.at, clock.zone())),
        ("Who", who(event)),
        ("Known then as", event.actor_name if event.actor_name != who(event) else ""),
        ("Under which right", right_words(event)),
        ("Outcome", event.get_outcome_display()),
        ("Changes", changes_in_words(event.changes)),
        ("Page", page_words(event.page).capitalize() if event.page else ""),
        ("Thing", f"{event.object_type.replace('_', ' ')} {event.object_id}".strip()),
        ("From address", event.address or ""),
        ("Sign-in", event.session),
        ("Request", event.request_id),
    ]
    return [fact for fact in facts if fact[1]]


@requires(can_read_audit_log)
@require_safe
def audit_readers(request: ActorRequest, client_id: UUID) -> HttpResponseBase:
    """Who opened this chart."""
    return Readers(request, get_object_or_404(Client, pk=client_id)).respond()


@requires(can_review_alerts)
@require_safe
def audit_alert_list(request: ActorRequest) -> HttpResponseBase:
    """Every alert of unusual reading."""
    return AlertList(request).respond({"breadcrumbs": [LOG]})


@requires(can_review_alerts)
@require_safe
def audit_alert_detail(request: ActorRequest, pk: int) -> HttpResponse:
    """One alert, what was found about it, and the way to its events."""
    alert = _alert(pk)
    review = Action(
        "Review",
        reverse("workspace:audit_alert_review", args=[pk]),
        "clipboard-check",
        dialog=True,
        primary=True,
    )
    context = {
        "title": audit_alerts.KINDS.get(alert.kind, alert.kind),
        "breadcrumbs": [LOG, ("Unusual reading", reverse("workspace:audit_alert_list"))],
        "facts": alert_facts(alert),
        "entries": [
            TimelineEntry(
                when=formatting.instant(review.at, clock.zone()),
                title="Reviewed",
                text=review.note,
                actor=name_of(review.by),
                icon="clipboard-check",
            )
            for review in alert.reviews.select_related("by__staff").order_by("-at", "-pk")
        ],
        "actions": [
            Action("Its events", events_url(alert), "history"),
            *([review] if alert.actor_id != request.user.pk else []),
        ],
    }
    return render(request, "workspace/audit_alert_detail.html", context)


@requires(can_review_alerts)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def audit_alert_review(request: ActorRequest, pk: int) -> HttpResponse:
    """Say what was found."""
    alert = _alert(pk)
    back = reverse("workspace:audit_alert_detail", args=[pk])

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        audit_alerts.review_alert(actor=request.user, alert_id=pk, **values)
        return "The review was saved.", back

    page = {
        "title": f"Review: {audit_alerts.KINDS.get(alert.kind, alert.kind).lower()}",
        "intro": "The review cannot be changed afterwards; a second look is a second review.",
        "cancel_url": back,
    }
    return answer(request, ReviewForm(posted(request)), deed, page)


def _alert(pk: int) -> AuditAlert:
    return get_object_or_404(AuditAlert.objects.select_related("actor__staff"), pk=pk)
