"""The discharge summary."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormSection
from documents.forms_data.builders import day, diagnoses, goals_worked, long, medicines, one

REASON = FormSection(key="discharge", title="Discharge", fields=(
    day("discharge_date", "Date of discharge", required=True),
    one("discharge_reason", "Reason", "Goals met", "Client’s request", "Lost to follow-up", "Higher level of care",
        "Transfer", "Insurance or money", "Administrative", other=True, required=True),
    diagnoses(label="Final diagnoses", required=True),
    one("discharge_status", "Status at discharge", "Much improved", "Improved", "Unchanged", "Worse", "Not known"),
    long("course", "Course of treatment", required=True, rows=6,
         help="What was worked on and how, number and span of sessions, what helped."),
))  # fmt: skip
OUTCOMES = FormSection(key="outcomes", title="Goals", fields=(
    goals_worked(
        label="Outcome of each goal",
        help="The open goals of the current treatment plan. Say what became of each.",
        outcomes=("Met", "Partly met", "Not met", "Discontinued", "Handed on"),
    ),
    long("outcome_remarks", "Remarks on the goals", rows=3),
))  # fmt: skip
AFTERCARE = FormSection(key="aftercare_section", title="Aftercare", fields=(
    long("aftercare", "Aftercare", required=True, rows=4,
         help="Referrals with names and telephone numbers, what was advised, how to come back."),
    medicines(label="Medicines at discharge"),
    one("discharge_risk", "Risk at discharge", "Low", "Moderate", "High", "Safety plan in place", required=True,
        safe=("low",)),
    long("risk_action", "Action taken on risk", rows=2, required_at_risk=True, help="Needed for any risk beyond low."),
))  # fmt: skip

FORMS = (
    FormDefinition(
        key="discharge_summary", version=1, type=DocumentType.DISCHARGE, title="Discharge summary",
        plan_section="aftercare_section", sections=(REASON, OUTCOMES, AFTERCARE),
    ),
)  # fmt: skip
