"""Proposed fees for missed and late-cancelled appointments."""

from django.db.models import QuerySet

from billing.choices import FeeState
from billing.models import FeeProposal


def fee_proposals(*, open_only: bool = False) -> QuerySet[FeeProposal]:
    """Proposals with client, clinician, decision and the bill made from them."""
    found = FeeProposal.objects.select_related("client", "appointment__staff", "decided_by", "bill")
    return found.filter(state=FeeState.PROPOSED) if open_only else found
