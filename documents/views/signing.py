"""From draft to signature: reading through, signing, co-signing, returning."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from accounts.models import User
from documents import digest, facts, integrity, queries, readiness, rules, services
from documents.answers.reading import read_section
from documents.badges import document_badge
from documents.carrying import carried_answers
from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.models import Document
from documents.notices import notices
from documents.plans import signature as by_client
from documents.reading import reading_of
from documents.services.drafts import form_of
from documents.services.signing import intake_is_missing
from documents.views.finding import own_document, page_documents
from mentalspace.core import clock, formatting, practice
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms import PageForm, add_domain_error, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from staff.rules import staff_of

LONGEST_COMMENT = 5000
# Names of inputs: what a supervisor says of a section.
ON_SECTION = "on-"


@requires(rules.can_sign_document)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_sign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """What is missing first; then the text once more, and the signature."""
    document = own_document(request.user, pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            signed = services.sign_document(actor=request.user, document_id=pk, seen=_seen(request))
        except DomainError as error:
            refusal = error
            document.refresh_from_db(from_queryset=page_documents(request.user))
        else:
            said = (
                "Signed and locked."
                if signed.is_signed
                else "Signed. It now waits for your supervisor's signature."
            )
            messages.success(request, said)
            return redirect("documents:document_detail", pk=pk)
    if not rules.can_sign_document(request.user, document) and not refusal:
        return redirect("documents:document_detail", pk=pk)
    context = {**_sign_context(request.user, document), **_refused(request, document, refusal)}
    return render(request, "documents/document_sign.html", context, status=_status(refusal))


def _sign_context(actor: User, document: Document) -> dict[str, object]:
    form = form_of(document)
    problems = readiness.problems_of(document, form)
    missing_intake = intake_is_missing(document)
    lacks = by_client.lacks(document, form)
    strict = practice.get(NoteDefaults).require_intake and missing_intake
    return {
        "document": document,
        "badge": document_badge(document),
        "facts": facts.shown_facts(document),
        "parts": reading_of(document),
        "problems": problems,
        "carried": carried_answers(document, form),
        "seen": digest.as_shown(document),
        "intake_missing": missing_intake,
        "blocked": bool(problems or lacks) or strict,
        "client_lacks": lacks,
        "client_signs": by_client.asks_for_it(document, form),
        "client_signature": by_client.ClientSignature.of(document),
        "strict": strict,
        "notices": notices(actor, document),
        "needs_cosign": rules.needs_cosignature(document),
        "signer": document.staff,
        "signer_licence": facts.licence(document.staff),
        "now": formatting.instant(clock.now(), clock.zone()),
        "completes": document.appointment is not None
        and document.type in queries.SESSION_NOTES
        and document.appointment.status != "completed",
    }


@requires(rules.can_open_cosign_queue)
@require_safe
def cosign_list(request: ActorRequest) -> HttpResponse:
    """What waits for this supervisor, the longest waiting first."""
    today = clock.today()
    rows = [
        {
            "document": document,
            "days": (today - clock.local(document.submitted_at).date()).days if document.submitted_at else 0,
            "badge": document_badge(document),
        }
        for document in queries.cosign_queue(request.user)
    ]
    context = {"title": "Co-sign", "rows": rows, "to_read": queries.to_read(request.user).count()}
    return render(request, "documents/cosign_list.html", context)


class ReturnForm(PageForm):
    """What the author should change; what is said of a section stands beside it, outside of this form's own fields."""

    submit_label = "Return to the author"
    comment = forms.CharField(
        label="About the whole note",
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_COMMENT,
        required=False,
        help_text="The author sees your comments where you wrote them, answers each and signs again.",
    )

    def on_sections(self) -> dict[str, str]:
        """Comments by the section's key."""
        sent = {name: str(text) for name, text in self.data.items() if name.startswith(ON_SECTION)}
        return {name.removeprefix(ON_SECTION): text.strip() for name, text in sent.items()}

    def clean(self) -> dict[str, Any]:
        """Texts as long as they may be."""
        values = super().clean() or self.cleaned_data
        if any(len(text) > LONGEST_COMMENT for text in self.on_sections().values()):
            raise forms.ValidationError("Use at most 5,000 characters for each comment.")
        return {**values, "on_sections": self.on_sections()}


