"""Administrators look at the record in admin; nobody changes it there."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.documents.conftest import CANARY

MODELS = ["document", "documentsignature", "documentaddendum", "documentreview", "unlockrequest"]


@pytest.mark.parametrize("model", MODELS)
def test_lists_open_and_offer_no_adding(client, cast, signed, waiting, model):
    client.force_login(cast.admin)
    answer = client.get(reverse(f"admin:documents_{model}_changelist"))
    assert answer.status_code == 200
    assert client.get(reverse(f"admin:documents_{model}_add")).status_code == 403


def test_reading_is_all_one_can_do(client, cast, signed, written):
    client.force_login(cast.admin)
    url = reverse("admin:documents_document_change", args=[signed.pk])
    page = client.get(url).content.decode()
    assert CANARY in page
    assert 'name="_save"' not in page
    assert client.post(url, {"title": "Other"}).status_code == 403
    assert client.post(reverse("admin:documents_document_delete", args=[signed.pk])).status_code == 403
    signed.refresh_from_db()
    assert signed.title == "Progress note"


@pytest.mark.parametrize("who", ["therapist", "supervisor", "biller", "front_desk"])
def test_only_administrators(client, cast, signed, who):
    client.force_login(getattr(cast, who))
    answer = client.get(reverse("admin:documents_document_changelist"))
    assert answer.status_code in {302, 403}


def test_cost_of_the_list(client, cast, signed, waiting):
    client.force_login(cast.admin)
    url = reverse("admin:documents_document_changelist")
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    assert sum(query["sql"].startswith("SELECT") for query in captured) <= 10
