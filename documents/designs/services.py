"""Administrators' verbs: begin, change, publish, retire and take back forms."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from accounts.models import User
from documents import rules
from documents.choices import SESSION_TYPES, ClientFormType, DocumentType, FormState
from documents.definitions import FormDefinition, FormSection
from documents.designs import catalogue, errors, outline
from documents.designs.models import FormVersion
from mentalspace.core import audit, clock
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require

# Somebody needs a form for these on any day.
NEEDED = SESSION_TYPES | {DocumentType.TREATMENT_PLAN, DocumentType.FREE}
Change = Callable[[FormDefinition], FormDefinition]


@transaction.atomic
def create_form(
    *, actor: User, title: str, kind: DocumentType | ClientFormType, like: FormDefinition | None = None
) -> FormVersion:
    """A draft of a new form, empty or with the questions of another. Raises NotPermitted."""
    require(rules.can_change_forms(actor))
    rows = list(FormVersion.objects.select_for_update())
    taken = {row.key for row in rows}
    stem = outline.key_for(title)
    key = next(each for each in (stem, *(f"{stem}_{n}" for n in range(2, 1000))) if each not in taken)
    sections = like.sections if like else (FormSection(key="section", title="First section", fields=()),)
    row = FormVersion(key=key, number=1, position=max((each.position for each in rows), default=0) + 1)
    row.form = FormDefinition(
        key=key,
        version=1,
        type=kind,
        title=title,
        sections=sections,
        plan_section=like.plan_section if like else "",
    )
    row.save(force_insert=True)
    audit.record(actor=actor, verb="form.created", obj=row, changes={"form": ["", key]})
    return row


@transaction.atomic
def begin_version(*, actor: User, form_id: UUID) -> FormVersion:
    """A draft that starts from this version; the draft that there is already is returned. Raises NotPermitted."""
    source = _locked(actor, form_id)
    versions = FormVersion.objects.filter(key=source.key)
    existing = versions.filter(state=FormState.DRAFT).first()
    if existing is not None:
        return existing
    number = versions.aggregate(most=Max("number"))["most"] + 1
    row = FormVersion(key=source.key, number=number, position=source.position)
    row.form = source.form.model_copy(update={"version": number})
    row.save(force_insert=True)
    audit.record(actor=actor, verb="form.begun", obj=row, changes={"version": [source.number, number]})
    return row


@transaction.atomic
def change_form(*, actor: User, form_id: UUID, version: int, change: Change) -> FormVersion:
    """Change the definition of a draft; see `outline`.

    Raises NotPermitted, NotADraftForm, StaleVersion, and what the change raises.
    """
    row = _locked(actor, form_id)
    if row.state != FormState.DRAFT:
        raise errors.NotADraftForm
    if row.version != version:
        raise StaleVersion
    row.form = outline.checked(change(row.form))
    row.version += 1
    row.save(update_fields=["definition", "version", "updated_at"])
    audit.record(actor=actor, verb="form.changed", obj=row, changes={"version": ["", row.number]})
    return row


@transaction.atomic
def publish_form(*, actor: User, form_id: UUID, version: int) -> FormVersion:
    """Put a draft in use for what is begun from now on; it never changes again.

    Raises NotPermitted, NotADraftForm, StaleVersion, FormIncomplete.
    """
    row = _locked(actor, form_id)
    if row.state != FormState.DRAFT:
        raise errors.NotADraftForm
    if row.version != version:
        raise StaleVersion
    if faults := outline.faults(row.form):
        raise errors.FormIncomplete(faults[0])
    catalogue.forget(row.key, row.number)
    row.published_at, row.published_by = clock.now(), actor
    _put_in_use(row, "published_at", "published_by")
    audit.record(actor=actor, verb="form.published", obj=row, changes={"version": ["", row.number]})
    return row


@transaction.atomic
def use_form(*, actor: User, form_id: UUID) -> FormVersion:
    """Put a version that was published before in use again. Raises NotPermitted, NotRetired."""
    row = _locked(actor, form_id)
    if row.state != FormState.RETIRED:
        raise errors.NotRetired
    _put_in_use(row)
    audit.record(actor=actor, verb="form.put_in_use", obj=row, changes={"version": ["", row.number]})
    return row


@transaction.atomic
def retire_form(*, actor: User, form_id: UUID) -> FormVersion:
    """Begin nothing with it any more; documents keep it. Raises NotPermitted, NotInUse, FormNeeded."""
    row = _locked(actor, form_id)
    if row.state != FormState.PUBLISHED:
        raise errors.NotInUse
    kind = row.form.type
    if kind in NEEDED and len(catalogue.menu().of(kind)) == 1:
        raise errors.FormNeeded
    row.state = FormState.RETIRED
    row.save(update_fields=["state", "updated_at"])
    audit.record(actor=actor, verb="form.retired", obj=row, changes={"version": [row.number, ""]})
    return row


@transaction.atomic
def discard_form(*, actor: User, form_id: UUID) -> None:
    """Throw a draft away. Raises NotPermitted, NotADraftForm."""
    row = _locked(actor, form_id)
    if row.state != FormState.DRAFT:
        raise errors.NotADraftForm
    audit.record(actor=actor, verb="form.discarded", obj=row, changes={"version": [row.number, ""]})
    row.delete()


def _locked(actor: User, form_id: UUID) -> FormVersion:
    """All versions of the form are locked, so that numbers and what is in use are decided by one at a time."""
    require(rules.can_change_forms(actor))
    key = FormVersion.objects.values_list("key", flat=True).get(pk=form_id)
    rows = {row.pk: row for row in FormVersion.objects.select_for_update().filter(key=key).order_by("number")}
    return rows[form_id]


def _put_in_use(row: FormVersion, *further: str) -> None:
    FormVersion.objects.filter(key=row.key, state=FormState.PUBLISHED).update(state=FormState.RETIRED)
    row.state = FormState.PUBLISHED
    row.save(update_fields=["state", "updated_at", *further])
