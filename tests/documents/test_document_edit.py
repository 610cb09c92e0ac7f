"""Writing: saving, autosave, two windows, what is missing, signing from the page."""

import json

from django.urls import reverse

from documents import digest
from documents.choices import DocumentStatus
from documents.services import save_draft
from tests.documents.conftest import CANARY, SOAP, hidden


def posted(document, **values):
    """What the form sends for the answers of SOAP."""
    data = {
        "version": document.version,
        "document_title": document.title,
        "f-concerns": SOAP["concerns"],
        "f-observations": SOAP["observations"],
        "f-impression": SOAP["impression"],
        "f-risk": ["none_reported"],
        "f-diagnoses": ["F41.1", ""],
        "f-interventions": ["cbt"],
        "f-tasks": SOAP["tasks"],
    }
    return {**data, **values}


def test_save_and_review(client, cast, draft):
    client.force_login(cast.therapist)
    answer = client.post(reverse("documents:document_review", args=[draft.pk]), posted(draft))
    assert answer["Location"] == reverse("documents:document_sign", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.answers == SOAP
    assert draft.content.startswith("SUBJECTIVE\nConcerns since last contact:\nClient said:")
    assert "Diagnoses:\nF41.1 Generalized anxiety disorder" in draft.content
    page = client.get(answer["Location"]).content.decode()
    assert "Thea Therapist, LCSW" in page
    assert "Sign and lock" in page
    client.post(answer["Location"], {"seen": hidden(page, "seen")})
    draft.refresh_from_db()
    assert draft.status == DocumentStatus.SIGNED


def test_what_is_missing_is_listed_and_linked(client, cast, draft):
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:document_sign", args=[draft.pk])).content.decode()
    edit = reverse("documents:document_edit", args=[draft.pk])
    assert f'href="{edit}?check=1#id_f-concerns"' in page
    assert f'href="{edit}?check=1#id_f-interventions_0"' in page
    assert "Sign and lock" not in page
    refused = client.post(
        reverse("documents:document_sign", args=[draft.pk]), {"seen": digest.as_shown(draft)}
    )
    assert refused.status_code == 422
    form = client.get(f"{edit}?check=1").content.decode()
    assert "Write an answer." in form
    assert 'id="id_f-concerns"' in form


def test_bad_input_is_said_and_stays(client, cast, draft):
    client.force_login(cast.therapist)
    url = reverse("documents:document_edit", args=[draft.pk])
    data = posted(
        draft, **{"f-next_session": "13/45/2026", "f-diagnoses": ["not a code"], "f-distress": "77"}
    )
    page = client.post(url, data, follow=True).content.decode()
    assert "There is no such day in the calendar." in page
    assert 'value="13/45/2026"' in page
    assert "Begin each diagnosis with its ICD-10-CM code" in page
    assert 'value="not a code"' in page


def test_a_title_is_needed_and_the_text_stays(client, cast, draft):
    client.force_login(cast.therapist)
    url = reverse("documents:document_edit", args=[draft.pk])
    answer = client.post(url, posted(draft, document_title=" "))
    assert answer.status_code == 422
    assert SOAP["concerns"] in answer.content.decode()


def test_autosave(client, cast, draft):
    client.force_login(cast.therapist)
    url = reverse("documents:document_autosave", args=[draft.pk])
    answer = client.post(url, posted(draft, **{"f-next_session": "soon"}))
    body = json.loads(answer.content)
    assert body["said"] == "Saved 10:00 AM"
    assert body["version"] == draft.version + 1
    assert list(body["faults"]) == ["f-next_session"]
    again = client.post(url, posted(draft, version=body["version"], **{"f-next_session": "soon"}))
    assert json.loads(again.content)["version"] == body["version"]


def test_autosave_with_a_stale_version_overwrites_nothing(client, cast, draft):
    client.force_login(cast.therapist)
    save_draft(
        actor=cast.therapist,
        document_id=draft.pk,
        version=draft.version,
        answers={"concerns": "First window"},
    )
    answer = client.post(reverse("documents:document_autosave", args=[draft.pk]), posted(draft))
    assert answer.status_code == 409
    assert json.loads(answer.content)["stale"] is True
    draft.refresh_from_db()
    assert draft.answers == {"concerns": "First window"}


def test_two_windows_are_compared_section_by_section(client, cast, draft):
    client.force_login(cast.therapist)
    other = {"concerns": "First window", "tasks": "Breathe."}
    saved = save_draft(actor=cast.therapist, document_id=draft.pk, version=draft.version, answers=other)
    answer = client.post(reverse("documents:document_edit", args=[draft.pk]), posted(draft))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "First window" in page
    assert SOAP["concerns"] in page
    draft.refresh_from_db()
    assert draft.answers == other
    choice = posted(draft, version=saved.version, **{"keep-subjective": "saved", "keep-plan": "mine"})
    done = client.post(reverse("documents:document_resolve", args=[draft.pk]), choice)
    assert done["Location"] == reverse("documents:document_edit", args=[draft.pk])
    draft.refresh_from_db()
    assert draft.answers["concerns"] == "First window"
    assert draft.answers["tasks"] == SOAP["tasks"]
    assert draft.answers["impression"] == SOAP["impression"]


def test_resolving_too_late_compares_again(client, cast, draft):
    client.force_login(cast.therapist)
    save_draft(
        actor=cast.therapist, document_id=draft.pk, version=draft.version, answers={"concerns": "First"}
    )
    answer = client.post(reverse("documents:document_resolve", args=[draft.pk]), posted(draft))
    assert answer.status_code == 409
    assert SOAP["concerns"] in answer.content.decode()


def test_typing_into_what_was_signed_elsewhere_is_not_lost(client, cast, signed):
    client.force_login(cast.therapist)
    answer = client.post(
        reverse("documents:document_edit", args=[signed.pk]), posted(signed, **{"f-concerns": "Late thought"})
    )
    assert answer.status_code == 409
    assert "Late thought" in answer.content.decode()
    signed.refresh_from_db()
    assert "Late thought" not in signed.content


def test_carry_forward_fills_what_is_empty(client, cast, signed, associate_session):
    associate_session.staff = cast.therapist.staff
    associate_session.save()
    client.force_login(cast.therapist)
    client.post(reverse("documents:note_start", args=[associate_session.pk]))
    draft = associate_session.documents.get()
    data = {"version": draft.version, "document_title": draft.title, "f-tasks": "Something new"}
    client.post(reverse("documents:document_carry", args=[draft.pk]), data)
    draft.refresh_from_db()
    assert draft.answers["interventions"] == ["cbt"]
    assert draft.answers["tasks"] == "Something new"


def test_a_colleague_cannot_write_in_it(client, cast, draft):
    for who in (cast.supervisor, cast.admin):
        client.force_login(who)
        for name in (
            "document_edit",
            "document_autosave",
            "document_review",
            "document_resolve",
            "document_carry",
        ):
            answer = client.post(reverse(f"documents:{name}", args=[draft.pk]), posted(draft))
            assert answer.status_code in {403, 404}
    draft.refresh_from_db()
    assert draft.answers == {}


def test_control_characters_and_nul_are_no_500(client, cast, draft):
    client.force_login(cast.therapist)
    url = reverse("documents:document_autosave", args=[draft.pk])
    body = json.loads(client.post(url, posted(draft, **{"f-concerns": "a\x00b\x07"})).content)
    assert "f-concerns" in body["faults"]
    draft.refresh_from_db()
    assert draft.answers["concerns"] == "ab\x07"


def test_who_signs_what_was_changed_meanwhile_sees_both_texts(client, cast, written):
    client.force_login(cast.therapist)
    url = reverse("documents:document_sign", args=[written.pk])
    page = client.get(url).content.decode()
    form = {name: hidden(page, name) for name in ("seen", "shown")}
    assert CANARY in form["shown"]
    answers = {**SOAP, "impression": "Typed in the other window."}
    save_draft(actor=cast.therapist, document_id=written.pk, version=written.version, answers=answers)
    told = client.post(url, form)
    text = told.content.decode()
    assert told.status_code == 409
    assert "This was changed after you opened it." in text
    read, _, now = text.partition("What is saved now")
    assert "Working through grief." in read.partition("What you read")[2]
    assert "Typed in the other window." in now
    written.refresh_from_db()
    assert written.status == DocumentStatus.DRAFT
    assert client.post(url, {"seen": hidden(text, "seen")}).status_code == 302
