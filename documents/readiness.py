"""What stands between a draft and its author's signature besides the form: comments to answer, diagnoses to explain."""

from documents import answers as answering
from documents import queries
from documents.answers.cleaning import PREFIX, REASON
from documents.choices import DocumentType
from documents.definitions import FormDefinition
from documents.models import Document, DocumentComment

# Where diagnoses are made; elsewhere a change needs its reason.
DIAGNOSING = frozenset({DocumentType.INTAKE, DocumentType.TREATMENT_PLAN})


def problems_of(document: Document, form: FormDefinition) -> list[answering.Problem]:
    """Everything that blocks the signature, each linked to where it is answered."""
    found = answering.problems(form, document.answers, day=document.service_date)
    titles = {section.key: section.title for section in form.sections}
    found += [
        answering.Problem(
            comment_field(comment),
            f"Comment on {titles.get(comment.section, 'the text')}",
            "Answer it.",
            comment.section,
            True,
        )
        for comment in unanswered(document)
    ]
    if unexplained_diagnoses(document):
        section = next(each for each in form.sections if any(f.key == "diagnoses" for f in each.fields))
        found.append(
            answering.Problem(
                f"{PREFIX}-diagnoses{REASON}",
                "Diagnoses",
                "Say why they are others than in the chart.",
                section.key,
                True,
            )
        )
    return found


def comment_field(comment: DocumentComment) -> str:
    """The name of the input that answers it."""
    return f"c-{comment.pk}"


def unanswered(document: Document) -> list[DocumentComment]:
    """The supervisor's comments that wait for a word of the author."""
    return [each for each in document.comments.filter(answered_at=None).order_by("pk") if not each.answer]


def unexplained_diagnoses(document: Document) -> bool:
    """Are the diagnoses others than in the last signed document, without a word on why?"""
    written = document.answers.get("diagnoses")
    if not written or document.type in DIAGNOSING or document.answers.get(f"diagnoses{REASON}"):
        return False
    known = queries.latest_diagnoses(document.staff.user, document.client_id)
    return bool(known) and _codes(known) != _codes(written)


def _codes(diagnoses: list[dict[str, str]]) -> set[str]:
    return {each.get("code", "") for each in diagnoses}
