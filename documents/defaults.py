"""The practice's deadlines and habits for notes."""

from typing import Annotated

from pydantic import Field

from documents.choices import DocumentType
from mentalspace.core import practice


def forms_of(kind: DocumentType) -> practice.ChosenFrom:
    """The forms in use for documents of this type."""

    def choices() -> list[tuple[str, str]]:
        # Forms are read from the database, and their catalogue reads these settings.
        from documents.designs import catalogue

        return [(form.key, form.title) for form in catalogue.menu().of(kind)]

    return practice.ChosenFrom(choices)


@practice.section("notes", "Notes")
class NoteDefaults(practice.Section):
    """When notes are due, when the practice is warned, and what must come first."""

    due_days: int = Field(3, ge=0, le=60, title="Note due", description="Days after the session.")
    warn_days: int = Field(
        7, ge=0, le=90, title="Warn about an unsigned note", description="Days after the session."
    )
    hold_days: int = Field(
        14, ge=0, le=180, title="Hold billing", description="Days after the session without a signature."
    )
    cosign_days: int = Field(
        7, ge=0, le=60, title="Co-signature due", description="Days after the author signed."
    )
    plan_review_days: int = Field(
        90, ge=7, le=400, title="Treatment plan review", description="Days after the plan."
    )
    plan_alert_days: int = Field(
        14, ge=0, le=90, title="Plan review reminder", description="Days before the review."
    )
    unlock_hours: int = Field(
        48, ge=1, le=720, title="Unlocked for", description="Hours a locked draft stays open."
    )
    progress_form: Annotated[str, forms_of(DocumentType.PROGRESS_NOTE)] = Field(
        "progress_soap", title="Progress notes begin with"
    )
    intake_form: Annotated[str, forms_of(DocumentType.INTAKE)] = Field("intake", title="Intakes begin with")
    plan_form: Annotated[str, forms_of(DocumentType.TREATMENT_PLAN)] = Field(
        "treatment_plan", title="Treatment plans begin with"
    )
    contact_form: Annotated[str, forms_of(DocumentType.CONTACT_NOTE)] = Field(
        "contact_note", title="Contact notes begin with"
    )
    require_intake: bool = Field(
        False,
        title="Intake before other notes",
        description="Progress notes and plans cannot be signed before the client's intake is; otherwise they warn.",
    )

    def first_form(self, kind: str) -> str:
        """The key of the form that a document of this type begins with; empty where the first in order will do."""
        chosen = {
            DocumentType.PROGRESS_NOTE: self.progress_form,
            DocumentType.INTAKE: self.intake_form,
            DocumentType.TREATMENT_PLAN: self.plan_form,
            DocumentType.CONTACT_NOTE: self.contact_form,
        }
        return chosen.get(DocumentType(kind), "")


@practice.section("measures", "Measures")
class MeasureDefaults(practice.Section):
    """Cut-offs that publishers leave to the practice, and how long a client has to answer."""

    link_days: int = Field(
        7, ge=1, le=60, title="Link to questionnaires", description="Days until it no longer works."
    )
    pcl5_cut: int = Field(
        31,
        ge=31,
        le=33,
        title="PCL-5 cut-off",
        description="Published as 31 to 33; a lower one misses fewer.",
    )
    audit_c_men: int = Field(
        4, ge=1, le=12, title="AUDIT-C cut-off for men", description="Points from which on it is positive."
    )
    audit_c_others: int = Field(
        3,
        ge=1,
        le=12,
        title="AUDIT-C cut-off for women",
        description="Points; also where the gender is another or not recorded, as it misses fewer.",
    )
