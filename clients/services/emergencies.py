"""Reading one chart in an emergency: begun with a reason, over by itself, reviewed by an administrator.

Neither the reason nor the review's note goes to the audit trail: both may hold clinical text.
"""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.urls import reverse

from accounts.models import User
from accounts.services import limits
from clients import errors, mail, queries, rules
from clients.choices import Verdict
from clients.defaults import EmergencyDefaults
from clients.models import Client, EmergencyAccess
from clients.signals import emergency_began
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require
from mentalspace.core.models import Outcome

TRIES_MINUTES = 60


def begin_emergency_access(
    *,
    actor: User,
    reason: str,
    base_url: str,
    last_name: str,
    number: int | None = None,
    first_name: str = "",
    born: dt.date | None = None,
) -> EmergencyAccess:
    """Let the actor read the chart of the one client who is named exactly (see `queries.identified`).

    Not one transaction: a try that is refused counts and leaves its event. Raises NotPermitted, TooManyTries,
    NobodyIdentified, WithinReach, EmergencyOpenAlready, ReasonMissing.
    """
    require(rules.can_begin_emergency(actor))
    if not reason.strip():
        raise errors.ReasonMissing
    _count_try(actor)
    client = queries.identified(last_name=last_name, number=number, first_name=first_name, born=born)
    if client is None:
        audit.record(actor=actor, verb="emergency_access.refused", outcome=Outcome.REFUSED)
        raise errors.NobodyIdentified
    return _begin(actor, client, reason.strip(), base_url)


@transaction.atomic
def end_emergency_access(*, actor: User, access_id: UUID) -> EmergencyAccess:
    """Close the chart before the time is over. Raises NotPermitted, EmergencyOver."""
    access = EmergencyAccess.objects.select_for_update().get(pk=access_id)
    if not rules.lasts(access):
        raise errors.EmergencyOver
    require(rules.can_end_emergency(actor, access))
    access.ended_at, access.ended_by = clock.now(), actor
    access.save(update_fields=["ended_at", "ended_by"])
    audit.record(actor=actor, verb="emergency_access.ended", obj=access, client_id=access.client_id)
    return access


@transaction.atomic
def review_emergency_access(*, actor: User, access_id: UUID, verdict: str, note: str = "") -> EmergencyAccess:
    """Say whether it was appropriate; once, when it is over, and never of one's own.

    Raises NotPermitted, OwnEmergency, EmergencyLasts, ReviewedAlready, NoteMissing.
    """
    access = EmergencyAccess.objects.select_for_update().get(pk=access_id)
    require(rules.can_list_emergencies(actor))
    if access.user_id == actor.pk:
        raise errors.OwnEmergency
    # Also what was ended, should the clock have been set back before its end: no review is older than what it reviews.
    if access.over_at > clock.now():
        raise errors.EmergencyLasts
    if access.reviewed_at is not None:
        raise errors.ReviewedAlready
    require(rules.can_review_emergency(actor, access))
    if verdict != Verdict.APPROPRIATE and not note.strip():
        raise errors.NoteMissing
    access.reviewed_at, access.reviewed_by = clock.now(), actor
    access.verdict, access.note = Verdict(verdict), note.strip()
    access.save(update_fields=["reviewed_at", "reviewed_by", "verdict", "note"])
    audit.record(
        actor=actor,
        verb="emergency_access.reviewed",
        obj=access,
        client_id=access.client_id,
        changes={"verdict": ["", verdict]},
    )
    return access


def _count_try(actor: User) -> None:
    """Use one of the hour's tries, good or bad: who is a client is not to be found out by trying."""
    limit = limits.Limit("emergency access", practice.get(EmergencyDefaults).tries, TRIES_MINUTES)
    spent = limits.spend(limit, str(actor.pk))
    if spent.first_refused:
        audit.record(actor=actor, verb="emergency_access.limited", outcome=Outcome.REFUSED)
    if not spent.allowed:
        raise errors.TooManyTries


@transaction.atomic
def _begin(actor: User, client: Client, reason: str, base_url: str) -> EmergencyAccess:
    # The person's row is the lock: of two presses at the same moment the second finds the first.
    user = User.objects.select_for_update(of=("self",)).select_related("staff").get(pk=actor.pk)
    require(rules.can_begin_emergency(user))
    if rules.can_add_to_record(user, client):
        raise errors.WithinReach
    now = clock.now()
    minutes = practice.get(EmergencyDefaults).minutes
    ends_at = now + dt.timedelta(minutes=minutes)
    if queries.overlapping(user, now, ends_at).exists():
        raise errors.EmergencyOpenAlready
    access = EmergencyAccess.objects.create(
        client=client, user=user, reason=reason, began_at=now, ends_at=ends_at
    )
    audit.record(
        actor=actor,
        verb="emergency_access.began",
        obj=access,
        client_id=client.pk,
        changes={"minutes": ["", minutes]},
        right=rules.BY_EMERGENCY,
    )
    url = f"{base_url}{reverse('clients:emergency_detail', args=[access.pk])}"
    emergency_began.send(sender=EmergencyAccess, access=access, url=url)
    transaction.on_commit(lambda: mail.tell_of_emergency(access, url))
    return access
