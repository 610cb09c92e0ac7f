"""Warnings above the chart. Their notes are clinical text and stay out of the audit trail."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients import rules
from clients.choices import FlagKind, Severity
from clients.errors import FlagRaisedAlready, FlagResolvedAlready, ReasonMissing
from clients.models import Client, ClientFlag
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from staff.rules import staff_of


@transaction.atomic
def raise_flag(
    *, actor: User, client_id: UUID, kind: str, severity: str = Severity.MODERATE, note: str = ""
) -> ClientFlag:
    """Put a warning above the chart; one of each kind at a time. Raises NotPermitted, FlagRaisedAlready."""
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.to_raise_flag(kind)(actor, client))
    if ClientFlag.objects.filter(client=client, kind=kind, resolved_at__isnull=True).exists():
        raise FlagRaisedAlready(FlagKind(kind).label)
    flag = ClientFlag.objects.create(
        client=client, kind=kind, severity=severity, note=note.strip(), raised_by=staff_of(actor)
    )
    audit.record(
        actor=actor,
        verb="client.flag_raised",
        obj=flag,
        client_id=client.pk,
        changes={"kind": ["", kind], "severity": ["", severity]},
    )
    return flag


@transaction.atomic
def resolve_flag(*, actor: User, flag_id: UUID, reason: str) -> ClientFlag:
    """Take a warning down, saying why. Raises NotPermitted, FlagResolvedAlready, ReasonMissing."""
    flag = ClientFlag.objects.select_for_update(of=("self",)).select_related("client").get(pk=flag_id)
    require(rules.to_raise_flag(flag.kind)(actor, flag.client))
    if flag.resolved_at is not None:
        raise FlagResolvedAlready
    if not reason.strip():
        raise ReasonMissing
    flag.resolved_at, flag.resolved_by, flag.resolution = clock.now(), staff_of(actor), reason.strip()
    flag.save(update_fields=["resolved_at", "resolved_by", "resolution", "updated_at"])
    audit.record(
        actor=actor,
        verb="client.flag_resolved",
        obj=flag,
        client_id=flag.client_id,
        changes={"kind": [flag.kind, flag.kind]},
    )
    return flag
