"""What each answer tells the browser to forbid: on every address, and where no view was reached at all."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import get_resolver, reverse

from mentalspace.core.middleware import HeadersMiddleware
from tests.architecture.urls import address, walk
from tests.cast import Cast

pytestmark = pytest.mark.django_db

CONTENT = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "default",
}
SANDBOX = {"default-src": "'none'", "sandbox": ""}
ALWAYS = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Permitted-Cross-Domain-Policies": "none",
}


def policy(answer: Any) -> dict[str, str]:
    """The content policy, by directive."""
    directives = (part.strip().partition(" ") for part in answer["Content-Security-Policy"].split(";"))
    return {name: value for name, _space, value in directives}


def faults(answer: Any, *, kept: bool = False) -> list[str]:
    """What the answer leaves open. `kept`: browsers and caches may keep it."""
    found = [f"{name}: {answer.get(name)}" for name, value in ALWAYS.items() if answer.get(name) != value]
    if "Content-Security-Policy" not in answer or policy(answer) not in (CONTENT, SANDBOX):
        found.append(f"Content-Security-Policy: {answer.get('Content-Security-Policy')}")
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        found.append("Permissions-Policy")
    if not kept and "no-store" not in answer.get("Cache-Control", ""):
        found.append(f"Cache-Control: {answer.get('Cache-Control')}")
    if answer.get("Access-Control-Allow-Origin"):
        found.append("Access-Control-Allow-Origin")
    html = answer.get("Content-Type", "").startswith("text/html")
    if html and answer.get("Cross-Origin-Embedder-Policy") != "require-corp":
        found.append("Cross-Origin-Embedder-Policy")
    return found


def addresses() -> list[str]:
    """Every URL there is, the admin's too, with ids that belong to nothing."""
    found = []
    for name, pattern in walk(get_resolver().url_patterns):
        try:
            found.append(address(name, pattern))
        except Exception:  # noqa: BLE001 - a pattern of the admin's own that takes other arguments
            continue
    return found


@pytest.mark.parametrize("who", ["nobody", "admin"])
def test_every_address_forbids_the_same(cast: Cast, client: Client, who: str) -> None:
    if who != "nobody":
        client.force_login(getattr(cast, who))
    client.raise_request_exception = False
    tried = addresses()
    assert len(tried) > 200
    wrong = {}
    for url in tried:
        for method in (client.get, client.post, client.options):
            answer = method(url)
            if found := faults(answer):
                wrong[f"{method.__name__} {url} {answer.status_code}"] = found
    assert wrong == {}


def test_a_page_a_spreadsheet_a_paper_and_a_fragment_are_kept_by_nobody(cast: Cast, client: Client) -> None:
    client.force_login(cast.admin)
    answers = {
        "page": client.get(f"/clients/{cast.client.pk}/"),
        "spreadsheet": client.get("/clients/?format=csv"),
        "fragment": client.get("/clients/?q=c", headers={"HX-Request": "true", "HX-Target": "list"}),
        "search": client.get("/search/?q=clara", headers={"HX-Request": "true"}),
    }
    assert {name: (answer.status_code, faults(answer)) for name, answer in answers.items()} == dict.fromkeys(
        answers, (200, [])
    )


def test_answers_that_no_view_gave_forbid_the_same(
    client: Client, monkeypatch: pytest.MonkeyPatch, cast: Cast
) -> None:
    client.raise_request_exception = False
    client.force_login(cast.therapist)

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("mentalspace.core.views.connection", broken)
    answers = {
        400: client.get("/healthz", headers={"Host": "elsewhere.example"}),
        403: client.get("/settings/"),
        404: client.get("/no/such/page/"),
        405: client.get(reverse("accounts:sign_out")),
        500: client.get("/healthz"),
    }
    with override_settings(SECURE_SSL_REDIRECT=True):
        # The middleware reads its settings once, at a visitor's first request.
        answers[301] = Client().get("/home/")
    assert {code: (answer.status_code, faults(answer)) for code, answer in answers.items()} == {
        code: (code, []) for code in answers
    }


@override_settings(WHITENOISE_USE_FINDERS=True)
def test_files_of_the_site_forbid_the_same_and_may_be_kept(client: Client) -> None:
    answer: Any = client.get("/static/js/app.js")
    assert b"".join(answer.streaming_content)
    assert (answer.status_code, faults(answer, kept=True)) == (200, [])
    assert "no-store" not in answer["Cache-Control"]


def test_strict_transport_is_asked_for_on_every_answer_over_https(client: Client) -> None:
    years = 2 * 365 * 24 * 60 * 60
    with override_settings(
        WHITENOISE_USE_FINDERS=True,
        SECURE_HSTS_SECONDS=years,
        SECURE_HSTS_INCLUDE_SUBDOMAINS=True,
        SECURE_HSTS_PRELOAD=True,
    ):
        for url in ("/sign-in/", "/home/", "/no/such/page/", "/static/js/app.js"):
            answer = client.get(url, secure=True)
            # Read to the end, which closes a file.
            list(answer)
            assert answer["Strict-Transport-Security"] == f"max-age={years}; includeSubDomains; preload"


def test_of_the_device_only_passkeys_may_be_asked_for(client: Client) -> None:
    asked = dict(part.split("=", 1) for part in client.get("/healthz")["Permissions-Policy"].split(", "))
    assert {feature for feature, who in asked.items() if who != "()"} == {
        "publickey-credentials-create",
        "publickey-credentials-get",
    }
    assert {"camera", "microphone", "geolocation", "payment", "usb"} <= set(asked)


def test_a_view_may_be_stricter() -> None:
    def view(request: Any) -> HttpResponse:
        return HttpResponse(headers={"Referrer-Policy": "no-referrer"})

    assert HeadersMiddleware(view)(RequestFactory().get("/"))["Referrer-Policy"] == "no-referrer"


def test_what_was_done_is_told_from_the_session_and_not_from_a_cookie(cast: Cast, client: Client) -> None:
    client.force_login(cast.therapist)
    url = f"/staff/{cast.therapist.staff.pk}/photo/remove/"
    answer = client.post(url)
    assert set(answer.cookies) <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    assert "The photo was removed." in client.get(answer["Location"]).content.decode()
    assert "The photo was removed." not in client.get(answer["Location"]).content.decode()


def test_who_is_not_signed_in_is_told_from_a_cookie_and_fills_no_table(client: Client) -> None:
    answer = client.post("/messages/new/")
    assert settings.SESSION_COOKIE_NAME not in answer.cookies
    page = client.get(answer["Location"])
    assert "You were signed out before this arrived." in page.content.decode()
    assert page.cookies["messages"]["max-age"] == 0


def test_the_health_check_needs_no_sign_in(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")
