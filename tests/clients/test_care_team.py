"""Assigning, ending, handing over."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from clients import rules, services
from clients.choices import CareRole
from clients.errors import (
    AlreadyOnCareTeam,
    AssignmentEnded,
    EndsBeforeStart,
    HandsOverTooEarly,
    HandsOverToSelf,
    NoPrimary,
    NotAClinician,
    PrimaryTaken,
    ReasonMissing,
)
from clients.models import CareTeamMember
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from staff.choices import StaffStatus
from tests.cast import Cast

pytestmark = pytest.mark.usefixtures("cast")


def _assign(cast: Cast, who: str, role: str = CareRole.SECONDARY, **days: date) -> CareTeamMember:
    staff = getattr(cast, who).staff
    return services.assign_clinician(
        actor=cast.front_desk, client_id=cast.client.pk, staff_id=staff.pk, role=role, **days
    )


def test_whoever_is_assigned_sees_the_client_from_that_day(cast: Cast) -> None:
    _assign(cast, "associate")
    assert rules.can_see_clinical(cast.associate, cast.client)
    _assign(cast, "stranger", starts_on=clock.today() + timedelta(days=1))
    assert not rules.can_see_client(cast.stranger, cast.client)
    event = AuditEvent.objects.filter(verb="client.clinician_assigned").earliest("pk")
    assert event.changes["clinician"] == ["", "Aldo Associate"]


@pytest.mark.parametrize("name", ["therapist", "associate", "biller", "stranger"])
def test_who_assigns_nobody(cast: Cast, name: str) -> None:
    with pytest.raises(NotPermitted):
        services.assign_clinician(
            actor=getattr(cast, name),
            client_id=cast.client.pk,
            staff_id=cast.associate.staff.pk,
            role="covering",
        )


def test_a_supervisor_assigns_to_clients_of_supervisees_only(cast: Cast) -> None:
    services.assign_clinician(
        actor=cast.supervisor, client_id=cast.client.pk, staff_id=cast.associate.staff.pk, role="covering"
    )
    with pytest.raises(NotPermitted):
        services.assign_clinician(
            actor=cast.supervisor,
            client_id=cast.other_client.pk,
            staff_id=cast.associate.staff.pk,
            role="covering",
        )


def test_only_active_clinicians_are_assigned(cast: Cast) -> None:
    with pytest.raises(NotAClinician, match="Bill Biller"):
        _assign(cast, "biller")
    cast.associate.staff.status = StaffStatus.INACTIVE
    cast.associate.staff.save()
    with pytest.raises(NotAClinician):
        _assign(cast, "associate")


def test_nobody_twice_and_one_primary(cast: Cast) -> None:
    with pytest.raises(AlreadyOnCareTeam, match="Thea Therapist"):
        _assign(cast, "therapist")
    with pytest.raises(PrimaryTaken, match="Thea Therapist"):
        _assign(cast, "associate", CareRole.PRIMARY)
    with pytest.raises(EndsBeforeStart):
        _assign(cast, "associate", starts_on=date(2026, 5, 2), ends_on=date(2026, 5, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        CareTeamMember.objects.create(
            client=cast.client, staff=cast.associate.staff, role=CareRole.PRIMARY, starts_on=date(2026, 1, 1)
        )


def test_a_cover_in_the_past_may_overlap_nothing_later(cast: Cast) -> None:
    _assign(cast, "stranger", CareRole.COVERING, starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31))
    _assign(cast, "stranger", CareRole.COVERING, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31))
    with pytest.raises(AlreadyOnCareTeam):
        _assign(cast, "stranger", CareRole.COVERING, starts_on=date(2026, 3, 15), ends_on=date(2026, 4, 15))


def test_an_assignment_ends_with_a_reason_and_stays(cast: Cast) -> None:
    member = CareTeamMember.objects.get(client=cast.client)
    with pytest.raises(ReasonMissing):
        services.end_assignment(actor=cast.front_desk, member_id=member.pk, reason=" ")
    with pytest.raises(EndsBeforeStart):
        services.end_assignment(
            actor=cast.front_desk, member_id=member.pk, ends_on=date(2019, 1, 1), reason="x"
        )
    yesterday = clock.today() - timedelta(days=1)
    services.end_assignment(
        actor=cast.front_desk, member_id=member.pk, ends_on=yesterday, reason="Moved away"
    )
    member.refresh_from_db()
    assert (member.ends_on, member.end_reason) == (yesterday, "Moved away")
    assert not rules.can_see_client(cast.therapist, cast.client)
    with pytest.raises(AssignmentEnded):
        services.end_assignment(actor=cast.front_desk, member_id=member.pk, reason="again")


def test_a_mistaken_primary_can_be_replaced_on_the_same_day(cast: Cast) -> None:
    member = CareTeamMember.objects.get(client=cast.client)
    services.end_assignment(actor=cast.admin, member_id=member.pk, reason="Mistake")
    assert _assign(cast, "associate", CareRole.PRIMARY).role == CareRole.PRIMARY


def test_handing_over_ends_one_primary_and_begins_the_next(cast: Cast) -> None:
    _assign(cast, "associate", starts_on=date(2026, 1, 1))
    services.hand_over_primary(
        actor=cast.supervisor,
        client_id=cast.client.pk,
        staff_id=cast.associate.staff.pk,
        on=date(2026, 6, 1),
        reason="Closer office",
        keep_as=CareRole.COVERING,
    )
    rows = CareTeamMember.objects.filter(client=cast.client).order_by("starts_on", "role")
    assert [(row.staff.first_name, row.role, row.starts_on, row.ends_on) for row in rows] == [
        ("Thea", "primary", date(2020, 1, 1), date(2026, 5, 31)),
        ("Aldo", "secondary", date(2026, 1, 1), date(2026, 5, 31)),
        ("Thea", "covering", date(2026, 6, 1), None),
        ("Aldo", "primary", date(2026, 6, 1), None),
    ]


@pytest.mark.parametrize(
    ("to", "on", "reason", "error"),
    [
        ("therapist", date(2026, 6, 1), "x", HandsOverToSelf),
        ("associate", date(2019, 6, 1), "x", HandsOverTooEarly),
        ("associate", date(2026, 6, 1), " ", ReasonMissing),
        ("biller", date(2026, 6, 1), "x", NotAClinician),
    ],
)
def test_handing_over_is_refused(cast: Cast, to: str, on: date, reason: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        services.hand_over_primary(
            actor=cast.admin,
            client_id=cast.client.pk,
            staff_id=getattr(cast, to).staff.pk,
            on=on,
            reason=reason,
        )
    assert CareTeamMember.objects.get(client=cast.client).ends_on is None


def test_without_a_primary_there_is_nothing_to_hand_over(cast: Cast) -> None:
    member = CareTeamMember.objects.get(client=cast.client)
    services.end_assignment(actor=cast.admin, member_id=member.pk, reason="x")
    with pytest.raises(NoPrimary):
        services.hand_over_primary(
            actor=cast.admin, client_id=cast.client.pk, staff_id=cast.associate.staff.pk, reason="x"
        )
