"""Django's admin uses the one door: `accounts:admin_sign_in`."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.choices import Role
from tests.accounts.factories import UserFactory
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def test_the_admin_has_no_password_form_of_its_own(client: Client) -> None:
    assert reverse("admin:login") == "/admin/login/"
    assert (
        client.get("/admin/login/", {"next": "/admin/staff/"})["Location"]
        == "/sign-in/?next=%2Fadmin%2Fstaff%2F"
    )
    assert (
        client.post("/admin/login/", {"username": "a", "password": "b"})["Location"]
        == "/sign-in/?next=%2Fadmin%2F"
    )
    # Without a session even the admin's index leads to the door.
    assert client.get("/admin/")["Location"].startswith(("/admin/login/", "/sign-in/"))


def test_an_administrator_goes_straight_in(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    assert client.get("/admin/login/", {"next": "/admin/staff/"})["Location"] == "/admin/staff/"
    assert client.get("/admin/login/", {"next": "https://evil.example/"})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMIN])
def test_nobody_else_opens_it_and_nobody_goes_in_circles(client: Client, cast: Cast, role: Role) -> None:
    client.force_login(cast.by_role()[role])
    assert client.get("/admin/", follow=True).status_code == 403


def test_an_administrator_by_a_further_role_opens_it_too(client: Client) -> None:
    client.force_login(UserFactory.create(role=Role.THERAPIST, further_roles=[Role.ADMIN]))
    assert client.get("/admin/").status_code == 200


def test_the_password_is_changed_in_one_place(client: Client, cast: Cast) -> None:
    client.force_login(cast.admin)
    page = client.get("/admin/password_change/").content.decode()
    assert 'action="/account/password/"' in page
