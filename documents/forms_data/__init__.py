"""The forms of the practice, by key and version.

Old versions stay, so that what was written with them renders for ever.
"""

from documents.choices import DocumentType
from documents.definitions import FormDefinition
from documents.forms_data import intake, plan, progress, short_notes

FORMS: dict[tuple[str, int], FormDefinition] = {
    (form.key, form.version): form
    for forms in (progress.FORMS, intake.FORMS, plan.FORMS, short_notes.FORMS)
    for form in forms
}


def definition(key: str, version: int) -> FormDefinition | None:
    """The form a document was written with; None for a document that came without one (an import)."""
    return FORMS.get((key, version))


def current(key: str) -> FormDefinition | None:
    """The newest version of a form."""
    versions = [form for form in FORMS.values() if form.key == key]
    return max(versions, key=lambda form: form.version, default=None)


def forms_of(document_type: str) -> list[FormDefinition]:
    """The newest versions of the forms for a type of document, in the order in which they were declared."""
    keys = dict.fromkeys(form.key for form in FORMS.values() if form.type == document_type)
    return [form for key in keys if (form := current(key)) is not None]


def keys_asking(field: str) -> list[str]:
    """The keys of the forms that have a field of this name, in any version."""
    asking = {
        form.key
        for form in FORMS.values()
        for section in form.sections
        for each in section.fields
        if each.key == field
    }
    return sorted(asking)


def default_form(document_type: str, progress_form: str) -> FormDefinition:
    """The form a new document of this type starts with."""
    preferred = current(progress_form) if document_type == DocumentType.PROGRESS_NOTE else None
    return preferred or forms_of(document_type)[0]
