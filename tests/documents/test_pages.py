"""Who opens which page of the clinical record; what is invisible is not there."""

import pytest
from django.urls import reverse

from documents.choices import DocumentType, UnlockState
from documents.models import UnlockRequest
from documents.services import return_document, start_document
from mentalspace.core.models import AuditEvent
from tests.documents.conftest import CANARY, hidden

OF_A_DOCUMENT = [
    "document_detail",
    "document_pdf",
    "document_addendum",
    "document_edit",
    "document_sign",
    "document_cosign",
    "document_discard",
    "document_unlock",
]
POSTED = ["document_autosave", "document_resolve", "document_carry", "document_review", "document_return"]
LISTS = ["note_list", "document_create"]


@pytest.mark.parametrize("who", ["biller", "front_desk"])
@pytest.mark.parametrize("name", [*OF_A_DOCUMENT, *POSTED])
def test_never_for_billing_and_desk(client, cast, signed, who, name):
    client.force_login(getattr(cast, who))
    url = reverse(f"documents:{name}", args=[signed.pk])
    assert client.get(url).status_code in {403, 405}
    assert client.post(url).status_code in {403, 405}
    assert CANARY not in client.get(url).content.decode()


@pytest.mark.parametrize("who", ["biller", "front_desk"])
@pytest.mark.parametrize("name", [*LISTS, "cosign_list", "unlock_list"])
def test_lists_never_for_billing_and_desk(client, cast, signed, who, name):
    client.force_login(getattr(cast, who))
    assert client.get(reverse(f"documents:{name}")).status_code == 403


@pytest.mark.parametrize("name", [*OF_A_DOCUMENT, *POSTED])
def test_a_stranger_finds_nothing(client, cast, signed, name):
    client.force_login(cast.stranger)
    url = reverse(f"documents:{name}", args=[signed.pk])
    expected = 403 if name in {"document_cosign", "document_return"} else 404
    assert client.post(url).status_code in {expected, 405}
    if name not in POSTED:
        assert client.get(url).status_code == expected


@pytest.mark.parametrize("name", OF_A_DOCUMENT)
def test_nobody_without_signing_in(client, signed, name):
    answer = client.get(reverse(f"documents:{name}", args=[signed.pk]))
    assert answer.status_code == 302
    assert reverse("accounts:sign_in") in answer["Location"]


@pytest.mark.parametrize("who", ["therapist", "supervisor", "admin"])
def test_readers_read_and_it_is_recorded(client, cast, signed, who):
    client.force_login(getattr(cast, who))
    answer = client.get(reverse("documents:document_detail", args=[signed.pk]))
    text = answer.content.decode()
    assert answer.status_code == 200
    assert CANARY in text
    assert signed.digest in text
    assert "Thea Therapist, LCSW" in text
    event = AuditEvent.objects.get(verb="document.viewed")
    assert (event.actor, event.client_id, event.object_id) == (
        getattr(cast, who),
        cast.client.pk,
        str(signed.pk),
    )


def test_an_associate_reads_only_their_own(client, cast, signed, waiting):
    client.force_login(cast.associate)
    assert client.get(reverse("documents:document_detail", args=[signed.pk])).status_code == 404
    assert client.get(reverse("documents:document_detail", args=[waiting.pk])).status_code == 200


def test_drafts_are_not_for_colleagues(client, cast, draft, associate_session):
    client.force_login(cast.associate)
    assert client.get(reverse("documents:document_detail", args=[draft.pk])).status_code == 404


