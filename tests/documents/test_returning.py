"""Returned with comments on sections, answered, signed again; every signed text stays readable and comparable."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from documents import errors, integrity, versions
from documents.choices import DocumentStatus
from documents.models import Document, DocumentComment, DocumentVersion
from documents.services import cosign_document, return_document, save_draft, sign_document
from tests.documents.conftest import SOAP, hidden


@pytest.fixture
def returned(cast, waiting, the_day):
    the_day.shift(timedelta(hours=1))
    document = return_document(
        actor=cast.supervisor,
        document_id=waiting.pk,
        comment="Nearly there.",
        on_sections={"plan": "By when?", "objective": "  ", "no_such_section": "Dropped."},
    )
    the_day.shift(timedelta(hours=1))
    return document


def answered(cast, document, text="By Friday.", **answers):
    comment = document.comments.get()
    return save_draft(
        actor=cast.associate,
        document_id=document.pk,
        version=document.version,
        answers={**SOAP, **answers},
        replies={comment.pk: text},
    )


def test_a_comment_stands_at_its_section(client, cast, returned):
    comment = returned.comments.get()
    assert (comment.section, comment.content, comment.answer) == ("plan", "By when?", "")
    client.force_login(cast.associate)
    page = client.get(reverse("documents:document_edit", args=[returned.pk])).content.decode()
    plan = page.split('id="s-plan"')[1]
    assert "By when?" in plan
    assert f'name="c-{comment.pk}"' in plan
    assert "By when?" not in page.split('id="s-plan"')[0]
    assert f'href="#id_c-{comment.pk}"' in page


def test_something_must_be_said(cast, waiting):
    with pytest.raises(errors.CommentNeeded):
        return_document(actor=cast.supervisor, document_id=waiting.pk, on_sections={"plan": " "})
    waiting.refresh_from_db()
    assert waiting.status == DocumentStatus.PENDING_COSIGN


def test_the_supervisor_writes_comments_on_the_page(client, cast, waiting):
    client.force_login(cast.supervisor)
    page = client.get(reverse("documents:document_cosign", args=[waiting.pk])).content.decode()
    assert 'form="return-form" name="on-assessment"' in page
    url = reverse("documents:document_return", args=[waiting.pk])
    too_long = client.post(url, {"comment": "", "on-assessment": "x" * 5001})
    assert too_long.status_code == 422
    assert "x" * 5001 in too_long.content.decode()
    client.post(url, {"comment": "", "on-assessment": "Name the measure."})
    assert DocumentComment.objects.get(document=waiting).content == "Name the measure."


def test_every_comment_is_answered_before_signing(client, cast, returned):
    with pytest.raises(errors.CommentsUnanswered):
        sign_document(actor=cast.associate, document_id=returned.pk)
    client.force_login(cast.associate)
    page = client.get(reverse("documents:document_sign", args=[returned.pk])).content.decode()
    assert f'?check=1#id_c-{returned.comments.get().pk}"' in page
    assert "Comment on Plan: Answer it." in page
    answered(cast, returned)
    assert (
        sign_document(actor=cast.associate, document_id=returned.pk).status == DocumentStatus.PENDING_COSIGN
    )
    comment = returned.comments.get()
    assert comment.answer == "By Friday."
    assert comment.answered_at is not None


def test_answers_are_saved_with_the_draft(client, cast, returned):
    client.force_login(cast.associate)
    comment = returned.comments.get()
    data = {"version": returned.version, f"c-{comment.pk}": "By Friday.", "f-tasks": "Sleep diary."}
    body = client.post(reverse("documents:document_autosave", args=[returned.pk]), data).json()
    assert body["version"] == returned.version + 1
    assert returned.comments.get().answer == "By Friday."
    # A second window that has not seen it overwrites nothing.
    stale = client.post(
        reverse("documents:document_edit", args=[returned.pk]), {**data, f"c-{comment.pk}": "On Monday."}
    )
    assert stale.status_code == 409
    assert "Answer to the comment on Plan" in stale.content.decode()
    assert returned.comments.get().answer == "By Friday."
    kept = {**data, "version": hidden_version(stale), f"c-{comment.pk}": "On Monday."}
    client.post(
        reverse("documents:document_resolve", args=[returned.pk]), {**kept, f"keep-c-{comment.pk}": "mine"}
    )
    assert returned.comments.get().answer == "On Monday."


def hidden_version(answer):
    return hidden(answer.content.decode(), "version")


def test_what_was_returned_stays(cast, returned, the_day):
    answered(cast, returned, impression="Risk named.")
    sign_document(actor=cast.associate, document_id=returned.pk)
    the_day.shift(timedelta(hours=1))
    final = cosign_document(actor=cast.supervisor, document_id=returned.pk)
    first, last = versions.versions_of(integrity.record_of(Document.objects.get(pk=final.pk)))
    assert (first.number, last.number) == (1, 2)
    assert first.is_verified
    assert last.is_verified
    assert SOAP["impression"] in first.text
    assert first.review is not None
    assert first.review.comment == "Nearly there."
    assert [(title, each.answer) for title, each in first.comments] == [("Plan", "By Friday.")]
    pieces = [piece for piece in versions.compared(first.text, last.text) if piece.mark]
    assert [(piece.mark, piece.text.strip()) for piece in pieces] == [
        ("old", "Working through grief"),
        ("new", "Risk named"),
    ]


def test_the_page_of_versions(client, cast, returned):
    answered(cast, returned, impression="Risk named.")
    client.force_login(cast.supervisor)
    page = client.get(reverse("documents:document_versions", args=[returned.pk])).content.decode()
    assert "<del>Working through grief</del><ins>Risk named</ins>" in page.replace("\n", "")
    assert "Version 2, not signed yet" in page
    one = client.get(reverse("documents:document_versions", args=[returned.pk]), {"old": 1, "new": 1})
    assert "Both say the same, word for word." in one.content.decode()
    client.force_login(cast.stranger)
    assert client.get(reverse("documents:document_versions", args=[returned.pk])).status_code == 404


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE document_versions SET title = 'x'",
        "DELETE FROM document_versions",
        "UPDATE document_comments SET content = 'x'",
        "DELETE FROM document_comments",
        "UPDATE document_comments SET answer = 'x'",
    ],
)
def test_the_database_keeps_them(cast, returned, sql):
    answered(cast, returned)
    sign_document(actor=cast.associate, document_id=returned.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert DocumentVersion.objects.get().title == "Progress note"


def test_words_come_back_whole():
    old, new = "One, two three.\n\nFour", "One, three.\n\nFour and five"
    pieces = list(versions.compared(old, new))
    assert "".join(each.text for each in pieces if each.mark != "new") == old
    assert "".join(each.text for each in pieces if each.mark != "old") == new
