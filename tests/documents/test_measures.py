"""Measures: entered and kept, risk answers that stay until somebody signs, who may read what."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from clients.models import ClientStatusChange
from documents.measures import errors, services
from documents.measures.courses import courses
from documents.measures.events import treatment_events
from documents.measures.queries import courses as found_of
from documents.measures.queries import cuts_for, latest_scores, open_risks
from documents.models import Measure, RiskResponse
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from mentalspace.workspace.waiting import waiting_for
from tests.documents.factories import MeasureFactory

NONE = {f"q{place}": 0 for place in range(1, 10)}
RISK = NONE | {"q9": 1}
CALLED = "Called at noon; safe with her sister."


def record(cast, answers=NONE, instrument="phq9", day=None):
    return services.record_measure(
        actor=cast.therapist, client_id=cast.client.pk, instrument=instrument, answers=answers,
        taken_on=day or clock.today(),
    )  # fmt: skip


@pytest.fixture
def risk(cast):
    return record(cast, RISK)


def test_answers_score_and_band_are_kept_and_sealed(cast):
    measure = record(cast, NONE | {"q1": 3, "q2": 3, "difficulty": 2})
    kept = Measure.objects.get(pk=measure.pk)
    assert kept.answers == NONE | {"q1": 3, "q2": 3, "difficulty": 2}
    assert (kept.outcome.score, kept.outcome.band, kept.raises_risk) == (6, "Mild", False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT answers::text, result::text FROM measures")
        answers, result = cursor.fetchone()
    assert "q1" not in answers
    assert "Mild" not in result


def test_incomplete_answers_are_not_kept(cast):
    with pytest.raises(errors.AnswersMissing):
        record(cast, {"q1": 0})
    assert not Measure.objects.exists()


@pytest.mark.parametrize("day", [date(2026, 3, 5), date(1900, 1, 1)])
def test_a_day_ahead_or_before_birth_is_refused(cast, day):
    cast.client.date_of_birth = date(1990, 1, 1)
    cast.client.save()
    with pytest.raises(errors.DayDoesNotFit):
        record(cast, day=day)


def test_the_cut_off_for_alcohol_is_the_clients(cast):
    answers = {"q1": 2, "q2": 1, "q3": 0}
    cast.client.gender = "male"
    cast.client.save()
    assert record(cast, answers, "audit_c").outcome.band == "Negative"
    cast.client.gender = ""
    cast.client.save()
    assert record(cast, answers, "audit_c").outcome.band == "Positive"


@pytest.mark.parametrize("who", ["stranger", "biller", "front_desk", "admin"])
def test_only_clinicians_in_care_enter_answers(cast, who):
    with pytest.raises(NotPermitted):
        services.record_measure(
            actor=getattr(cast, who), client_id=cast.client.pk, instrument="phq9", answers=NONE,
            taken_on=clock.today(),
        )  # fmt: skip


def test_a_risk_answer_is_on_the_clinicians_and_the_supervisors_list_until_a_response_is_signed(cast, risk):
    def waits(user):
        return [(kind.label, kind.count) for kind in waiting_for(user)[1] if "isk" in kind.label]

    on_list = {name: waits(user) for name, user in cast.by_role().items()}
    one = [("Risk answers to respond to", 1)]
    assert on_list == {
        "admin": one, "supervisor": one, "therapist": one, "associate": [], "biller": [], "front_desk": [],
    }  # fmt: skip
    services.answer_risk(actor=cast.supervisor, measure_id=risk.pk, content=CALLED)
    assert not any(waits(user) for user in cast.by_role().values())


def test_home_says_it_first_and_no_button_dismisses_it(client, cast, risk):
    client.force_login(cast.therapist)
    page = client.get(reverse("workspace:home")).content.decode()
    assert page.index("Risk answers") < page.index("Notes to finish")
    assert reverse("documents:risk_respond", args=[risk.pk]) in page
    assert list(open_risks(cast.therapist)) == [risk]


def test_marking_as_entered_in_error_does_not_end_the_task(cast, risk):
    services.void_measure(actor=cast.therapist, measure_id=risk.pk, reason="Wrong chart.")
    assert list(open_risks(cast.therapist)) == [risk]


def test_a_response_says_who_when_and_what_and_is_recorded(cast, risk):
    response = services.answer_risk(actor=cast.therapist, measure_id=risk.pk, content=f" {CALLED} ")
    assert (response.content, response.printed_name) == (CALLED, "Thea Therapist, LCSW")
    assert response.digest == services.digest_of(RiskResponse.objects.get(pk=risk.pk))
    event = AuditEvent.objects.get(verb="measure.risk_answered")
    assert (event.actor, event.client_id, event.changes) == (
        cast.therapist, cast.client.pk, {"digest": ["", response.digest]},
    )  # fmt: skip


def test_nobody_responds_twice_or_with_nothing(cast, risk):
    with pytest.raises(errors.ResponseNeeded):
        services.answer_risk(actor=cast.therapist, measure_id=risk.pk, content="  ")
    services.answer_risk(actor=cast.therapist, measure_id=risk.pk, content=CALLED)
    with pytest.raises(errors.NothingToAnswer):
        services.answer_risk(actor=cast.supervisor, measure_id=risk.pk, content="Me too.")


@pytest.mark.parametrize("who", ["stranger", "biller", "front_desk", "admin"])
def test_others_do_not_respond(cast, risk, who):
    with pytest.raises(NotPermitted):
        services.answer_risk(actor=getattr(cast, who), measure_id=risk.pk, content=CALLED)


def test_the_database_keeps_measures_and_responses_as_they_are(cast, risk):
    services.answer_risk(actor=cast.therapist, measure_id=risk.pk, content=CALLED)
    for deed in (
        lambda: RiskResponse.objects.update(printed_name="Somebody else"),
        lambda: RiskResponse.objects.filter(pk=risk.pk)._raw_delete("default"),
        lambda: Measure.objects.update(raises_risk=False),
        lambda: Measure.objects.filter(pk=risk.pk)._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            deed()
    services.void_measure(actor=cast.therapist, measure_id=risk.pk, reason="Wrong day.")
    with pytest.raises(errors.AlreadyVoided):
        services.void_measure(actor=cast.therapist, measure_id=risk.pk, reason="Again.")
    with pytest.raises(DatabaseError), transaction.atomic():
        Measure.objects.update(voided_at=None, voided_by=None, void_reason="")


def test_the_course_has_first_previous_latest_and_what_happened(cast, make_plan):
    today = clock.today()
    for days, ones in ((30, 9), (14, 6), (0, 3)):
        answers = {f"q{place}": int(place <= ones and place < 9) for place in range(1, 10)}
        record(cast, answers, day=today - timedelta(days=days))
    voided = record(cast, {f"q{place}": 3 if place < 9 else 0 for place in range(1, 10)})
    services.void_measure(actor=cast.therapist, measure_id=voided.pk, reason="Copied wrongly.")
    make_plan()
    ClientStatusChange.objects.create(
        client=cast.client, from_status="active", to_status="discharged", changed_at=clock.now()
    )
    (course,) = courses(
        found_of(cast.therapist, cast.client),
        treatment_events(cast.therapist, cast.client),
        cuts_for(cast.client),
    )
    points = [course.first, course.previous, course.latest]
    scores = [point and point.measure.outcome.score for point in points]
    assert (scores, course.change) == ([8, 6, 3], "−5")
    assert course.chart.marks == ["", "", "Plan signed and Discharged"]
    assert [band.name for band in course.chart.bands][:2] == ["Minimal", "Mild"]
    assert len(course.chart.table) == 3


def test_ten_points_of_trauma_are_a_change_that_matters(cast):
    for days, each in ((10, 2), (0, 1)):
        record(
            cast, {f"q{place}": each for place in range(1, 21)}, "pcl5", clock.today() - timedelta(days=days)
        )
    (course,) = courses(found_of(cast.therapist, cast.client), [], cuts_for(cast.client))
    assert course.change == "−20, a change that matters"


def test_a_change_of_diagnoses_is_an_event(cast, make_plan, the_day):
    make_plan()
    the_day.shift(timedelta(days=2))
    make_plan(diagnoses=[{"code": "F32.1", "text": "Major depressive disorder"}])
    assert [event.what for event in treatment_events(cast.therapist, cast.client)] == [
        "Plan signed",
        "Plan reviewed",
        "Diagnoses changed",
    ]


def test_entering_by_form_shows_what_is_missing_and_keeps_the_rest(client, cast):
    client.force_login(cast.therapist)
    url = reverse("documents:measure_create", args=[cast.client.pk, "phq2"])
    typed = {"taken_on": "03/04/2026", "phq2-q1": "2"}
    page = client.post(url, typed)
    assert page.status_code == 422
    text = page.content.decode()
    assert "Choose an answer." in text
    assert 'value="2" id="id_phq2-q1_2" checked' in text.replace(' class="form-check-input"', "").replace(
        'checked=""', "checked"
    )
    answer = client.post(url, typed | {"phq2-q2": "1"})
    measure = Measure.objects.get()
    assert answer["Location"] == reverse("documents:measure_detail", args=[measure.pk])
    assert measure.outcome.band == "Positive"


def test_answering_with_what_is_not_offered_is_refused(client, cast):
    client.force_login(cast.therapist)
    url = reverse("documents:measure_create", args=[cast.client.pk, "phq2"])
    page = client.post(url, {"taken_on": "03/04/2026", "phq2-q1": "7", "phq2-q2": "x"})
    assert page.status_code == 422
    assert not Measure.objects.exists()


@pytest.mark.parametrize("who", ["biller", "front_desk"])
@pytest.mark.parametrize("name", ["measure_detail", "risk_respond", "measure_void"])
def test_answers_are_never_for_billing_and_desk(client, cast, risk, who, name):
    client.force_login(getattr(cast, who))
    assert client.get(reverse(f"documents:{name}", args=[risk.pk])).status_code == 403
    assert client.get(reverse("clients:client_tab", args=[cast.client.pk, "measures"])).status_code == 404
    chart = client.get(reverse("clients:client_detail", args=[cast.client.pk])).content.decode()
    assert "PHQ-9" not in chart


def test_reading_is_recorded_with_its_right(client, cast, risk):
    client.force_login(cast.therapist)
    page = client.get(reverse("documents:measure_detail", args=[risk.pk])).content.decode()
    assert "Thoughts that you would be better off dead" in page
    event = AuditEvent.objects.get(verb="measure.viewed")
    assert (event.client_id, event.basis) == (cast.client.pk, "care team")


def test_the_tab_shows_the_table_of_the_chart_without_scripts(client, cast):
    for score in (2, 1):
        MeasureFactory.create(
            client=cast.client, entered_by=cast.therapist.staff, taken_on=date(2026, 3, score),
            result={"score": score, "band": "Minimal", "tone": "success", "findings": []},
        )  # fmt: skip
    client.force_login(cast.therapist)
    page = client.get(reverse("clients:client_tab", args=[cast.client.pk, "measures"])).content.decode()
    assert "GAD-7 over time" in page
    assert "The figures as a table" in page


def test_the_latest_scores_are_those_that_count_the_newest_first(cast, django_assert_num_queries):
    day = clock.today()
    record(cast, NONE | {"q1": 3}, day=day - timedelta(days=9))
    record(cast, NONE | {"q1": 2}, day=day - timedelta(days=5))
    wrong = record(cast, NONE | {"q1": 1})
    services.void_measure(actor=cast.therapist, measure_id=wrong.pk, reason="Another client's sheet.")
    record(cast, {f"q{place}": 1 for place in range(1, 8)}, "gad7", day - timedelta(days=1))
    latest_scores(cast.therapist, cast.client.pk)  # who the actor is, is asked once
    with django_assert_num_queries(2):  # the rows, and the key that opens them
        told = [
            (point.asked.name, point.score, point.badge.text)
            for point in latest_scores(cast.therapist, cast.client.pk)
        ]
    assert told == [("GAD-7", "7 of 21", "Mild"), ("PHQ-9", "2 of 27", "Minimal")]
    assert latest_scores(cast.stranger, cast.client.pk) == []
