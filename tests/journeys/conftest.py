"""A practice at work: the demo practice in the test database, and a server that browsers reach."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from time import sleep
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, connections, transaction
from playwright.sync_api import Browser
from pytest_django import DjangoDbBlocker
from pytest_django.live_server_helper import LiveServer

from accounts.choices import Role
from accounts.models import User
from mentalspace.workspace.demo.people import DOMAIN
from staff.models import Staff
from tests.accounts.factories import PASSWORD
from tests.billing.factories import ServiceCodeFactory
from tests.cast import Cast
from tests.journeys.browsing import Person, person, session_of, sign_in


@dataclass(frozen=True)
class Served:
    """The demo practice behind a server. `sessions` holds a cookie's value per role: signed in already."""

    url: str
    sessions: dict[str, str]


def login_of(role: str) -> str:
    """The address with which the demo's first person of a role signs in."""
    return f"{role.replace('_', '')}@{DOMAIN}"


@pytest.fixture(scope="module")
def demo_server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """The demo practice, made and served once for the module and removed after it.

    Tests that use it are marked `django_db`, so that there is a database; what they write themselves the server
    does not see. It is Wednesday morning of this week: what a practice has open changes with the hour and the day.
    """
    wednesday = clock_at(9, 30) + timedelta(days=2 - clock_at(9).weekday())
    with django_db_blocker.unblock(), time_machine.travel(wednesday, tick=True):
        call_command("demo", stdout=StringIO())
        server = LiveServer("127.0.0.1")
        try:
            yield Served(
                server.url, {role: session_of(User.objects.get(email=login_of(role))) for role in Role.values}
            )
        finally:
            server.stop()
            hang_up()
            call_command("flush", interactive=False, verbosity=0)
            # While Playwright's loop runs, Django keeps connections of its own for it, which nobody else closes.
            connections.close_all()


def hang_up() -> None:
    """End what threads of the server left open, or still begin: the database could be neither emptied nor dropped."""
    others = (
        "FROM pg_stat_activity"
        " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
    )
    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")
            cursor.execute(f"SELECT count(*) {others}")
            if cursor.fetchone()[0] == 0:
                return
        sleep(0.1)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demo practice for tests without a browser, in a transaction of the module; each test rolls back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=StringIO())
        yield
        transaction.set_rollback(True)


NEW_YORK = ZoneInfo("America/New_York")
EVERY_DAY = {
    "weekly": {
        day: [{"from": "08:00", "to": "18:00"}] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    },
    "exceptions": [],
}
AtWork = Callable[..., Person]


def clock_at(hour: int, minute: int = 0) -> datetime:
    """Today's day of the practice, at this time."""
    return datetime.combine(datetime.now(NEW_YORK).date(), time(hour, minute), NEW_YORK)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    """Nine in the morning, whenever the test is run; the clock goes on from there."""
    with time_machine.travel(clock_at(9), tick=True) as traveller:
        yield traveller


@pytest.fixture
def practice(cast: Cast) -> Cast:
    """The cast with passwords, hours on every day of the week, and a fee for the intake."""
    for user in cast.by_role().values():
        user.set_password(PASSWORD)
        user.save()
    cast.stranger.set_password(PASSWORD)
    cast.stranger.save()
    Staff.objects.filter(takes_appointments=True).update(availability=EVERY_DAY)
    ServiceCodeFactory.create(
        code="90791", label="Intake", fee=Decimal("200.00"), min_minutes=None, max_minutes=None
    )
    return cast


@pytest.fixture
def at_work(
    clock: time_machine.Traveller, practice: Cast, browser: Browser, live_server: Any
) -> Iterator[AtWork]:
    """People by the name they have in the cast, signed in through the form, again after a pause."""
    people: dict[str, Person] = {}
    with ExitStack() as stack:

        def somebody(name: str, **options: Any) -> Person:
            if name not in people:
                people[name] = stack.enter_context(person(browser, live_server.url, **options))
            if people[name].status_of("/home/") != 200:
                sign_in(people[name], getattr(practice, name).email, PASSWORD)
            return people[name]

        yield somebody
        assert [fault for each in people.values() for fault in each.faults] == []
