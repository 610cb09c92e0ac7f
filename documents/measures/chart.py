"""What measures show in a client's chart."""

from typing import Any

from django.urls import reverse

from accounts.http import ActorRequest
from accounts.models import User
from clients.chart import tab_url
from clients.models import Client
from clients.panels import Action, Card, Tab
from clients.rules import can_see_clinical
from documents import rules
from documents.measures import catalogue, courses, queries
from documents.measures.badges import measure_badges
from documents.measures.events import treatment_events
from documents.models import Measure
from mentalspace.core import formatting


def new_url(client: Client, instrument: str) -> str:
    """Where an instrument's answers are entered."""
    return reverse("documents:measure_create", args=[client.pk, instrument])


def send_url(client: Client) -> str:
    """Where a link is sent."""
    return reverse("documents:measure_link_create", args=[client.pk])


def measures_tab(request: ActorRequest, client: Client) -> dict[str, Any]:
    """First, previous and latest of each instrument, its course, and everything that was answered."""
    actor = request.user
    found = queries.courses(actor, client)
    enters = rules.can_record_measure(actor, client)
    return {
        "courses": courses.courses(found, treatment_events(actor, client), queries.cuts_for(client)),
        "measure_rows": [_row(measure) for measure in reversed(found)],
        "measures_waiting": [_row(measure) for measure in found if measure.is_open_risk],
        "new_measures": [
            {"label": each.name, "title": each.title, "url": new_url(client, each.key)}
            for each in catalogue.offered().values()
        ]
        if enters
        else [],
        "send_url": send_url(client) if rules.can_send_measure_link(actor, client) else "",
    }


def scores_card(request: ActorRequest, client: Client) -> dict[str, Any]:
    """The latest score of each instrument, read in the minute before a session."""
    found = queries.courses(request.user, client)
    return {
        "courses": courses.courses(found, (), queries.cuts_for(client)),
        "measures_url": tab_url(client, "measures"),
        "measures_waiting": [_row(measure) for measure in found if measure.is_open_risk],
    }


def _row(measure: Measure) -> dict[str, Any]:
    point = courses.Point(measure, measure.asked)
    return {
        "name": point.asked.name,
        "day": point.day,
        "score": point.score,
        "badges": measure_badges(measure),
        "by": measure.entered_by.full_name if measure.entered_by else "The client, by a link",
        "url": point.url,
        "respond_url": reverse("documents:risk_respond", args=[measure.pk]),
        "since": formatting.date(measure.taken_on),
    }


def may_read(actor: User, client: Client) -> bool:
    """The clinical record's readers."""
    return can_see_clinical(actor, client)


TAB = Tab(
    "measures", "Measures", "chart-bar", 35, may_read, "documents/measures/chart_measures.html", measures_tab
)
CARD = Card("documents_scores", 30, may_read, "documents/measures/_card_scores.html", scores_card)
SEND = Action("Link to questionnaires", "mail-forward", 60, rules.can_send_measure_link, send_url)
