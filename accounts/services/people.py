"""Creating, changing, disabling people. One administrator who may sign in is always left."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from accounts import rules
from accounts.choices import Role
from accounts.errors import EmailTaken, LastAdministrator, NotYourself
from accounts.models import User
from accounts.services.sessions import end_sessions
from mentalspace.core import audit
from mentalspace.core.gates import require


@transaction.atomic
def create_user(*, actor: User, email: str, role: str, further_roles: Iterable[str] = ()) -> User:
    """Let somebody sign in; they choose their password by the mailed link (`send_reset_link`).

    Raises NotPermitted, EmailTaken.
    """
    require(rules.can_manage_users(actor))
    return _add(actor, email, role=role, further_roles=further_roles)


@transaction.atomic
def create_admin(*, email: str) -> User:
    """An administrator, made by whoever runs the server's commands: it asks for no permission, so no view may call it.

    They choose their password by a link (`issue_first_link`, `send_first_link`). Raises EmailTaken.
    """
    return _add(None, email, role=Role.ADMIN, further_roles=())


@transaction.atomic
def update_user(
    *, actor: User, user_id: UUID, email: str, role: str, further_roles: Iterable[str] = ()
) -> User:
    """Change the address and the roles, which hold from the person's next request on.

    A new address makes a mailed link void. Raises NotPermitted, EmailTaken, LastAdministrator.
    """
    require(rules.can_manage_users(actor))
    user = _lock_with_administrators(user_id)
    values: dict[str, Any] = {
        "email": _address(email),
        "role": role,
        "further_roles": _further(role, further_roles),
    }
    if Role.ADMIN not in {role, *values["further_roles"]}:
        _refuse_without_administrator(user)
    changes = audit.changed_fields(user, values)
    if not changes:
        return user
    if "email" in changes:
        _refuse_taken(values["email"], but=user)
        values |= {"reset_token": None, "reset_expire": None}
    for name, value in values.items():
        setattr(user, name, value)
    try:
        with transaction.atomic():
            user.save(update_fields=[*values, "updated_at"])
    except IntegrityError as error:
        raise EmailTaken from error
    audit.record(actor=actor, verb="user.updated", obj=user, changes=changes)
    return user


@transaction.atomic
def disable_user(*, actor: User, user_id: UUID) -> User:
    """Keep somebody out from their next request on; their sessions end, and a mailed link is void.

    Raises NotPermitted, NotYourself, LastAdministrator.
    """
    require(rules.can_manage_users(actor))
    user = _lock_with_administrators(user_id)
    if user.pk == actor.pk:
        raise NotYourself
    if not user.is_active:
        return user
    _refuse_without_administrator(user)
    user.is_active, user.reset_token, user.reset_expire = False, None, None
    user.save(update_fields=["is_active", "reset_token", "reset_expire", "updated_at"])
    end_sessions(user)
    audit.record(actor=actor, verb="user.disabled", obj=user, changes={"is_active": [True, False]})
    return user


@transaction.atomic
def enable_user(*, actor: User, user_id: UUID) -> User:
    """Let somebody sign in again, with the password they had. Raises NotPermitted."""
    require(rules.can_manage_users(actor))
    user = User.objects.select_for_update().get(pk=user_id)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active", "updated_at"])
    audit.record(actor=actor, verb="user.enabled", obj=user, changes={"is_active": [False, True]})
    return user


def _add(actor: User | None, email: str, *, role: str, further_roles: Iterable[str]) -> User:
    address = _address(email)
    _refuse_taken(address)
    further = _further(role, further_roles)
    try:
        with transaction.atomic():
            user = User.objects.create_user(address, None, role=role, further_roles=further)
    except IntegrityError as error:
        raise EmailTaken from error
    changes = {"email": ["", address], "role": ["", role], "further_roles": [[], further]}
    audit.record(actor=actor, verb="user.created", obj=user, changes=changes)
    return user


def _address(email: str) -> str:
    return email.strip().lower()


def _further(role: str, further_roles: Iterable[str]) -> list[str]:
    """In the order of the choices, without the main role and without doubles."""
    asked = set(further_roles) - {role}
    return [value for value in Role.values if value in asked]


def _refuse_taken(address: str, but: User | None = None) -> None:
    others = User.objects.filter(email=address)
    if (others.exclude(pk=but.pk) if but else others).exists():
        raise EmailTaken


def _administrators() -> Q:
    return Q(is_active=True) & (Q(role=Role.ADMIN) | Q(further_roles__contains=[Role.ADMIN]))


def _lock_with_administrators(user_id: UUID) -> User:
    """The person, locked together with all administrators, in one order: two who demote each other take turns."""
    locked = User.objects.select_for_update().filter(Q(pk=user_id) | _administrators()).order_by("pk")
    return next(user for user in locked if user.pk == user_id)


def _refuse_without_administrator(user: User) -> None:
    """Raise LastAdministrator if nobody else could administer; the rows are locked."""
    if rules.is_admin(user) and not User.objects.filter(_administrators()).exclude(pk=user.pk).exists():
        raise LastAdministrator
