"""Encrypted columns of models: sealed in the database, plain in Python, refused where they would not work."""

import copy
import json
import pickle
from io import StringIO
from typing import Any

import pytest
from django.contrib import admin
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection, models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import ClientProfile, ClientStatusChange
from documents.models import Document, DocumentReview
from mentalspace.core import clock
from mentalspace.core.crypto import data_keys
from mentalspace.core.crypto.errors import CannotOpen, NotSealed
from mentalspace.core.crypto.fields import EncryptedField
from mentalspace.core.crypto.sealing import Envelope, is_envelope
from mentalspace.core.models import DataKey
from tests.cast import Cast
from tests.clients.factories import ClientFactory, ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import DocumentFactory
from tests.messaging.factories import MessageFactory
from tests.scheduling.factories import AppointmentFactory
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db
any_text = st.text(st.characters(codec="utf-8"), max_size=300)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)
AT_LEISURE = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture
def document() -> Document:
    return DocumentFactory.create(content="She slept better.", answers={"mood": "calm", "goals": [{"n": 1}]})


def raw(row: models.Model, column: str) -> Any:
    """What the column holds, as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}"::text FROM "{row._meta.db_table}" WHERE id = %s',
            [row.pk],  # noqa: RUF100
        )
        return cursor.fetchone()[0]


def write_raw(row: models.Model, column: str, text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'UPDATE "{row._meta.db_table}" SET "{column}" = %s WHERE id = %s', [text, row.pk])


def again(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)


# --- Round trips ------------------------------------------------------------------------------------------------


@AT_LEISURE
@given(text=any_text, answers=any_json.filter(lambda value: value is not None))
def test_any_text_and_any_json_come_back(text: str, answers: Any) -> None:
    document = DocumentFactory.create(content=text, answers=answers)
    found = again(document)
    assert found.content == text
    assert found.answers == answers
    assert text == "" or is_envelope(raw(document, "content"))


def test_each_clients_data_have_their_own_key() -> None:
    one, other = DocumentFactory.create(content="one"), DocumentFactory.create(content="other")
    ids = {Envelope.read(raw(each, "content")).key_id for each in (one, other)}
    assert set(DataKey.objects.filter(pk__in=ids).values_list("kind", "scope")) == {
        ("client", one.client_id),
        ("client", other.client_id),
    }
    lead = LeadFactory.create(notes="anxious")
    assert DataKey.objects.get(pk=Envelope.read(raw(lead, "notes")).key_id).scope == lead.pk
    message = MessageFactory.create(content="hello")
    assert DataKey.objects.get(pk=Envelope.read(raw(message, "content")).key_id).kind == "practice"


def test_what_is_empty_holds_nothing_and_makes_no_key() -> None:
    appointment = AppointmentFactory.create(notes="")
    assert (raw(appointment, "notes"), again(appointment).notes) == ("", "")
    assert not DataKey.objects.filter(scope=appointment.client_id).exists()


def test_a_row_with_a_running_number_is_sealed_to_it() -> None:
    client = ClientFactory.create()
    made = [
        ClientStatusChange.objects.create(
            client=client, from_status="active", to_status="on_hold", reason=why
        )
        for why in ("moved", "back")
    ]
    assert made[1].pk > made[0].pk
    assert [again(each).reason for each in made] == ["moved", "back"]
    bulk = ClientStatusChange.objects.bulk_create(
        ClientStatusChange(client=client, from_status="active", to_status="on_hold", reason=why)
        for why in ("one", "two")
    )
    assert [again(each).reason for each in bulk] == ["one", "two"]


def test_saving_for_another_reason_leaves_the_sealed_column_as_it_is(document: Document) -> None:
    before = raw(document, "content"), raw(document, "answers")
    found = again(document)
    found.title = "Other title"
    found.save()
    assert (raw(document, "content"), raw(document, "answers")) == before
    assert found.content == "She slept better."
    found.save()
    assert (raw(document, "content"), raw(document, "answers")) == before
    found.answers["mood"] = "sad"
    found.save()
    assert raw(document, "content") == before[0]
    assert raw(document, "answers") != before[1]
    assert again(document).answers["mood"] == "sad"


def test_declared_shapes_are_checked_before_they_are_sealed() -> None:
    profile = ClientProfileFactory.create(medical_history={"conditions": [" Asthma "]})
    assert ClientProfile.objects.get(pk=profile.pk).medical_history["conditions"] == ["Asthma"]
    profile.medical_history = {"conditions": "no list"}
    with pytest.raises(Exception, match="valid list"):
        profile.save()


def test_parts_of_a_list_are_sealed_and_the_database_may_ask_for_the_rest() -> None:
    coverages = [
        {"provider": "Acme", "policy_number": "W1234", "group_number": "G7"},
        {"rank": "secondary", "provider": "Dogwood", "policy_number": "D9"},
    ]
    profile = ClientProfileFactory.create(insurance_info=coverages)
    found = again(profile)
    numbers = [(each["policy_number"], each["group_number"]) for each in found.insurance_info]
    assert numbers == [("W1234", "G7"), ("D9", "")]
    before = raw(profile, "insurance_info")
    assert "Acme" in before
    assert "W1234" not in before
    found.save()
    assert raw(profile, "insurance_info") == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT insurance_info -> 1 ->> 'provider' FROM client_profiles")
        assert cursor.fetchall() == [("Dogwood",)]
    assert not ClientProfile.objects.filter(insurance_info=[]).exists()
    first, second = json.loads(before)
    first["policy_number"], second["policy_number"] = second["policy_number"], first["policy_number"]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE client_profiles SET insurance_info = %s::jsonb", [json.dumps([first, second])])
    with pytest.raises(CannotOpen, match=r"client_profiles\.insurance_info"):
        again(profile).insurance_info  # noqa: B018


def test_copies_pickles_deferred_and_refreshed_rows_say_the_same(document: Document) -> None:
    for each in (
        copy.copy(again(document)),
        copy.deepcopy(again(document)),
        pickle.loads(pickle.dumps(again(document))),
    ):
        assert each.content == "She slept better."
    assert Document.objects.defer("content").get(pk=document.pk).content == "She slept better."
    assert Document.objects.only("title").get(pk=document.pk).answers["mood"] == "calm"
    found = again(document)
    found.content = "typed"
    found.refresh_from_db()
    assert found.content == "She slept better."


def test_a_row_saved_anew_under_another_id_is_sealed_anew() -> None:
    appointment = AppointmentFactory.create(notes="Ring twice.")
    twin = again(appointment)
    twin.pk = AppointmentFactory._meta.model().pk
    twin.staff, twin.client = StaffFactory.create(), ClientFactory.create()
    twin.save(force_insert=True)
    assert (again(twin).notes, again(appointment).notes) == ("Ring twice.", "Ring twice.")
    assert raw(twin, "notes") != raw(appointment, "notes")


# --- Whoever changes the database ---------------------------------------------------------------------------------


def test_a_text_of_another_row_or_column_does_not_open(document: Document) -> None:
    visit = AppointmentFactory.create(client=document.client, start_time=clock.now())
    other = DocumentFactory.create(appointment=visit, content="Worse.")
    write_raw(document, "content", raw(other, "content"))
    with pytest.raises(CannotOpen, match=f"documents.content of {document.pk}") as told:
        again(document).content  # noqa: B018
    assert "Worse" not in str(told.value)
    review = DocumentReview.objects.create(document=other, reviewer=document.staff, comment="Add the plan.")
    write_raw(document, "content", raw(review, "comment"))
    with pytest.raises(CannotOpen):
        again(document).content  # noqa: B018


@pytest.mark.parametrize("stored", ["planted in clear", "v1:nonsense", "v1:" + "0" * 32 + ":AAAA"])
def test_what_is_no_sealed_text_is_an_error_and_never_shown(document: Document, stored: str) -> None:
    write_raw(document, "content", stored)
    found = again(document)
    with pytest.raises(CannotOpen):
        found.content  # noqa: B018
    with pytest.raises(CannotOpen), transaction.atomic():
        found.save()
    assert raw(document, "content") == stored


def test_the_page_says_that_a_text_cannot_be_opened(
    client: Browser, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    document = DocumentFactory.create(
        appointment=AppointmentFactory.create(client=cast.client, staff=cast.therapist.staff),
        content="Her words.",
    )
    client.force_login(cast.therapist)
    address = f"/documents/{document.pk}/"
    write_raw(document, "content", raw(DocumentFactory.create(content="Her words."), "content"))
    data_keys.forget()
    answer = client.get(address)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "cannot be opened" in page
    assert answer["X-Request-Id"] in page
    assert "Her words" not in page
    assert f"documents.content of {document.pk}" in caplog.text
    assert "Her words" not in caplog.text


# --- What is refused ------------------------------------------------------------------------------------------------


def test_the_database_is_not_asked_about_what_it_cannot_read(document: Document) -> None:
    for condition in (
        {"content": "x"},
        {"content__icontains": "x"},
        {"answers__mood": "calm"},
        {"answers__has_key": "mood"},
    ):
        with pytest.raises(FieldError, match="Unsupported lookup"):
            Document.objects.filter(**condition)
    assert Document.objects.filter(content__isnull=False).count() == 1


def test_no_screen_of_the_admin_searches_or_sorts_by_an_encrypted_column() -> None:
    wrong = []
    for model, screen in admin.site._registry.items():
        for path in [*screen.search_fields, *(screen.ordering or ())]:
            if not isinstance(path, str):
                continue
            found: Any = model
            for name in path.lstrip("^=@-").split("__"):
                names = {field.name: field for field in found._meta.get_fields()}
                field = names.get(name)
                if isinstance(field, EncryptedField):
                    wrong.append(f"{model._meta.label}: {path}")
                if field is None or field.related_model is None:
                    break
                found = field.related_model
    assert wrong == []


def test_update_and_expressions_are_refused(document: Document) -> None:
    before = raw(document, "content")
    rows = Document.objects.filter(pk=document.pk)
    for value in ("other", F("title"), Value("other"), Concat(F("title"), Value("x"))):
        with pytest.raises(NotSealed, match=r"documents\.content"), transaction.atomic():
            rows.update(content=value)
    document.content = "other"
    with pytest.raises(NotSealed), transaction.atomic():
        Document.objects.bulk_update([document], ["content"])
    document.content = F("title")
    with pytest.raises(NotSealed), transaction.atomic():
        document.save()
    assert raw(document, "content") == before


def test_values_give_what_cannot_be_taken_for_text(document: Document) -> None:
    (value,) = Document.objects.values_list("content", flat=True)
    assert repr(value) == "<sealed>"
    with pytest.raises(NotSealed, match="by its model"):
        str(value)
    with pytest.raises(TypeError):
        value + "x"


def test_dumpdata_does_not_write_texts_out() -> None:
    LeadFactory.create(notes="anxious")
    with pytest.raises(Exception, match="encrypted"):
        call_command("dumpdata", "crm.lead", stdout=StringIO())


# --- What it costs --------------------------------------------------------------------------------------------------


def test_rows_of_many_clients_are_opened_with_one_more_statement() -> None:
    for _ in range(6):
        DocumentFactory.create(content="words", appointment__notes="note")
    data_keys.forget()
    with CaptureQueriesContext(connection) as statements:
        rows = list(Document.objects.select_related("appointment"))
        assert [(row.content, row.appointment and row.appointment.notes) for row in rows] == [
            ("words", "note")
        ] * 6
    assert len(statements) == 2
    with CaptureQueriesContext(connection) as statements:
        assert [row.content for row in Document.objects.all()] == ["words"] * 6
    assert len(statements) == 1


def test_a_list_that_shows_no_text_opens_none() -> None:
    DocumentFactory.create(content="words")
    data_keys.forget()
    with CaptureQueriesContext(connection) as statements:
        assert [row.title for row in Document.objects.all()] == ["Progress note"]
    assert len(statements) == 1
