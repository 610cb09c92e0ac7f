"""Whether the person behind a request has shown their second factor."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from allauth.account import app_settings as account_settings
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.shortcuts import resolve_url

from accounts.models import User
from mentalspace.core.places import is_ours

SHOWN = "_second_factor_shown"
AFTER = "_after_second_factor"
owner: ContextVar[str] = ContextVar("second_factor_owner", default="")
LAST_USED = "last_used_interval"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def note_shown(request: HttpRequest, user: Any) -> None:
    """Remember in the session who showed it, as a session may change hands, and when."""
    request.session[SHOWN] = [str(user.pk), int(time.time())]


def was_shown(request: HttpRequest) -> bool:
    """Asks no database: every request wants to know."""
    who, _ = request.session.get(SHOWN, ("", 0))
    return bool(who == str(request.user.pk))


def was_shown_lately(request: HttpRequest) -> bool:
    """So lately that a change of how somebody signs in does not ask for it again."""
    _, when = request.session.get(SHOWN, ("", 0))
    return was_shown(request) and time.time() - when < account_settings.REAUTHENTICATION_TIMEOUT


def is_missing(request: HttpRequest) -> bool:
    """Must the person show or set up a second factor before anything else?"""
    return bool(is_required() and request.user.is_authenticated and not was_shown(request))


@contextmanager
def of(user: User) -> Iterator[None]:
    """Whose secrets are opened inside this block, where nobody is signed in yet."""
    token = owner.set(str(user.pk))
    try:
        yield
    finally:
        owner.reset(token)


def is_required() -> bool:
    """False in demonstrations only."""
    return bool(settings.SECOND_FACTOR_REQUIRED)


def has_one(user: User) -> bool:
    """An authenticator app or a passkey; recovery codes alone are none."""
    return bool(get_adapter().is_mfa_enabled(user, FACTORS))


def refused_as_used(authenticator: Authenticator) -> ValidationError | None:
    """Mark the present code of an authenticator app as used; an error if it was already. Its row must be locked.

    allauth marks used codes in the cache. The last interval used also stands beside the secret, where neither an
    emptied cache nor two processes at the same moment can lose it.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return None
    interval = int(time.time()) // app_settings.TOTP_PERIOD
    if authenticator.data.get(LAST_USED, 0) >= interval:
        return get_adapter().validation_error("incorrect_code")
    authenticator.data[LAST_USED] = interval
    authenticator.save(update_fields=["data"])
    return None


def codes_left(codes: Authenticator) -> int:
    """How many recovery codes were not used yet, without opening them."""
    return int(app_settings.RECOVERY_CODE_COUNT - int(codes.data["used_mask"]).bit_count())


def lock(user: User) -> list[Authenticator]:
    """The person's second factors, for this transaction alone."""
    return list(Authenticator.objects.select_for_update().filter(user=user).order_by("pk"))


def way_on(request: HttpRequest) -> str:
    """The page that was asked for before the second factor was; else home."""
    wanted = request.session.pop(AFTER, "")
    return wanted if is_ours(request, wanted) else resolve_url(settings.LOGIN_REDIRECT_URL)


def way_back(request: HttpRequest) -> str:
    """From a page that sets something up: to the choice, or to one's account."""
    return resolve_url("accounts:second_factor" if is_missing(request) else "accounts:account")
