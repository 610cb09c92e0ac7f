"""Who treats a client, and since when."""

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.choices import CLINICAL_ROLES
from accounts.models import User
from clients import rules
from clients.choices import CareRole
from clients.errors import (
    AlreadyOnCareTeam,
    AssignmentEnded,
    EndsBeforeStart,
    HandsOverTooEarly,
    HandsOverToSelf,
    NoPrimary,
    NotAClinician,
    PrimaryTaken,
    ReasonMissing,
)
from clients.models import CareTeamMember, Client
from mentalspace.core import audit, clock
from mentalspace.core.gates import require
from staff.choices import StaffStatus
from staff.models import Staff
from staff.rules import staff_of


@transaction.atomic
def assign_clinician(
    *,
    actor: User,
    client_id: UUID,
    staff_id: UUID,
    role: str = CareRole.PRIMARY,
    starts_on: dt.date | None = None,
    ends_on: dt.date | None = None,
) -> CareTeamMember:
    """Put a clinician on a client's care team, from today unless told otherwise; covering may have an end already.

    Raises NotPermitted, NotAClinician, AlreadyOnCareTeam, PrimaryTaken, EndsBeforeStart.
    """
    client = _locked(actor, client_id)
    staff = Staff.objects.select_related("user").get(pk=staff_id)
    starts_on = starts_on or clock.today()
    if ends_on and ends_on < starts_on:
        raise EndsBeforeStart(starts_on)
    _check_clinician(staff)
    _check_free(client, staff, role, starts_on, ends_on)
    return _add(actor, client, staff, role, starts_on, ends_on)


@transaction.atomic
def end_assignment(
    *, actor: User, member_id: UUID, ends_on: dt.date | None = None, reason: str
) -> CareTeamMember:
    """End an assignment on a day (that day still counts); today unless told otherwise. The row stays.

    Raises NotPermitted, AssignmentEnded, EndsBeforeStart, ReasonMissing.
    """
    client_id = CareTeamMember.objects.values_list("client_id", flat=True).get(pk=member_id)
    _locked(actor, client_id)
    member = CareTeamMember.objects.select_for_update().get(pk=member_id)
    today = clock.today()
    if member.ends_on and member.ends_on < today:
        raise AssignmentEnded
    ends_on = ends_on or max(today, member.starts_on)
    if ends_on < member.starts_on:
        raise EndsBeforeStart(member.starts_on)
    if not reason.strip():
        raise ReasonMissing
    return _end(actor, member, ends_on, reason)


@transaction.atomic
def hand_over_primary(
    *, actor: User, client_id: UUID, staff_id: UUID, on: dt.date | None = None, reason: str, keep_as: str = ""
) -> CareTeamMember:
    """Make another clinician primary from a day on; the former one leaves, or stays in the role `keep_as`.

    Raises NotPermitted, NoPrimary, HandsOverToSelf, HandsOverTooEarly, NotAClinician, ReasonMissing.
    """
    client = _locked(actor, client_id)
    on = on or clock.today()
    members = CareTeamMember.objects.select_for_update().select_related("staff").filter(client=client)
    former = members.filter(role=CareRole.PRIMARY, ends_on__isnull=True).first()
    if former is None:
        raise NoPrimary
    if former.staff_id == staff_id:
        raise HandsOverToSelf
    if on < former.starts_on:
        raise HandsOverTooEarly(former.starts_on)
    if not reason.strip():
        raise ReasonMissing
    successor = Staff.objects.select_related("user").get(pk=staff_id)
    _check_clinician(successor)
    eve = on - dt.timedelta(days=1)
    _end(actor, former, max(eve, former.starts_on), reason)
    other_role = members.filter(staff=successor, ends_on__isnull=True).first()
    if other_role is not None:
        _end(actor, other_role, max(eve, other_role.starts_on), "Became primary clinician")
    if keep_as:
        _add(actor, client, former.staff, keep_as, on, None)
    return _add(actor, client, successor, CareRole.PRIMARY, on, None)


def _locked(actor: User, client_id: UUID) -> Client:
    """The client's row orders everybody who changes this care team."""
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.can_assign_clinicians(actor, client))
    return client


def _check_clinician(staff: Staff) -> None:
    if staff.status != StaffStatus.ACTIVE or staff.user.roles.isdisjoint(CLINICAL_ROLES):
        raise NotAClinician(staff.full_name)


def _check_free(client: Client, staff: Staff, role: str, starts_on: dt.date, ends_on: dt.date | None) -> None:
    """Nobody twice at the same time, and one primary. Assignments may touch on the day of a change."""
    after_start = Q(ends_on__isnull=True) | Q(ends_on__gt=starts_on)
    standing = CareTeamMember.objects.filter(after_start, client=client)
    if ends_on:
        standing = standing.filter(starts_on__lt=ends_on)
    if standing.filter(staff=staff).exists():
        raise AlreadyOnCareTeam(staff.full_name)
    if role == CareRole.PRIMARY:
        primary = standing.select_related("staff").filter(role=CareRole.PRIMARY).first()
        if primary is not None:
            raise PrimaryTaken(primary.staff.full_name)


def _add(
    actor: User, client: Client, staff: Staff, role: str, starts_on: dt.date, ends_on: dt.date | None
) -> CareTeamMember:
    member = CareTeamMember.objects.create(
        client=client,
        staff=staff,
        role=role,
        starts_on=starts_on,
        ends_on=ends_on,
        assigned_by=staff_of(actor),
    )
    changes = {
        "clinician": ["", staff.full_name],
        "role": ["", role],
        "starts_on": ["", starts_on.isoformat()],
    }
    if ends_on:
        changes["ends_on"] = ["", ends_on.isoformat()]
    audit.record(
        actor=actor, verb="client.clinician_assigned", obj=member, client_id=client.pk, changes=changes
    )
    return member


def _end(actor: User, member: CareTeamMember, ends_on: dt.date, reason: str) -> CareTeamMember:
    before = member.ends_on.isoformat() if member.ends_on else ""
    member.ends_on, member.end_reason = ends_on, " ".join(reason.split())
    member.save(update_fields=["ends_on", "end_reason", "updated_at"])
    changes = {"clinician": [member.staff.full_name] * 2, "ends_on": [before, ends_on.isoformat()]}
    audit.record(
        actor=actor, verb="client.assignment_ended", obj=member, client_id=member.client_id, changes=changes
    )
    return member
