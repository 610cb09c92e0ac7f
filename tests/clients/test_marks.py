"""Flags and tags."""

import pytest
from django.db import IntegrityError, transaction

from clients import rules, services
from clients.choices import CLINICAL_FLAGS, FlagKind, Severity
from clients.errors import FlagRaisedAlready, FlagResolvedAlready, ReasonMissing, TagNameTaken
from clients.models import Client, ClientFlag, Tag
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from tests.cast import Cast


def test_a_flag_is_raised_once_and_resolved_with_a_reason(cast: Cast) -> None:
    flag = services.raise_flag(
        actor=cast.therapist,
        client_id=cast.client.pk,
        kind=FlagKind.SUICIDE_RISK,
        severity=Severity.HIGH,
        note="SECRET",
    )
    with pytest.raises(FlagRaisedAlready, match="Suicide risk"):
        services.raise_flag(actor=cast.therapist, client_id=cast.client.pk, kind=FlagKind.SUICIDE_RISK)
    with pytest.raises(ReasonMissing):
        services.resolve_flag(actor=cast.therapist, flag_id=flag.pk, reason=" ")
    services.resolve_flag(actor=cast.supervisor, flag_id=flag.pk, reason="Stable for months")
    flag.refresh_from_db()
    assert (flag.resolved_by, flag.resolution) == (cast.supervisor.staff, "Stable for months")
    with pytest.raises(FlagResolvedAlready):
        services.resolve_flag(actor=cast.therapist, flag_id=flag.pk, reason="again")
    services.raise_flag(actor=cast.therapist, client_id=cast.client.pk, kind=FlagKind.SUICIDE_RISK)
    assert not [event for event in AuditEvent.objects.all() if "SECRET" in str(event.changes)]


@pytest.mark.parametrize("kind", sorted(CLINICAL_FLAGS))
@pytest.mark.parametrize("name", ["front_desk", "biller", "stranger", "associate"])
def test_clinical_flags_are_the_care_teams(cast: Cast, name: str, kind: str) -> None:
    with pytest.raises(NotPermitted):
        services.raise_flag(actor=getattr(cast, name), client_id=cast.client.pk, kind=kind)


@pytest.mark.parametrize("name", ["front_desk", "biller", "therapist", "supervisor", "admin"])
def test_administrative_flags_are_everybodys_who_sees_the_client(cast: Cast, name: str) -> None:
    flag = services.raise_flag(actor=getattr(cast, name), client_id=cast.client.pk, kind=FlagKind.BILLING)
    assert services.resolve_flag(actor=cast.biller, flag_id=flag.pk, reason="Paid").resolved_at is not None


def test_the_database_keeps_one_open_flag_of_a_kind(cast: Cast) -> None:
    ClientFlag.objects.create(client=cast.client, kind=FlagKind.BILLING)
    with pytest.raises(IntegrityError), transaction.atomic():
        ClientFlag.objects.create(client=cast.client, kind=FlagKind.BILLING)


def test_flags_shown_follow_the_view_of_the_record(cast: Cast) -> None:
    assert FlagKind.SUICIDE_RISK in rules.flag_kinds(cast.therapist, cast.client)
    assert rules.flag_kinds(cast.biller, cast.client) == {"attendance", "billing", "other"}
    assert rules.listed_flag_kinds(cast.front_desk) == {"attendance", "billing", "other"}
    cast.front_desk.further_roles = ["therapist"]
    assert rules.listed_flag_kinds(cast.front_desk) == {"attendance", "billing", "other"}
    assert FlagKind.ALLERGY in rules.listed_flag_kinds(cast.supervisor)


def test_tags_come_and_go(cast: Cast) -> None:
    tag = services.create_tag(actor=cast.admin, name=" Grant  funded ", color="green")
    assert tag.name == "Grant funded"
    for _ in range(2):
        services.tag_client(actor=cast.front_desk, client_id=cast.client.pk, tag_id=tag.pk)
    assert list(cast.client.tags.all()) == [tag]
    assert AuditEvent.objects.filter(verb="client.tagged").count() == 1
    services.untag_client(actor=cast.therapist, client_id=cast.client.pk, tag_id=tag.pk)
    assert not cast.client.tags.exists()
    with pytest.raises(NotPermitted):
        services.tag_client(actor=cast.biller, client_id=cast.client.pk, tag_id=tag.pk)


def test_the_list_of_tags_is_the_administrators(cast: Cast) -> None:
    tag = services.create_tag(actor=cast.admin, name="Couple")
    other = services.create_tag(actor=cast.admin, name="Group")
    services.tag_client(actor=cast.admin, client_id=cast.client.pk, tag_id=tag.pk)
    with pytest.raises(TagNameTaken):
        services.create_tag(actor=cast.admin, name="COUPLE")
    with pytest.raises(TagNameTaken):
        services.update_tag(actor=cast.admin, tag_id=other.pk, name="couple", color="red")
    assert services.update_tag(actor=cast.admin, tag_id=tag.pk, name="Couples", color="red").name == "Couples"
    for verb in (
        lambda: services.create_tag(actor=cast.front_desk, name="X"),
        lambda: services.update_tag(actor=cast.therapist, tag_id=tag.pk, name="X", color="red"),
        lambda: services.delete_tag(actor=cast.supervisor, tag_id=tag.pk),
    ):
        with pytest.raises(NotPermitted):
            verb()
    services.delete_tag(actor=cast.admin, tag_id=tag.pk)
    assert list(Tag.objects.all()) == [other]
    assert Client.objects.get(pk=cast.client.pk).tags.count() == 0
