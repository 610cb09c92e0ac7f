"""Instruments that an administrator makes: written in lines, scored as said, never changed once published."""

import re
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.test import Client as Browser
from django.urls import reverse

from clients.chart import tab_url
from documents.measures import catalogue, errors, links, queries
from documents.measures.errors import InstrumentUnknown
from documents.measures.own import services
from documents.measures.own.errors import NameTaken, NotADraftInstrument
from documents.measures.own.forms import InstrumentForm, typed
from documents.measures.own.shapes import Definition, built
from documents.measures.scoring import Incomplete, Result, result_of
from documents.measures.services import record_measure
from documents.models import Measure, OwnInstrument
from mentalspace.core.errors import NotPermitted
from tests.cast import Cast
from tests.documents.factories import own_definition

DAY = date(2026, 3, 2)
TYPED = {
    "name": "Stress-4", "title": "Stress in four questions", "intro": "In the last month, how often",
    "answers": "0 Never\n1 = Almost never\n2: Sometimes\n3) Fairly often\n4 Very often",
    "questions": "1. did things pile up?\n2. did you feel on top of things?\n3. did things go your way?\n"
    "4. were you unable to cope?",
    "own_answers": "", "reverse": "2, 3", "method": "sum", "may_miss": "0", "subscales": "Control: 2, 3",
    "bands": "0 Usual (good)\n8 High (warning)", "change": "3", "risk_question": "4", "risk_points": "3", "credit": "",
}  # fmt: skip


def score(definition: Definition, *answers: int | None) -> Result:
    given = {f"q{place}": each for place, each in enumerate(answers, start=1) if each is not None}
    return result_of(built(definition, "own_x", 1), given, {})


def define(**said: Any) -> Definition:
    return Definition.model_validate(own_definition(**said))


# --- Scoring ------------------------------------------------------------------------------------------------------


def test_a_sum_turns_reversed_questions_around() -> None:
    assert (score(define(), 4, 0, 0, 4).score, score(define(), 4, 0, 0, 4).band) == (16, "High")
    assert (score(define(), 0, 4, 4, 0).score, score(define(), 0, 4, 4, 0).band) == (0, "Usual")
    assert [score(define(), 4, 4, 4, each).band for each in (3, 4)] == ["Usual", "High"]


def test_a_mean_and_its_bands_have_decimals() -> None:
    bands = [
        {"start": 0, "name": "Low", "tone": "success"},
        {"start": 1.33, "name": "High", "tone": "danger"},
    ]
    mean = define(method="mean", bands=bands, may_miss=1)
    assert (score(mean, 2, 3, None, 1).score, score(mean, 2, 3, None, 1).band) == (1.33, "High")
    assert score(mean, 1, 3, None, 1).band == "Low"
    assert [(band.low, band.high) for band in built(mean, "own_x", 1).bands_at({})] == [(0, 1.32), (1.33, 4)]


def test_so_many_questions_may_stay_open_and_a_sum_is_raised_in_proportion() -> None:
    with pytest.raises(Incomplete):
        score(define(), 4, 0, 0, None)
    assert score(define(may_miss=1), 4, 0, 0, None).score == 16
    assert score(define(may_miss=1), 1, 4, None, 1).score == 3
    with pytest.raises(Incomplete):
        score(define(may_miss=1), 4, 0, None, None)


def test_subscales_and_the_risk_answer_are_told() -> None:
    said = define(subscales=[{"name": "Control", "questions": [2, 3]}], risk_question=4, risk_points=3)
    calm, risky = score(said, 0, 4, 4, 2), score(said, 0, 3, 4, 3)
    assert (calm.findings, calm.risk) == (("Control: 0 of 8",), False)
    assert (risky.findings[0], risky.risk, len(risky.findings)) == ("Control: 1 of 8", True, 2)


# --- The form -------------------------------------------------------------------------------------------------------


