"""Administrators' screens for people who sign in, and for staff."""

from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from zeal import zeal_ignore

from accounts.choices import Role
from accounts.models import User
from mentalspace.core.models import AuditEvent
from staff.models import Staff
from tests.cast import Cast
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _admin(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)


def test_no_password_is_shown_or_set(client: Client, cast: Cast) -> None:
    page = client.get(f"/admin/accounts/user/{cast.biller.pk}/change/").content.decode()
    assert "password" not in page.lower().replace("/account/password/", "").replace(
        "/admin/password_change/", ""
    ).replace("change password", "")
    cast.biller.set_password("known password here")
    cast.biller.save()
    before = User.objects.get(pk=cast.biller.pk).password
    client.post(
        f"/admin/accounts/user/{cast.biller.pk}/change/",
        {
            "email": "bill@example.com",
            "role": "biller",
            "further_roles": ["front_desk"],
            "password": "x",
            "is_active": "",
        },
    )
    user = User.objects.get(pk=cast.biller.pk)
    assert (user.password, user.is_active, user.further_roles) == (before, True, ["front_desk"])
    assert AuditEvent.objects.get(verb="user.updated").actor == cast.admin


def test_the_last_administrator_stays_one_here_too(client: Client, cast: Cast) -> None:
    response = client.post(
        f"/admin/accounts/user/{cast.admin.pk}/change/",
        {"email": "ada@example.com", "role": "biller"},
        follow=True,
    )
    assert "This is the last administrator who may sign in." in response.content.decode()
    assert User.objects.get(pk=cast.admin.pk).role == Role.ADMIN


def test_people_are_disabled_enabled_and_sent_links_in_bulk(client: Client, cast: Cast) -> None:
    def act(action: str, *users: User) -> str:
        data = {"action": action, "_selected_action": [str(user.pk) for user in users]}
        page = client.post("/admin/accounts/user/", data, follow=True)
        return " ".join(str(message) for message in page.context["messages"])

    page = act("disable", cast.biller, cast.admin)
    assert "Done for 1 person." in page
    assert "ada@example.com: You cannot disable yourself." in page
    assert not User.objects.get(pk=cast.biller.pk).is_active
    assert "This person may not sign in." in act("send_link", cast.biller)
    act("enable", cast.biller)
    act("send_link", cast.biller)
    assert [message.to for message in mail.outbox] == [["bill@example.com"]]


@pytest.mark.parametrize("path", ["accounts/user", "staff/staff"])
def test_nobody_is_deleted_and_people_are_added_in_the_application(
    client: Client, cast: Cast, path: str
) -> None:
    pk = cast.biller.pk if "user" in path else cast.biller.staff.pk
    assert client.post(f"/admin/{path}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"/admin/{path}/add/")["Location"] == "/staff/new/"


def change_form(staff: Staff, **changed: Any) -> dict[str, Any]:
    return {
        "first_name": staff.first_name,
        "last_name": staff.last_name,
        "credential": staff.credential,
        "supervision": staff.supervision,
        "supervisor": staff.supervisor_id or "",
        "takes_appointments": "on",
        **changed,
    }


def test_staff_are_saved_through_the_service(client: Client, cast: Cast) -> None:
    staff = cast.therapist.staff
    url = f"/admin/staff/staff/{staff.pk}/change/"
    given = change_form(
        staff, title="Senior", phone="404 555 0134", status="inactive", specialties="Grief, OCD"
    )
    # The admin reads the person and the chosen supervisor from one line of its own: two queries, never more.
    with zeal_ignore():
        client.post(url, given)
    staff.refresh_from_db()
    assert (staff.title, staff.phone, staff.status, staff.version) == ("Senior", "+14045550134", "active", 2)
    assert staff.specialties == ["Grief", "OCD"]
    assert set(AuditEvent.objects.get(verb="staff.updated").changes) == {"title", "phone", "specialties"}
    with zeal_ignore():
        page = client.post(url, change_form(staff, supervisor=cast.stranger.staff.pk), follow=True)
    assert "Choose an active colleague with the role of supervisor." in page.content.decode()


@pytest.mark.parametrize("path", ["accounts/user", "staff/staff"])
def test_lists_search_and_ask_no_more_queries_for_more_rows(client: Client, cast: Cast, path: str) -> None:
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert "thea@example.com" in client.get(f"/admin/{path}/", {"q": "example.com"}).content.decode()
        counts.append(len(asked))
        StaffFactory.create_batch(2)
    assert counts[0] == counts[1]
