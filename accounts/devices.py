"""Browsers from which somebody signed in before, so that a stranger's wrong passwords are not counted against them.

The cookie is signed and says for which addresses (by keyed hash) this browser is known. It opens nothing by itself: it
only gives its bearer tries of their own.
"""

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.crypto import salted_hmac

COOKIE = "__Host-device" if settings.HTTPS else "device"
SALT = "accounts.devices"
LIFETIME = 180 * 24 * 60 * 60
# A computer that many share remembers those who came last.
PEOPLE = 8


def known_as(request: HttpRequest, email: str) -> str | None:
    """The name under which this browser is known for the address; None for a stranger's."""
    return _read(request).get(_person(email))


def remember(request: HttpRequest, response: HttpResponseBase, email: str) -> None:
    """Know this browser from now on: somebody signed in with it, second factor and all."""
    known = _read(request)
    name = known.pop(_person(email), None) or secrets.token_hex(8)
    newest = {**dict(list(known.items())[-(PEOPLE - 1) :]), _person(email): name}
    response.set_cookie(
        COOKIE,
        signing.dumps(newest, salt=SALT),
        max_age=LIFETIME,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def describe(request: HttpRequest) -> str:
    """`Chrome on Windows`, as far as the browser says."""
    text = request.headers.get("User-Agent", "")
    browsers = (
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )
    systems = (
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    )
    browser = next((name for mark, name in browsers if mark in text), "")
    system = next((name for mark, name in systems if mark in text), "")
    return f"{browser} on {system}" if browser and system else browser or system or "Unknown browser"


def _person(email: str) -> str:
    return salted_hmac(SALT, email.strip().lower(), algorithm="sha256").hexdigest()[:16]


def _read(request: HttpRequest) -> dict[str, str]:
    try:
        known = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=LIFETIME)
    except signing.BadSignature:
        return {}
    return known if isinstance(known, dict) else {}
