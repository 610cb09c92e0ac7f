"""Where inquiries come from and how many become clients: figures that are true and open their rows."""

import csv
import io
import re
from datetime import date, datetime
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm import queries, services
from crm.choices import LeadStatus
from crm.models import Lead
from tests.cast import Cast
from tests.crm.factories import LeadFactory
from tests.crm.signing_in import signed_in

EASTERN = ZoneInfo("America/New_York")
MARCH = (date(2026, 3, 1), date(2026, 3, 31))
URL = reverse("crm:lead_sources")
IN_MARCH = "since=03/01/2026&until=03/31/2026"


def came_in(day: datetime, **facts: object) -> Lead:
    return LeadFactory.create(created_at=day.replace(tzinfo=EASTERN), **facts)


@pytest.fixture
def march(cast: Cast) -> None:
    """Three from the website (one converted, one lost after qualifying), one by phone, and two just outside."""
    converted = came_in(datetime(2026, 3, 1, 0, 0), source="website")
    lost = came_in(datetime(2026, 3, 15, 12, 0), source="website")
    came_in(datetime(2026, 3, 31, 23, 59), source="website")
    contacted = came_in(datetime(2026, 3, 10, 9, 0), source="phone")
    came_in(datetime(2026, 2, 28, 23, 59), source="website")
    came_in(datetime(2026, 4, 1, 0, 0), source="event")
    services.link_lead(actor=cast.admin, lead_id=converted.pk, client_id=cast.client.pk)
    services.move_lead(actor=cast.admin, lead_id=lost.pk, status="qualified")
    services.move_lead(actor=cast.admin, lead_id=lost.pk, status="contacted")
    services.lose_lead(actor=cast.admin, lead_id=lost.pk, reason="insurance")
    services.move_lead(actor=cast.admin, lead_id=contacted.pk, status="contacted")


def test_conversion_counts_inquiries_of_the_practices_days(march: None) -> None:
    rows = [
        (row.source, row.leads, row.open, row.converted, row.lost, row.rate)
        for row in queries.conversion_by_source(*MARCH)
    ]
    assert rows == [("website", 3, 1, 1, 1, 1 / 3), ("phone", 1, 1, 0, 0, 0.0)]
    assert sum(row.leads for row in queries.conversion_by_source(None, None)) == Lead.objects.count() == 6
    assert queries.conversion_by_source(date(2020, 1, 1), date(2020, 1, 2)) == []


def test_the_funnel_counts_how_far_each_came(march: None) -> None:
    counted = {step.status: step.count for step in queries.funnel(*MARCH)}
    assert counted == {"new": 4, "contacted": 3, "qualified": 2, "consultation": 1, "converted": 1}
    assert [step.share for step in queries.funnel(date(2020, 1, 1), date(2020, 1, 2))] == [None] * 5


def test_each_is_one_statement(march: None) -> None:
    for ask in (queries.conversion_by_source, queries.funnel):
        with CaptureQueriesContext(connection) as asked:
            ask(*MARCH)
        assert len([query for query in asked if "crm_leads" in query["sql"]]) == 1


def test_every_figure_opens_exactly_its_rows(cast: Cast, march: None) -> None:
    browser = signed_in(cast.admin)
    shown = browser.get(f"{URL}?{IN_MARCH}").content.decode()
    figures = re.findall(r'<td class="is-number"[^>]*><a href="(/leads/list/[^"]+)">(\d+)</a>', shown)
    assert len(figures) >= 9
    figures += [
        (way, count)
        for way, count in re.findall(r'<li><a href="(/leads/list/[^"]+)">.*?funnel-count">(\d+)', shown)
    ]
    for way, count in figures:
        rows = browser.get(f"{unescape(way)}&format=csv").getvalue().decode()
        assert len(list(csv.reader(io.StringIO(rows)))) - 1 == int(count), way


def test_the_page_adds_up_and_prints_as_spreadsheet(cast: Cast, march: None) -> None:
    browser = signed_in(cast.front_desk)
    shown = browser.get(f"{URL}?{IN_MARCH}").content.decode()
    assert "33%" in shown
    assert "25%" in shown
    assert "data-chart" in shown
    rows = list(
        csv.reader(
            io.StringIO(browser.get(f"{URL}?{IN_MARCH}&format=csv").getvalue().decode().lstrip("\ufeff"))
        )
    )
    assert rows[1] == ["Website", "3", "1", "1", "1", "33%"]


def test_the_page_asks_the_same_for_more_sources_and_bears_wrong_days(cast: Cast, march: None) -> None:
    browser = signed_in(cast.admin)
    counts = []
    for days in ("since=03/10/2026&until=03/10/2026", IN_MARCH):
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(f"{URL}?{days}").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
    for days in ("since=never", "since=04/01/2026&until=03/01/2026", "sort=nonsense", "since=&until="):
        assert browser.get(f"{URL}?{days}").status_code == 200
    fragment = browser.get(
        f"{URL}?{IN_MARCH}", headers={"HX-Request": "true", "HX-Target": "list"}
    ).content.decode()
    assert "<html" not in fragment
    assert "How far they came" in fragment


def test_stages_are_ranked_as_they_follow(march: None) -> None:
    assert LeadStatus.LOST not in {step.status for step in queries.funnel(*MARCH)}
