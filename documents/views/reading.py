"""Reading a document: on the screen and on paper; addenda below it."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from documents import errors, facts, integrity, panels, rules, services
from documents.badges import LATE, document_badge, seal_badge
from documents.choices import DocumentStatus, UnlockState
from documents.models import Document, DocumentError
from documents.notices import notices
from documents.papers import document_paper
from documents.plans.signature import ClientSignature
from documents.reading import reading_of
from documents.services.drafts import form_of
from documents.views.finding import visible_document
from mentalspace.core.cells import Action
from mentalspace.core.forms import PageForm, answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.pdf import pdf_response, render_pdf


@requires(rules.can_see_document)
@require_safe
def document_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The document with its signatures and addenda. Every reading is recorded."""
    document = visible_document(request.user, pk)
    services.record_reading(actor=request.user, document=document, verb="document.viewed")
    return render(request, "documents/document_detail.html", _detail_context(request, document))


@requires(rules.can_see_document)
@require_safe
def document_pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """On the practice's stationery. Every printing is recorded."""
    document = visible_document(request.user, pk)
    services.record_reading(actor=request.user, document=document, verb="document.printed")
    record = integrity.record_of(document)
    paper = render_pdf(
        "documents/pdf/document.typ", document_paper(record, reading_of(document), error_of(document))
    )
    return pdf_response(request, paper, f"{document.type}-{document.service_date:%Y-%m-%d}.pdf")


class AddendumForm(PageForm):
    """Text below a signed document."""

    submit_label = "Sign and add"
    content = forms.CharField(
        label="Addendum",
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=20_000,
        error_messages={"required": errors.TextNeeded.message},
        help_text="It is dated, carries your name and cannot be changed afterwards. The signed text stays as it is.",
    )


@requires(rules.can_add_addendum)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_addendum(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Add to what is signed."""
    document = visible_document(request.user, pk)
    back = reverse("documents:document_detail", args=[pk])
    if request.method != "POST" and not rules.can_add_addendum(request.user, document):
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.add_addendum(actor=request.user, document_id=pk, **values)
        return "The addendum was added.", back

    subtitle = f"{document.title} · {document.client.display_name}"
    page = {"title": "Add an addendum", "subtitle": subtitle, "cancel_url": back}
    return answer(request, AddendumForm(posted(request)), deed, page)


def error_of(document: Document) -> DocumentError | None:
    """Why it was entered in error; asks only where it was."""
    if not document.in_error:
        return None
    return DocumentError.objects.select_related("marked_by").get(document=document)


def _open_comments(record: integrity.Record) -> list[dict[str, str]]:
    """What was said of sections and the author has not signed again since; asks only where it was returned."""
    if not record.reviews or record.document.status != DocumentStatus.DRAFT:
        return []
    titles = {section.key: section.title for section in form_of(record.document).sections}
    return [
        {"title": titles.get(each.section, "The text"), "content": each.content, "answer": each.answer}
        for each in record.document.comments.filter(answered_at=None).order_by("pk")
    ]


def _detail_context(request: ActorRequest, document: Document) -> dict[str, Any]:
    actor = request.user
    record = integrity.record_of(document)
    locked = rules.is_locked(document)
    asked = locked and document.unlock_requests.filter(state=UnlockState.REQUESTED).exists()
    others = panels.document.of(panels.DocumentLink)
    links = [(each.icon, found) for each in others if (found := each.link(actor, document))]
    return {
        "document": document,
        "badge": document_badge(document),
        "facts": facts.shown_facts(document),
        "notices": notices(actor, document),
        "parts": reading_of(document),
        "record": record,
        "error": error_of(document),
        "comments": _open_comments(record),
        "client_signature": ClientSignature.of(document),
        "seal_badge": seal_badge(record),
        "reviews": record.reviews if document.status != DocumentStatus.SIGNED else [],
        "is_late": facts.is_late(document),
        "late_badge": LATE,
        "actions": _actions(actor, document, asked=asked, returned=bool(record.reviews)),
        "locked": locked,
        "asked": asked,
        "is_author": rules.is_author(actor, document),
        "links": links,
    }


def _actions(actor: Any, document: Document, *, asked: bool, returned: bool) -> list[Action]:
    def url(name: str) -> str:
        return reverse(f"documents:{name}", args=[document.pk])

    made = [Action("PDF", url("document_pdf"), "file-type-pdf")]
    if rules.can_edit_document(actor, document):
        made += [
            Action("Review and sign", url("document_sign"), "writing-sign"),
            Action("Edit", url("document_edit"), "edit", primary=True),
        ]
    if returned:
        made.append(Action("Versions", url("document_versions"), "history"))
    if rules.can_mark_in_error(actor, document):
        made.append(Action("Entered in error", url("document_error"), "ban", dialog=True))
    if rules.can_add_addendum(actor, document):
        made.append(Action("Add an addendum", url("document_addendum"), "pencil-plus", dialog=True))
    if rules.can_cosign_document(actor, document):
        made.append(Action("Read and co-sign", url("document_cosign"), "signature", primary=True))
    if rules.can_tick_as_read(actor, document):
        made.append(Action("Tick as read", url("document_read"), "check", post=True, primary=True))
    if rules.can_request_unlock(actor, document) and not asked:
        made.append(Action("Ask to unlock", url("document_unlock"), "lock-open", primary=True, dialog=True))
    return made
