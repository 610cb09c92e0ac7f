"""The client signs a plan on the screen of its author."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.http import ActorRequest
from documents import facts, rules, services
from documents.answers import read
from documents.plans import services as plan_services
from documents.plans import signature
from documents.plans.forms import ClientSignatureForm
from documents.services.drafts import form_of
from documents.views.finding import own_document
from mentalspace.core.forms import answer, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_edit_document)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def plan_client_sign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The whole plan, and below it where one signs by finger, pen, mouse or keyboard."""
    document = own_document(request.user, pk)
    form = form_of(document)
    back = reverse("documents:document_sign", args=[pk])
    if not rules.can_edit_document(request.user, document) or not signature.asks_for_it(document, form):
        return redirect("documents:document_detail", pk=pk)
    if request.method != "POST":
        services.record_reading(actor=request.user, document=document, verb="document.viewed")

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        given = {name: values[name] for name in ("name", "relation", "drawn")}
        seen = request.POST.get("seen", "")
        plan_services.sign_by_client(actor=request.user, document_id=pk, seen=seen, **given)
        return "The client has signed. Read it through and sign it yourself.", back

    page = {
        "title": "The client’s signature",
        "subtitle": f"{document.title} · {document.client.display_name}",
        "document": document,
        "facts": facts.shown_facts(document),
        "parts": read(form, signature.agreed(document.answers)),
        "seen": signature.to_be_signed(document, form),
        "width": signature.WIDTH,
        "height": signature.HEIGHT,
        "cancel_url": back,
    }
    initial = {"name": document.client.display_name}
    return answer(
        request,
        ClientSignatureForm(posted(request), initial=initial),
        deed,
        page,
        "documents/plans/plan_client_sign.html",
    )
