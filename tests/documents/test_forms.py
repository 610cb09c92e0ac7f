"""Forms are data: every definition can be filled, cleaned, checked, read and drawn."""

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents import answers, diagnoses, rendering
from documents.definitions import FormDefinition, Kind
from documents.forms_data import SHIPPED
from documents.plans import goal_progress, objective_progress
from tests.documents.conftest import PLAN, SOAP

FORMS = list(SHIPPED)
SOAP_FORM = next(form for form in FORMS if form.key == "progress_soap")
# By its place: a definition is deep, and hypothesis would hash each of them again and again.
A_FORM = st.sampled_from(range(len(FORMS))).map(FORMS.__getitem__)
PLAN_FORM = next(form for form in FORMS if form.key == "treatment_plan")


def posted(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


def test_the_documented_forms_are_there():
    assert {form.key for form in FORMS} == {
        "progress_soap", "progress_dap", "progress_birp", "progress_girp", "intake", "treatment_plan",
        "progress_group", "discharge_summary", "safety_plan", "consultation", "collateral_contact", "supervision_note",
        "billing_note", "contact_note", "missed_note", "free",
        "consent_treatment", "consent_telehealth", "privacy_receipt", "financial_agreement",
        "release_of_information", "guardian_consent",
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.key)
def test_empty_says_what_is_required(form):
    missing = answers.problems(form, {})
    required = [field.key for field in form.fields() if field.required]
    assert [problem.name for problem in missing] == [f"f-{key}" for key in required]
    assert all(problem.missing and problem.text for problem in missing)
    assert answers.to_text(form, {}) == ""
    assert answers.clean(form, QueryDict()) == {}
    assert len(rendering.panels(form, {}, missing)) == len(form.sections)


def test_complete_answers_have_no_problem():
    assert answers.problems(SOAP_FORM, SOAP) == []
    assert answers.problems(PLAN_FORM, PLAN) == []


def test_other_needs_its_text():
    form = SOAP_FORM
    cleaned = answers.clean(form, posted(f__interventions=["other"], f__interventions_other=""))
    assert [p.text for p in answers.problems(form, {**SOAP, **cleaned})] == ["Say what “Other” is."]
    cleaned = answers.clean(form, posted(f__interventions=["other"], f__interventions_other="Art"))
    assert answers.problems(form, {**SOAP, **cleaned}) == []
    assert "Interventions used: Other: Art" in answers.to_text(form, cleaned)


def test_risk_asks_for_the_action():
    form = SOAP_FORM
    at_risk = {**SOAP, "risk": ["passive_suicidal_ideation"]}
    assert answers.answers_show_risk(form, at_risk)
    assert [p.name for p in answers.problems(form, at_risk)] == ["f-risk_action"]
    assert not answers.answers_show_risk(form, SOAP)


def test_values_are_cleaned():
    form = PLAN_FORM
    data = posted(
        f__plan_kind="initial",
        f__plan_date="3/4/2026",
        f__review_on="soon",
        f__problems=["trauma", "invented", "anxiety"],
        f__diagnoses=["f411", "", "F43.10 PTSD"],
    )
    data["f-goals-3-goal"] = "Sleep"
    data["f-goals-3-objectives-0-objective"] = "Seven hours"
    data["f-goals-3-objectives-0-baseline"] = "1,000"
    data["f-goals-9-goal"] = "  "
    data["f-unknown"] = "x"
    cleaned = answers.clean(form, data)
    goal_id = cleaned["goals"][0].pop("goal_id")
    assert len(goal_id) == 8
    assert cleaned == {
        "plan_kind": "initial",
        "plan_date": "2026-03-04",
        "review_on": "soon",
        "problems": ["anxiety", "trauma"],
        "diagnoses": [
            {"code": "F41.1", "text": "Generalized anxiety disorder"},
            {"code": "F43.10", "text": "PTSD"},
        ],
        "goals": [{"goal": "Sleep", "objectives": [{"objective": "Seven hours", "baseline": "1000"}]}],
    }
    unreadable = answers.problems(form, cleaned, unreadable_only=True)
    assert [(p.name, p.missing) for p in unreadable] == [("f-review_on", False)]


def test_problems_in_a_list_say_where():
    form = PLAN_FORM
    bad = {**PLAN, "goals": [{"goal": "Sleep", "objectives": [{"baseline": "many"}], "state": "active"}]}
    found = [(p.where, p.label, p.target) for p in answers.problems(form, bad)]
    assert found == [
        ("Goal 1, objective 1", "Objective", "id_f-goals-0-objectives-0-objective"),
        ("Goal 1, objective 1", "At the start", "id_f-goals-0-objectives-0-baseline"),
    ]


def test_goals_of_the_plan_are_offered_and_kept():
    form = SOAP_FORM
    panels = rendering.panels(form, {}, goals=PLAN["goals"])
    question = next(q for panel in panels for q in panel.questions if q.field.key == "goals_worked")
    assert [row.title for row in question.rows] == ["Sleep through the night"]
    data = posted(**{
        "f-goals_worked-0-goal_id": "goal1",
        "f-goals_worked-0-goal": "Sleep through the night",
        "f-goals_worked-0-change": "some_progress",
        "f-goals_worked-1-goal_id": "goal2",
        "f-goals_worked-1-goal": "Not worked on",
        "f-goals_worked-1-change": "",
    })  # fmt: skip
    cleaned = answers.clean(form, data)
    assert [each["goal_id"] for each in cleaned["goals_worked"]] == ["goal1"]
    assert "Sleep through the night: some progress" in answers.to_text(form, cleaned)


@pytest.mark.parametrize(
    ("objective", "percent"),
    [
        ({"baseline": "1", "current": "3", "target": "5"}, 50),
        ({"baseline": "6", "current": "3", "target": "1"}, 60),
        ({"baseline": "1", "current": "9", "target": "5"}, 100),
        ({"baseline": "3", "current": "1", "target": "5"}, 0),
        ({"baseline": "3", "current": "3", "target": "3", "rating": "40"}, 40),
        ({"rating": "40%"}, 40),
        ({"objective_state": "met"}, 100),
        ({"baseline": "none", "current": "3", "target": "5"}, None),
        ({}, None),
    ],
)
def test_progress(objective, percent):
    assert objective_progress(objective) == percent


def test_progress_of_a_goal_is_the_mean():
    assert goal_progress({"objectives": [{"rating": "40"}, {"rating": "60"}, {}]}) == 50
    assert goal_progress({"state": "met", "objectives": []}) == 100
    assert goal_progress({"objectives": []}) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("F41.1", {"code": "F41.1", "text": "Generalized anxiety disorder"}),
        ("f32a", {"code": "F32.A", "text": "Depression, unspecified"}),
        ("F33.1 recurrent", {"code": "F33.1", "text": "recurrent"}),
        ("Z63.0 - couple", {"code": "Z63.0", "text": "couple"}),
        ("sadness", {"code": "", "text": "sadness"}),
    ],
)
def test_diagnoses(typed, expected):
    assert diagnoses.read(typed) == expected


