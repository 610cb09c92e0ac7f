"""The note of a group session on one page: the shared text, and under it each member's own part."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from documents import answers as answering
from documents import digest, facts, rules
from documents.answers import read
from documents.answers.cleaning import Answers
from documents.badges import document_badge
from documents.definitions import FormDefinition
from documents.groups import services
from documents.groups.notes import GroupNote, MemberNote
from documents.groups.notes import group_note as notes_of
from documents.models import Document
from documents.plans import open_goals
from documents.plans.queries import plans_in_force as plans_of
from documents.rendering import diagnosis_suggestions, panels
from documents.services import record_reading
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError, StaleVersion
from mentalspace.core.gates import background, requires
from mentalspace.core.once import once
from scheduling.models import Appointment

PAGE = "documents:group_note"


@requires(rules.can_write_documents)
@require_http_methods(["GET", "HEAD", "POST"])
def group_note(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The form, and "Save"; before it was begun, who will get which note."""
    appointment = _session(request, pk)
    if request.method == "POST":
        return _save(request, appointment, PAGE, "The notes were saved.")
    note = notes_of(request.user, appointment)
    for each in note.members:
        if each.document is not None:
            record_reading(actor=request.user, document=each.document, verb="document.viewed")
    return render(request, "documents/groups/group_note.html", _context(request, note, appointment))


