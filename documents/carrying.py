"""What a draft took over from an earlier document and nobody has touched since."""

from dataclasses import dataclass

from documents.answers.cleaning import PREFIX
from documents.answers.reading import shown_day
from documents.definitions import FormDefinition
from documents.models import Document


@dataclass(frozen=True, slots=True)
class Carried:
    """One question whose answer stands as it was in the document of that day."""

    key: str
    label: str
    day: str

    @property
    def target(self) -> str:
        """The id of the question on the page."""
        return f"q-{PREFIX}-{self.key}"


def carried_answers(document: Document, form: FormDefinition) -> list[Carried]:
    """In the order of the form; what is empty has nothing to be looked at."""
    return [
        Carried(field.key, field.label, shown_day(document.carried[field.key]))
        for field in form.fields()
        if field.key in document.carried and document.answers.get(field.key)
    ]
