"""Named reads about people who sign in."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Session, User
from accounts.rules import visible_users
from accounts.second_factors import FACTORS
from accounts.services.passwords import digest
from mentalspace.core import clock
from mentalspace.core.models import AuditEvent

SIGN_IN_VERBS = (
    "user.signed_in",
    "user.sign_in_refused",
    "user.sign_in_limited",
    "user.second_factor_refused",
    "user.second_factor_added",
    "user.second_factor_removed",
    "user.recovery_codes_made",
    "user.password_changed",
    "user.password_reset",
)


def user_rows(actor: User) -> QuerySet[User]:
    """People with their staff row and whether they have a second factor, for the list."""
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
    return visible_users(actor).select_related("staff").annotate(has_second_factor=Exists(factors))


def matching(people: QuerySet[User], text: str) -> QuerySet[User]:
    """People whose address or name holds every word."""
    for word in text.split():
        people = people.filter(
            Q(email__icontains=word)
            | Q(staff__first_name__plain__contains=word)
            | Q(staff__last_name__plain__contains=word)
        )
    return people


def with_role(people: QuerySet[User], role: str) -> QuerySet[User]:
    """People who hold the role as their main or a further one."""
    return people.filter(Q(role=role) | Q(further_roles__contains=[role]))


def name_of(user: User) -> str:
    """What a page calls somebody; load `staff` with the user."""
    staff = getattr(user, "staff", None)
    return staff.full_name if staff else user.email


def history_of(user_id: UUID, limit: int = 20) -> list[AuditEvent]:
    """What happened to and through this account, newest first, with who did it."""
    return list(
        AuditEvent.objects.filter(object_type="user", object_id=str(user_id))
        .select_related("actor__staff")
        .order_by("-id")[:limit]
    )


def own_sign_ins(user_id: UUID, limit: int = 8) -> list[AuditEvent]:
    """Somebody's own recent sign-ins and password changes, so that they can notice one that was not theirs."""
    return list(
        AuditEvent.objects.filter(
            object_type="user", object_id=str(user_id), verb__in=SIGN_IN_VERBS
        ).order_by("-id")[:limit]
    )


def own_sessions(user: User) -> list[Session]:
    """The browsers somebody is signed in with, the one used last first."""
    return list(Session.objects.filter(user=user, expire_date__gt=clock.now()).order_by("-last_used_at"))


def own_factors(user: User) -> list[Authenticator]:
    """Authenticator app, passkeys and recovery codes, in the order they were set up."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at", "pk"))


def user_for_link(token: str) -> User | None:
    """Whom a mailed link belongs to, while it is good."""
    return User.objects.filter(
        reset_token=digest(token), reset_expire__gt=clock.now(), is_active=True
    ).first()