@requires(rules.can_write_documents)
@require_POST
@once
def group_note_start(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A draft in each member's chart, at once."""
    appointment = _session(request, pk)
    try:
        services.start_group_note(actor=request.user, appointment_id=appointment.pk)
    except DomainError as refused:
        messages.error(request, refused.message)
    return redirect(PAGE, pk=pk)


@background
@requires(rules.can_write_documents)
@require_POST
def group_note_autosave(request: ActorRequest, pk: UUID) -> JsonResponse:
    """What was typed since: `{version, said, faults}`, or 409 with one sentence."""
    appointment = _session(request, pk)
    try:
        saved = _keep(request, appointment, autosave=True)
    except DomainError as error:
        return JsonResponse({"message": error.message, "stale": isinstance(error, StaleVersion)}, status=409)
    said = f"Saved {formatting.time(clock.local(clock.now()))}"
    return JsonResponse({"version": saved.token, "said": said, "faults": _faults(saved)})


@requires(rules.can_write_documents)
@require_POST
def group_note_resolve(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Two windows wrote: keep of each part the one that was chosen."""
    return _save(request, _session(request, pk), PAGE, "Saved with the parts you chose.", chosen=True)


@requires(rules.can_write_documents)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def group_note_sign(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Each member's note as it will stand in their chart; all of them are signed at once, or each on its own page."""
    appointment = _session(request, pk)
    refusal = ""
    if request.method == "POST":
        if "version" in request.POST:
            return _save(request, appointment, "documents:group_note_sign", "")
        seen = {UUID(key): str(text) for key, text in request.POST.items() if len(key) == 32 and _is_id(key)}
        try:
            signed = services.sign_group_note(actor=request.user, appointment_id=appointment.pk, seen=seen)
        except DomainError as error:
            refusal = error.message
        else:
            messages.success(request, f"{formatting.plural(len(signed), 'note')} signed.")
            return redirect(PAGE, pk=pk)
    note = notes_of(request.user, appointment)
    context = _context(request, note, appointment) | {"title": "Sign the group’s notes", "error": refusal}
    context["ready"] = bool(note.open) and all(not row["problems"] for row in context["rows"])
    return render(request, "documents/groups/group_note_sign.html", context, status=422 if refusal else 200)


def _session(request: ActorRequest, pk: UUID) -> Appointment:
    """A group session of the actor's own; what is no group, or a colleague's, is a 404."""
    own = rules.can_write_session_note.scope(request.user).filter(group_session__isnull=False)
    return get_object_or_404(own.select_related("client", "staff"), pk=pk)


def _context(request: ActorRequest, note: GroupNote, appointment: Appointment) -> dict[str, Any]:
    zone = clock.zone()
    shared = _panels(note.form, note.shared, shared=True, prefix="f") if note.form else []
    plans = plans_of(request.user, [each.appointment.client_id for each in note.members])
    return {
        "title": "Group note",
        "appointment": appointment,
        "note": note,
        "when": f"{formatting.instant_date(appointment.start_time, zone)}, "
        f"{formatting.time_range(appointment.start_time, appointment.end_time, zone)}",
        "shared_panels": shared,
        "rows": [_row(note, each, plans) for each in note.members],
        "warnings": note.warnings(),
        "suggestions": diagnosis_suggestions(),
        "unbegun": any(each.document is None and not each.is_absent for each in note.members),
        "breadcrumbs": [("Session", reverse("scheduling:group_session_detail", args=[appointment.pk]))],
    }


def _row(note: GroupNote, each: MemberNote, plans: dict[UUID, Document]) -> dict[str, Any]:
    document = each.document
    row: dict[str, Any] = {"member": each, "name": each.appointment.client.display_name, "problems": []}
    if document is None:
        return row
    row |= {
        "document": document,
        "badge": document_badge(document),
        "facts": facts.shown_facts(document),
        "open": each in note.open,
        "together": each in note.together,
    }
    if row["open"] and note.form:
        plan = plans.get(document.client_id)
        goals = open_goals(plan.answers) if plan else []
        row["panels"] = _panels(note.form, document.answers, shared=False, prefix=each.prefix, goals=goals)
        row["parts"] = read(note.form, document.answers)
        row["problems"] = answering.problems(note.form, document.answers, day=document.service_date)
        row["seen"] = digest.as_shown(document)
    return row


def _panels(
    form: FormDefinition, answers: Answers, *, shared: bool, prefix: str, goals: Sequence[dict[str, Any]] = ()
) -> list[Any]:
    sections = tuple(section for section in form.sections if section.shared == shared)
    return panels(form.model_copy(update={"sections": sections}), answers, prefix=prefix, goals=goals)


def _keep(
    request: ActorRequest, appointment: Appointment, *, autosave: bool, chosen: bool = False
) -> GroupNote:
    note = notes_of(request.user, appointment)
    shared, private = _typed(note, request.POST)
    if chosen:
        if request.POST.get("keep-shared") == "saved":
            shared = note.shared
        for each in note.open:
            if each.document and request.POST.get(f"keep-{each.prefix}") == "saved":
                private[each.appointment.pk] = note.private_of(each.document)
    return services.save_group_note(
        actor=request.user,
        appointment_id=appointment.pk,
        token=request.POST.get("version", ""),
        shared=shared,
        private=private,
        autosave=autosave,
    )


def _typed(note: GroupNote, posted: QueryDict) -> tuple[Answers, dict[UUID, Answers]]:
    """The shared text and each member's own part; of members who were not on the page, nothing."""
    if note.form is None:
        return {}, {}
    parts = {
        flag: note.form.model_copy(
            update={"sections": tuple(s for s in note.form.sections if s.shared == flag)}
        )
        for flag in (True, False)
    }
    on_page = {name.partition("-")[0] for name in posted} | set(posted.getlist("member"))
    return answering.clean(parts[True], posted), {
        each.appointment.pk: answering.clean(parts[False], posted, each.prefix)
        for each in note.members
        if each.is_written and each.prefix in on_page
    }


def _save(
    request: ActorRequest, appointment: Appointment, next_page: str, said: str, *, chosen: bool = False
) -> HttpResponse:
    try:
        _keep(request, appointment, autosave=False, chosen=chosen)
    except DomainError as error:
        return _conflict(request, appointment, error)
    if said:
        messages.success(request, said)
    return redirect(next_page, pk=appointment.pk)


def _conflict(request: ActorRequest, appointment: Appointment, error: DomainError) -> HttpResponse:
    """Both texts side by side, part by part. Nothing typed is lost, also of a note that somebody signed meanwhile."""
    note = notes_of(request.user, appointment)
    shared, private = _typed(note, request.POST)
    form = note.form
    parts = []
    if form is not None:
        texts = [("shared", "The group", shared, note.shared)]
        texts += [
            (
                each.prefix,
                each.appointment.client.display_name,
                private[each.appointment.pk],
                note.private_of(each.document),
            )
            for each in note.members
            if each.document and each.appointment.pk in private
        ]
        for key, title, mine, saved in texts:
            sides = [
                [line for part in read(form, answers) for line in part.lines] for answers in (mine, saved)
            ]
            if answering.to_text(form, mine) != answering.to_text(form, saved):
                parts.append({"key": key, "title": title, "mine": sides[0], "saved": sides[1]})
    context = {
        "title": "Two windows wrote in these notes"
        if isinstance(error, StaleVersion)
        else "This was not saved",
        "appointment": appointment,
        "note": note,
        "message": error.message,
        "can_choose": isinstance(error, StaleVersion),
        "parts": parts,
        "typed": [(name, text) for name, texts in request.POST.lists() if _is_answer(name) for text in texts],
    }
    return render(request, "documents/groups/group_note_conflict.html", context, status=409)


def _faults(note: GroupNote) -> dict[str, str]:
    """What cannot be read, by the names of the inputs."""
    if note.form is None:
        return {}
    found = {}
    for each in note.open:
        for problem in (
            answering.problems(note.form, each.document.answers, unreadable_only=True)
            if each.document
            else ()
        ):
            found[problem.name.replace("f-", f"{each.prefix}-", 1)] = problem.text
    return found


def _is_answer(name: str) -> bool:
    return (
        name == "member"
        or name.startswith("f-")
        or (name.startswith("m") and len(name.partition("-")[0]) == 33)
    )


def _is_id(key: str) -> bool:
    return all(letter in "0123456789abcdef" for letter in key)
