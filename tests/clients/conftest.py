"""Signing in by role, and a client with a full record."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from clients import services
from clients.choices import FlagKind, Severity
from clients.models import Client, ClientProfile
from clients.shapes import Insurance
from tests.cast import Cast

SignIn = Callable[[str], Browser]


@pytest.fixture
def sign_in(cast: Cast) -> SignIn:
    """A browser in which this person of the cast is signed in."""

    def _as(name: str) -> Browser:
        browser = Browser()
        browser.force_login(getattr(cast, name))
        return browser

    return _as


def mark(client: Client, section: str) -> str:
    """The mark of a section of the client's profile as it stands."""
    return services.section_mark(ClientProfile.objects.get(client=client), section)


@pytest.fixture
def full(cast: Cast) -> Client:
    """The cast's client with insurance, contacts, medical history, flags and a tag."""
    client, admin = cast.client, cast.admin
    services.save_coverage(
        actor=admin, client_id=client.pk, index=None,
        seen=services.section_mark(ClientProfile(client=client), "insurance_info"),
        coverage=Insurance(provider="Peach State Medicaid", policy_number="PSM-1"),
    )  # fmt: skip
    contacts = [
        {"name": "Carl Cole", "relationship": "Husband", "phone": "+14045550160", "may_disclose": True}
    ]
    services.set_emergency_contacts(
        actor=admin, client_id=client.pk, seen=mark(client, "emergency_contact"), contacts=contacts
    )
    history = {"conditions": ["Asthma"], "medications": ["Sertraline 50 mg"], "allergies": ["Penicillin"],
               "hospitalisations": "", "family_history": "CANARY-FAMILY"}  # fmt: skip
    services.set_medical_history(
        actor=admin, client_id=client.pk, seen=mark(client, "medical_history"), history=history
    )
    services.raise_flag(
        actor=admin,
        client_id=client.pk,
        kind=FlagKind.SUICIDE_RISK,
        severity=Severity.HIGH,
        note="CANARY-RISK",
    )
    services.raise_flag(actor=admin, client_id=client.pk, kind=FlagKind.BILLING, note="CANARY-CARD")
    tag = services.create_tag(actor=admin, name="Grant-funded")
    services.tag_client(actor=admin, client_id=client.pk, tag_id=tag.pk)
    return Client.objects.get(pk=client.pk)
