"""When the demo is made, and when not."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from accounts.models import User
from clients.models import Client
from mentalspace.workspace.demo.build import logins
from tests.clients.factories import ClientFactory

pytestmark = pytest.mark.django_db


def test_it_is_refused_where_people_are() -> None:
    ClientFactory.create()
    with pytest.raises(CommandError, match="the demo needs an empty one"):
        call_command("demo")
    assert Client.objects.count() == 1


def test_it_is_refused_in_production(settings: Settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="not loaded outside development"):
        call_command("demo")
    assert Client.objects.count() == 0


def test_logins_changes_nothing() -> None:
    out = StringIO()
    call_command("demo", "--logins", stdout=out)
    assert [line.split()[-2] for line in out.getvalue().splitlines()] == [
        address for _label, address, _ in logins()
    ]
    assert User.objects.count() == 0
