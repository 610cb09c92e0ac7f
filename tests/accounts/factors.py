"""Second factors for tests, and what an authenticator app would show."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.test import Client

from accounts import second_factors
from accounts.models import User
from tests.accounts.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user: User) -> Authenticator:
    """An authenticator app, as if it had been set up long ago."""
    with second_factors.of(user):
        return TOTP.activate(user, SECRET).instance


def give_codes(user: User) -> list[str]:
    """Ten recovery codes."""
    with second_factors.of(user):
        return RecoveryCodes.activate(user).generate_codes()


def code(intervals_ago: int = 0, secret: str = SECRET) -> str:
    """What the app shows, or showed some half minutes ago."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 - intervals_ago))


def at_second_step(user: User) -> Client:
    """A browser in which the password was right."""
    browser = Client()
    answer = browser.post("/sign-in/", {"email": user.email, "password": PASSWORD, "next": "/account/"})
    assert answer["Location"] == "/sign-in/second-step/"
    return browser
