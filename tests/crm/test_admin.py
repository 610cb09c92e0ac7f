"""Administrators' tables: corrected through the verbs, converted leads and stories only looked at."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from crm import queries, services
from crm.models import Lead, LeadActivity
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.crm.signing_in import signed_in

CHANGES = "admin:crm_lead_change"
NO_INLINES = {
    f"{prefix}-{name}": "0"
    for prefix in ("activities", "status_changes")
    for name in ("TOTAL_FORMS", "INITIAL_FORMS")
}


@pytest.fixture
def office(cast: Cast) -> Browser:
    return signed_in(cast.admin)


def typed(**facts: object) -> dict[str, object]:
    return {
        "first_name": "Lena", "last_name": "Lindqvist", "phone": "+14045550181", "email": "", "source": "phone",
        "source_detail": "", "notes": "", "assigned_to": "", "follow_up_on": "", **NO_INLINES, **facts,
    }  # fmt: skip


def test_every_table_opens_and_searches(cast: Cast, lead: Lead, office: Browser) -> None:
    services.log_activity(actor=cast.admin, lead_id=lead.pk, kind="call", outcome="reached", note="Called")
    for model in ("lead", "leadactivity", "leadstatuschange"):
        answer = office.get(reverse(f"admin:crm_{model}_changelist") + "?q=lindqvist")
        assert "Lena Lindqvist" in answer.content.decode()
    assert "Called" in office.get(reverse(CHANGES, args=[lead.pk])).content.decode()
    activity = LeadActivity.objects.get()
    assert office.get(reverse("admin:crm_leadactivity_change", args=[activity.pk])).status_code == 200
    assert office.get(reverse("admin:crm_leadactivity_add")).status_code == 403


def test_correcting_goes_through_the_verb(lead: Lead, office: Browser) -> None:
    answer = office.post(reverse(CHANGES, args=[lead.pk]), typed(source="event"))
    assert answer.status_code == 302
    lead.refresh_from_db()
    assert (lead.source, lead.version) == ("event", 2)
    assert AuditEvent.objects.get(verb="lead.updated").changes["source"] == ["provider_referral", "event"]


def test_adding_goes_through_the_verb(cast: Cast, office: Browser) -> None:
    answer = office.post(reverse("admin:crm_lead_add"), typed(first_name="Nora"))
    made = Lead.objects.get()
    assert answer.status_code == 302
    assert (made.first_name, made.created_by) == ("Nora", cast.admin.staff)


def test_what_the_verb_refuses_stands_at_the_field(lead: Lead, office: Browser) -> None:
    for facts, sentence in (
        ({"phone": ""}, "Enter a phone number or an e-mail address"),
        ({"follow_up_on": "01/01/2020"}, "The follow-up date has passed."),
    ):
        answer = office.post(reverse(CHANGES, args=[lead.pk]), typed(**facts))
        assert answer.status_code == 200
        assert sentence in answer.content.decode()


def test_a_converted_lead_is_looked_at_only(cast: Cast, lead: Lead, office: Browser) -> None:
    services.link_lead(actor=cast.admin, lead_id=lead.pk, client_id=cast.client.pk)
    assert office.get(reverse(CHANGES, args=[lead.pk])).status_code == 200
    assert office.post(reverse(CHANGES, args=[lead.pk]), typed(source="event")).status_code == 403
    assert office.post(reverse("admin:crm_lead_delete", args=[lead.pk]), {"post": "yes"}).status_code == 403


def test_the_search_finds_leads_for_who_works_with_them(cast: Cast, lead: Lead) -> None:
    assert [hit.label for hit in queries.search_hits(cast.front_desk, "lindq")] == ["Lena Lindqvist"]
    assert [hit.badge for hit in queries.search_hits(cast.admin, "4045550181")] == ["New"]
    for actor in (cast.therapist, cast.biller):
        assert queries.search_hits(actor, "lindq") == []
