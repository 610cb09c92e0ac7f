"""The event of a page: whom it names, under which right, once while somebody types, and of what is refused."""

from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from accounts.models import User
from mentalspace.core.audit.middleware import REFUSALS_A_MINUTE
from mentalspace.core.database import roles
from mentalspace.core.models import AuditEvent
from mentalspace.dev.pytest_postgres import needs_application_role, owner_connection
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory

pytestmark = pytest.mark.django_db


def browser_of(user: User, **options: Any) -> Browser:
    browser = Browser(**options)
    browser.force_login(user)
    return browser


def events_since(newest: int) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(pk__gt=newest).order_by("pk"))


def newest() -> int:
    return AuditEvent.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_a_list_names_whoever_was_on_it_and_nobody_else(cast: Cast) -> None:
    shown, other = ClientFactory.create(), ClientFactory.create()
    CareTeamFactory.create(client=shown, staff=cast.therapist.staff)
    browser, before = browser_of(cast.therapist), newest()
    browser.get(reverse("clients:client_list"))
    (event,) = events_since(before)
    assert (event.verb, event.page, event.client_id) == ("page.viewed", "clients:client_list", None)
    assert set(event.clients or ()) == {cast.client.pk, shown.pk}
    assert other.pk not in (event.clients or ())
    assert event.basis == "care team"


def test_a_search_is_said_without_its_words(cast: Cast) -> None:
    browser, before = browser_of(cast.admin), newest()
    browser.get(reverse("clients:client_list"), {"q": cast.client.last_name})
    (event,) = events_since(before)
    assert event.verb == "page.searched"
    assert cast.client.last_name not in str(event.changes)


def test_a_key_more_that_shows_nobody_new_is_the_same_search(cast: Cast) -> None:
    one = ClientFactory.create(first_name="Nell", last_name="Nightshade")
    two = ClientFactory.create(first_name="Nora", last_name="Nightingale")
    browser, before, url = browser_of(cast.admin), newest(), reverse("workspace:search")
    typed = {"HX-Request": "true"}
    for text in ("Nigh", "Night", "Nights"):
        browser.get(url, {"q": text}, headers=typed)
    (event,) = events_since(before)
    assert {event.client_id, *(event.clients or ())} >= {one.pk, two.pk}
    late = ClientFactory.create(first_name="Nina", last_name="Nightsky")
    browser.get(url, {"q": "Nights"}, headers=typed)
    assert late.pk in (events_since(before)[-1].clients or ())
    assert len(events_since(before)) == 2
    # Somebody else's looking is their own.
    browser_of(cast.biller).get(url, {"q": "Nights"}, headers=typed)
    assert len(events_since(before)) == 3


def test_a_spreadsheet_names_its_clients_before_their_rows_leave(cast: Cast) -> None:
    browser, before = browser_of(cast.admin), newest()
    answer = browser.get(reverse("clients:client_list"), {"format": "csv"})
    assert [event.verb for event in events_since(before)] == ["client.list_exported"]
    answer.getvalue()
    rows = events_since(before)[-1]
    assert rows.verb == "list.rows_exported"
    assert set(rows.clients or ()) == {cast.client.pk, cast.other_client.pk}
    assert rows.actor_id == cast.admin.pk
    assert rows.request_id == events_since(before)[0].request_id


def test_a_refused_chart_is_an_event_about_its_client(cast: Cast) -> None:
    browser, before = browser_of(cast.therapist), newest()
    for key in (cast.other_client.pk, "00000000-0000-4000-8000-000000000000"):
        assert browser.get(f"/clients/{key}/").status_code == 404
    real, missing = events_since(before)
    assert (real.verb, real.outcome, real.client_id) == ("page.refused", "refused", cast.other_client.pk)
    assert (missing.outcome, missing.client_id) == ("refused", None)


def test_a_forged_form_and_a_wrong_method_are_events_without_their_text(cast: Cast) -> None:
    browser, before = browser_of(cast.admin, enforce_csrf_checks=True), newest()
    assert browser.post(reverse("clients:client_create"), {"first_name": "Secret"}).status_code == 403
    assert browser.get(reverse("clients:emergency_end", args=[cast.client.pk])).status_code == 405
    found = [(event.verb, event.changes["answer"][1]) for event in events_since(before)]
    assert found == [("page.refused", 403), ("page.refused", 405)]
    assert not any("Secret" in str(event.changes) for event in events_since(before))


def test_a_flood_of_refusals_is_bounded_by_person(cast: Cast) -> None:
    browser, before = browser_of(cast.therapist), newest()
    for _ in range(REFUSALS_A_MINUTE + 10):
        browser.get(f"/clients/{cast.other_client.pk}/")
    verbs = [event.verb for event in events_since(before)]
    assert verbs == ["page.refused"] * REFUSALS_A_MINUTE + ["page.further_refusals"]
    browser_of(cast.biller).get(reverse("documents:note_list"))
    assert events_since(before)[-1].actor_id == cast.biller.pk


@needs_application_role
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["clients:client_list", "workspace:home", "workspace:search"])
def test_no_list_without_its_event(cast: Cast, page: str) -> None:
    browser = browser_of(cast.admin, raise_request_exception=False)
    with owner_connection() as owner, owner.cursor() as cursor:
        cursor.execute(f"REVOKE INSERT ON audit_events FROM {roles.APPLICATION}")
        try:
            refused = browser.get(reverse(page), {"q": cast.client.last_name})
        finally:
            cursor.execute(f"GRANT INSERT ON audit_events TO {roles.APPLICATION}")
    assert refused.status_code == 503
    assert cast.client.last_name not in refused.content.decode()
    assert cast.client.first_name not in refused.content.decode()
