"""A client takes back what they consented to: recorded beside it, with day and by whom; nothing is deleted."""

from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.models import User
from documents import rules
from documents.consents import errors
from documents.consents.signing import LONGEST_REASON
from documents.models import Consent
from documents.services.acting import acting
from mentalspace.core import audit, clock
from mentalspace.core.gates import require


@transaction.atomic
def withdraw(*, actor: User, consent_id: UUID, day: date, reason: str) -> Consent:
    """`reason` says who withdrew it and how. Raises NotPermitted, DoesNotHold, DayDoesNotFit, ReasonNeeded."""
    consent = Consent.objects.select_for_update(of=("self",)).select_related("client").get(pk=consent_id)
    require(rules.can_ask_consents(actor, consent.client))
    if consent.signed_at is None or consent.withdrawn_at is not None:
        raise errors.DoesNotHold
    if not clock.local(consent.signed_at).date() <= day <= clock.today():
        raise errors.DayDoesNotFit
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise errors.ReasonNeeded
    consent.withdrawn_on, consent.withdrawn_at = day, clock.now()
    consent.withdrawn_by, consent.withdrawal = acting(actor), text
    consent.save(update_fields=["withdrawn_on", "withdrawn_at", "withdrawn_by", "withdrawal", "updated_at"])
    audit.record(
        actor=actor, verb="consent.withdrawn", obj=consent, client_id=consent.client_id,
        changes={"from": ["", day.isoformat()]},
    )  # fmt: skip
    return consent
