"""Finding words in a chart: in texts that the database keeps sealed, by whoever may read them, and without a trace."""

import pytest
from django.urls import reverse

from documents.finding.search import find, terms_of
from documents.models import Document
from mentalspace.core.models import AuditEvent
from tests.documents.factories import DocumentFactory

TEXT = "He slept badly. José called twice about the panic\nattack on Monday, she said. Otherwise calm."


@pytest.fixture
def note(cast):
    return DocumentFactory.create(
        appointment=None, client=cast.client, staff=cast.therapist.staff, type="free", title="Phone call", content=TEXT
    )  # fmt: skip


def passages(cast, words):
    return [
        ["".join(f"[{piece.text}]" if piece.hit else piece.text for piece in passage) for passage in found.passages]
        for found in find(cast.therapist, cast.client, words)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("jose", [[" [José] called twice about the panic\n"]]),
        ("JOSÉ", [[" [José] called twice about the panic\n"]]),
        ('"panic attack"', [[" José called twice about the [panic\nattack] on Monday, she said."]]),
        ("slept calm", [["He [slept] badly.", " Otherwise [calm]."]]),
        ("phone", [[]]),
        ("osé", []),
        ('"attack panic"', []),
        ("slept submarine", []),
        (".*", []),
    ],
)
def test_words_are_found_in_their_sentences(cast, note, words, shown):
    assert passages(cast, words) == shown


def test_terms_are_words_and_phrases():
    assert terms_of('Sleep "Panic  Attack" sleep "open') == ["sleep", "panic attack", "open"]


def test_addenda_are_searched_and_other_charts_are_not(cast, whole, note):
    assert passages(cast, "called back") == [["Client [called] [back]."]]
    assert find(cast.therapist, cast.other_client, "slept") == []
    assert find(cast.stranger, cast.client, "slept") == []


def test_a_colleagues_draft_is_not_found(cast, note):
    assert len(find(cast.supervisor, cast.client, "slept")) == 1
    Document.objects.filter(pk=note.pk).update(staff=cast.associate.staff)
    assert find(cast.therapist, cast.client, "slept") == []


def test_what_was_looked_for_is_in_no_address_and_no_log(client, cast, note, caplog):
    client.force_login(cast.therapist)
    address = reverse("documents:document_find", args=[cast.client.pk])
    answer = client.post(address, {"words": "jose <b>"})
    assert "jose &lt;b&gt;" in answer.content.decode()
    answer = client.post(address, {"words": "jose"})
    assert "<mark>José</mark>" in answer.content.decode()
    events = AuditEvent.objects.filter(verb="documents.searched", client_id=cast.client.pk)
    assert [event.changes for event in events.order_by("pk")] == [{"found": ["", 0]}, {"found": ["", 1]}]
    assert "jose" not in str(list(AuditEvent.objects.values())).lower()
    assert "jose" not in caplog.text.lower()


def test_nothing_to_look_for_is_told(client, cast):
    client.force_login(cast.therapist)
    answer = client.post(reverse("documents:document_find", args=[cast.client.pk]), {"words": " "})
    assert answer.status_code == 422
    assert "Write what to look for." in answer.content.decode()


def test_who_may_not_read_finds_no_page(client, cast):
    for who, status in (("biller", 403), ("front_desk", 403), ("stranger", 404)):
        client.force_login(getattr(cast, who))
        assert client.get(reverse("documents:document_find", args=[cast.client.pk])).status_code == status


def test_five_hundred_documents_cost_no_more_statements_than_one(cast, note, django_assert_max_num_queries):
    DocumentFactory.create_batch(
        20, appointment=None, client=cast.client, staff=cast.therapist.staff, type="free", content=TEXT
    )
    with django_assert_max_num_queries(4):
        assert len(find(cast.therapist, cast.client, "slept")) == 21
