"""Notes of a group: one shared text, a part for each member, each in the member's own chart and signed by itself."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.urls import reverse
from zeal import zeal_ignore

from documents import errors
from documents.digest import as_shown
from documents.groups import services
from documents.groups.naming import named
from documents.groups.notes import group_note
from documents.models import Document
from documents.services import save_draft, sign_document
from mentalspace.core.errors import StaleVersion
from scheduling.choices import AppointmentStatus
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.documents.conftest import hidden
from tests.scheduling.factories import AppointmentFactory

SHARED = {
    "group_topic": "Sleep.",
    "interventions": ["mindfulness"],
    "group_process": "Breathing, then a round.",
}
PRIVATE = {
    "participation": "active",
    "response_text": "Spoke of the week.",
    "risk": ["none_reported"],
    "diagnoses": [{"code": "F41.1", "text": "Generalized anxiety disorder"}],
    "plan_text": "Comes again.",
}


@pytest.fixture
def members(cast):
    """Clara, José and Nora; Nora stayed away."""
    session = uuid4()
    made = {}
    for first, last, status in (
        ("", "", "completed"),
        ("José", "Lindqvist", "completed"),
        ("Nora", "Away", "no_show"),
    ):
        who = ClientFactory.create(first_name=first, last_name=last) if first else cast.client
        if first:
            CareTeamFactory.create(client=who, staff=cast.therapist.staff)
        made[who.first_name] = AppointmentFactory.create(
            staff=cast.therapist.staff, client=who, status=AppointmentStatus(status), type="group",
            group_session=session,
            start_time=datetime(2026, 3, 4, 13, 0, tzinfo=UTC), end_time=datetime(2026, 3, 4, 13, 50, tzinfo=UTC),
        )  # fmt: skip
    return made


@pytest.fixture
def begun(cast, members):
    services.start_group_note(actor=cast.therapist, appointment_id=members["Clara"].pk)
    return members


def now(cast, members):
    return group_note(cast.therapist, members["Clara"])


def save(cast, members, token="", shared=SHARED, **private):
    parts = {members[name].pk: PRIVATE | private.get(name, {}) for name in ("Clara", "José")}
    return services.save_group_note(
        actor=cast.therapist, appointment_id=members["Clara"].pk, token=token or now(cast, members).token,
        shared=shared, private=parts,
    )  # fmt: skip


def sign(cast, members):
    seen = {each.document.pk: as_shown(each.document) for each in now(cast, members).open}
    return services.sign_group_note(actor=cast.therapist, appointment_id=members["Clara"].pk, seen=seen)


def note_of(appointment):
    return Document.objects.get(appointment=appointment)


def test_everybody_who_came_gets_a_note_and_who_stayed_away_a_missed_note(cast, begun):
    assert {name: note_of(each).type for name, each in begun.items()} == {
        "Clara": "progress_note", "José": "progress_note", "Nora": "missed_note",
    }  # fmt: skip
    assert note_of(begun["Nora"]).answers["missed_reason"] == "no_show"
    services.start_group_note(actor=cast.therapist, appointment_id=begun["José"].pk)
    assert Document.objects.count() == 3


def test_the_shared_text_stands_in_each_chart_and_the_private_part_in_one(cast, begun):
    save(cast, begun, José={"response_text": "Cried about his brother."})
    clara, jose = note_of(begun["Clara"]), note_of(begun["José"])
    assert "Breathing, then a round." in clara.content
    assert "Breathing, then a round." in jose.content
    assert "Cried about his brother." in jose.content
    assert "Cried" not in clara.content
    assert "Lindqvist" not in clara.content


def test_all_are_signed_at_once_or_none(cast, begun):
    save(cast, begun, José={"response_text": ""})
    with pytest.raises(errors.SomethingMissing):
        sign(cast, begun)
    assert not Document.objects.filter(status="signed").exists()
    save(cast, begun)
    assert {document.appointment_id for document in sign(cast, begun)} == {
        begun["Clara"].pk,
        begun["José"].pk,
    }
    assert note_of(begun["Clara"]).is_signed
    assert note_of(begun["Nora"]).status == "draft"


def test_who_is_signed_alone_stays_as_they_were_signed(cast, begun):
    save(cast, begun)
    sign_document(actor=cast.therapist, document_id=note_of(begun["Clara"]).pk)
    services.save_group_note(
        actor=cast.therapist, appointment_id=begun["José"].pk, token=now(cast, begun).token,
        shared=SHARED | {"group_process": "Changed."}, private={begun["José"].pk: PRIVATE},
    )  # fmt: skip
    assert "Changed." in note_of(begun["José"]).content
    assert "Changed." not in note_of(begun["Clara"]).content


def test_two_windows_never_overwrite(cast, begun):
    token = now(cast, begun).token
    save(cast, begun)
    with pytest.raises(StaleVersion):
        save(cast, begun, token=token, shared=SHARED | {"group_topic": "Another."})
    assert note_of(begun["Clara"]).answers["group_topic"] == "Sleep."
    assert save(cast, begun, token=token).token == now(cast, begun).token


def test_a_note_that_was_written_to_alone_keeps_its_own_text(cast, begun):
    save(cast, begun)
    note_of_third = AppointmentFactory.create(
        staff=cast.therapist.staff, client=ClientFactory.create(first_name="Tara"), status="completed", type="group",
        group_session=begun["Clara"].group_session, start_time=begun["Clara"].start_time,
        end_time=begun["Clara"].end_time,
    )  # fmt: skip
    CareTeamFactory.create(client=note_of_third.client, staff=cast.therapist.staff)
    services.start_group_note(actor=cast.therapist, appointment_id=begun["Clara"].pk)
    alone = note_of(note_of_third)
    assert alone.answers["group_topic"] == "Sleep."
    own = {**alone.answers, "group_topic": "Hers."}
    save_draft(actor=cast.therapist, document_id=alone.pk, version=alone.version, answers=own)
    services.save_group_note(
        actor=cast.therapist, appointment_id=begun["Clara"].pk, token=now(cast, begun).token,
        shared=SHARED | {"group_topic": "Rest."},
        private={each.pk: PRIVATE for each in (begun["Clara"], begun["José"], note_of_third)},
    )  # fmt: skip
    assert [note_of(each).answers["group_topic"] for each in (begun["Clara"], begun["José"], note_of_third)] == [
        "Rest.", "Rest.", "Hers.",
    ]  # fmt: skip


def test_a_name_in_the_wrong_place_is_told(cast, begun):
    save(
        cast,
        begun,
        shared=SHARED | {"group_process": "JOSE spoke first."},
        José={"response_text": "Like Nora."},
    )
    assert now(cast, begun).warnings() == [
        "The text for everybody names José Lindqvist: it would stand in each member’s chart.",
        "The part of José Lindqvist names Nora Away.",
    ]
    assert named("Nobody's joséphine", [begun["José"].client]) == []


def test_only_who_held_the_session_writes(client, cast, begun):
    for somebody in (cast.stranger, cast.supervisor, cast.associate):
        client.force_login(somebody)
        assert client.get(reverse("documents:group_note", args=[begun["Clara"].pk])).status_code == 404
    assert group_note(cast.stranger, begun["Clara"]).members == ()


def posted(page, members, token, **more):
    assert f'name="version" value="{token}"' in page
    sent = {"version": token, "f-group_topic": "Sleep.", "member": []}
    for each in (members["Clara"], members["José"]):
        prefix = f"m{each.pk.hex}"
        sent["member"].append(prefix)
        sent[f"{prefix}-response_text"] = "Spoke."
    return sent | more


def test_the_page_writes_autosaves_and_shows_both_texts_where_two_windows_wrote(client, cast, members):
    client.force_login(cast.therapist)
    address = reverse("documents:group_note", args=[members["Clara"].pk])
    assert (
        address
        in client.get(reverse("scheduling:group_session_detail", args=[members["José"].pk])).content.decode()
    )
    # Each note is begun, saved and signed by the verb for one, under a lock of its own.
    with zeal_ignore():
        client.post(reverse("documents:group_note_start", args=[members["Clara"].pk]))
    page = client.get(address).content.decode()
    sent = posted(page, members, now(cast, members).token)
    with zeal_ignore():
        saved = client.post(reverse("documents:group_note_autosave", args=[members["Clara"].pk]), sent).json()
    assert saved["version"] == now(cast, members).token
    stale = client.post(address, sent | {"f-group_topic": "Grief."})
    assert stale.status_code == 409
    said = stale.content.decode()
    assert "Grief." in said
    assert "Sleep." in said
    chosen = sent | {"version": hidden(said, "version"), "f-group_topic": "Grief.", "keep-shared": "mine"}
    with zeal_ignore():
        client.post(reverse("documents:group_note_resolve", args=[members["Clara"].pk]), chosen)
    assert note_of(members["José"]).answers["group_topic"] == "Grief."


def test_all_are_read_through_and_signed_on_one_page(client, cast, begun):
    save(cast, begun)
    client.force_login(cast.therapist)
    address = reverse("documents:group_note_sign", args=[begun["Clara"].pk])
    page = client.get(address).content.decode()
    sent = {
        note_of(begun[name]).pk.hex: hidden(page, note_of(begun[name]).pk.hex) for name in ("Clara", "José")
    }
    with zeal_ignore():
        client.post(address, sent)
    assert Document.objects.filter(status="signed").count() == 2
