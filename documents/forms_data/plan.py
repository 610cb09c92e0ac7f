"""The treatment plan: goals, their measurable objectives, and what is done about them."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormSection
from documents.forms_data.builders import day, diagnoses, items, long, many, number, one, short

PROBLEMS = (
    "Anxiety", "Depressive", "Trauma", "Anger or regulation", "Substance", "Relationships", "Psychotic", "Eating",
    "Self-harm",
)  # fmt: skip

INTERVENTION = items(
    "interventions", "Interventions", "Intervention",
    one("method", "Method", "CBT", "DBT", "Psychoeducation", "Motivational interviewing", "EMDR", "Mindfulness",
        "Relaxation skills", "Family or couples work", "Medication management", other=True, required=True),
    short("intervention_frequency", "Frequency", help="For instance weekly, 50 minutes."),
    short("responsible", "Who is responsible"),
    long("rationale", "Rationale", rows=2),
    long("response", "Response so far", rows=2),
)  # fmt: skip
OBJECTIVE = items(
    "objectives", "Objectives", "Objective",
    long("objective", "Objective", required=True, rows=2, help="So that both can tell when it is reached."),
    one("measured_by", "Measured by", "Frequency", "Scale", "Observation", "Self-report"),
    number("baseline", "At the start"),
    number("current", "Now"),
    number("target", "Target"),
    number("rating", "Or your rating", minimum=0, maximum=100, unit="%"),
    day("objective_target_date", "Target date"),
    one("objective_state", "State", "Active", "Met", "Partly met", "Discontinued", "Revised"),
    required=True,
)  # fmt: skip
GOALS = items(
    "goals", "Goals", "Goal",
    short("goal_id", "Goal", hidden=True),
    long("goal", "Goal", required=True, rows=2),
    many("goal_problems", "Linked problems", *PROBLEMS),
    day("goal_start", "Start"),
    day("goal_target_date", "Target date"),
    one("state", "State", "Active", "Met", "Partly met", "Discontinued", "Revised", required=True),
    OBJECTIVE,
    INTERVENTION,
    required=True,
)  # fmt: skip

FORMS = (
    FormDefinition(
        key="treatment_plan", version=1, type=DocumentType.TREATMENT_PLAN, title="Treatment plan",
        plan_section="goals_section",
        sections=(
            FormSection(key="overview", title="Plan", fields=(
                one("plan_kind", "Kind of plan", "Initial", "90-day review", "6-month review", "Annual review",
                    "Revision", "Final", required=True),
                day("plan_date", "Date of the plan", required=True),
                day("review_on", "Next review", required=True),
                diagnoses(required=True),
                many("problems", "Problems", *PROBLEMS, other=True),
            )),
            FormSection(key="goals_section", title="Goals", fields=(GOALS,)),
            FormSection(key="ending", title="Discharge and agreement", fields=(
                long("discharge_criteria", "Discharge criteria"),
                one("took_part", "The client took part", "Agreed and signed", "Agreed verbally", "Did not agree",
                    "Could not take part", required=True),
                long("took_part_reason", "If not signed, why", rows=2),
            )),
        ),
    ),
)  # fmt: skip
