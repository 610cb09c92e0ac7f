"""Who opened a chart: by person, over any time, as a page and as a spreadsheet."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from mentalspace.core import audit, clock
from mentalspace.core.models import AuditEvent
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser_of(user: object) -> Browser:
    browser = Browser()
    browser.force_login(user)  # type: ignore[arg-type]
    return browser


def test_each_reader_stands_once_with_first_last_number_and_right(cast: Cast) -> None:
    reader = browser_of(cast.therapist)
    for _ in range(2):
        reader.get(reverse("clients:client_detail", args=[cast.client.pk]))
    reader.get(reverse("clients:client_list"))
    browser_of(cast.biller).get(reverse("clients:client_list"))
    browser_of(cast.admin).get(reverse("workspace:audit_log"), {"client": str(cast.client.pk)})
    url = reverse("workspace:audit_readers", args=[cast.client.pk])
    rows = browser_of(cast.admin).get(url).context["list"]._cut[0]
    found = {row["actor_id"]: (row["opened"], row["named"], row["rights"]) for row in rows}
    assert found == {cast.therapist.pk: (2, 1, ["care team"]), cast.biller.pk: (0, 1, [""])}


def test_days_bound_it(cast: Cast) -> None:
    AuditEvent.objects.create(
        actor=cast.biller, verb="client.viewed", client_id=cast.client.pk, at=clock.now() - timedelta(days=40)
    )
    url = reverse("workspace:audit_readers", args=[cast.client.pk])
    browser = browser_of(cast.admin)
    assert len(browser.get(url).context["list"]._cut[0]) == 1
    since = clock.today() - timedelta(days=10)
    assert browser.get(url, {"after": f"{since:%m/%d/%Y}"}).context["list"]._cut[0] == []


def test_the_spreadsheet_is_an_event_about_the_client(cast: Cast) -> None:
    browser_of(cast.therapist).get(reverse("clients:client_detail", args=[cast.client.pk]))
    url = reverse("workspace:audit_readers", args=[cast.client.pk])
    answer = browser_of(cast.admin).get(url, {"format": "csv"})
    assert "their role" not in (text := answer.getvalue().decode())
    assert "care team" in text
    assert AuditEvent.objects.get(verb="audit.readers_exported").client_id == cast.client.pk


@pytest.mark.parametrize("who", ["therapist", "supervisor", "biller", "front_desk"])
def test_nobody_but_administrators_learns_it(cast: Cast, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    for url in (
        reverse("workspace:audit_readers", args=[cast.client.pk]),
        reverse("workspace:audit_alert_list"),
    ):
        assert browser.get(url).status_code == 403
    history = browser.get(reverse("clients:client_tab", args=[cast.client.pk, "history"]))
    assert "Who opened this chart" not in history.content.decode()


def test_who_is_watched_and_refused_stands_in_no_history_of_a_clinician(cast: Cast) -> None:
    audit.record(actor=cast.biller, verb="page.refused", client_id=cast.client.pk, outcome="refused")
    audit.record(actor=None, verb="audit_alert.raised", client_id=cast.client.pk)
    audit.record(actor=cast.admin, verb="client.tagged", client_id=cast.client.pk)
    url = reverse("clients:client_tab", args=[cast.client.pk, "history"])
    for who, watched in ((cast.therapist, False), (cast.admin, True)):
        text = browser_of(who).get(url).content.decode()
        assert "Tag added" in text
        assert ("unusual reading" in text) is watched
        assert ("Was refused" in text) is watched


def test_a_chart_leads_an_administrator_there(cast: Cast) -> None:
    history = browser_of(cast.admin).get(reverse("clients:client_tab", args=[cast.client.pk, "history"]))
    assert reverse("workspace:audit_readers", args=[cast.client.pk]) in history.content.decode()
