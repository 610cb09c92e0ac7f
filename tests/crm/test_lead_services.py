"""Taking inquiries down, correcting them, and their way through the stages."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from clients.models import Client
from crm import services
from crm.choices import OPEN_LEAD, LeadStatus, LostReason
from crm.errors import (
    FollowUpInPast,
    HappenedInFuture,
    LeadConverted,
    LeadLost,
    LeadUnreachable,
    LossNeedsNote,
    LossNeedsReason,
    NoSuchStep,
    NotALeadOwner,
)
from crm.lifecycle import TRANSITIONS, can_move
from crm.models import Lead, LeadStatusChange
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from tests.cast import Cast


def steps_of(lead: Lead) -> list[tuple[str, str]]:
    changes = LeadStatusChange.objects.filter(lead=lead).order_by("pk")
    return [(change.from_status, change.to_status) for change in changes]


def test_an_inquiry_is_kept_as_told(cast: Cast, lead: Lead) -> None:
    assert (lead.full_name, lead.email, lead.status, lead.version) == (
        "Lena Lindqvist", "lena@example.com", "new", 1,
    )  # fmt: skip
    assert lead.created_by == cast.front_desk.staff
    assert "Evenings" not in str(AuditEvent.objects.get(verb="lead.created").changes)


@pytest.mark.parametrize("role", ["supervisor", "therapist", "associate", "biller"])
def test_only_administrators_and_the_front_desk_work_with_leads(cast: Cast, lead: Lead, role: str) -> None:
    actor = getattr(cast, role)
    verbs = [
        lambda: services.create_lead(actor=actor, first_name="A", last_name="B", phone="+14045550100"),
        lambda: services.update_lead(actor=actor, lead_id=lead.pk, version=1, phone="+14045550100"),
        lambda: services.assign_lead(actor=actor, lead_id=lead.pk, assigned_to=None),
        lambda: services.set_follow_up(actor=actor, lead_id=lead.pk, follow_up_on=None),
        lambda: services.log_activity(actor=actor, lead_id=lead.pk, kind="call", outcome="reached"),
        lambda: services.move_lead(actor=actor, lead_id=lead.pk, status="contacted"),
        lambda: services.lose_lead(actor=actor, lead_id=lead.pk, reason="no_response"),
        lambda: services.reopen_lead(actor=actor, lead_id=lead.pk),
        lambda: services.convert_lead(actor=actor, lead_id=lead.pk, first_name="A", last_name="B"),
        lambda: services.link_lead(actor=actor, lead_id=lead.pk, client_id=cast.client.pk),
    ]
    for verb in verbs:
        with pytest.raises(NotPermitted):
            verb()


def test_what_an_inquiry_needs(cast: Cast, lead: Lead) -> None:
    names: dict[str, Any] = {"first_name": "A", "last_name": "B"}
    yesterday = clock.today() - timedelta(days=1)
    with pytest.raises(LeadUnreachable):
        services.create_lead(actor=cast.admin, **names)
    with pytest.raises(NotALeadOwner, match="Thea Therapist does not work with leads"):
        services.create_lead(
            actor=cast.admin, **names, phone="+14045550100", assigned_to=cast.therapist.staff
        )
    with pytest.raises(FollowUpInPast):
        services.create_lead(actor=cast.admin, **names, phone="+14045550100", follow_up_on=yesterday)
    with pytest.raises(LeadUnreachable):
        services.update_lead(actor=cast.admin, lead_id=lead.pk, version=1, phone="", email="")


def test_a_stale_edit_is_refused(cast: Cast, lead: Lead) -> None:
    services.update_lead(actor=cast.admin, lead_id=lead.pk, version=1, source_detail="Dr. Other")
    with pytest.raises(StaleVersion):
        services.update_lead(actor=cast.front_desk, lead_id=lead.pk, version=1, source_detail="Mine")
    lead.refresh_from_db()
    assert (lead.source_detail, lead.version) == ("Dr. Other", 2)


def test_saving_nothing_new_leaves_no_trace(cast: Cast, lead: Lead) -> None:
    services.update_lead(actor=cast.admin, lead_id=lead.pk, version=1, source_detail="Dr. Example")
    assert not AuditEvent.objects.filter(verb="lead.updated").exists()
    lead.refresh_from_db()
    assert lead.version == 1


def test_an_overdue_date_may_stay_when_other_facts_are_corrected(cast: Cast, lead: Lead) -> None:
    past = clock.today() - timedelta(days=3)
    Lead.objects.filter(pk=lead.pk).update(follow_up_on=past)
    services.update_lead(
        actor=cast.admin, lead_id=lead.pk, version=1, notes="Mornings too.", follow_up_on=past
    )
    lead.refresh_from_db()
    assert (lead.notes, lead.follow_up_on) == ("Mornings too.", past)
    assert AuditEvent.objects.get(verb="lead.updated").changes == {"notes": ["", ""]}


@pytest.mark.parametrize(("from_status", "to_status"), list(product(LeadStatus.values, repeat=2)))
def test_the_table_of_steps(from_status: str, to_status: str) -> None:
    is_open = from_status in OPEN_LEAD
    expected = (is_open and to_status != from_status) or (from_status == "lost" and to_status in OPEN_LEAD)
    assert can_move(from_status, to_status) is expected
    assert set(TRANSITIONS) == set(LeadStatus.values)


def test_cards_move_freely_among_open_stages(cast: Cast, lead: Lead) -> None:
    for status in ("consultation", "contacted", "contacted"):
        services.move_lead(actor=cast.front_desk, lead_id=lead.pk, status=status)
    assert steps_of(lead) == [("new", "consultation"), ("consultation", "contacted")]


@pytest.mark.parametrize("status", ["lost", "converted"])
def test_moving_neither_loses_nor_converts(cast: Cast, lead: Lead, status: str) -> None:
    with pytest.raises(NoSuchStep):
        services.move_lead(actor=cast.front_desk, lead_id=lead.pk, status=status)


def test_a_loss_needs_its_reason_and_can_be_taken_back(cast: Cast, lead: Lead) -> None:
    services.move_lead(actor=cast.front_desk, lead_id=lead.pk, status="qualified")
    services.set_follow_up(actor=cast.front_desk, lead_id=lead.pk, follow_up_on=clock.today())
    with pytest.raises(LossNeedsReason):
        services.lose_lead(actor=cast.front_desk, lead_id=lead.pk, reason="")
    with pytest.raises(LossNeedsNote):
        services.lose_lead(actor=cast.front_desk, lead_id=lead.pk, reason=LostReason.OTHER, note=" ")
    lost = services.lose_lead(actor=cast.front_desk, lead_id=lead.pk, reason=LostReason.ELSEWHERE)
    assert (lost.status, lost.lost_reason, lost.follow_up_on) == ("lost", "elsewhere", None)
    with pytest.raises(NoSuchStep):
        services.lose_lead(actor=cast.front_desk, lead_id=lead.pk, reason=LostReason.ELSEWHERE)
    with pytest.raises(LeadLost):
        services.log_activity(actor=cast.front_desk, lead_id=lead.pk, kind="call", outcome="reached")
    with pytest.raises(LeadLost):
        services.set_follow_up(actor=cast.front_desk, lead_id=lead.pk, follow_up_on=clock.today())
    again = services.reopen_lead(actor=cast.front_desk, lead_id=lead.pk)
    assert (again.status, again.lost_reason) == ("qualified", "")
    with pytest.raises(NoSuchStep):
        services.reopen_lead(actor=cast.front_desk, lead_id=lead.pk)


def test_reaching_a_new_lead_makes_it_contacted(cast: Cast, lead: Lead) -> None:
    tomorrow = clock.today() + timedelta(days=1)
    log: dict[str, Any] = {"actor": cast.front_desk, "lead_id": lead.pk, "kind": "call"}
    services.log_activity(**log, outcome="no_answer", follow_up_on=tomorrow)
    lead.refresh_from_db()
    assert (lead.status, lead.follow_up_on) == ("new", tomorrow)
    services.log_activity(**log, outcome="reached", note="Wants evenings")
    lead.refresh_from_db()
    assert (lead.status, lead.follow_up_on) == ("contacted", None)
    services.log_activity(**log, outcome="reached")
    assert steps_of(lead) == [("new", "contacted")]
    assert "evenings" not in str(list(AuditEvent.objects.values_list("changes", flat=True)))


def test_what_has_not_happened_is_not_logged(cast: Cast, lead: Lead) -> None:
    with pytest.raises(HappenedInFuture):
        services.log_activity(
            actor=cast.admin,
            lead_id=lead.pk,
            kind="call",
            outcome="reached",
            happened_at=clock.now() + timedelta(hours=1),
        )


def test_a_converted_lead_takes_no_verb(cast: Cast, lead: Lead) -> None:
    services.link_lead(actor=cast.admin, lead_id=lead.pk, client_id=cast.client.pk)
    verbs = [
        lambda: services.update_lead(actor=cast.admin, lead_id=lead.pk, version=2, notes="x"),
        lambda: services.assign_lead(actor=cast.admin, lead_id=lead.pk, assigned_to=None),
        lambda: services.set_follow_up(actor=cast.admin, lead_id=lead.pk, follow_up_on=clock.today()),
        lambda: services.log_activity(actor=cast.admin, lead_id=lead.pk, kind="call", outcome="reached"),
        lambda: services.move_lead(actor=cast.admin, lead_id=lead.pk, status="new"),
        lambda: services.lose_lead(actor=cast.admin, lead_id=lead.pk, reason="no_response"),
        lambda: services.reopen_lead(actor=cast.admin, lead_id=lead.pk),
        lambda: services.link_lead(actor=cast.admin, lead_id=lead.pk, client_id=cast.client.pk),
        lambda: services.convert_lead(actor=cast.admin, lead_id=lead.pk, first_name="A", last_name="B"),
    ]
    for verb in verbs:
        with pytest.raises(LeadConverted) as refused:
            verb()
        assert refused.value.client_id == cast.client.pk
    assert Client.objects.count() == 2
