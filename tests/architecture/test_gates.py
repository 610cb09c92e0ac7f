"""Every URL of the application names who may open it, and nobody gets further than that."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from accounts.choices import Role
from mentalspace.core.gates import anonymous
from tests.cast import Cast

# Django admin has a door of its own: `admin_site.has_permission`, tried below.
ADMIN = "admin"


def walk(patterns: Any, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}:{pattern.namespace}".strip(":") if pattern.namespace else namespace
            yield from walk(pattern.url_patterns, inner)
        else:
            yield f"{namespace}:{pattern.name}".strip(":"), pattern


URLS = [(name, pattern) for name, pattern in walk(get_resolver().url_patterns) if not name.startswith(ADMIN)]
ADMIN_URLS = [
    (name, pattern) for name, pattern in walk(get_resolver().url_patterns) if name.startswith(ADMIN)
]


def address(name: str, pattern: URLPattern) -> str:
    """The URL with ids that belong to nothing."""
    samples: dict[str, Any] = {}
    for key, converter in pattern.pattern.converters.items():
        kind = type(converter).__name__
        samples[key] = {"UUIDConverter": uuid.UUID(int=7), "IntConverter": 7}.get(kind, "none-such")
    return reverse(name, kwargs=samples)


def gate_of(pattern: URLPattern) -> Any:
    return getattr(pattern.callback, "gate", None)


@pytest.mark.parametrize(("name", "pattern"), URLS, ids=[name for name, _ in URLS])
def test_every_view_names_its_gate_and_its_url(name: str, pattern: URLPattern) -> None:
    assert gate_of(pattern) is not None, f"{name} does not say who may open it"
    assert pattern.name, f"{pattern.pattern} has no name"


def test_what_is_open_to_strangers_is_listed_here() -> None:
    public = {name for name, pattern in URLS if gate_of(pattern) is anonymous}
    assert public == {
        "health",
        "accounts:sign_in",
        "accounts:passkey_sign_in",
        "accounts:second_step",
        "accounts:session_state",
        # The same three, by the names under which allauth looks for them.
        "account_login",
        "mfa_login_webauthn",
        "mfa_authenticate",
        "accounts:password_reset",
        "accounts:password_reset_confirm",
        "accounts:admin_sign_in",
        # Whoever holds the link of a reminder speaks for its client about one appointment.
        "scheduling:feed_file",
        "scheduling:reminder_answer",
        "scheduling:reminder_confirm",
        "scheduling:reminder_cancel",
    }


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.ADMIN])
def test_only_administrators_reach_the_admin(cast: Cast, role: str) -> None:
    browser = Browser()
    browser.force_login(cast.by_role()[role])
    reached = []
    for name, pattern in ADMIN_URLS:
        if (
            not pattern.name
            or name in {"admin:logout", "admin:jsi18n"}
            or "app_label" in str(pattern.pattern)
        ):
            continue
        try:
            url = address(name, pattern)
        except Exception:  # noqa: BLE001 - a pattern of the admin's own that takes other arguments
            continue
        # Signing in and passwords lead to the application's own pages, whatever the admin calls them.
        if resolve(url).app_name == ADMIN and browser.get(url).status_code == 200:
            reached.append(name)
    assert reached == []
