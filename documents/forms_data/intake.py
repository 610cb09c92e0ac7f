"""The intake assessment."""

from documents.choices import DocumentType
from documents.definitions import FormDefinition, FormSection
from documents.forms_data.builders import diagnoses, long, many, medicines, one

CONCERNS = (
    "Anxiety", "Depression", "Trauma or PTSD", "Stress", "Relationships", "Grief or loss", "Anger", "Substance use",
    "Behavior", "Bipolar symptoms", "Psychosis", "Eating", "Personality", "Sexual or gender identity",
)  # fmt: skip
IMPAIRMENT = ("Intact", "Mildly impaired", "Moderately impaired", "Severely impaired")
QUALITY = ("Good", "Fair", "Poor", "Lacking")

PRESENTING = FormSection(key="presenting", title="Presenting problem", fields=(
    one("chief_complaint", "Chief complaint", *CONCERNS, other=True, required=True),
    many("further_concerns", "Further concerns", *CONCERNS, other=True),
    one("onset", "Onset", "Under 1 month", "1–3 months", "3–6 months", "6–12 months", "1–2 years", "Over 2 years",
        required=True),
    one("frequency", "Frequency", "Daily", "Several times a week", "Weekly", "Monthly", "Intermittent"),
    one("severity", "Severity", "Mild", "Moderate", "Severe", "Extreme", required=True),
    one("course", "Course", "Acute", "Chronic", "Episodic", "Recurrent"),
    one("functioning", "Effect on functioning", "Minimal", "Mild", "Moderate", "Significant", "Unable in key areas",
        required=True),
    many("tried_before", "Tried before", "None", "Self-help", "Medication", "Individual therapy", "Group therapy",
         "Inpatient", "Partial or intensive outpatient", "Support group", other=True),
    long("history_of_problem", "History of the problem in words", required=True, rows=6),
))  # fmt: skip
HISTORIES = FormSection(key="histories", title="Histories", folded=True, fields=(
    long("psychiatric_history", "Psychiatric"),
    long("substance_history", "Substance use"),
    long("medical_history", "Medical, with medicines and allergies"),
    long("family_history", "Family"),
    long("developmental_history", "Developmental"),
    long("trauma_history", "Trauma"),
    long("social_history", "Social"),
    long("education_history", "Education and work"),
    long("legal_history", "Legal", rows=2),
    long("military_history", "Military", rows=2),
    long("culture_history", "Culture and faith", rows=2),
    long("strengths", "Strengths"),
))  # fmt: skip
# Version 2: medicines and allergies are asked for by themselves.
HISTORIES_WITH_MEDICINES = HISTORIES.model_copy(
    update={
        "fields": tuple(
            part
            for each in HISTORIES.fields
            for part in (
                (long("medical_history", "Medical"), medicines(), long("allergies", "Allergies", rows=2))
                if each.key == "medical_history"
                else (each,)
            )
        )
    }
)
MENTAL_STATUS = FormSection(key="mental_status", title="Mental status", fields=(
    one("appearance", "Appearance", "Well groomed", "Casual", "Disheveled", "Unkempt", required=True),
    one("behavior", "Behavior", "Calm", "Agitated", "Slowed", "Guarded", "Hyperactive", required=True),
    one("eye_contact", "Eye contact", "Good", "Avoidant", "Intermittent"),
    one("speech", "Speech", "Normal", "Pressured", "Slow or soft", "Loud", "Slurred", required=True),
    one("mood", "Mood", "Euthymic", "Depressed", "Anxious", "Irritable", "Elevated", required=True),
    one("affect", "Affect", "Full", "Blunted or flat", "Constricted", "Labile", "Incongruent", required=True),
    one("thought_process", "Thought process", "Linear", "Circumstantial", "Tangential", "Loose", "Flight of ideas",
        "Racing", required=True),
    many("thought_content", "Thought content", "Normal", "Delusions", "Obsessions", "Preoccupations",
         "Magical thinking"),
    many("perception", "Perception", "Normal", "Auditory hallucinations", "Visual hallucinations",
         "Tactile hallucinations"),
    one("orientation", "Orientation", "×4", "×3", "×2 or less", required=True),
    one("memory", "Memory", *IMPAIRMENT),
    one("attention", "Attention", *IMPAIRMENT),
    one("insight", "Insight", *QUALITY, required=True),
    one("judgment", "Judgment", *QUALITY, required=True),
    long("mental_status_remarks", "Remarks"),
))  # fmt: skip
RISK = FormSection(key="risk", title="Risk", fields=(
    one("suicidal_ideation", "Suicidal ideation", "None", "Passive", "Active with plan, no intent",
        "Active with intent", required=True, safe=("none",)),
    one("homicidal_ideation", "Homicidal ideation", "None", "Passive", "With plan", "With intent", required=True,
        safe=("none",)),
    one("self_harm", "Self-harm", "None ever", "Past", "Urges", "Recent act", required=True, safe=("none_ever",)),
    one("risk_plan", "Plan", "None", "Vague", "Specific", required=True, safe=("none",)),
    one("means", "Means", "None identified", "Has access", required=True, safe=("none_identified",)),
    one("intent", "Intent", "Denies", "Ambivalent", "Expressed", required=True, safe=("denies",)),
    one("attempts", "Attempts", "None", "1–2", "3 or more", "Inpatient stays", required=True, safe=("none",)),
    one("violence", "Violence", "None known", "Verbal", "Physical in the past", "Current", required=True,
        safe=("none_known",)),
    one("safety_plan", "Safety plan", "In place", "Not needed", "Recommended", required=True),
    long("risk_action", "Action taken on risk", required_at_risk=True, help="Needed for any risk beyond none."),
))  # fmt: skip
SUMMARY = FormSection(key="summary", title="Summary and recommendations", fields=(
    long("summary_text", "Summary", required=True, rows=6),
    diagnoses(required=True),
    long("diagnosis_reasons", "Reasons for the diagnosis"),
    one("level_of_care", "Recommended level of care", "Outpatient", "Intensive outpatient or partial", "Inpatient",
        "Psychiatric evaluation", other=True, required=True),
    long("recommendations", "Recommendations and plan", rows=4),
))  # fmt: skip

FORMS = tuple(
    FormDefinition(
        key="intake", version=version, type=DocumentType.INTAKE, title="Intake assessment", plan_section="summary",
        sections=(PRESENTING, histories, MENTAL_STATUS, RISK, SUMMARY),
    )
    for version, histories in enumerate((HISTORIES, HISTORIES_WITH_MEDICINES), start=1)
)  # fmt: skip
