"""What disclosures show in a client's chart; registered in `DocumentsConfig.ready()`."""

from django.urls import reverse

from clients.models import Client
from clients.panels import Action
from documents import rules


def record_url(client: Client) -> str:
    """Where a disclosure is recorded."""
    return reverse("documents:disclosure_create", args=[client.pk])


ACTION = Action("Record a disclosure", "send", 45, rules.can_record_disclosure, record_url)
