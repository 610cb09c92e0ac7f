"""Django admin shows every table of the application to administrators, and changes nothing that rules protect."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db.models import Model
from django.test import Client as Browser
from django.urls import reverse

from mentalspace.core import audit
from tests.cast import Cast

OURS = {"core", "accounts", "staff", "clients", "messaging", "scheduling", "documents", "billing", "crm"}
NEVER_CHANGED = {
    "auditevent",
    "clientstatuschange",
    "appointmentevent",
    "documentsignature",
    "documentaddendum",
    "documentreview",
    "payment",
    "allocation",
    "adjustment",
    "transfer",
    "refund",
    "leadactivity",
    "leadstatuschange",
    "document",
    "message",
}


def models() -> list[type[Model]]:
    return [
        model for model in apps.get_models() if model._meta.app_label in OURS and not model._meta.auto_created
    ]


def test_every_table_is_registered_and_searchable() -> None:
    missing = [model.__name__ for model in models() if model not in admin.site._registry]
    assert missing == []
    assert [model.__name__ for model in models() if not admin.site._registry[model].search_fields] == []


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.model_name)
def test_its_list_opens_and_searches(cast: Cast, model: type[Model], client: Browser) -> None:
    client.force_login(cast.admin)
    audit.record(actor=cast.admin, verb="test.looked")
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client.get(url).status_code == 200
    assert client.get(url, {"q": "clara"}).status_code == 200
    assert client.get(url, {"q": "\x00'%"}).status_code in (200, 302)


@pytest.mark.parametrize("model", models(), ids=lambda model: model._meta.model_name)
def test_what_never_changes_has_no_form_to_change_it(cast: Cast, model: type[Model], client: Browser) -> None:
    if model._meta.model_name not in NEVER_CHANGED:
        return
    client.force_login(cast.admin)
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
    assert client.get(url).status_code == 403
    assert client.post(url, {}).status_code == 403


def test_groups_are_not_offered() -> None:
    assert "group" not in {model._meta.model_name for model in admin.site._registry}
