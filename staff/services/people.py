"""Taking people on, changing what is known of them, leave and inactivity."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts import services as accounts
from accounts.choices import Role
from accounts.models import User
from mentalspace.core import audit, clock, formatting
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require
from staff import rules
from staff.choices import StaffStatus, Supervision
from staff.errors import (
    AssociateUnsupervised,
    StatusUnchanged,
    SupervisesOthers,
    SupervisionLoop,
    SupervisorMissing,
    SupervisorUnfit,
)
from staff.models import Staff


@dataclass(frozen=True, kw_only=True)
class Details:
    """What an administrator says about somebody. Phones are E.164; the rest as in the model."""

    first_name: str
    last_name: str
    title: str = ""
    credential: str = ""
    phone: str = ""
    npi: str = ""
    license_type: str = ""
    license_number: str = ""
    license_state: str = ""
    license_expires_on: date | None = None
    supervision: str = Supervision.NONE
    supervisor: Staff | None = None
    takes_appointments: bool = False
    color: str = ""
    specialties: list[str] = field(default_factory=list)
    bio: str = ""

    def values(self) -> dict[str, Any]:
        """By the model's field names."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@transaction.atomic
def create_staff(
    *, actor: User, email: str, role: str, further_roles: Iterable[str] = (), details: Details
) -> Staff:
    """Take somebody on: who they are and that they may sign in, both or neither.

    They have no password yet; `accounts.services.send_reset_link` mails the link to choose one. Raises NotPermitted,
    EmailTaken, AssociateUnsupervised, SupervisorMissing, SupervisorUnfit.
    """
    require(rules.can_create_staff(actor))
    roles = {role, *further_roles}
    _check_supervision(None, details, roles)
    user = accounts.create_user(actor=actor, email=email, role=role, further_roles=further_roles)
    staff = Staff.objects.create(user=user, status_since=clock.today(), **details.values())
    audit.record(actor=actor, verb="staff.created", obj=staff)
    return staff


@transaction.atomic
def create_admin(*, email: str, first_name: str, last_name: str) -> Staff:
    """An administrator, made by whoever runs the server's commands: it asks for no permission, so no view may call it.

    Raises EmailTaken.
    """
    user = accounts.create_admin(email=email)
    staff = Staff.objects.create(
        user=user,
        first_name=first_name,
        last_name=last_name,
        title="Administrator",
        status_since=clock.today(),
    )
    audit.record(actor=None, verb="staff.created", obj=staff)
    return staff


@transaction.atomic
def update_staff(*, actor: User, staff_id: UUID, version: int, details: Details) -> Staff:
    """Change everything but roles, hours, photo and status.

    Raises NotPermitted, StaleVersion, AssociateUnsupervised, SupervisorMissing, SupervisorUnfit, SupervisionLoop.
    """
    staff = _lock(staff_id, version, rules.can_edit_staff, actor)
    _check_supervision(staff, details, staff.user.roles)
    return _save(actor, staff, details.values())


@transaction.atomic
def update_profile(
    *, actor: User, staff_id: UUID, version: int, bio: str, phone: str, specialties: list[str]
) -> Staff:
    """What people say of themselves. Raises NotPermitted, StaleVersion."""
    staff = _lock(staff_id, version, rules.can_edit_own_profile, actor)
    return _save(actor, staff, {"bio": bio, "phone": phone, "specialties": specialties})


@transaction.atomic
def change_status(
    *, actor: User, staff_id: UUID, status: str, reason: str, stop_sign_in: bool = False
) -> Staff:
    """Send somebody on leave, make them inactive, or have them back.

    `stop_sign_in` disables the account of somebody who becomes inactive; being back does not enable it by itself.
    Raises NotPermitted, StatusUnchanged, SupervisesOthers, and what `accounts.services.disable_user` raises.
    """
    staff = Staff.objects.select_for_update(of=("self",)).select_related("user").get(pk=staff_id)
    require(rules.can_change_status(actor, staff))
    if status == staff.status:
        raise StatusUnchanged
    if status == StaffStatus.INACTIVE:
        _refuse_orphans(staff)
    changes = {"status": [staff.status, status], "reason": ["", reason]}
    staff.status, staff.status_reason, staff.status_since = status, reason, clock.today()
    staff.version += 1
    staff.save(update_fields=["status", "status_reason", "status_since", "version", "updated_at"])
    audit.record(actor=actor, verb="staff.status_changed", obj=staff, changes=changes)
    if stop_sign_in and status == StaffStatus.INACTIVE:
        accounts.disable_user(actor=actor, user_id=staff.user_id)
    return staff


def _lock(staff_id: UUID, version: int, rule: Any, actor: User) -> Staff:
    staff = Staff.objects.select_for_update(of=("self",)).select_related("user").get(pk=staff_id)
    require(rule(actor, staff))
    if staff.version != version:
        raise StaleVersion
    return staff


def _save(actor: User, staff: Staff, values: dict[str, Any]) -> Staff:
    changes = audit.changed_fields(staff, values, secret={"bio"})
    if not changes:
        return staff
    for name, value in values.items():
        setattr(staff, name, value)
    staff.version += 1
    staff.save(update_fields=[*changes, "version", "updated_at"])
    audit.record(actor=actor, verb="staff.updated", obj=staff, changes=changes)
    return staff


def _check_supervision(staff: Staff | None, details: Details, roles: Iterable[str]) -> None:
    """Who is supervised has a supervisor who may, and an associate is always supervised."""
    held = set(roles)
    only_associate = Role.ASSOCIATE in held and not held & {Role.THERAPIST, Role.SUPERVISOR}
    if only_associate and details.supervision == Supervision.NONE:
        raise AssociateUnsupervised
    supervisor = details.supervisor
    if supervisor is None:
        if details.supervision != Supervision.NONE:
            raise SupervisorMissing
        return
    if staff is not None and supervisor.pk == staff.supervisor_id:
        return
    fresh = Staff.objects.select_related("user").get(pk=supervisor.pk)
    if (
        (staff is not None and fresh.pk == staff.pk)
        or fresh.status == StaffStatus.INACTIVE
        or not fresh.user.is_active
        or Role.SUPERVISOR not in fresh.user.roles
    ):
        raise SupervisorUnfit
    if staff is not None and _supervised_by(fresh, staff):
        raise SupervisionLoop


def _supervised_by(person: Staff, above: Staff) -> bool:
    """Is `above` somewhere up the line of `person`? A query per step; lines are short, and no longer than all staff."""
    seen: set[UUID] = set()
    supervisor_id = person.supervisor_id
    while supervisor_id and supervisor_id not in seen:
        if supervisor_id == above.pk:
            return True
        seen.add(supervisor_id)
        supervisor_id = Staff.objects.values_list("supervisor_id", flat=True).get(pk=supervisor_id)
    return False


def _refuse_orphans(staff: Staff) -> None:
    left = Staff.objects.filter(supervisor=staff).exclude(status=StaffStatus.INACTIVE)
    names = [each.full_name for each in left.order_by("last_name", "first_name")[:4]]
    if names:
        shown = formatting.listed(names[:3]) + (" and others" if len(names) > 3 else "")
        raise SupervisesOthers(f"{staff.full_name} supervises {shown}. Give them another supervisor first.")
