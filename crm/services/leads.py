"""Taking down an inquiry, correcting it, giving it to somebody, and logging what was done about it."""

import datetime as dt
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from crm import rules
from crm.choices import OPEN_LEAD, ActivityOutcome, LeadSource, LeadStatus
from crm.errors import FollowUpInPast, HappenedInFuture, LeadUnreachable, NotALeadOwner
from crm.models import Lead, LeadActivity
from crm.services.locking import locked, locked_open, store
from crm.services.stages import step
from mentalspace.core import audit, clock
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from scheduling.models import BookingRequest
from staff.models import Staff
from staff.rules import staff_of


class LeadFacts(TypedDict, total=False):
    """What is known of an inquiry. Phones are E.164."""

    phone: str
    email: str
    source: str
    source_detail: str
    notes: str
    assigned_to: Staff | None
    follow_up_on: dt.date | None


class NamedFacts(LeadFacts, total=False):
    """The same with the name, which only an update may leave out."""

    first_name: str
    last_name: str


@transaction.atomic
def create_lead(*, actor: User, first_name: str, last_name: str, **facts: Unpack[LeadFacts]) -> Lead:
    """Take down an inquiry. Raises NotPermitted, LeadUnreachable, NotALeadOwner, FollowUpInPast."""
    require(rules.can_work_leads(actor))
    values = _cleaned({**facts, "first_name": first_name, "last_name": last_name})
    check_facts(Lead(), values)
    lead = Lead.objects.create(**values, created_by=staff_of(actor))
    audit.record(
        actor=actor, verb="lead.created", obj=lead, changes={"source": ["", lead.source or LeadSource.PHONE]}
    )
    return lead


@transaction.atomic
def take_newcomer(*, request: BookingRequest) -> Lead:
    """Take down who asked for a time on the booking page. Nobody acts: the worker found that they are new.

    An open lead with this e-mail or phone is theirs already, and no second one is made.
    """
    same = Q(email=request.email) | Q(phone=request.phone) if request.phone else Q(email=request.email)
    known = Lead.objects.filter(same, status__in=OPEN_LEAD).order_by("-created_at").first()
    if known is not None:
        if known.booking_request_id is None:
            known.booking_request = request
            known.save(update_fields=["booking_request", "updated_at"])
            audit.record(actor=None, verb="lead.asked_for_time", obj=known, changes={})
        return known
    lead = Lead.objects.create(
        first_name=request.first_name,
        last_name=request.last_name,
        email=request.email,
        phone=request.phone,
        source=LeadSource.WEBSITE,
        source_detail="Booking page",
        booking_request=request,
    )
    audit.record(actor=None, verb="lead.created", obj=lead, changes={"source": ["", str(LeadSource.WEBSITE)]})
    return lead


@transaction.atomic
def update_lead(*, actor: User, lead_id: UUID, version: int, **facts: Unpack[NamedFacts]) -> Lead:
    """Correct an inquiry. `version` is the one the person opened.

    Raises NotPermitted, LeadConverted, StaleVersion, LeadUnreachable, NotALeadOwner, FollowUpInPast.
    """
    lead = locked(actor, lead_id)
    if lead.version != version:
        raise StaleVersion
    values = _cleaned(dict(facts))
    check_facts(lead, values)
    store(actor, lead, "lead.updated", values)
    return lead


@transaction.atomic
def assign_lead(*, actor: User, lead_id: UUID, assigned_to: Staff | None) -> Lead:
    """Give the lead to somebody, or to nobody. Raises NotPermitted, LeadConverted, NotALeadOwner."""
    lead = locked(actor, lead_id)
    _check_owner(assigned_to)
    store(actor, lead, "lead.assigned", {"assigned_to": assigned_to})
    return lead


@transaction.atomic
def set_follow_up(*, actor: User, lead_id: UUID, follow_up_on: dt.date | None) -> Lead:
    """Plan the day on which somebody gets back to the person, or take it away.

    Raises NotPermitted, LeadConverted, LeadLost, FollowUpInPast.
    """
    lead = locked_open(actor, lead_id)
    if follow_up_on != lead.follow_up_on:
        _check_follow_up(follow_up_on)
    store(actor, lead, "lead.follow_up_set", {"follow_up_on": follow_up_on})
    return lead


@transaction.atomic
def log_activity(
    *,
    actor: User,
    lead_id: UUID,
    kind: str,
    outcome: str,
    note: str = "",
    happened_at: dt.datetime | None = None,
    follow_up_on: dt.date | None = None,
) -> LeadActivity:
    """Say what was done about a lead and when somebody gets back. A new lead who was reached becomes contacted.

    Raises NotPermitted, LeadConverted, LeadLost, HappenedInFuture, FollowUpInPast.
    """
    lead = locked_open(actor, lead_id)
    now = clock.now()
    if happened_at is not None and happened_at > now:
        raise HappenedInFuture
    if follow_up_on != lead.follow_up_on:
        _check_follow_up(follow_up_on)
    activity = LeadActivity.objects.create(
        lead=lead,
        kind=kind,
        outcome=outcome,
        note=note.strip(),
        happened_at=happened_at or now,
        by=staff_of(actor),
    )
    audit.record(actor=actor, verb="lead.activity_logged", obj=lead, changes={kind: ["", outcome]})
    store(actor, lead, "lead.follow_up_set", {"follow_up_on": follow_up_on})
    if lead.status == LeadStatus.NEW and outcome != ActivityOutcome.NO_ANSWER:
        step(actor, lead, LeadStatus.CONTACTED)
    return activity


def check_facts(lead: Lead, values: dict[str, Any]) -> None:
    """What `values` would make of `lead`: somebody reachable, owned by who works with leads, called back in future.

    An owner who has left and a date that has passed may stay as they are. Raises LeadUnreachable, NotALeadOwner,
    FollowUpInPast.
    """
    _check_reachable(values.get("phone", lead.phone), values.get("email", lead.email))
    if (owner := values.get("assigned_to")) and owner.pk != lead.assigned_to_id:
        _check_owner(owner)
    if values.get("follow_up_on") != lead.follow_up_on:
        _check_follow_up(values.get("follow_up_on"))


def _cleaned(values: dict[str, Any]) -> dict[str, Any]:
    """Names without stray spaces, e-mail in lower case."""
    cleaned = dict(values)
    for name in ("first_name", "last_name", "source_detail"):
        if name in cleaned:
            cleaned[name] = " ".join(cleaned[name].split())
    if "email" in cleaned:
        cleaned["email"] = (cleaned["email"] or "").strip().lower()
    return cleaned


def _check_reachable(phone: str, email: str) -> None:
    if not phone and not email:
        raise LeadUnreachable


def _check_owner(staff: Staff | None) -> None:
    if staff is not None and not rules.lead_owners().filter(pk=staff.pk).exists():
        raise NotALeadOwner(staff.full_name)


def _check_follow_up(day: dt.date | None) -> None:
    if day is not None and day < clock.today():
        raise FollowUpInPast
