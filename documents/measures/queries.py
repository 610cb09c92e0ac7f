"""Named reads of measures. What returns rows takes the actor and returns only what that person may read."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from clients.choices import Gender
from clients.models import Client
from documents.defaults import MeasureDefaults
from documents.measures.courses import Point
from documents.measures.instruments import AUDIT_C, PCL_5, Cuts
from documents.models import Measure, MeasureLink
from documents.rules import can_see_measure, can_see_measure_link, can_see_open_risk
from mentalspace.core import practice


def cuts_for(client: Client) -> Cuts:
    """The cut-offs that hold for this client now."""
    chosen = practice.get(MeasureDefaults)
    alcohol = chosen.audit_c_men if client.gender == Gender.MALE else chosen.audit_c_others
    return {AUDIT_C.key: alcohol, PCL_5.key: chosen.pcl5_cut}


def measures(actor: User) -> QuerySet[Measure]:
    """With what a page about one of them says besides."""
    return can_see_measure.scope(actor).select_related(
        "client", "entered_by", "voided_by", "link", "response__staff"
    )


def courses(actor: User, client: Client) -> list[Measure]:
    """Everything that this client answered, the oldest first. One query."""
    found = measures(actor).filter(client=client)
    return list(found.order_by("taken_on", "created_at", "pk"))


def latest_scores(actor: User, client_id: UUID) -> list[Point]:
    """The latest answers to each instrument that count, the newest first; for what stands beside a note.

    One query, and one for the key. `documents/measures/_point.html` draws one.
    """
    found = (
        measures(actor)
        .filter(client_id=client_id, voided_at__isnull=True)
        .order_by("instrument", "-taken_on", "-created_at", "-pk")
        .distinct("instrument")
    )
    newest = sorted(found, key=lambda measure: (measure.taken_on, measure.created_at), reverse=True)
    return [Point(measure, measure.asked) for measure in newest]


def open_risks(actor: User) -> QuerySet[Measure]:
    """Answers that tell of risk to which nobody has signed a response, the oldest first."""
    return can_see_open_risk.scope(actor).select_related("client").order_by("created_at", "pk")


def links(actor: User, client: Client) -> QuerySet[MeasureLink]:
    """The links that were sent to this client, the latest first."""
    found = can_see_measure_link.scope(actor).filter(client=client)
    return found.select_related("sent_by").order_by("-created_at", "pk")
