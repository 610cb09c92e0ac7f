"""What somebody sees who follows a link to forms, without signing in: who they are, what there is to sign, each form.

Until they said the client's date of birth the pages name nobody and show nothing. That they did is kept in a signed
cookie of this link alone, for as long as `REMEMBERED`.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import client_links, rendering
from documents.answers import Answers, Problem, clean
from documents.consents import papers, signing, wording
from documents.consents.forms import BirthdayForm, DeclineForm, SignatureForm
from documents.definitions import FormDefinition
from documents.models import Consent, PacketSigner
from documents.plans.signature import HEIGHT, WIDTH
from mentalspace.core import audit
from mentalspace.core.errors import DomainError
from mentalspace.core.forms import add_domain_error, posted
from mentalspace.core.gates import public
from mentalspace.core.pdf import pdf_response, render_pdf

COOKIE, REMEMBERED = "packet", 2 * 60 * 60
TITLE = "Your forms"


@public
@require_http_methods(["GET", "HEAD", "POST"])
def packet_open(request: HttpRequest, token: str) -> HttpResponse:
    """Asks for the date of birth; then what there is to sign, and copies of what is signed."""
    signer = _signer(token)
    if signer is None:
        return _closed(request, token)
    if is_known(request, signer):
        return _overview(request, signer, token)
    form = BirthdayForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            signing.confirm(signer, form.cleaned_data["date_of_birth"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return known(redirect("documents:packet_open", token=token), signer)
    context = client_links.frame() | {"title": TITLE, "form": form}
    return render(
        request, "documents/consents/packet_open.html", context, status=422 if form.is_bound else 200
    )


@public
@require_http_methods(["GET", "HEAD", "POST"])
def packet_form(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """One form: to read, to fill in, to sign."""
    signer = _signer(token)
    if signer is None or not is_known(request, signer):
        return redirect("documents:packet_open", token=token)
    consent = _consent(signer, pk)
    if not _waits(consent, signer):
        return redirect("documents:packet_open", token=token)
    form = signing.form_of(consent)
    signature = SignatureForm(posted(request), initial={"name": signer.name})
    answers, problems = consent.answers, []
    if request.method == "POST":
        answers = consent.answers if consent.settled_at else clean(form, request.POST)
        problems = [] if consent.settled_at else signing.faults(consent, form, answers)
        if signature.is_valid() and not problems and _sign(request, signer, consent, signature, answers):
            return redirect("documents:packet_open", token=token)
        _keep(signer, consent, answers)
    context = _form_page(signer, consent, form, answers, problems) | {
        "form": signature, "save_url": reverse("documents:packet_form_save", args=[token, pk]),
        "decline_url": reverse("documents:packet_form_decline", args=[token, pk]),
        "back_url": reverse("documents:packet_open", args=[token]),
    }  # fmt: skip
    _look(signer, consent)
    status = 422 if request.method == "POST" else 200
    return render(request, "documents/consents/packet_form.html", context, status=status)


@public
@require_POST
def packet_form_save(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Keep what is entered so far; the page asks this by itself while somebody types."""
    signer = _signer(token)
    if signer is not None and is_known(request, signer):
        consent = _consent(signer, pk)
        _keep(signer, consent, clean(signing.form_of(consent), request.POST))
    return redirect("documents:packet_open", token=token)


