"""The sections of a profile."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients import services
from clients.errors import CoverageOverlaps, NoSuchCoverage, UnknownCustomField
from clients.models import Client, ClientProfile
from clients.queries import coverage_on
from clients.queries.coverage import in_force
from clients.services.profile import check_ranks
from clients.shapes import Insurance
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from tests.cast import Cast
from tests.clients.conftest import mark

days = st.dates(date(2025, 1, 1), date(2025, 1, 20))


def _cover(provider: str = "Alpha", **facts: Any) -> Insurance:
    return Insurance(provider=provider, **facts)


@pytest.fixture
def client(cast: Cast) -> Client:
    ClientProfile.objects.create(client=cast.client)
    return cast.client


def _save(
    cast: Cast, client: Client, coverage: Insurance, index: int | None = None, **facts: Any
) -> ClientProfile:
    seen = facts.pop("seen", None) or mark(client, "insurance_info")
    actor = facts.pop("actor", cast.biller)
    return services.save_coverage(actor=actor, client_id=client.pk, index=index, seen=seen, coverage=coverage)


def test_two_coverages_of_a_rank_at_one_time_are_refused(cast: Cast, client: Client) -> None:
    _save(cast, client, _cover("Alpha", effective_from=date(2026, 1, 1), effective_to=date(2026, 6, 30)))
    with pytest.raises(
        CoverageOverlaps, match=r"Alpha is the primary coverage from 01/01/2026 to 06/30/2026\. End it"
    ):
        _save(cast, client, _cover("Beta", effective_from=date(2026, 6, 30)))
    with pytest.raises(CoverageOverlaps):
        _save(cast, client, _cover("Beta"))
    _save(cast, client, _cover("Beta", effective_from=date(2026, 7, 1), copay=Decimal("20.5")))
    _save(cast, client, _cover("Gamma", rank="secondary"))
    client.profile.refresh_from_db()
    assert [held.provider for held in coverage_on(client.profile, date(2026, 6, 30))] == ["Alpha", "Gamma"]
    assert [held.provider for held in coverage_on(client.profile, date(2026, 7, 1))] == ["Beta", "Gamma"]
    assert [held.provider for held in coverage_on(client.profile, date(2025, 1, 1))] == ["Gamma"]
    assert coverage_on(client.profile, date(2026, 7, 1))[0].copay == Decimal("20.50")


def test_a_coverage_is_corrected_in_its_place_and_removed(cast: Cast, client: Client) -> None:
    _save(cast, client, _cover("Alpha"))
    _save(cast, client, _cover("Alpha Health", policy_number="1"), index=0)
    client.profile.refresh_from_db()
    assert [held["provider"] for held in client.profile.insurance_info] == ["Alpha Health"]
    with pytest.raises(NoSuchCoverage):
        _save(cast, client, _cover("Beta", rank="secondary"), index=4)
    services.remove_coverage(
        actor=cast.front_desk, client_id=client.pk, index=0, seen=mark(client, "insurance_info")
    )
    client.profile.refresh_from_db()
    assert client.profile.insurance_info == []
    verbs = AuditEvent.objects.filter(client_id=client.pk).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["client.insurance_changed", "client.insurance_changed", "client.insurance_removed"]


@given(st.lists(st.tuples(days, days), min_size=2, max_size=2), days)
def test_what_is_accepted_is_never_two_at_once(spans: list[tuple[date, date]], day: date) -> None:
    one, two = (_cover(effective_from=min(span), effective_to=max(span)) for span in spans)
    try:
        check_ranks(one, [two])
    except CoverageOverlaps:
        assert max(min(spans[0]), min(spans[1])) <= min(max(spans[0]), max(spans[1]))
    else:
        assert not (in_force(one, day) and in_force(two, day))


@pytest.mark.parametrize("name", ["supervisor", "associate", "stranger"])
def test_who_may_not_change_insurance(cast: Cast, client: Client, name: str) -> None:
    with pytest.raises(NotPermitted):
        _save(cast, client, _cover(), actor=getattr(cast, name))


def test_a_section_changed_meanwhile_is_not_overwritten_but_another_one_may_be(
    cast: Cast, client: Client
) -> None:
    seen, contacts_seen = mark(client, "insurance_info"), mark(client, "emergency_contact")
    _save(cast, client, _cover("Alpha"), seen=seen)
    with pytest.raises(StaleVersion):
        _save(cast, client, _cover("Beta", rank="secondary"), seen=seen)
    services.set_emergency_contacts(
        actor=cast.front_desk, client_id=client.pk, seen=contacts_seen, contacts=[{"name": "Carl"}]
    )
    client.profile.refresh_from_db()
    assert client.profile.emergency_contact[0]["name"] == "Carl"


def test_a_client_without_a_profile_gets_one(cast: Cast) -> None:
    empty = services.section_mark(ClientProfile(client=cast.other_client), "medical_history")
    services.set_medical_history(
        actor=cast.stranger, client_id=cast.other_client.pk, seen=empty, history={"conditions": ["Asthma"]}
    )
    assert ClientProfile.objects.get(client=cast.other_client).medical_history["conditions"] == ["Asthma"]


def test_medical_history_is_the_care_teams_and_leaves_no_text_in_the_trail(
    cast: Cast, client: Client
) -> None:
    history = {
        "conditions": ["CANARY"],
        "medications": [],
        "allergies": [],
        "hospitalisations": "",
        "family_history": "",
    }
    for name in ("front_desk", "biller", "stranger", "associate"):
        with pytest.raises(NotPermitted):
            services.set_medical_history(
                actor=getattr(cast, name),
                client_id=client.pk,
                seen=mark(client, "medical_history"),
                history=history,
            )
    services.set_medical_history(
        actor=cast.therapist, client_id=client.pk, seen=mark(client, "medical_history"), history=history
    )
    event = AuditEvent.objects.get(verb="client.medical_history_changed")
    assert event.changes == {"conditions": ["", ""]}


def test_intake_names_the_person_in_the_trail(cast: Cast, client: Client) -> None:
    services.set_intake(
        actor=cast.front_desk,
        client_id=client.pk,
        seen=mark(client, "intake"),
        intake_date=date(2026, 1, 5),
        intake_staff_id=cast.therapist.staff.pk,
    )
    event = AuditEvent.objects.get(verb="client.intake_changed")
    assert event.changes == {"intake_date": [None, "2026-01-05"], "intake_staff": ["", "Thea Therapist"]}


def test_only_the_practices_fields_are_kept(cast: Cast, client: Client) -> None:
    client.profile.custom_fields = {"Dropped": "stays"}
    client.profile.save()
    services.set_custom_fields(
        actor=cast.front_desk, client_id=client.pk, seen=mark(client, "custom_fields"),
        values={"Referred by": "Dr. Example", "School or employer": ""},
    )  # fmt: skip
    client.profile.refresh_from_db()
    assert client.profile.custom_fields == {"Dropped": "stays", "Referred by": "Dr. Example"}
    event = AuditEvent.objects.get(verb="client.custom_fields_changed")
    assert event.changes == {"Referred by": ["", ""]}
    with pytest.raises(UnknownCustomField):
        services.set_custom_fields(
            actor=cast.front_desk,
            client_id=client.pk,
            seen=mark(client, "custom_fields"),
            values={"Else": "x"},
        )
