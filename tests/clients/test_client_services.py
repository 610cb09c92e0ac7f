"""Taking a client on, correcting the facts, and the way through the practice."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from clients import services
from clients.choices import ClientStatus
from clients.errors import (
    AlreadyInStatus,
    BornInFuture,
    DeathDateImpossible,
    DeathDateMissing,
    EmailTaken,
    ReasonMissing,
)
from clients.models import Client, ClientProfile, ClientStatusChange
from clients.queries.conflicts import merge_edit
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.clients.factories import ClientFactory


def test_a_new_client_has_a_number_a_profile_and_a_trace(cast: Cast) -> None:
    client = services.create_client(
        actor=cast.front_desk,
        first_name="  Nora ",
        last_name="de la  Cruz",
        email="Nora@Example.com",
        phone="+14045550100",
    )
    stored = Client.objects.get(pk=client.pk)
    assert (stored.first_name, stored.last_name, stored.email) == ("Nora", "de la Cruz", "nora@example.com")
    assert stored.number == client.number >= 1001
    assert stored.created_by == cast.front_desk.staff
    assert ClientProfile.objects.filter(client=client).count() == 1
    event = AuditEvent.objects.get(verb="client.created")
    assert (event.actor, event.client_id) == (cast.front_desk, client.pk)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.THERAPIST, Role.ASSOCIATE, Role.BILLER])
def test_others_take_nobody_on(cast: Cast, role: str) -> None:
    with pytest.raises(NotPermitted):
        services.create_client(actor=cast.by_role()[role], first_name="A", last_name="B")


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"email": "TAKEN@example.com"}, EmailTaken),
        ({"date_of_birth": date(2999, 1, 1)}, BornInFuture),
        ({"status": ClientStatus.DECEASED}, DeathDateMissing),
        (
            {
                "status": ClientStatus.DECEASED,
                "date_of_birth": date(1950, 1, 1),
                "deceased_on": date(1949, 1, 1),
            },
            DeathDateImpossible,
        ),
    ],
)
def test_a_new_client_is_refused(cast: Cast, facts: dict[str, Any], error: type[Exception]) -> None:
    ClientFactory.create(email="taken@example.com")
    count = Client.objects.count()
    with pytest.raises(error):
        services.create_client(actor=cast.admin, first_name="A", last_name="B", **facts)
    assert Client.objects.count() == count


def test_several_clients_may_have_no_email(cast: Cast) -> None:
    for name in ("One", "Two"):
        assert (
            services.create_client(actor=cast.admin, first_name=name, last_name="X", email="").email is None
        )


def test_the_database_keeps_emails_apart_and_lower(cast: Cast) -> None:
    ClientFactory.create(email="taken@example.com")
    for email in ("taken@example.com", "UPPER@example.com", ""):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE clients SET email = %s WHERE id = %s", [email, cast.client.pk])


def test_a_correction_raises_the_version_and_says_what_changed(cast: Cast) -> None:
    client = services.update_client(
        actor=cast.therapist, client_id=cast.client.pk, version=1, phone="+14045550111", first_name="Clara"
    )
    assert (client.version, client.phone, client.updated_by) == (2, "+14045550111", cast.therapist.staff)
    event = AuditEvent.objects.get(verb="client.updated")
    assert event.changes == {"phone": ["+14045550134", "+14045550111"], "version": [1, 2]}


def test_saving_without_a_change_leaves_no_trace(cast: Cast) -> None:
    services.update_client(actor=cast.admin, client_id=cast.client.pk, version=1, first_name="Clara")
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("name", ["supervisor", "associate", "biller", "stranger"])
def test_who_may_not_correct(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        services.update_client(actor=getattr(cast, name), client_id=cast.client.pk, version=1, phone="")


def test_a_stale_correction_is_refused_and_can_be_merged(cast: Cast) -> None:
    address = {"street": "1 Oak St", "city": "Atlanta", "state": "GA", "zip_code": "30309"}
    services.update_client(
        actor=cast.front_desk, client_id=cast.client.pk, version=1, phone="+14045550111", address=address
    )
    mine: Any = {
        "phone": "+14045550122",
        "preferred_name": "Clare",
        "first_name": "Clara",
        "address": {"street": "", "city": "", "state": "", "zip_code": ""},
    }
    with pytest.raises(StaleVersion):
        services.update_client(actor=cast.admin, client_id=cast.client.pk, version=1, **mine)
    cast.client.refresh_from_db()
    merge = merge_edit(cast.client, 1, mine)
    assert [(clash.field, clash.saved, clash.mine) for clash in merge.clashes] == [
        ("phone", "+14045550111", "+14045550122")
    ]
    assert merge.taken_over == {
        "address.street": "1 Oak St",
        "address.city": "Atlanta",
        "address.state": "GA",
        "address.zip_code": "30309",
    }
    assert merge.changed_by == cast.front_desk


def test_a_status_change_keeps_its_reason(cast: Cast) -> None:
    services.change_status(
        actor=cast.front_desk, client_id=cast.client.pk, to_status=ClientStatus.WAITLIST, reason=" No  time "
    )
    change = ClientStatusChange.objects.get()
    assert (change.from_status, change.to_status, change.reason) == ("active", "waitlist", "No time")
    assert change.changed_by == cast.front_desk.staff


@pytest.mark.parametrize("status", [ClientStatus.INACTIVE, ClientStatus.DISCHARGED, ClientStatus.DECEASED])
@pytest.mark.parametrize("name", ["front_desk", "therapist", "supervisor", "biller"])
def test_only_administrators_let_a_client_go(cast: Cast, name: str, status: str) -> None:
    with pytest.raises(NotPermitted):
        services.change_status(
            actor=getattr(cast, name),
            client_id=cast.client.pk,
            to_status=status,
            reason="Moved",
            deceased_on=date(2026, 1, 1),
        )


def test_death_asks_for_its_date_and_correcting_it_takes_an_administrator(cast: Cast) -> None:
    change: Any = {"actor": cast.admin, "client_id": cast.client.pk, "reason": "Told by the family"}
    with pytest.raises(DeathDateMissing):
        services.change_status(to_status=ClientStatus.DECEASED, **change)
    for day in (clock.today() + timedelta(days=2), date(1980, 1, 1)):
        with pytest.raises(DeathDateImpossible):
            services.change_status(to_status=ClientStatus.DECEASED, deceased_on=day, **change)
    services.change_status(to_status=ClientStatus.DECEASED, deceased_on=date(2026, 2, 1), **change)
    with pytest.raises(NotPermitted):
        services.change_status(to_status=ClientStatus.ACTIVE, **{**change, "actor": cast.front_desk})
    assert services.change_status(to_status=ClientStatus.ACTIVE, **change).deceased_on is None


def test_the_same_status_and_an_empty_reason_are_refused(cast: Cast) -> None:
    with pytest.raises(AlreadyInStatus, match="already is “Active”"):
        services.change_status(actor=cast.admin, client_id=cast.client.pk, to_status="active", reason="x")
    with pytest.raises(ReasonMissing):
        services.change_status(actor=cast.admin, client_id=cast.client.pk, to_status="waitlist", reason="  ")


def test_the_history_of_statuses_cannot_be_rewritten(cast: Cast) -> None:
    services.change_status(actor=cast.admin, client_id=cast.client.pk, to_status="waitlist", reason="x")
    for statement in ("UPDATE client_status_changes SET reason = 'y'", "DELETE FROM client_status_changes"):
        with (
            pytest.raises(Exception, match="client_status_changes"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)
