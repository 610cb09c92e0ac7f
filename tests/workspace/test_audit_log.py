"""The audit log as administrators read it."""

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from mentalspace.core import audit
from mentalspace.workspace.audit_log import changes_in_words, in_words
from tests.cast import Cast
from tests.clients.factories import ClientFactory

pytestmark = pytest.mark.django_db


def read(cast: Cast, **query: str) -> str:
    browser = Browser()
    browser.force_login(cast.admin)
    return browser.get(reverse("workspace:audit_log"), query).content.decode()


def test_a_row_names_its_client_and_leads_to_the_chart_and_to_all_about_the_client(cast: Cast) -> None:
    client = ClientFactory.create(first_name="Nell", last_name="Nightshade")
    other = ClientFactory.create(first_name="Olly", last_name="Otter")
    audit.record(actor=cast.admin, verb="client.viewed", obj=client, client_id=client.pk)
    audit.record(actor=cast.admin, verb="client.viewed", obj=other, client_id=other.pk)
    page = read(cast)
    assert reverse("clients:client_detail", args=[client.pk]) in page
    assert f"?client={client.pk}" in page
    for query in ({"client": str(client.pk)}, {"q": "nell"}, {"q": f"C-{client.number}"}):
        found = read(cast, **query)
        assert "Nell Nightshade" in found
        assert "Olly Otter" not in found


def test_names_cost_one_query_for_all_rows(cast: Cast) -> None:
    counts = []
    for _ in range(2):
        client = ClientFactory.create()
        audit.record(actor=cast.admin, verb="client.viewed", obj=client, client_id=client.pk)
        with CaptureQueriesContext(connection) as asked:
            read(cast)
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": ["active", "inactive"]}, "status: active → inactive"),
        ({"number": [None, "INV-1000"]}, "number: INV-1000"),
        ({"phone": ["4045550100", ""]}, "phone: 4045550100 → none"),
        ({"policy_number": ["", ""]}, "policy number"),
    ],
)
def test_changes_in_words(changes: dict[str, object], words: str) -> None:
    assert changes_in_words(changes) == words


def test_a_verb_in_words() -> None:
    assert in_words("document.cosigned") == "Document co-signed"
    assert in_words("appointment.late_cancelled") == "Appointment late cancelled"
