"""Progress notes in SOAP, DAP, BIRP and GIRP, and of a group."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormField, FormSection, Kind
from documents.forms_data.builders import day, diagnoses, long, many, one
from documents.forms_data.builders import goals_worked as goals_of_the_plan

INTERVENTIONS = (
    "CBT", "DBT skills", "Psychoeducation", "Motivational interviewing", "EMDR", "Mindfulness", "Relaxation skills",
    "Exposure", "Family or couples work", "Supportive therapy", "Solution-focused work", "Safety planning",
    "Medication management",
)  # fmt: skip
NO_RISK = ("none_reported",)

goals_worked = goals_of_the_plan()
observations = (
    long("observations", "Observations", help="Appearance, behavior and what stood out in the session."),
    one("mood", "Mood", "Euthymic", "Depressed", "Anxious", "Irritable", "Elevated", other=True),
    one("affect", "Affect", "Full", "Blunted or flat", "Constricted", "Labile", "Incongruent"),
    one(
        "thought",
        "Thought process",
        "Linear",
        "Circumstantial",
        "Tangential",
        "Loose",
        "Flight of ideas",
        "Racing",
    ),
    one("orientation", "Orientation", "×4", "×3", "×2 or less"),
)
risk = (
    many(
        "risk", "Risk", "None reported", "Passive suicidal ideation", "Active suicidal ideation", "Self-harm urges",
        "Self-harm act", "Homicidal ideation", "Violence", required=True, safe=NO_RISK,
    ),
    long("risk_action", "Action taken on risk", required_at_risk=True, rows=2, help="Needed for any risk beyond none."),
)  # fmt: skip
distress = FormField(
    key="distress", label="Distress as rated by the client", kind=Kind.SCALE, minimum=0, maximum=10,
    help="0 none, 10 the worst imaginable.",
)  # fmt: skip
interventions = many(
    "interventions", "Interventions used", *INTERVENTIONS, other=True, required=True, carry=True
)
plan_text = long("plan_text", "Plan", required=True, carry=True)
next_steps = (
    long("tasks", "Tasks agreed", carry=True, rows=2),
    day("next_session", "Next session"),
    long("referrals", "Referrals", rows=2),
    long("follow_up", "Follow-up by the clinician", rows=2),
)


def _form(key: str, title: str, *sections: FormSection, plan: str = "plan") -> FormDefinition:
    return FormDefinition(
        key=key, version=1, type=DocumentType.PROGRESS_NOTE, title=title, sections=sections, plan_section=plan
    )


def _assessment(*first: FormField) -> FormSection:
    return FormSection(
        key="assessment",
        title="Assessment",
        fields=(*first, goals_worked, *risk, diagnoses(required=True, carry=True)),
    )


FORMS = (
    _form(
        "progress_soap", "Progress note (SOAP)",
        FormSection(key="subjective", title="Subjective", fields=(
            long("concerns", "Concerns since last contact", required=True, rows=4),
            long("mood_reported", "Mood as reported", rows=2),
            long("client_wants", "What the client wants from the session", rows=2),
            one("telehealth", "Telehealth experience", "Not telehealth", "Without problems", "Minor technical problems",
                "Interrupted, continued by phone", "Ended early"),
            distress,
        )),
        FormSection(key="objective", title="Objective", fields=(
            observations[0].model_copy(update={"required": True}), *observations[1:],
        )),
        _assessment(long("impression", "Clinical impression", required=True, rows=4)),
        FormSection(key="plan", title="Plan", fields=(interventions, *next_steps)),
    ),
    _form(
        "progress_dap", "Progress note (DAP)",
        FormSection(key="data", title="Data", fields=(
            long("data_text", "What the client said and did", required=True, rows=6), *observations, distress,
            interventions,
        )),
        _assessment(long("impression", "Clinical impression", required=True, rows=4)),
        FormSection(key="plan", title="Plan", fields=(plan_text, *next_steps)),
    ),
    _form(
        "progress_birp", "Progress note (BIRP)",
        FormSection(key="behavior", title="Behavior", fields=(
            long("behavior_text", "What was observed and reported", required=True, rows=5), *observations[1:], distress,
        )),
        FormSection(key="intervention", title="Intervention", fields=(
            interventions, long("intervention_text", "What the clinician did", required=True),
        )),
        FormSection(key="response", title="Response", fields=(
            long("response_text", "How the client responded", required=True), goals_worked, *risk,
            diagnoses(required=True, carry=True),
        )),
        FormSection(key="plan", title="Plan", fields=(plan_text, *next_steps)),
    ),
    _form(
        "progress_girp", "Progress note (GIRP)",
        FormSection(key="goal", title="Goal", fields=(
            long("goal_text", "Goal of the session", required=True, carry=True), goals_worked,
        )),
        FormSection(key="intervention", title="Intervention", fields=(
            interventions, long("intervention_text", "What the clinician did", required=True),
        )),
        FormSection(key="response", title="Response", fields=(
            long("response_text", "How the client responded", required=True), *observations[1:], distress, *risk,
            diagnoses(required=True, carry=True),
        )),
        FormSection(key="plan", title="Plan", fields=(plan_text, *next_steps)),
    ),
    _form(
        "progress_group", "Group note",
        FormSection(
            key="group", title="The group", shared=True,
            text="One text for everybody who was there, in each member’s chart: name no member in it.",
            fields=(
                long("group_topic", "Topic and aim of the session", required=True, rows=2),
                interventions,
                long("group_process", "What the group did", required=True, rows=5),
                long("group_next", "Plan for the next session", rows=2),
            ),
        ),
        FormSection(
            key="member", title="This member", text="Stands in this member’s chart only.",
            fields=(
                one("attendance", "Attendance", "Whole session", "Came late", "Left early"),
                one("participation", "Participation", "Active", "When asked", "Listened", "Withdrawn", "Disruptive",
                    required=True),
                long("response_text", "How the client responded", required=True, rows=4),
                *observations[1:], goals_worked, *risk, diagnoses(required=True, carry=True),
            ),
        ),
        FormSection(key="plan", title="Plan for this member", fields=(plan_text, *next_steps)),
    ),
)  # fmt: skip
