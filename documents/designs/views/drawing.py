"""Changing a draft: its title, its sections, its questions. Every button is a form of its own and needs no script."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import ActorRequest
from documents import rules
from documents.definitions import FormDefinition, FormField, FormSection, Kind
from documents.designs import outline, services
from documents.designs.comparing import described
from documents.designs.errors import PartGone
from documents.designs.forms import HeadForm, QuestionForm, SectionForm, VersionedForm
from documents.designs.models import FormVersion
from documents.designs.views.finding import change, draft_of, edit_url
from documents.groups.notes import FORM as GROUP_FORM
from mentalspace.core.errors import StaleVersion
from mentalspace.core.forms import answer, ask, posted
from mentalspace.core.gates import requires
from mentalspace.core.once import once


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
def form_edit(request: ActorRequest, pk: UUID) -> HttpResponse:
    """The outline of a draft; posting saves its title."""
    row = draft_of(request.user, pk)
    form = row.form
    head = HeadForm(
        posted(request),
        form=form,
        initial={"version": row.version, "title": form.title, "plan_section": form.plan_section},
    )

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        title, plan = values["title"], values["plan_section"]
        _save(request, row, head, lambda old: old.model_copy(update={"title": title, "plan_section": plan}))
        return "The form was saved.", edit_url(pk)

    page = {
        "title": form.title,
        "version": row,
        "parts": [_outline(section, (section.key,)) for section in form.sections],
        "faults": outline.faults(form),
        "breadcrumbs": [("Forms", reverse("documents:form_list"))],
    }
    return answer(request, head, deed, page, "documents/form_edit.html")


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def form_section_create(request: ActorRequest, pk: UUID) -> HttpResponse:
    """A further section."""
    row = draft_of(request.user, pk)
    form = SectionForm(posted(request), initial={"version": row.version}, for_groups=row.key == GROUP_FORM)

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        def change(old: FormDefinition) -> FormDefinition:
            key = outline.free_key(old, (), values["title"])
            return outline.added(old, (), form.section(key, ()))

        _save(request, row, form, change)
        return "The section was added.", edit_url(pk)

    return answer(request, form, deed, {"title": "New section", "cancel_url": edit_url(pk)})


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def form_question_create(request: ActorRequest, pk: UUID, path: str) -> HttpResponse:
    """A further question, in a section or in a list."""
    row = draft_of(request.user, pk)
    inside, within = _part(row, path)
    form = QuestionForm(posted(request), initial={"version": row.version, "kind": Kind.LONG})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        kind = Kind(values["kind"]) if values["kind"] in set(Kind) else None

        def change(old: FormDefinition) -> FormDefinition:
            key = outline.free_key(old, inside, values["label"], kind)
            return outline.added(old, inside, form.field(key))

        _save(request, row, form, change)
        return "The question was added.", f"{edit_url(pk)}#p-{path}"

    page = {"title": "New question", "subtitle": _title(within), "cancel_url": edit_url(pk)}
    return answer(request, form, deed, page)


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
def form_part_edit(request: ActorRequest, pk: UUID, path: str) -> HttpResponse:
    """A section or a question as it is, to be changed."""
    row = draft_of(request.user, pk)
    keys, part = _part(row, path)
    page = {"title": _title(part), "cancel_url": edit_url(pk)}
    if isinstance(part, FormSection):
        initial = {"version": row.version, **part.model_dump(exclude={"key", "fields"})}
        head = SectionForm(posted(request), initial=initial, for_groups=row.key == GROUP_FORM)

        def section(values: dict[str, Any]) -> tuple[str, str]:
            _save(request, row, head, lambda old: outline.replaced(old, keys, _kept(old, keys, head)))
            return "The section was saved.", f"{edit_url(pk)}#p-{path}"

        return answer(request, head, section, page)
    form = QuestionForm(posted(request), question=part, initial={"version": row.version})

    def question(values: dict[str, Any]) -> tuple[str, str]:
        _save(request, row, form, _asked_anew(part, keys, form))
        return "The question was saved.", edit_url(pk)

    return answer(request, form, question, page)


@requires(rules.can_change_forms)
@require_POST
def form_part_move(request: ActorRequest, pk: UUID, path: str, up: bool) -> HttpResponse:
    """One place up or down among its neighbours."""
    row = draft_of(request.user, pk)
    keys, _part_itself = _part(row, path)
    return change(request, row, lambda old: outline.moved(old, keys, up=up))


@requires(rules.can_change_forms)
@require_http_methods(["GET", "HEAD", "POST"])
def form_part_remove(request: ActorRequest, pk: UUID, path: str) -> HttpResponse:
    """Take a section or a question out, after a question."""
    row = draft_of(request.user, pk)
    keys, part = _part(row, path)
    inside = len([each for each in part.fields if not each.hidden])
    form = VersionedForm(posted(request), initial={"version": row.version})

    def deed(values: dict[str, Any]) -> tuple[str, str]:
        _save(request, row, form, lambda old: outline.removed(old, keys))
        return "It was removed from the draft.", edit_url(pk)

    page = {
        "title": f"Remove “{_title(part)}”?",
        "text": f"With it go the {inside} questions inside." if inside else "",
        "details": ["Documents that were written with earlier versions keep it."],
        "confirm_label": "Remove",
        "danger": True,
        "cancel_url": edit_url(pk),
    }
    return ask(request, form, deed, page)


def _part(row: FormVersion, path: str) -> tuple[outline.Path, outline.Part]:
    keys = outline.path_of(path)
    try:
        return keys, outline.part_at(row.form, keys)
    except PartGone as gone:
        raise Http404 from gone


def _save(request: ActorRequest, row: FormVersion, form: VersionedForm, how: services.Change) -> None:
    try:
        services.change_form(
            actor=request.user, form_id=row.pk, version=form.cleaned_data["version"], change=how
        )
    except StaleVersion:
        form.take_up(row.version)
        raise


def _kept(form: FormDefinition, keys: outline.Path, head: SectionForm) -> FormSection:
    """The section as entered, with the questions it has."""
    return head.section(keys[-1], outline.part_at(form, keys).fields)


def _asked_anew(part: FormField, keys: outline.Path, form: QuestionForm) -> services.Change:
    """The question as entered. One of another kind is another question, so it gets a key of its own."""

    def change(old: FormDefinition) -> FormDefinition:
        kind = Kind(form.cleaned_data["kind"])
        key = part.key if kind == part.kind else outline.free_key(old, keys[:-1], form.cleaned_data["label"])
        return outline.replaced(old, keys, form.field(key))

    return change


def _title(part: outline.Part) -> str:
    return part.title if isinstance(part, FormSection) else part.label


def _outline(part: outline.Part, path: outline.Path) -> dict[str, Any]:
    """A part as the page draws it, with what is inside."""
    inside = [_outline(each, (*path, each.key)) for each in part.fields if not each.hidden]
    is_section = isinstance(part, FormSection)
    return {
        "path": ".".join(path),
        "title": _title(part),
        "text": part.text if isinstance(part, FormSection) else described(part),
        "shared": isinstance(part, FormSection) and part.shared,
        "choices": [] if isinstance(part, FormSection) else [choice.label for choice in part.choices],
        "inside": inside,
        "takes_questions": is_section or (isinstance(part, FormField) and part.kind == Kind.ITEMS),
        "is_section": is_section,
    }
