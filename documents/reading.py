"""A stored document as its sections."""

from documents.answers import Line, Part, read
from documents.designs import catalogue
from documents.models import Document


def reading_of(document: Document) -> list[Part]:
    """The document's sections; an import without a form is one section of text."""
    form = catalogue.definition(document.form_key, document.form_version)
    if form is not None:
        return read(form, document.answers)
    return [Part("text", "", [Line("", document.content, long=True)])] if document.content else []
