"""Unusual reading is found by thresholds, told once, and reviewed for good."""

from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from mentalspace.core import clock, practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditAlert, AuditAlertReview, AuditEvent
from mentalspace.workspace.audit_alerts import (
    KINDS,
    NoteMissing,
    OwnReading,
    find,
    raise_alerts,
    review_alert,
)
from mentalspace.workspace.defaults import ReadingDefaults
from tests.cast import Cast
from tests.clients.factories import ClientFactory

pytestmark = pytest.mark.django_db
# A Wednesday, ten in the morning of the practice.
MORNING = datetime(2026, 3, 4, 10, 5, tzinfo=ZoneInfo("America/New_York"))
BEFORE = MORNING - timedelta(days=3)


@pytest.fixture(autouse=True)
def thresholds() -> None:
    practice.save(
        ReadingDefaults(charts_an_hour=3, charts_out_of_hours=2, exports_a_day=2, refusals_an_hour=2)
    )


def events(actor: User, verb: str, count: int, at: datetime = MORNING, **values: Any) -> None:
    for _ in range(count):
        client = None if "client_id" in values else ClientFactory.create(last_name="Quarrie").pk
        AuditEvent.objects.create(actor=actor, verb=verb, at=at, **({"client_id": client} | values))


def kinds() -> list[str]:
    return [found.kind for found in find(BEFORE)]


@pytest.mark.parametrize(("charts", "expected"), [(2, []), (3, ["many_charts"])])
def test_many_charts_within_an_hour(cast: Cast, charts: int, expected: list[str]) -> None:
    events(cast.therapist, "client.viewed", charts)
    assert kinds() == expected


def test_the_same_chart_again_is_one_chart(cast: Cast) -> None:
    events(cast.therapist, "client.viewed", 9, client_id=cast.client.pk)
    assert kinds() == []


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (MORNING.replace(hour=5, minute=59), ["out_of_hours"]),
        (MORNING.replace(hour=6, minute=0), []),
        (MORNING.replace(hour=20, minute=59), []),
        (MORNING.replace(hour=21, minute=0), ["out_of_hours"]),
    ],
)
def test_charts_out_of_hours(cast: Cast, at: datetime, expected: list[str]) -> None:
    events(cast.therapist, "client.viewed", 2, at)
    assert kinds() == expected


@pytest.mark.parametrize(("weekends", "expected"), [(True, []), (False, ["out_of_hours"])])
def test_a_weekend_counts_as_the_practice_says(cast: Cast, weekends: bool, expected: list[str]) -> None:
    practice.save(ReadingDefaults(charts_out_of_hours=2, weekends=weekends))
    events(cast.therapist, "client.viewed", 2, MORNING + timedelta(days=3))
    assert kinds() == expected


def test_exports_refusals_and_emergencies(cast: Cast) -> None:
    events(cast.biller, "list.exported", 1, client_id=None)
    events(cast.biller, "invoice.printed", 1)
    events(cast.front_desk, "page.refused", 2, client_id=None, outcome="refused")
    events(cast.therapist, "emergency_access.began", 1)
    assert kinds() == ["exports", "refusals", "emergency"]


def test_the_own_last_name_and_a_colleague_by_name(cast: Cast) -> None:
    own, other = cast.therapist.staff, cast.biller.staff
    relative = ClientFactory.create(first_name="Nell", last_name=own.last_name.upper())
    colleague = ClientFactory.create(first_name=other.first_name, last_name=other.last_name)
    for client in (relative, colleague):
        events(cast.therapist, "client.viewed", 1, client_id=client.pk)
    same = own.last_name == other.last_name
    expected = [("own_name", relative.pk), ("own_name" if same else "colleague", colleague.pk)]
    assert sorted((found.kind, found.client_id) for found in find(BEFORE)) == sorted(expected)


def test_an_alert_is_raised_and_mailed_once_without_names(cast: Cast) -> None:
    now = clock.now()
    client = ClientFactory.create(first_name="Nell", last_name=cast.therapist.staff.last_name)
    events(cast.therapist, "client.viewed", 1, now - timedelta(minutes=1), client_id=client.pk)
    for _ in range(2):
        call_command("audit_alerts", stdout=(said := StringIO()))
    assert "0 new alerts" in said.getvalue()
    alert = AuditAlert.objects.get(kind="own_name")
    assert alert.client_id == client.pk
    told = [message for message in mail.outbox if "Unusual reading" in message.subject]
    assert [message.to for message in told] == [[cast.admin.email]]
    assert "Nell" not in told[0].body
    assert cast.therapist.staff.last_name not in told[0].body
    assert KINDS["own_name"] in told[0].body


def alert_of(actor: User) -> AuditAlert:
    now = clock.now()
    return AuditAlert.objects.create(
        kind="exports", actor=actor, since=now - timedelta(hours=1), until=now, count=12
    )


def test_an_alert_waits_on_home_until_it_is_reviewed(cast: Cast) -> None:
    alert = alert_of(cast.biller)
    browser = Browser()
    browser.force_login(cast.admin)
    assert "Unusual reading to review" in browser.get(reverse("workspace:home")).content.decode()
    page = browser.get(reverse("workspace:audit_alert_detail", args=[alert.pk])).content.decode()
    assert f"actor={cast.biller.pk}" in page
    form = browser.get(reverse("workspace:audit_alert_review", args=[alert.pk]))
    key = form.content.decode().partition('name="_once" value="')[2].partition('"')[0]
    url = reverse("workspace:audit_alert_review", args=[alert.pk])
    assert browser.post(url, {"note": "Month-end statements.", "_once": key}).status_code == 302
    assert (
        "Month-end statements."
        in browser.get(reverse("workspace:audit_alert_detail", args=[alert.pk])).content.decode()
    )
    assert "Unusual reading to review" not in browser.get(reverse("workspace:home")).content.decode()


def test_a_review_needs_a_word_a_right_and_another_person(cast: Cast) -> None:
    alert = alert_of(cast.admin)
    with pytest.raises(OwnReading):
        review_alert(actor=cast.admin, alert_id=alert.pk, note="Mine.")
    with pytest.raises(NoteMissing):
        review_alert(actor=cast.admin, alert_id=alert_of(cast.biller).pk, note="  ")
    with pytest.raises(NotPermitted):
        review_alert(actor=cast.supervisor, alert_id=alert.pk, note="No.")


def test_alerts_and_reviews_stay_as_they_are(cast: Cast) -> None:
    alert = alert_of(cast.biller)
    review = AuditAlertReview.objects.create(alert=alert, by=cast.admin, note="Fine.")
    for change in (
        lambda: AuditAlert.objects.filter(pk=alert.pk).update(count=0),
        lambda: AuditAlertReview.objects.filter(pk=review.pk).update(note=""),
        lambda: AuditAlertReview.objects.filter(pk=review.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_run_asks_a_fixed_number_of_questions(cast: Cast, django_assert_max_num_queries: Any) -> None:
    events(cast.therapist, "client.viewed", 2)
    with practice.loaded(), django_assert_max_num_queries(9):
        list(find(BEFORE))
    assert raise_alerts() == []