def test_every_offered_code_is_well_formed_and_reads_back():
    for text in diagnoses.suggestions():
        assert diagnoses.written(diagnoses.read(text)) == text


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(
    st.sampled_from([f"f-{field.key}" for form in FORMS for field in form.fields()] + [
        "f-goals-0-goal", "f-goals-0-objectives-1-target", "f-goals-x-goal", "f-goals-99999-goal", "f-", "version",
    ]),
    st.lists(st.text(max_size=40), max_size=3),
    max_size=8,
), A_FORM)  # fmt: skip
def test_nothing_posted_breaks_a_form(values, form):
    data = QueryDict(mutable=True)
    for name, texts in values.items():
        data.setlist(name, texts)
    cleaned = answers.clean(form, data)
    assert answers.clean(form, QueryDict()) == {}
    found = answers.problems(form, cleaned)
    rendering.panels(form, cleaned, found)
    assert isinstance(answers.to_text(form, cleaned), str)
    assert "\x00" not in answers.to_text(form, cleaned)


def typed_answer(field):
    """What somebody may type into a question, and what comes back from the form that shows it."""
    words = st.text(max_size=30)
    match field.kind:
        case Kind.ONE:
            return st.sampled_from([choice.value for choice in field.choices]).map(lambda one: [one])
        case Kind.MANY:
            offered = [choice.value for choice in field.choices]
            return st.lists(st.sampled_from(offered), unique=True, max_size=3)
        case Kind.SCALE:
            # Its numbers stand side by side, to be pressed.
            return st.integers(int(field.minimum), int(field.maximum)).map(lambda one: [str(one)])
        case Kind.NUMBER:
            return st.one_of(st.integers(-5, 200).map(str), words).map(lambda one: [one])
        case Kind.DATE:
            return st.one_of(st.dates().map("{:%m/%d/%Y}".format), words).map(lambda one: [one])
        case Kind.TIME:
            return st.one_of(st.times().map("{:%H:%M}".format), words).map(lambda one: [one])
        case Kind.DIAGNOSIS:
            return st.lists(st.one_of(st.sampled_from(diagnoses.suggestions()), words), max_size=3)
    return words.map(lambda one: [one])


def shown_again(question):
    """What a question of the page would send back if nobody touched it."""
    if question.rows:
        return {
            name: texts
            for row in question.rows
            for each in row.questions
            for name, texts in shown_again(each).items()
        }
    if question.picks:
        sent = {question.name: [pick.value for pick in question.picks if pick.chosen]}
        return {**sent, f"{question.name}_other": [question.other]} if question.field.has_other else sent
    return {question.name: list(question.texts) or [question.value]}


def some_of(data, form):
    """A few of its questions."""
    fields = list(form.fields())
    return [fields[place] for place in data.draw(st.sets(st.sampled_from(range(len(fields))), max_size=6))]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), A_FORM)
def test_what_was_answered_is_shown_and_comes_back_the_same(data, form):
    """Whatever is typed into whatever form: the page shows it, and sending the page again changes no answer."""
    typed = QueryDict(mutable=True)
    for field in data.draw(
        st.lists(st.sampled_from(list(form.fields())), max_size=6, unique_by=lambda each: each.key)
    ):
        if field.kind == Kind.GOALS:
            continue
        inner = [(f"f-{field.key}-0-{part.key}", part) for part in field.fields if part.kind != Kind.ITEMS]
        for name, part in inner or [(f"f-{field.key}", field)]:
            typed.setlist(name, data.draw(typed_answer(part)))
            if part.has_other:
                typed[f"{name}_other"] = data.draw(st.text(max_size=20))
    once = answers.clean(form, typed)
    again = QueryDict(mutable=True)
    for panel in rendering.panels(form, once):
        for question in panel.questions:
            for name, texts in shown_again(question).items():
                again.setlist(name, texts)
    assert answers.clean(form, again) == once
    assert answers.to_text(form, answers.clean(form, again)) == answers.to_text(form, once)


@given(A_FORM)
def test_a_definition_survives_the_database(form):
    """It is stored without what is usual, and reads as it was."""
    assert FormDefinition.model_validate(form.model_dump(mode="json", exclude_defaults=True)) == form
