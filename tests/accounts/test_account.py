"""The page about oneself: `accounts:account`."""

import pytest
from django.test import Client

from accounts.choices import ROLE_HELP, Role
from mentalspace.core import audit
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", Role.values)
def test_everybody_has_one_and_it_says_what_their_roles_allow(client: Client, cast: Cast, role: str) -> None:
    user = cast.by_role()[role]
    client.force_login(user)
    response = client.get("/account/")
    assert response.context["roles"] == [(Role(role).label, ROLE_HELP[Role(role)])]
    assert user.email in response.content.decode()


def test_it_shows_one_s_own_sign_ins_and_nobody_else_s(client: Client, cast: Cast) -> None:
    client.force_login(cast.biller)
    audit.record(actor=cast.biller, verb="user.signed_in", obj=cast.biller)
    audit.record(actor=None, verb="user.sign_in_refused", obj=cast.biller)
    audit.record(actor=cast.admin, verb="user.signed_in", obj=cast.admin)
    audit.record(
        actor=cast.admin, verb="user.updated", obj=cast.biller, changes={"role": ["biller", "admin"]}
    )
    titles = [entry.title for entry in client.get("/account/").context["entries"]]
    assert titles == ["Sign-in refused", "Signed in"]


def test_who_is_disabled_is_out_at_the_next_click(client: Client, cast: Cast) -> None:
    client.force_login(cast.biller)
    assert client.get("/account/").status_code == 200
    cast.biller.is_active = False
    cast.biller.save()
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"
