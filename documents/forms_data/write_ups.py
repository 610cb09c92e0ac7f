"""Consultation, collateral contact, supervision, billing."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormField, FormSection
from documents.forms_data.builders import day, long, number, one, short, time


def _form(kind: DocumentType, *sections: FormSection, plan: str) -> FormDefinition:
    return FormDefinition(
        key=kind.value, version=1, type=kind, title=kind.label, sections=sections, plan_section=plan
    )


def _when(prefix: str) -> tuple[FormField, ...]:
    return (
        day(f"{prefix}_date", "Date", required=True),
        time(f"{prefix}_time", "Time"),
        number(f"{prefix}_minutes", "Duration", minimum=0, maximum=600, unit="minutes"),
    )


FORMS = (
    _form(
        DocumentType.CONSULTATION,
        FormSection(key="consultation", title="Consultation", fields=(
            *_when("consultation"),
            short("consulted", "With whom", required=True, help="Name, profession and organization."),
            one("consultation_how", "How", "In person", "Telephone", "Video", "In writing", other=True),
            one("consultation_release", "Release of information", "On file", "Not needed: treatment",
                "Client not named", other=True, required=True),
            long("consultation_question", "Question", required=True),
            long("consultation_shared", "What was shared", rows=2),
            long("consultation_advice", "Opinion and recommendations", required=True, rows=5),
        )),
        FormSection(key="consultation_plan", title="Plan", fields=(long("consultation_follow_up", "What follows"),)),
        plan="consultation_plan",
    ),
    _form(
        DocumentType.COLLATERAL,
        FormSection(key="collateral", title="Collateral contact", fields=(
            *_when("collateral"),
            short("collateral_with", "With whom", required=True),
            one("collateral_relationship", "Relationship to the client", "Parent or guardian", "Spouse or partner",
                "Child", "Other family", "Friend", "School", "Employer", "Court or probation", "Other provider",
                other=True, required=True),
            one("collateral_how", "How", "In person", "Telephone", "Video", "In writing", other=True),
            one("collateral_release", "Release of information", "On file", "Emergency", "Only listened", other=True,
                required=True),
            long("collateral_purpose", "Purpose", required=True, rows=2),
            long("collateral_summary", "What was said", required=True, rows=5),
        )),
        FormSection(key="collateral_outcome", title="Outcome", fields=(
            long("collateral_bearing", "What it means for the treatment"),
            long("collateral_follow_up", "What follows", rows=2),
        )),
        plan="collateral_outcome",
    ),
    _form(
        DocumentType.SUPERVISION,
        FormSection(key="supervision", title="Supervision", fields=(
            *_when("supervision"),
            short("supervision_with", "Supervisor or supervisee", required=True),
            one("supervision_kind", "Kind", "Individual", "Group", "Live or recorded session", "By telephone",
                other=True, required=True),
            long("supervision_topics", "What was discussed about this client", required=True, rows=5),
            long("supervision_risk", "Risk, ethics and legal questions", rows=2),
        )),
        FormSection(key="supervision_plan", title="Direction", fields=(
            long("supervision_direction", "Direction and recommendations", required=True),
            long("supervision_tasks", "To do until next time", rows=2),
        )),
        plan="supervision_plan",
    ),
    _form(
        DocumentType.BILLING,
        FormSection(key="billing", title="Billing note", fields=(
            one("billing_context", "Context", "Authorization", "Denial or appeal", "Change of coverage",
                "Fee or balance", "Coding", "Records asked for by a payer", other=True, required=True),
            day("billing_session", "Date of service concerned"),
            long("billing_explanation", "Explanation", required=True,
                 help="What a payer needs and no more: no content of the session."),
        )),
        FormSection(key="billing_authorization", title="Authorization", fields=(
            short("authorization_number", "Authorization number"),
            number("authorization_sessions", "Sessions authorized", minimum=0, maximum=500),
            day("authorization_from", "From"),
            day("authorization_to", "To"),
        )),
        FormSection(key="billing_action", title="Action", fields=(
            long("billing_done", "Action taken", required=True),
            long("billing_next", "What follows, and who does it", rows=2),
        )),
        plan="billing_action",
    ),
)  # fmt: skip
