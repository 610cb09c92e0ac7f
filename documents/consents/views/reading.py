"""What was signed: on screen, on paper; recording that it was withdrawn."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import ActorRequest
from clients.chart import tab_url
from clients.rules import right_to
from documents import rules
from documents.consents import papers, sealing, signing, withdrawing, wording
from documents.consents.badges import consent_badge
from documents.consents.chart import SLUG
from documents.consents.errors import DoesNotHold
from documents.consents.forms import WithdrawForm
from documents.disclosures import queries as disclosures
from documents.forms_data.consents import RELEASE
from documents.models import Consent
from mentalspace.core import audit, clock
from mentalspace.core.forms import ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once
from mentalspace.core.pdf import pdf_response, render_pdf


@requires(rules.can_see_consent)
@require_safe
def consent_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The text as it was signed, or as it would be; every reading is recorded."""
    consent = _visible(request, pk)
    _look(request, consent, "consent.viewed")
    content = (
        consent.content
        if consent.settled_at
        else wording.content_of(signing.form_of(consent), consent.answers)
    )
    context = {
        "title": consent.title,
        "consent": consent,
        "badge": consent_badge(consent, consent.request),
        "facts": papers.facts_of(consent),
        "parts": wording.parts_of(content),
        "signatures": [
            {"shown": papers.signature_of(each), "digest": each.digest, "agent": each.user_agent}
            for each in consent.signatures.all()
        ],
        "faults": sealing.faults(consent, consent.signatures.all()),
        "withdrawal": papers.withdrawal_of(consent),
        "tab_url": tab_url(consent.client, SLUG),
        "disclosed": disclosures.under(request.user, consent) if consent.form_key == RELEASE else None,
        "can_withdraw": rules.can_withdraw_consent(request.user, consent),
    }
    return render(request, "documents/consents/consent_detail.html", context)


@requires(rules.can_see_consent)
@require_safe
def consent_pdf(request: ActorRequest, pk: UUID) -> HttpResponse:
    """On the practice's stationery, once somebody has signed it."""
    consent = _visible(request, pk)
    if consent.settled_at is None:
        return redirect("documents:consent_detail", pk=pk)
    _look(request, consent, "consent.printed")
    paper = render_pdf("documents/pdf/consent.typ", papers.paper(consent))
    return pdf_response(request, paper, f"{consent.form_key}-C-{consent.client.number}.pdf")


@requires(rules.can_withdraw_consent)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def consent_withdraw(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The client takes it back, from a day on."""
    consent = _visible(request, pk)
    back = reverse("documents:consent_detail", args=[pk])
    if not rules.can_withdraw_consent(request.user, consent):
        messages.error(request, DoesNotHold.message)
        return redirect(back)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        withdrawing.withdraw(actor=request.user, consent_id=pk, **values)
        return "The withdrawal is recorded.", back

    page = {
        "title": "Withdraw a consent",
        "subtitle": f"{consent.title} · {consent.client.display_name}",
        "text": "It stays readable, with its signatures and this withdrawal, and holds no more. What was done under it "
        "before stays lawful.",
        "confirm_label": "Record the withdrawal",
        "cancel_url": back,
        "danger": True,
    }
    _look(request, consent, "consent.viewed")
    return ask(request, WithdrawForm(posted(request), initial={"day": clock.today()}), deed, page)


def _visible(request: ActorRequest, pk: UUID) -> Consent:
    found: Consent = get_object_or_404(
        papers.consents().filter(pk__in=rules.can_see_consent.scope(request.user).values("pk")), pk=pk
    )
    return found


def _look(request: ActorRequest, consent: Consent, verb: str) -> None:
    """Under which right, too."""
    right = right_to(request.user, consent.client)
    audit.look(actor=request.user, verb=verb, obj=consent, client_id=consent.client_id, right=right)