def test_what_is_typed_from_paper_becomes_the_instrument_and_can_be_typed_again(db: None) -> None:
    form = InstrumentForm(TYPED)
    assert form.errors == {}
    said = form.definition()
    assert said == define(
        subscales=[{"name": "Control", "questions": [2, 3]}], risk_question=4, risk_points=3, change=3
    )
    again = InstrumentForm({name: str(value) for name, value in typed(said).items() if value is not False})
    assert (again.errors, again.definition()) == ({}, said)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("answers", "Never", "write the points"),
        ("answers", "0 Never\n0 Always", "each with other points"),
        ("own_answers", "9: 0 No, 1 Yes", "There are 4 questions"),
        ("own_answers", "x: 0 No, 1 Yes", "begin with the question"),
        ("reverse", "2, x", "numbers of questions"),
        ("reverse", "5", "There are 4 questions"),
        ("subscales", "Control", "a name, a colon"),
        ("bands", "Usual", "write the score and a name"),
        ("bands", "8 High\n0 Usual", "rising order"),
        ("bands", "1 Usual\n8 High", "Begin with the lowest score, 0; the highest is 16"),
        ("bands", "0 Usual\n17 High", "the highest is 16"),
        ("bands", "0 Usual\n7.5 High", "whole numbers"),
        ("may_miss", "4", "At least one question"),
        ("risk_question", "7", "There are 4 questions"),
        ("risk_points", "5", "so many points"),
    ],
)
def test_what_cannot_be_scored_is_refused_where_it_stands(db: None, name: str, text: str, said: str) -> None:
    form = InstrumentForm(TYPED | {name: text})
    assert list(form.errors) == [name]
    assert said in form.errors[name][0]


# --- From draft to use ------------------------------------------------------------------------------------------------


@pytest.fixture
def published(cast: Cast) -> OwnInstrument:
    row = services.create_instrument(actor=cast.admin, said=define(risk_question=4, risk_points=3))
    return services.publish_instrument(actor=cast.admin, instrument_id=row.pk)


def test_only_an_administrator_makes_one_and_its_name_is_its_own(
    cast: Cast, published: OwnInstrument
) -> None:
    for said in (define(), define(name="phq-9")):
        with pytest.raises(NameTaken):
            services.create_instrument(actor=cast.admin, said=said)
    for who in (cast.therapist, cast.supervisor, cast.front_desk):
        with pytest.raises(NotPermitted):
            services.create_instrument(actor=who, said=define(name="Other"))


def test_a_draft_is_asked_of_nobody_and_what_is_published_never_changes(cast: Cast) -> None:
    row = services.create_instrument(actor=cast.admin, said=define())
    with pytest.raises(InstrumentUnknown):
        record(cast, row.key, 1, 1, 1, 1)
    services.publish_instrument(actor=cast.admin, instrument_id=row.pk)
    with pytest.raises(NotADraftInstrument):
        services.change_instrument(actor=cast.admin, instrument_id=row.pk, said=define())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE own_instruments SET definition = '{}'")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM own_instruments")


def record(cast: Cast, key: str, *answers: int) -> Measure:
    given = {f"q{place}": each for place, each in enumerate(answers, start=1)}
    return record_measure(
        actor=cast.therapist, client_id=cast.client.pk, instrument=key, answers=given, taken_on=DAY
    )


def test_a_measure_keeps_the_version_it_was_answered_in(cast: Cast, published: OwnInstrument) -> None:
    before = record(cast, published.key, 4, 0, 0, 2)
    draft = services.begin_instrument_version(actor=cast.admin, instrument_id=published.pk)
    harder = define(bands=[{"start": 0, "name": "Fine", "tone": "success"}])
    services.change_instrument(actor=cast.admin, instrument_id=draft.pk, said=harder)
    services.publish_instrument(actor=cast.admin, instrument_id=draft.pk)
    after = record(cast, published.key, 4, 0, 0, 2)
    assert [(each.version, each.outcome.band) for each in (before, after)] == [(1, "High"), (2, "Fine")]
    before.refresh_from_db()
    assert [band.name for band in before.asked.bands_at({})] == ["Usual", "High"]
    services.use_instrument(actor=cast.admin, instrument_id=published.pk)
    assert catalogue.offered()[published.key].version == 1


