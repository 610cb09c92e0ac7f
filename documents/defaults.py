"""The practice's deadlines and habits for notes."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

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
    late_days: int = Field(
        7,
        ge=1,
        le=90,
        title="Late entry",
        description="A note signed more days than this after its session says so, on the screen and on paper.",
    )
    remind_days: list[int] = Field(
        default=[2, 1, 0],
        max_length=5,
        title="Reminders before a note is due",
        description="Days before; 0 is the day itself. Clinicians get one e-mail a day at most.",
    )
    remind_again_days: int = Field(
        1,
        ge=1,
        le=14,
        title="Reminders of overdue notes",
        description="Days between them, counted from the day after the oldest was due. One e-mail tells of all notes.",
    )
    escalate_days: int = Field(
        4,
        ge=1,
        le=90,
        title="Tell the supervisor",
        description="Days after a note was due. Administrators are told where there is no supervisor.",
    )
    lock_weekday: Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"] = Field(
        "sun",
        title="Weekly lock-out",
        description="At the end of this day, drafts that are overdue are locked.",
        json_schema_extra={
            "labels": {
                "mon": "Monday",
                "tue": "Tuesday",
                "wed": "Wednesday",
                "thu": "Thursday",
                "fri": "Friday",
                "sat": "Saturday",
                "sun": "Sunday",
            }
        },
    )
    cosign_days: int = Field(
        7, ge=0, le=60, title="Co-signature due", description="Days after the author signed."
    )
    read_days: int = Field(
        7,
        ge=0,
        le=60,
        title="Signed notes read",
        description="Days after the signature, for the supervisors of clinicians under “review all notes”.",
    )
    cosign_payers: list[str] = Field(
        default=[],
        max_length=50,
        title="Payers whose notes are co-signed",
        description="For clinicians under “co-sign for chosen payers”: a client whose insurer’s name or plan contains "
        "one of these.",
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

    @field_validator("remind_days")
    @classmethod
    def days_ahead(cls, value: list[int]) -> list[int]:
        if any(not 0 <= each <= 30 for each in value):
            raise ValueError("Use days from 0 to 30.")
        return sorted(set(value), reverse=True)

    @field_validator("cosign_payers")
    @classmethod
    def no_blanks(cls, value: list[str]) -> list[str]:
        return [name.strip() for name in value if name.strip()]

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


@practice.section("files", "Files")
class FileDefaults(practice.Section):
    """What is taken into charts. A request never holds more than 25 MB, whatever stands here."""

    megabytes: int = Field(10, ge=1, le=20, title="Largest file", description="Megabytes.")
    megapixels: int = Field(
        40,
        ge=1,
        le=60,
        title="Largest picture",
        description="Millions of pixels. What is longer than 4,096 pixels is made smaller.",
    )
    chart_megabytes: int = Field(
        500, ge=10, le=20_000, title="All files of a chart", description="Megabytes, with all versions."
    )


@practice.section("consents", "Consents")
class ConsentDefaults(practice.Section):
    """How long links work, who is reminded, when consents are to be renewed, and who signs for themselves."""

    link_days: int = Field(
        14, ge=1, le=90, title="Link to forms", description="Days until it no longer works."
    )
    remind_days: int = Field(
        3,
        ge=1,
        le=30,
        title="Remind signers",
        description="Days after the last mail, where a form still waits for them. They get a fresh link.",
    )
    reminders: int = Field(2, ge=0, le=5, title="Reminders to a signer", description="At most; 0 for none.")
    renew_days: int = Field(
        30,
        ge=0,
        le=180,
        title="Renewal",
        description="Days before a consent expires: from then on the chart and the list of consents say so.",
    )
    renew_by_mail: bool = Field(
        True,
        title="Ask for renewals by mail",
        description="Whoever signed before is sent the form anew. A release of information ends instead.",
    )
    adult_age: int = Field(
        18,
        ge=12,
        le=21,
        title="Signs alone from",
        description="Years; who is younger needs a guardian’s signature.",
    )
