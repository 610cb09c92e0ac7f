"""A session ends after fifteen idle minutes; requests in between begin them anew without a write each."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Session
from tests.cast import Cast

START = datetime(2026, 3, 18, 15, tzinfo=UTC)


def test_fifteen_idle_minutes_end_a_session_and_work_keeps_it(cast: Cast, client: Browser) -> None:
    page = reverse("accounts:account")
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(cast.biller)
        for _ in range(4):
            clock.shift(timedelta(minutes=13))
            assert client.get(page).status_code == 200
        clock.shift(timedelta(minutes=16))
        assert client.get(page).status_code == 302


def test_within_a_minute_nothing_is_written(cast: Cast, client: Browser) -> None:
    page = reverse("accounts:account")
    with time_machine.travel(START, tick=False) as clock:
        client.force_login(cast.biller)
        client.get(page)
        clock.shift(timedelta(seconds=59))
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert [query["sql"] for query in asked if "UPDATE" in query["sql"]] == []
        clock.shift(timedelta(seconds=1))
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert any('"sessions"' in query["sql"] for query in asked if "UPDATE" in query["sql"])


@pytest.mark.django_db
def test_who_only_looks_at_the_door_gets_no_session(client: Browser) -> None:
    client.get(reverse("accounts:sign_in"))
    assert Session.objects.count() == 0