def test_a_retired_one_is_offered_no_more_but_a_link_that_was_sent_still_works(
    cast: Cast, published: OwnInstrument, settings: Any, client: Browser
) -> None:
    settings.PUBLIC_URL = "https://practice.example.com"
    cast.client.email = "clara@clients.example"
    cast.client.save()
    links.send_link(actor=cast.front_desk, client_id=cast.client.pk, instruments=[published.key, "phq2"])
    services.retire_instrument(actor=cast.admin, instrument_id=published.pk)
    assert published.key not in catalogue.offered()
    with pytest.raises(errors.InstrumentUnknown):
        links.send_link(actor=cast.front_desk, client_id=cast.client.pk, instruments=[published.key])
    path = re.search(r"/q/[\w-]+/", str(mail.outbox[0].body))
    assert path
    page = client.get(path[0]).content.decode()
    assert "were you unable to cope?" in page
    assert 'name="viewport"' in page
    answers = {f"{published.key}-q{place}": "3" for place in range(1, 5)} | {"phq2-q1": "0", "phq2-q2": "0"}
    assert client.post(path[0], answers).status_code == 302
    measure = Measure.objects.get(instrument=published.key)
    assert (measure.outcome.score, measure.is_open_risk) == (8, True)


def test_pages_of_the_chart_treat_it_like_any_other(
    cast: Cast, published: OwnInstrument, client: Browser
) -> None:
    client.force_login(cast.therapist)
    url = reverse("documents:measure_create", args=[cast.client.pk, published.key])
    answered = client.post(
        url, {"taken_on": "03/01/2026"} | {f"{published.key}-q{place}": "3" for place in range(1, 5)}
    )
    assert answered.status_code == 302
    record(cast, published.key, 0, 4, 4, 0)
    tab = client.get(tab_url(cast.client, "measures"))
    (course,) = tab.context["courses"]
    assert (course.asked.name, course.first.score, course.latest.score) == ("Stress-4", "8 of 16", "0 of 16")
    assert course.change == "−8, better"
    assert [(band.name, band.low) for band in course.chart.bands] == [("Usual", 0), ("High", 8)]
    assert [each["name"] for each in tab.context["measures_waiting"]] == ["Stress-4"]
    assert [point.score for point in queries.latest_scores(cast.therapist, cast.client.pk)] == ["0 of 16"]


def test_the_administrator_makes_tries_and_publishes_it_in_the_browser(cast: Cast, client: Browser) -> None:
    client.force_login(cast.admin)
    made = client.post(reverse("documents:instrument_create"), TYPED)
    row = OwnInstrument.objects.get()
    page = reverse("documents:instrument_detail", args=[row.pk])
    assert (made.status_code, made["Location"]) == (302, page)
    tried = {f"{row.key}-q{place}": "4" for place in range(1, 5)}
    whole = client.post(page, tried)
    assert (whole.context["result"].score, whole.context["result"].risk) == (8, True)
    live = client.post(page, tried | {f"{row.key}-q1": "0"}, headers={"HX-Request": "true"}).content.decode()
    assert "4 of 16" in live
    assert "<html" not in live
    assert not Measure.objects.exists()
    assert client.post(reverse("documents:instrument_publish", args=[row.pk])).status_code == 302
    assert client.get(reverse("documents:instrument_edit", args=[row.pk])).status_code == 404
    assert client.post(reverse("documents:instrument_begin", args=[row.pk])).status_code == 302
    assert [each.state for each in OwnInstrument.objects.order_by("number")] == ["published", "draft"]
