"""Emergency access in the demo: one that was reviewed, one that waits for it."""

from datetime import datetime, timedelta

from clients.choices import Verdict
from clients.models import EmergencyAccess
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.demo.maker import Maker, store
from mentalspace.workspace.demo.people import People

HOUR = timedelta(hours=1)
REASONS = (
    "The county crisis line called: the client is with them and unwell. The therapist is on a plane.",
    "The client's brother called, worried for tonight; the therapist and the covering colleague do not answer.",
)


def make_emergencies(make: Maker, people: People) -> None:
    """Two colleagues, each reading the chart of somebody else's client."""
    clinicians = [each for each in people.staff.values() if each.takes_appointments]
    accesses: list[EmergencyAccess] = []
    for place, (began, reason) in enumerate(zip((make.days_ago(9), make.days_ago(1)), REASONS, strict=True)):
        client = people.active[3 + place]
        treating = people.clinician_of[client.pk]
        near = {treating.supervisor_id, *client.care_team.values_list("staff_id", flat=True)}
        helper = next(each for each in clinicians[3 + place :] if each.pk not in near)
        accesses.append(
            EmergencyAccess(
                id=make.id(),
                client=client,
                user=helper.user,
                reason=reason,
                began_at=began,
                ends_at=began + HOUR,
            )
        )
    first = accesses[0]
    first.ended_at, first.ended_by = first.began_at + timedelta(minutes=18), first.user
    first.reviewed_at, first.reviewed_by = first.began_at + timedelta(days=1), people.staff["admin"].user
    first.verdict, first.note = (
        Verdict.APPROPRIATE,
        "Spoke with both; the medicines were told to the crisis team.",
    )
    store(accesses)
    for access in accesses:
        events = [
            _event(access, access.began_at, "emergency_access.began", "emergencyaccess", str(access.pk))
        ]
        for minutes, page in ((1, "overview"), (3, "documents"), (9, "profile")):
            at = access.began_at + timedelta(minutes=minutes)
            viewed = _event(access, at, "client.viewed", "client", str(access.client_id))
            viewed.changes = {"page": ["", page]}
            events.append(viewed)
        AuditEvent.objects.bulk_create(events)
    AuditEvent.objects.create(
        at=first.reviewed_at, actor=first.reviewed_by, verb="emergency_access.reviewed", client_id=first.client_id,
        object_type="emergencyaccess", object_id=str(first.pk), changes={"verdict": ["", first.verdict]},
    )  # fmt: skip


def _event(access: EmergencyAccess, at: datetime, verb: str, kind: str, key: str) -> AuditEvent:
    return AuditEvent(
        at=at, actor=access.user, verb=verb, object_type=kind, object_id=key, client_id=access.client_id,
        basis="emergency",
    )  # fmt: skip
