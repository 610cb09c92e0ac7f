"""Making instruments: which there are, what one asks and how it scores, and whether it is offered."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import ActorRequest
from documents import rules
from documents.badges import form_badge
from documents.choices import FormState
from documents.measures.forms import AnswersForm
from documents.measures.own import services
from documents.measures.own.forms import InstrumentForm, typed
from documents.measures.own.lists import InstrumentList
from documents.measures.own.models import OwnInstrument
from documents.measures.scoring import result_of
from mentalspace.core.cells import Action, Badge
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once

LIST = "documents:instrument_list"


@requires(rules.can_change_instruments)
@require_safe
def instrument_list(request: ActorRequest) -> HttpResponseBase:
    """The practice's own."""
    new = Action("New instrument", reverse("documents:instrument_create"), icon="plus", primary=True)
    rows = rules.can_see_instrument.scope(request.user)
    return InstrumentList(request, rows, page_actions=[new]).respond()


@requires(rules.can_change_instruments)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def instrument_create(request: ActorRequest) -> HttpResponse:
    """A draft from what stands on paper."""
    form = InstrumentForm(posted(request))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        made = services.create_instrument(actor=request.user, said=form.definition())
        return "Saved. Try it here; it is offered once you publish it.", _page(made.pk)

    return answer(request, form, deed, {"title": "New instrument", "cancel_url": reverse(LIST)})


@requires(rules.can_change_instruments)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A draft only."""
    row = _row(request, pk, FormState.DRAFT)
    form = InstrumentForm(posted(request), initial=typed(row.said))

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.change_instrument(actor=request.user, instrument_id=row.pk, said=form.definition())
        return "Saved.", _page(row.pk)

    return answer(request, form, deed, {"title": f"Edit {row.said.name}", "cancel_url": _page(row.pk)})


@requires(rules.can_see_instrument)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_detail(request: ActorRequest, pk: UUID) -> HttpResponse:
    """As it is asked, to be tried: what is answered is scored at once and kept nowhere."""
    row = _row(request, pk)
    asked = row.asked
    form = AnswersForm(posted(request), instruments=[asked])
    result = (
        result_of(asked, form.answers_to(asked), {}) if request.method == "POST" and form.is_valid() else None
    )
    context = {
        "title": asked.name,
        "row": row,
        "badge": form_badge(row.state),
        "asked": asked,
        "bands": asked.bands_at({}),
        "said": row.said,
        "form": form,
        "result": result,
        "result_badge": Badge(result.band, result.tone) if result else None,
        "is_draft": row.state == FormState.DRAFT,
        "is_offered": row.state == FormState.PUBLISHED,
        "breadcrumbs": [("Instruments", reverse(LIST))],
    }
    live = request.headers.get("HX-Request") == "true"
    template = (
        "documents/measures/own/_result.html" if live else "documents/measures/own/instrument_detail.html"
    )
    return render(request, template, context)


@requires(rules.can_change_instruments)
@require_POST
@once
def instrument_begin(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The next version, from this one; or the draft there is."""
    made = services.begin_instrument_version(actor=request.user, instrument_id=_row(request, pk).pk)
    return redirect("documents:instrument_edit", pk=made.pk)


@requires(rules.can_change_instruments)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_publish(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Offer a draft, after a question."""
    row = _row(request, pk, FormState.DRAFT)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.publish_instrument(actor=request.user, instrument_id=row.pk)
        return "The instrument is offered.", _page(row.pk)

    return _asked(
        request, deed, row, f"Publish version {row.number} of {row.said.name}?", "Publish",
        "Clinicians can ask it from now on, and send it by link. Once published, a version never changes.",
    )  # fmt: skip


@requires(rules.can_change_instruments)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_retire(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Offer it no more, after a question."""
    row = _row(request, pk, FormState.PUBLISHED)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.retire_instrument(actor=request.user, instrument_id=row.pk)
        return "The instrument is offered no more.", _page(row.pk)

    return _asked(
        request, deed, row, f"Retire {row.said.name}?", "Retire the instrument",
        "What was answered stays in charts and courses, and links that were sent can still be answered.",
    )  # fmt: skip


@requires(rules.can_change_instruments)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_use(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Offer a version again that was offered before, after a question."""
    row = _row(request, pk, FormState.RETIRED)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.use_instrument(actor=request.user, instrument_id=row.pk)
        return "This version is offered.", _page(row.pk)

    return _asked(
        request, deed, row, f"Offer version {row.number} of {row.said.name} again?", "Offer it again",
        "It takes the place of the version that is offered now, if there is one.",
    )  # fmt: skip


@requires(rules.can_change_instruments)
@require_http_methods(["GET", "HEAD", "POST"])
def instrument_discard(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Throw a draft away, after a question."""
    row = _row(request, pk, FormState.DRAFT)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        services.discard_instrument(actor=request.user, instrument_id=row.pk)
        return "The draft of the instrument was discarded.", reverse(LIST)

    return _asked(
        request, deed, row, f"Discard this draft of {row.said.name}?", "Discard the draft",
        "What you wrote is lost. Versions that were published stay as they are.",
    )  # fmt: skip


def _asked(
    request: ActorRequest, deed: Any, row: OwnInstrument, title: str, label: str, text: str
) -> HttpResponse:
    page = {"title": title, "text": text, "confirm_label": label, "cancel_url": _page(row.pk)}
    return ask(request, forms.Form(posted(request)), deed, page)


def _row(request: ActorRequest, pk: UUID, state: FormState | None = None) -> OwnInstrument:
    row: OwnInstrument = get_object_or_404(rules.can_see_instrument.scope(request.user), pk=pk)
    if state is not None and row.state != state:
        raise Http404
    return row


def _page(pk: UUID) -> str:
    return reverse("documents:instrument_detail", args=[pk])
