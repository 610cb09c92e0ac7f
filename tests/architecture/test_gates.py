"""Every URL of the application names who may open it, and nobody gets further than that."""

import pytest
from django.urls import URLPattern

from mentalspace.core.gates import anonymous
from tests.architecture.urls import URLS, gate_of


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
        # Whoever holds a link to questionnaires answers them, and sees nothing else.
        "documents:questionnaire",
        # Whoever holds a link to forms says the client's date of birth, and then signs those forms.
        "documents:packet_open",
        "documents:packet_form",
        "documents:packet_form_save",
        "documents:packet_form_decline",
        "documents:packet_form_copy",
        # Whoever holds the link of a reminder speaks for its client about one appointment.
        "scheduling:feed_file",
        "scheduling:booking_details",
        "scheduling:booking_sent",
        "scheduling:booking_times",
        "scheduling:reminder_answer",
        "scheduling:reminder_confirm",
        "scheduling:reminder_cancel",
    }
