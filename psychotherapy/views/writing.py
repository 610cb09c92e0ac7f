"""Reading and writing one's own psychotherapy note, and destroying it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.forms.text import plain
from mentalspace.core.gates import background, requires
from mentalspace.core.once import once
from psychotherapy import queries, rules, services
from psychotherapy.models import PsychotherapyNote


@requires(rules.can_see_note)
@require_http_methods(["GET", "HEAD", "POST"])
def psychotherapy_note_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The note, open for writing; "Save" without a script."""
    if request.method == "POST":
        return _save(request, pk)
    note = services.open_note(actor=request.user, note_id=pk)
    # What was typed before a sign-out, if the door kept it.
    typed = getattr(request, "typed_before", None)
    text, version = (typed.get("content", ""), _version(typed)) if typed else (note.content, note.version)
    return render(request, "psychotherapy/psychotherapy_note_edit.html", _context(note, text, version))


@background
@requires(rules.can_change_note)
@require_POST
def psychotherapy_note_autosave(request: ActorRequest, pk: UUID) -> JsonResponse:
    """What was typed since, every few seconds: `{version, said, faults}`, or 409 with one sentence."""
    try:
        saved = services.save_note(
            actor=request.user, note_id=pk, version=_version(request.POST), text=_text(request), autosave=True
        )
    except DomainError as error:
        return JsonResponse({"message": error.message, "stale": isinstance(error, StaleVersion)}, status=409)
    said = f"Saved {formatting.time(clock.local(clock.now()))}"
    return JsonResponse({"version": saved.version, "said": said, "faults": {}})


@requires(rules.can_change_note)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def psychotherapy_note_destroy(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Destroy it, after asking."""
    note = queries.own_note(request.user, pk)
    if request.method == "POST":
        services.destroy_note(actor=request.user, note_id=pk)
        messages.success(request, "The psychotherapy note was destroyed.")
        return redirect("psychotherapy:psychotherapy_note_list")
    context = {
        "title": "Destroy this psychotherapy note?",
        "text": f"{note.client.display_name}, {formatting.date(note.session_date)}. What you wrote in it is gone for "
        "good: there is no earlier version, and nobody can bring it back for you.",
        "confirm_label": "Destroy the note",
        "cancel_url": reverse("psychotherapy:psychotherapy_note_edit", args=[pk]),
        "danger": True,
    }
    return render(request, "ui/confirm.html", context)


def _save(request: ActorRequest, pk: UUID) -> HttpResponse:
    text = _text(request)
    try:
        services.save_note(actor=request.user, note_id=pk, version=_version(request.POST), text=text)
    except DomainError as error:
        return _conflict(request, pk, text, error)
    messages.success(request, "The psychotherapy note was saved.")
    return redirect("psychotherapy:psychotherapy_note_edit", pk=pk)


def _conflict(request: ActorRequest, pk: UUID, text: str, error: DomainError) -> HttpResponse:
    """Both texts side by side: what was typed here can be saved over the other, changed before, or left."""
    note = services.open_note(actor=request.user, note_id=pk)
    context = _context(note, text, note.version) | {
        "is_stale": isinstance(error, StaleVersion),
        "message": error.message,
        "saved_at": formatting.time(clock.local(note.updated_at)),
    }
    return render(request, "psychotherapy/psychotherapy_note_conflict.html", context, status=409)


def _context(note: PsychotherapyNote, text: str, version: int) -> dict[str, Any]:
    return {
        "note": note,
        "text": text,
        "version": version,
        "longest": services.LONGEST,
        "saved_said": f"Saved {formatting.instant(note.updated_at, clock.zone())}",
        "list_url": f"{reverse('psychotherapy:psychotherapy_note_list')}?client={note.client_id}",
    }


def _text(request: ActorRequest) -> str:
    return plain(request.POST.get("content", ""))


def _version(data: Any) -> int:
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
