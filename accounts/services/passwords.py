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
from accounts.errors import ResetLinkInvalid, UserDisabled, WeakPassword, WrongPassword
from accounts.models import User
from mentalspace.core import audit, clock, practice
from mentalspace.core.gates import require

TOKEN_BYTES = 32


@transaction.atomic
def change_password(*, actor: User, current_password: str, new_password: str) -> User:
    """The person's own choice. Their other sessions end. Raises WrongPassword, WeakPassword."""
    user = User.objects.select_for_update().get(pk=actor.pk)
    if not user.check_password(current_password):
        raise WrongPassword
    check_password_strength(new_password, user)
    _set_password(user, new_password)
    audit.record(actor=user, verb="user.password_changed", obj=user)
    transaction.on_commit(lambda: mail.tell_password_changed(user))
    return user


def request_reset(*, email: str, base_url: str) -> None:
    """Mail a link, if somebody who may sign in has this address. Says nothing either way, and fails silently."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(email=email.strip().lower(), is_active=True).first()
        if user is None:
            return
        minutes = practice.get(SignInDefaults).reset_minutes
        token = issue_link(user, timedelta(minutes=minutes))
        audit.record(actor=None, verb="user.reset_requested", obj=user)
    mail.send_reset_link_quietly(user, token, base_url)


def send_reset_link(*, actor: User, user_id: UUID, base_url: str) -> User:
    """Mail a link on an administrator's word; who has no password yet gets longer to choose the first.

    Raises NotPermitted, UserDisabled, MailNotSent (the link then waits unsent, and the next one replaces it).
    """
    with transaction.atomic():
        require(rules.can_manage_users(actor))
        user = User.objects.select_for_update().get(pk=user_id)
        if not user.is_active:
            raise UserDisabled
        token = issue_link(user)
        audit.record(actor=actor, verb="user.reset_link_sent", obj=user)
    mail.send_reset_link(user, token, base_url)
    return user


def send_first_link(*, user: User, base_url: str) -> None:
    """The link for an administrator made by a command. Raises MailNotSent."""
    with transaction.atomic():
        token = issue_link(user)
    mail.send_reset_link(user, token, base_url)


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


def issue_link(user: User, lifetime: timedelta | None = None) -> str:
    """A new link's token; the one before is void. The user's row must be locked."""
    lifetime = lifetime or link_lifetime(user)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    user.reset_token, user.reset_expire = digest(token), clock.now() + lifetime
    user.save(update_fields=["reset_token", "reset_expire", "updated_at"])
    return token


def _set_password(user: User, password: str) -> None:
    user.set_password(password)
    user.reset_token, user.reset_expire = None, None
    user.save(update_fields=["password", "reset_token", "reset_expire", "updated_at"])