@public
@require_http_methods(["GET", "HEAD", "POST"])
def packet_form_decline(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Not to sign one form, and why, where somebody wants to say."""
    signer = _signer(token)
    if signer is None or not is_known(request, signer):
        return redirect("documents:packet_open", token=token)
    consent = _consent(signer, pk)
    form = DeclineForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            signing.decline(signer_id=signer.pk, consent_id=consent.pk, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("documents:packet_open", token=token)
    context = client_links.frame() | {
        "title": TITLE, "consent": consent, "form": form,
        "cancel_url": reverse("documents:packet_form", args=[token, pk]),
    }  # fmt: skip
    _look(signer, consent)
    return render(
        request, "documents/consents/packet_form_decline.html", context, status=422 if form.is_bound else 200
    )


@public
@require_safe
def packet_form_copy(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """The signer's copy of what they signed, to keep or print."""
    signer = _signer(token)
    if signer is None or not is_known(request, signer):
        return redirect("documents:packet_open", token=token)
    consent = get_object_or_404(
        papers.consents().filter(request=signer.request, settled_at__isnull=False), pk=pk
    )
    audit.record(actor=None, verb="consent.copied", obj=consent, client_id=consent.client_id)
    return pdf_response(
        request, render_pdf("documents/pdf/consent.typ", papers.paper(consent)), "signed-form.pdf"
    )


def known(response: HttpResponse, signer: PacketSigner) -> HttpResponse:
    """From now on this browser is the signer's, for this link."""
    response.set_signed_cookie(
        COOKIE, signer.token_hash or "", salt=COOKIE, max_age=REMEMBERED,
        path=reverse("documents:packet_open", args=["-"]).removesuffix("-/"),
        secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
    )  # fmt: skip
    return response


def is_known(request: HttpRequest, signer: PacketSigner) -> bool:
    """Has this browser said whose link it is?"""
    held = request.get_signed_cookie(COOKIE, "", salt=COOKIE, max_age=REMEMBERED)
    return bool(held) and held == signer.token_hash


def _signer(token: str) -> PacketSigner | None:
    """Whose link it is, while it works."""
    signer = signing.signer_of(token)
    if signer is None or not signer.link_works or signer.request.revoked_at:
        return None
    return signer


def _closed(request: HttpRequest, token: str) -> HttpResponse:
    """Taken back, expired, replaced or never sent. Who asks for such links again and again is kept waiting."""
    there = signing.signer_of(token) is not None
    allowed = client_links.allows_stray()
    context = client_links.frame() | {"title": "This link cannot be used", "tries": not allowed}
    status = (410 if there else 404) if allowed else 429
    return render(request, "documents/measures/questionnaire_closed.html", context, status=status)


def _consent(signer: PacketSigner, pk: UUID) -> Consent:
    return get_object_or_404(
        Consent.objects.select_related("client", "request"), request_id=signer.request_id, pk=pk
    )


def _waits(consent: Consent, signer: PacketSigner) -> bool:
    return consent.is_open and not consent.signatures.filter(signer=signer).exists()


def _overview(request: HttpRequest, signer: PacketSigner, token: str) -> HttpResponse:
    """Which forms there are, and which one is next."""
    own = set(signer.signatures.values_list("consent_id", flat=True))
    rows = [
        {
            "title": consent.title,
            "signed": consent.pk in own,
            "declined": consent.declined_at is not None,
            "waits": consent.is_open and consent.pk not in own,
            "begun": bool(consent.answers),
            "url": reverse("documents:packet_form", args=[token, consent.pk]),
            "copy_url": reverse("documents:packet_form_copy", args=[token, consent.pk]),
        }
        for consent in signer.request.consents.order_by("position", "pk")
    ]
    waiting = [row for row in rows if row["waits"]]
    context = client_links.frame() | {
        "title": TITLE if waiting else "Thank you",
        "rows": rows,
        "next": waiting[0] if waiting else None,
        "left": len(waiting),
    }
    _look(signer, None)
    return render(request, "documents/consents/packet_overview.html", context)


def _form_page(
    signer: PacketSigner, consent: Consent, form: FormDefinition, answers: Answers, problems: list[Problem]
) -> dict[str, Any]:
    settled = consent.settled_at is not None
    return client_links.frame() | {
        "title": TITLE,
        "consent": consent,
        "signer": signer,
        "parts": wording.parts_of(consent.content) if settled else [],
        "panels": [] if settled else rendering.panels(form, answers, problems),
        "problems": problems,
        "seen": wording.seen(consent, form),
        "width": WIDTH,
        "height": HEIGHT,
    }


def _sign(
    request: HttpRequest, signer: PacketSigner, consent: Consent, form: SignatureForm, answers: Answers
) -> bool:
    """Signed; or the refusal is on the form."""
    values = form.cleaned_data
    try:
        signing.sign(
            signer_id=signer.pk, consent_id=consent.pk, seen=request.POST.get("seen", ""), name=values["name"],
            drawn=values["drawn"], answers=answers, user_agent=request.headers.get("User-Agent", ""),
        )  # fmt: skip
    except DomainError as error:
        add_domain_error(form, error)
        consent.refresh_from_db()
        return False
    return True


def _keep(signer: PacketSigner, consent: Consent, answers: Answers) -> None:
    """Save what can be saved; a form that is over is left as it is."""
    try:
        signing.save(signer_id=signer.pk, consent_id=consent.pk, answers=answers)
    except DomainError:
        return


def _look(signer: PacketSigner, consent: Consent | None) -> None:
    """Signers read what concerns the client: that is an event of the trail as any other reading."""
    audit.record(
        actor=None, verb="packet.viewed", obj=consent or signer.request, client_id=signer.request.client_id
    )
