"""Passwords: changed by their owner, or chosen anew through a link that was mailed to them. Nobody sets another's.

A link carries 256 random bits, of which only the SHA-256 is kept (the documented `reset_token`, in hex), with the
moment it ends (`reset_expire`). There is one live link per person, it works once, and a new password ends every
session that rests on the old one, because sessions carry a digest of it.
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts import mail, rules
from accounts.defaults import SignInDefaults
from accounts.errors import NoInvitation, ResetLinkInvalid, UserDisabled, WeakPassword, WrongPassword
from accounts.models import User
from accounts.services import limits
from accounts.services.sessions import end_sessions
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require

TOKEN_BYTES = 32


@transaction.atomic
def change_password(*, actor: User, current_password: str, new_password: str, session_key: str = "") -> User:
    """The person's own choice. Their sessions end, save the one it was made in. Raises WrongPassword, WeakPassword."""
    user = User.objects.select_for_update().get(pk=actor.pk)
    if not user.check_password(current_password):
        raise WrongPassword
    check_password_strength(new_password, user)
    _set_password(user, new_password)
    end_sessions(user, but=session_key)
    audit.record(actor=user, verb="user.password_changed", obj=user)
    transaction.on_commit(lambda: mail.tell_password_changed(user))
    return user


def request_reset(*, email: str, base_url: str, address: str = "") -> None:
    """Mail a link, if somebody who may sign in has this address. Says nothing either way, and fails silently.

    So also when it was asked for too often, from this network address or for this account. Who was invited and has no
    password yet gets their invitation anew.
    """
    account = email.strip().lower()
    for limit, who in ((limits.RESETS_BY_ADDRESS, address), (limits.RESETS_OF_ACCOUNT, account)):
        if not limits.spend(limit, who).allowed:
            return
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=account, is_active=True).first()
        if user is None:
            return
        token = issue_link(user)
        audit.record(actor=None, verb="user.reset_requested", obj=user)
    mail.send_reset_link_quietly(user, token, base_url)


def send_reset_link(*, actor: User, user_id: UUID, base_url: str) -> User:
    """Mail a link on an administrator's word: an invitation to who has no password yet, who gets longer to use it.

    Raises NotPermitted, UserDisabled, MailNotSent (the link then waits unsent, and the next one replaces it).
    """
    with transaction.atomic():
        require(rules.can_manage_users(actor))
        user = User.objects.select_for_update().get(pk=user_id)
        if not user.is_active:
            raise UserDisabled
        token = issue_link(user)
        invited = not user.has_usable_password()
        audit.record(actor=actor, verb="user.invited" if invited else "user.reset_link_sent", obj=user)
    mail.send_reset_link(user, token, base_url)
    return user


@transaction.atomic
def issue_first_link(*, user: User) -> str:
    """The token with which an administrator made by a command (`create_admin`) chooses their password."""
    token = issue_link(user)
    audit.record(actor=None, verb="user.invited", obj=user)
    return token


def send_first_link(*, user: User, base_url: str) -> None:
    """The same, by mail. Raises MailNotSent."""
    mail.send_reset_link(user, issue_first_link(user=user), base_url)


@transaction.atomic
def revoke_invitation(*, actor: User, user_id: UUID) -> User:
    """Make the mailed link of somebody who never chose a password void. Raises NotPermitted, NoInvitation."""
    require(rules.can_manage_users(actor))
    user = User.objects.select_for_update().get(pk=user_id)
    if user.has_usable_password() or user.reset_token is None:
        raise NoInvitation
    user.reset_token, user.reset_expire = None, None
    user.save(update_fields=["reset_token", "reset_expire", "updated_at"])
    audit.record(actor=actor, verb="user.invitation_revoked", obj=user)
    return user


@transaction.atomic
def reset_password(*, token: str, new_password: str) -> User:
    """Set a new password by a mailed link, which is used up. Raises ResetLinkInvalid, WeakPassword."""
    user = (
        User.objects.select_for_update()
        .filter(reset_token=digest(token), reset_expire__gt=clock.now(), is_active=True)
        .first()
    )
    if user is None:
        raise ResetLinkInvalid
    check_password_strength(new_password, user)
    _set_password(user, new_password)
    end_sessions(user)
    audit.record(actor=user, verb="user.password_reset", obj=user)
    transaction.on_commit(lambda: mail.tell_password_changed(user))
    return user


def digest(token: str) -> str:
    """What is stored of a mailed token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_lifetime(user: User) -> timedelta:
    """How long a link that an administrator sends stays good."""
    settings = practice.get(SignInDefaults)
    if user.has_usable_password():
        return timedelta(minutes=settings.reset_minutes)
    return timedelta(hours=settings.invitation_hours)


def check_password_strength(password: str, user: User) -> None:
    """Raise WeakPassword with what the practice's rules say about it."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise WeakPassword(" ".join(error.messages)) from error


def issue_link(user: User) -> str:
    """A new link's token; the one before is void. The user's row must be locked."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    user.reset_token, user.reset_expire = digest(token), clock.now() + link_lifetime(user)
    user.save(update_fields=["reset_token", "reset_expire", "updated_at"])
    return token


def _set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.reset_token, user.reset_expire = None, None
    user.save(update_fields=["password", "reset_token", "reset_expire", "updated_at"])