@pytest.mark.parametrize("who", ["therapist", "supervisor", "admin"])
def test_paper(client, cast, signed, who):
    client.force_login(getattr(cast, who))
    answer = client.get(reverse("documents:document_pdf", args=[signed.pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert AuditEvent.objects.filter(verb="document.printed").count() == 1


def test_the_chart_shows_clinicians_the_documents_and_others_not(client, cast, signed):
    url = reverse("clients:client_tab", args=[cast.client.pk, "documents"])
    client.force_login(cast.therapist)
    assert "Progress note" in client.get(url).content.decode()
    for who in (cast.biller, cast.front_desk, cast.stranger):
        client.force_login(who)
        assert client.get(url).status_code == 404
        assert client.get(reverse("clients:client_tab", args=[cast.client.pk, "plan"])).status_code == 404


def test_the_overview_shows_the_last_plan_to_clinicians_alone(client, cast, signed, make_plan):
    make_plan()
    url = reverse("clients:client_detail", args=[cast.client.pk])
    client.force_login(cast.therapist)
    text = client.get(url).content.decode()
    assert "Keep a sleep diary." in text
    assert "Sleep through the night" in text
    assert "Plan review" in text
    for who in (cast.biller, cast.front_desk):
        client.force_login(who)
        text = client.get(url).content.decode()
        assert "Keep a sleep diary." not in text
        assert "Sleep through the night" not in text


def test_plan_tab(client, cast, make_plan):
    client.force_login(cast.therapist)
    url = reverse("clients:client_tab", args=[cast.client.pk, "plan"])
    assert "No signed treatment plan" in client.get(url).content.decode()
    make_plan()
    text = client.get(url).content.decode()
    assert "Sleep through the night" in text
    assert 'value="50" max="100"' in text
    assert "06/02/2026" in text


def test_cosign_pages(client, cast, signed, waiting):
    client.force_login(cast.supervisor)
    assert "Aldo Associate" in client.get(reverse("documents:cosign_list")).content.decode()
    page = client.get(reverse("documents:document_cosign", args=[waiting.pk]))
    assert page.status_code == 200
    kept = client.post(reverse("documents:document_return", args=[waiting.pk]), {"comment": ""})
    assert kept.status_code == 422
    assert "Say what should be changed." in kept.content.decode()
    answer = client.post(
        reverse("documents:document_cosign", args=[waiting.pk]),
        {"seen": hidden(page.content.decode(), "seen")},
    )
    assert answer["Location"] == reverse("documents:cosign_list")
    waiting.refresh_from_db()
    assert waiting.is_signed


def test_cosign_is_a_404_for_ones_own(client, cast, session, written):
    cast.therapist.further_roles = ["supervisor"]
    cast.therapist.save()
    client.force_login(cast.therapist)
    assert client.get(reverse("documents:document_cosign", args=[written.pk])).status_code == 404


def test_a_returned_note_shows_the_comment(client, cast, waiting):
    return_document(actor=cast.supervisor, document_id=waiting.pk, comment="Name the risk.")
    client.force_login(cast.associate)
    assert (
        "Name the risk." in client.get(reverse("documents:document_edit", args=[waiting.pk])).content.decode()
    )


def test_addendum(client, cast, signed):
    client.force_login(cast.therapist)
    url = reverse("documents:document_addendum", args=[signed.pk])
    assert client.post(url, {"content": " "}).status_code == 422
    client.post(url, {"content": "Client called back."})
    text = client.get(reverse("documents:document_detail", args=[signed.pk])).content.decode()
    assert "Client called back." in text
    assert CANARY in text


def test_unlock_from_asking_to_writing(client, cast, written):
    written.due_on = "2026-03-01"
    written.locked_at = "2026-03-02T05:00Z"
    written.save()
    client.force_login(cast.therapist)
    assert client.get(reverse("documents:document_edit", args=[written.pk])).status_code == 302
    url = reverse("documents:document_unlock", args=[written.pk])
    assert client.post(url, {"reason": ""}).status_code == 422
    client.post(url, {"reason": "I was ill."})
    client.force_login(cast.supervisor)
    request = UnlockRequest.objects.get()
    assert "I was ill." in client.get(reverse("documents:unlock_list")).content.decode()
    client.post(reverse("documents:unlock_approve", args=[request.pk]))
    request.refresh_from_db()
    assert request.state == UnlockState.APPROVED
    client.force_login(cast.therapist)
    assert client.get(reverse("documents:document_edit", args=[written.pk])).status_code == 200


def test_unlock_is_not_for_strangers_to_decide(client, cast, written):
    written.locked_at = "2026-03-02T05:00Z"
    written.save()
    request = UnlockRequest.objects.create(document=written, requested_by=cast.therapist.staff, reason="Ill.")
    cast.stranger.further_roles = ["supervisor"]
    cast.stranger.save()
    client.force_login(cast.stranger)
    assert client.post(reverse("documents:unlock_approve", args=[request.pk])).status_code == 404
    client.force_login(cast.therapist)
    assert client.post(reverse("documents:unlock_approve", args=[request.pk])).status_code == 403


def test_start_from_the_session(client, cast, session):
    client.force_login(cast.therapist)
    url = reverse("documents:note_start", args=[session.pk])
    assert client.get(url).status_code == 200
    answer = client.post(url)
    made = session.documents.get()
    assert answer["Location"] == reverse("documents:document_edit", args=[made.pk])
    assert client.get(url)["Location"] == reverse("documents:document_detail", args=[made.pk])


def test_start_is_for_who_held_it(client, cast, session):
    client.force_login(cast.supervisor)
    assert "Thea Therapist" in client.get(reverse("documents:note_start", args=[session.pk])).content.decode()
    assert client.post(reverse("documents:note_start", args=[session.pk])).status_code == 422
    client.force_login(cast.stranger)
    assert client.get(reverse("documents:note_start", args=[session.pk])).status_code == 404


def test_new_from_the_chart(client, cast, session):
    client.force_login(cast.therapist)
    url = reverse("documents:document_create")
    assert client.get(url).status_code == 200
    assert client.get(url, {"client": cast.other_client.pk}).status_code == 422
    assert client.get(url, {"client": "nonsense"}).status_code == 422
    page = f"{url}?client={cast.client.pk}"
    assert client.get(page).status_code == 200
    refused = client.post(page, {"form_key": "progress_soap", "appointment": "", "title": "Kept title"})
    assert refused.status_code == 422
    assert "Choose the session this note is about." in refused.content.decode()
    assert "Kept title" in refused.content.decode()
    answer = client.post(page, {"form_key": "contact_note", "appointment": "", "title": ""})
    made = cast.client.documents.get()
    assert made.type == DocumentType.CONTACT_NOTE
    assert answer["Location"] == reverse("documents:document_edit", args=[made.pk])


def test_new_offers_only_own_sessions_with_the_client(client, cast, session, associate_session):
    client.force_login(cast.therapist)
    text = client.get(f"{reverse('documents:document_create')}?client={cast.client.pk}").content.decode()
    assert str(session.pk) in text
    assert str(associate_session.pk) not in text


def test_discard(client, cast, draft):
    client.force_login(cast.therapist)
    url = reverse("documents:document_discard", args=[draft.pk])
    assert "Discard this draft?" in client.get(url).content.decode()
    assert client.post(url)["Location"] == reverse("documents:note_list")
    assert cast.client.documents.count() == 0


@pytest.mark.parametrize("kind", list(DocumentType))
def test_every_form_opens(client, cast, session, kind):
    if kind == DocumentType.MISSED_NOTE:
        session.status = "no_show"
        session.save()
    about = (
        {"appointment": session}
        if kind in {"progress_note", "intake", "missed_note"}
        else {"client": cast.client}
    )
    made = start_document(actor=cast.therapist, type=kind, **about)
    client.force_login(cast.therapist)
    answer = client.get(reverse("documents:document_edit", args=[made.pk]))
    assert answer.status_code == 200
    assert "Clara Cole" in answer.content.decode()
    sign = client.get(reverse("documents:document_sign", args=[made.pk]))
    assert "Before you can sign" in sign.content.decode()
