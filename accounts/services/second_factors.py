"""Second factors: what is done to them, noted and told to the person by mail. allauth makes and checks them."""

from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts import mail, rules, second_factors
from accounts.errors import LastSecondFactor, NotYourself, UserDisabled
from accounts.models import User
from accounts.services.passwords import issue_link
from accounts.services.sessions import end_sessions
from mentalspace.core import audit
from mentalspace.core.gates import require

NAMES = {
    Authenticator.Type.TOTP: "authenticator app",
    Authenticator.Type.WEBAUTHN: "passkey",
    Authenticator.Type.RECOVERY_CODES: "recovery codes",
}


@transaction.atomic
def record_second_factor_added(*, actor: User, authenticator: Authenticator, session_key: str) -> None:
    """Note a new one. With the first, sessions that were opened without it end."""
    first = (
        not Authenticator.objects.filter(user=actor, type__in=second_factors.FACTORS)
        .exclude(pk=authenticator.pk)
        .exists()
    )
    if first:
        end_sessions(actor, but=session_key)
    _note(actor, "user.second_factor_added", authenticator.type)


@transaction.atomic
def record_recovery_codes_made(*, actor: User) -> None:
    """Note a new set; the old ones are void."""
    _note(actor, "user.recovery_codes_made", Authenticator.Type.RECOVERY_CODES)


@transaction.atomic
def remove_second_factor(*, actor: User, authenticator_id: int) -> Authenticator:
    """Take away one of one's own; without any, the recovery codes go too.

    Raises LastSecondFactor where one is required, Authenticator.DoesNotExist.
    """
    own = second_factors.lock(actor)
    chosen = next(
        (each for each in own if each.pk == authenticator_id and each.type in second_factors.FACTORS), None
    )
    if chosen is None:
        raise Authenticator.DoesNotExist
    others = [each for each in own if each.type in second_factors.FACTORS and each.pk != chosen.pk]
    if not others:
        if second_factors.is_required():
            raise LastSecondFactor
        Authenticator.objects.filter(user=actor).delete()
    else:
        chosen.delete()
    _note(actor, "user.second_factor_removed", chosen.type)
    return chosen


def reset_second_factors(*, actor: User, user_id: UUID, base_url: str) -> User:
    """For somebody who lost phone, passkeys and codes: all of it goes, their sessions end, and the password is void.

    They choose a new password by a mailed link and then set a second factor up: a password that somebody else may know
    must not be enough to do that. Raises NotPermitted, NotYourself, UserDisabled, MailNotSent (the link then waits).
    """
    with transaction.atomic():
        require(rules.can_manage_users(actor))
        user = User.objects.select_for_update().get(pk=user_id)
        if user.pk == actor.pk:
            raise NotYourself("Remove your own second factors on your account page.")
        if not user.is_active:
            raise UserDisabled
        Authenticator.objects.filter(user=user).delete()
        end_sessions(user)
        user.set_unusable_password()
        user.save(update_fields=["password", "updated_at"])
        token = issue_link(user)
        audit.record(actor=actor, verb="user.second_factors_reset", obj=user)
    mail.send_start_over(user, token, base_url)
    return user


def _note(user: User, verb: str, kind: str) -> None:
    name = NAMES[Authenticator.Type(kind)]
    audit.record(actor=user, verb=verb, obj=user, changes={"second_factor": ["", name]})
    transaction.on_commit(lambda: mail.tell_second_factor(user, verb, name))
