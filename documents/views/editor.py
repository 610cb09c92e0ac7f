"""Writing a draft: the form, saving, autosave, and what happens when two windows wrote."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from accounts.models import User
from clients.models import ClientProfile
from clients.shapes import MedicalHistory
from documents import answers as answering
from documents import errors, facts, queries, readiness, rendering, rules, services
from documents.answers.cleaning import REASON
from documents.answers.reading import Line, part_text, read_section
from documents.badges import document_badge
from documents.carrying import carried_answers
from documents.definitions import FormDefinition
from documents.measures.queries import latest_scores
from documents.models import Document
from documents.notices import notices
from documents.plans import goal_progress, open_goals
from documents.services.drafts import form_of
from documents.services.signing import intake_is_missing
from documents.snippets.words import words_for
from documents.views.finding import own_document, page_documents
from mentalspace.core import clock, formatting
from mentalspace.core.errors import DomainError, NotPermitted, StaleVersion
from mentalspace.core.forms import posted
from mentalspace.core.forms.text import plain
from mentalspace.core.gates import background, requires

TITLE = "document_title"
# Carried answers that the author says are still right.
TOUCHED = "touched"
LONGEST_ANSWER = 5000
CARRIED = "Saved, and carried forward from the last note into what was empty."


@requires(rules.can_edit_document)
@require_http_methods(["GET", "HEAD", "POST"])
def document_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The form of a draft, and "Save draft"."""
    document = own_document(request.user, pk)
    if request.method == "POST":
        return _save(request, document, "documents:document_edit")
    if not rules.can_edit_document(request.user, document):
        return redirect("documents:document_detail", pk=pk)
    services.record_reading(actor=request.user, document=document, verb="document.viewed")
    form = form_of(document)
    typed = posted(request)
    if typed is not None:
        document.answers = answering.clean(form, typed)
    problems = (
        readiness.problems_of(document, form)
        if "check" in request.GET
        else answering.problems(form, document.answers, unreadable_only=True, day=document.service_date)
    )
    context = editor_context(request.user, document, form, problems)
    if typed is not None:
        context |= {"typed_title": typed.get(TITLE, ""), "version": _version(typed)}
    return render(request, "documents/document_edit.html", context)