@requires(rules.can_cosign_document)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_cosign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Read a supervisee's document beside the last note, and co-sign it."""
    document = _waiting(request, pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            services.cosign_document(actor=request.user, document_id=pk, seen=_seen(request))
        except DomainError as error:
            refusal = error
            document.refresh_from_db(from_queryset=page_documents(request.user))
        else:
            messages.success(request, "Co-signed and locked.")
            return redirect("documents:cosign_list")
    else:
        services.record_reading(actor=request.user, document=document, verb="document.viewed")
    return _cosign_page(request, document, ReturnForm(), refusal)


@requires(rules.can_cosign_document)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def document_return(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Give it back with a comment."""
    document = _waiting(request, pk)
    form = ReturnForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            services.return_document(actor=request.user, document_id=pk, **form.cleaned_data)
        except DomainError as refused:
            add_domain_error(form, refused)
        else:
            messages.success(request, "Returned to the author with your comments.")
            return redirect("documents:cosign_list")
    return _cosign_page(request, document, form, None)


def _waiting(request: ActorRequest, pk: UUID) -> Document:
    """A supervisee's document; their own, and colleagues', are a 404 here."""
    mine = staff_of(request.user)
    rows = page_documents(request.user).filter(staff__supervisor=mine).exclude(staff=mine)
    return get_object_or_404(rows, pk=pk)


def _cosign_page(
    request: ActorRequest, document: Document, form: ReturnForm, refusal: DomainError | None
) -> HttpResponse:
    if (document.status != DocumentStatus.PENDING_COSIGN or document.in_error) and not refusal:
        return redirect("documents:document_detail", pk=document.pk)
    last = queries.last_session_note(request.user, document.client_id, before=document)
    record = integrity.record_of(document)
    signature = record.current[-1] if record.current else None
    context = {
        "title": "Co-sign",
        "breadcrumbs": [("Co-sign", reverse("documents:cosign_list"))],
        "document": document,
        "badge": document_badge(document),
        "facts": facts.shown_facts(document),
        "sections": _commented(document, form),
        "last_note": last,
        "last_parts": reading_of(last) if last else [],
        "form": form,
        "signer": staff_of(request.user),
        "changed_since": bool(record.reviews),
        "signature": signature,
        "seen": signature.digest if signature else "",
        "faults": record.faults,
        "now": formatting.instant(clock.now(), clock.zone()),
        **_refused(request, document, refusal),
    }
    status = 422 if form.errors and not refusal else _status(refusal)
    return render(request, "documents/document_cosign.html", context, status=status)


def _commented(document: Document, form: ReturnForm) -> list[dict[str, Any]]:
    """Each section to read and to say something about, also an empty one, with what was said and answered before."""
    written, said = form_of(document), form.on_sections() if form.is_bound else {}
    asked = document.comments.select_related("review__reviewer").order_by("pk")
    before = [(comment.section, comment) for comment in asked]
    return [
        {
            "key": section.key,
            "name": f"{ON_SECTION}{section.key}",
            "part": read_section(section, document.answers),
            "title": section.title,
            "typed": said.get(section.key, ""),
            "comments": [comment for key, comment in before if key == section.key],
        }
        for section in written.sections
    ]


def _refused(request: ActorRequest, document: Document, refusal: DomainError | None) -> dict[str, object]:
    """Why nothing was signed; both texts, where what was read is no longer what is saved."""
    text = facts.as_text(document)
    was_shown = request.POST.get("shown", "").replace("\r\n", "\n")
    stale = isinstance(refusal, StaleVersion) and was_shown not in ("", text)
    return {
        "error": refusal.message if refusal else "",
        "shown": text,
        "was_shown": was_shown if stale else "",
    }


def _status(refusal: DomainError | None) -> int:
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, StaleVersion) else 422


def _seen(request: ActorRequest) -> str:
    """What the page that was sent had shown; a form without it shows nothing that could be signed."""
    return request.POST.get("seen", "")
