"""What each answer tells the browser to forbid."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def policy(client: Client) -> dict[str, str]:
    header = client.get("/healthz").headers["Content-Security-Policy"]
    return dict(directive.strip().split(" ", 1) for directive in header.split(";"))


def test_the_content_policy_allows_this_site_and_nothing_inline(client: Client) -> None:
    assert policy(client) == {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
    }


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("X-Frame-Options", "DENY"),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
    ],
)
def test_old_browsers_are_told_too(client: Client, header: str, value: str) -> None:
    assert client.get("/healthz").headers[header] == value


def test_the_health_check_needs_no_sign_in(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
