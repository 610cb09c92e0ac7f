"""The chart's history names the documents and appointments that its events are about."""

import pytest
from django.test import Client
from django.urls import reverse

from documents.models import Document
from mentalspace.core import formatting
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_events_lead_to_their_documents(client: Client, cast: Cast, signed: Document) -> None:
    client.force_login(cast.therapist)
    page = client.get(f"/clients/{signed.client_id}/history/").content.decode()
    assert f'<a href="{reverse("documents:document_detail", args=[signed.pk])}">Signed a document</a>' in page
    assert f"{signed.title}, {formatting.date(signed.service_date)}" in page