@requires(rules.can_edit_document)
@require_POST
def document_review(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Save, then read through what is about to be signed."""
    return _save(request, own_document(request.user, pk), "documents:document_sign", said="")


@requires(rules.can_edit_document)
@require_POST
def document_carry(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Save, and fill what is empty from the last note."""
    document = own_document(request.user, pk)
    return _save(request, document, "documents:document_edit", services.carry_forward, CARRIED)


@background
@requires(rules.can_edit_document)
@require_POST
def document_autosave(request: ActorRequest, pk: UUID) -> JsonResponse:
    """What was typed since, every few seconds: `{version, said, faults, carried}`, or 409 with one sentence."""
    document = own_document(request.user, pk)
    form = form_of(document)
    answers = answering.clean(form, request.POST)
    try:
        saved = services.save_draft(
            actor=request.user,
            document_id=pk,
            version=_version(request.POST),
            answers=answers,
            title=request.POST.get(TITLE) or None,
            replies=_replies(request.POST),
            touched=request.POST.getlist(TOUCHED),
            autosave=True,
        )
    except DomainError as error:
        return JsonResponse({"message": error.message, "stale": isinstance(error, StaleVersion)}, status=409)
    faults = {
        problem.name: problem.text for problem in answering.problems(form, answers, unreadable_only=True)
    }
    said = f"Saved {formatting.time(clock.local(clock.now()))}"
    return JsonResponse(
        {"version": saved.version, "said": said, "faults": faults, "carried": list(saved.carried)}
    )


@requires(rules.can_edit_document)
@require_POST
def document_resolve(request: ActorRequest, pk: UUID) -> HttpResponse:
    """Two windows wrote: keep of each section the one that was chosen."""
    document = own_document(request.user, pk)
    form = form_of(document)
    mine = answering.clean(form, request.POST)
    merged: dict[str, Any] = {}
    for section in form.sections:
        source = document.answers if request.POST.get(f"keep-{section.key}") == "saved" else mine
        for field in section.fields:
            merged |= {
                key: source[key]
                for key in (field.key, field.other_key, f"{field.key}{REASON}")
                if key in source
            }
    replies = {
        key: text
        for key, text in _replies(request.POST).items()
        if request.POST.get(f"keep-c-{key}") != "saved"
    }
    title = document.title if request.POST.get("keep-title") == "saved" else request.POST.get(TITLE)
    try:
        services.save_draft(
            actor=request.user,
            document_id=pk,
            version=_version(request.POST),
            answers=merged,
            title=title or None,
            replies=replies,
        )
    except (StaleVersion, errors.NotADraft, errors.DraftLocked, NotPermitted) as error:
        return _conflict(request, document, form, mine, error)
    messages.success(request, "Saved with the sections you chose.")
    return redirect("documents:document_edit", pk=pk)


def _save(
    request: ActorRequest,
    document: Document,
    next_page: str,
    verb: Callable[..., Document] = services.save_draft,
    said: str = "The draft was saved.",
) -> HttpResponse:
    form = form_of(document)
    answers = answering.clean(form, request.POST)
    try:
        verb(
            actor=request.user,
            document_id=document.pk,
            version=_version(request.POST),
            answers=answers,
            title=request.POST.get(TITLE),
            replies=_replies(request.POST),
            touched=request.POST.getlist(TOUCHED),
        )
    except errors.TitleNeeded as error:
        document.answers = answers
        context = editor_context(
            request.user, document, form, answering.problems(form, answers, unreadable_only=True)
        )
        context |= {
            "error": error.message,
            "typed_title": request.POST.get(TITLE, ""),
            "version": _version(request.POST),
        }
        return render(request, "documents/document_edit.html", context, status=422)
    except DomainError as error:
        return _conflict(request, document, form, answers, error)
    if said:
        messages.success(request, said)
    return redirect(next_page, pk=document.pk)


def _conflict(
    request: ActorRequest, document: Document, form: FormDefinition, mine: dict[str, Any], error: DomainError
) -> HttpResponse:
    """Both texts side by side; or, where the draft is closed, what was typed, to be copied. Nothing typed is lost."""
    saved = page_documents(request.user).get(pk=document.pk)
    sections = []
    for section in form.sections:
        ours, theirs = read_section(section, mine), read_section(section, saved.answers)
        if part_text(ours) != part_text(theirs):
            sections.append(
                {"key": section.key, "title": section.title, "mine": ours.lines, "saved": theirs.lines}
            )
    sections += _reply_differences(saved, form, _replies(request.POST))
    title = request.POST.get(TITLE, saved.title)
    context = {
        "document": saved,
        "message": error.message,
        "sections": sections,
        "title_mine": title,
        "title_differs": title != saved.title,
        "can_choose": isinstance(error, StaleVersion) and rules.can_edit_document(request.user, saved),
        "typed": [
            (name, text)
            for name, texts in request.POST.lists()
            if name.startswith(("f-", "c-"))
            for text in texts
        ],
        "saved_at": formatting.time(clock.local(saved.updated_at)),
    }
    return render(request, "documents/document_conflict.html", context, status=409)


def editor_context(
    actor: User, document: Document, form: FormDefinition, problems: list[answering.Problem]
) -> dict[str, Any]:
    """The form, and beside it what the last session planned and what the plan is after."""
    plan = queries.current_plan(actor, document.client_id)
    last = queries.last_session_note(actor, document.client_id, before=document)
    goals = open_goals(plan.answers) if plan else []
    profile = ClientProfile.objects.filter(client=document.client_id).first()
    titles = {section.key: section.title for section in form.sections}
    waiting = document.comments.filter(answered_at=None).select_related("review__reviewer")
    # Nobody has said anything yet of what was never submitted.
    comments = list(waiting.order_by("pk")) if document.submitted_at else []
    reviews = document.reviews.select_related("reviewer").order_by("-returned_at")
    return {
        "document": document,
        "form": form,
        "version": document.version,
        "typed_title": document.title,
        "badge": document_badge(document),
        "facts": facts.shown_facts(document),
        "panels": rendering.panels(
            form,
            document.answers,
            problems,
            goals=goals,
            carried={each.key: each.day for each in carried_answers(document, form)},
            comments=comments,
        ),
        "asks_reason": document.type not in readiness.DIAGNOSING,
        "problems": problems,
        "notices": notices(actor, document),
        "words": json.dumps(words_for(document.client)),
        "suggestions": rendering.diagnosis_suggestions(),
        "last_note": last,
        "last_plan": queries.plan_part(last),
        "plan": plan,
        "goals": [{"text": goal.get("goal", ""), "progress": goal_progress(goal)} for goal in goals],
        "diagnoses": queries.latest_diagnoses(actor, document.client_id),
        "medicines": MedicalHistory.model_validate(profile.medical_history).medications if profile else [],
        "scores": latest_scores(actor, document.client_id),
        "review": reviews.first() if document.submitted_at else None,
        "commented": [
            {"target": f"id_{readiness.comment_field(each)}", "title": titles.get(each.section, "the text")}
            for each in comments
        ],
        "intake_missing": intake_is_missing(document),
        "can_carry": last is not None and any(field.carry for field in form.fields()),
        "can_discard": rules.is_discardable(document),
        "saved_said": f"Saved {formatting.instant(document.updated_at, clock.zone())}",
    }


def _replies(sent: QueryDict) -> dict[int, str]:
    """What the author answers to comments, by the comment's number."""
    found = ((name.removeprefix("c-"), plain(str(sent[name]))) for name in sent if name.startswith("c-"))
    return {
        int(key): text[:LONGEST_ANSWER]
        for key, text in found
        if key.isascii() and key.isdigit() and len(key) < 19
    }


def _reply_differences(
    saved: Document, form: FormDefinition, mine: dict[int, str]
) -> Iterator[dict[str, Any]]:
    """Answers to comments that two windows wrote differently, as the page of two versions shows sections."""
    titles = {section.key: section.title for section in form.sections}
    for comment in saved.comments.filter(answered_at=None, pk__in=mine).order_by("pk"):
        if mine[comment.pk].strip() != comment.answer:
            yield {
                "key": readiness.comment_field(comment),
                "title": f"Answer to the comment on {titles.get(comment.section, 'the text')}",
                "mine": [Line("", mine[comment.pk], long=True)],
                "saved": [Line("", comment.answer, long=True)] if comment.answer else [],
            }


def _version(sent: QueryDict) -> int:
    text = sent.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
