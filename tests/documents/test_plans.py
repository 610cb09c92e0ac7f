"""Plans: the client's signature, reviews, what is due, and goals that move with the notes."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from documents import integrity
from documents.models import Document
from documents.plans import errors, history, queries, services, signature
from documents.plans.signature import ClientSignature
from documents.services import save_draft, sign_document, start_document
from documents.services.drafts import form_of
from mentalspace.core import clock
from mentalspace.core.errors import NotPermitted, StaleVersion
from tests.documents.conftest import PLAN, SOAP, hidden

DRAWN = "M10 20L30 40L50 20M60 60L70 70"


@pytest.fixture
def plan(cast):
    """The therapist's plan, written and not signed."""
    made = start_document(actor=cast.therapist, client=cast.client, type="treatment_plan")
    return save_draft(actor=cast.therapist, document_id=made.pk, version=made.version, answers=PLAN)


def by_client(cast, plan, **given):
    document = Document.objects.get(pk=plan.pk)
    seen = signature.to_be_signed(document, form_of(document))
    return services.sign_by_client(
        actor=cast.therapist, document_id=plan.pk, **{"seen": seen, "name": "Clara Cole", **given}
    )


@pytest.mark.parametrize(("drawn", "how"), [(DRAWN, "drawn"), ("", "typed")])
def test_what_the_client_signed_is_sealed_with_the_plan(cast, plan, drawn, how):
    by_client(cast, plan, drawn=drawn, relation="parent or guardian")
    sign_document(actor=cast.therapist, document_id=plan.pk)
    signed = Document.objects.get(pk=plan.pk)
    kept = ClientSignature.of(signed)
    assert kept
    assert (kept.signer, kept.how, kept.drawn) == ("Clara Cole, parent or guardian", how, drawn)
    assert "Agreed and signed" in signed.content
    assert integrity.record_of(signed).faults == ()
    signed.client_signature = {**signed.client_signature, "name": "Somebody Else"}
    assert integrity.record_of(signed).faults == (integrity.TEXT_CHANGED,)


def test_a_change_after_the_client_signed_needs_another_signature(cast, plan):
    signed = by_client(cast, plan)
    later = {**signed.answers, "discharge_criteria": "Eight good weeks."}
    save_draft(actor=cast.therapist, document_id=plan.pk, version=signed.version, answers=later)
    with pytest.raises(errors.ClientSignatureLacks, match="changed after"):
        sign_document(actor=cast.therapist, document_id=plan.pk)
    by_client(cast, plan)
    assert sign_document(actor=cast.therapist, document_id=plan.pk).is_signed


def test_a_plan_says_who_signed_or_why_not(cast, plan):
    for given, said in (
        ({"took_part": "agreed_and_signed"}, "Let the client sign"),
        ({"took_part_reason": ""}, "why"),
    ):
        version = Document.objects.get(pk=plan.pk).version
        answers = {key: value for key, value in {**PLAN, **given}.items() if value}
        save_draft(actor=cast.therapist, document_id=plan.pk, version=version, answers=answers)
        with pytest.raises(errors.ClientSignatureLacks, match=said):
            sign_document(actor=cast.therapist, document_id=plan.pk)


def test_another_answer_leaves_no_signature_behind(cast, plan):
    signed = by_client(cast, plan)
    save_draft(actor=cast.therapist, document_id=plan.pk, version=signed.version, answers=PLAN)
    assert sign_document(actor=cast.therapist, document_id=plan.pk).client_signature == {}


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        ({"name": " "}, errors.NameNeeded),
        ({"drawn": "M1 1"}, errors.NoSignature),
        ({"drawn": 'M1 1L2 2"><script>'}, errors.NoSignature),
        ({"seen": "0"}, StaleVersion),
    ],
)
def test_nothing_is_signed_that_cannot_be_read_or_was_not_read(cast, plan, given, refused):
    with pytest.raises(refused):
        by_client(cast, plan, **given)
    assert Document.objects.get(pk=plan.pk).client_signature == {}


def test_nobody_else_takes_the_signature(cast, plan):
    for somebody in (cast.stranger, cast.supervisor, cast.admin):
        with pytest.raises(NotPermitted):
            services.sign_by_client(actor=somebody, document_id=plan.pk, seen="", name="Clara Cole")


def test_the_database_keeps_it_while_the_plan_waits_for_the_supervisor(cast, associate_session):
    made = start_document(actor=cast.associate, client=cast.client, type="treatment_plan")
    save_draft(actor=cast.associate, document_id=made.pk, version=made.version, answers=PLAN)
    draft = Document.objects.get(pk=made.pk)
    seen = signature.to_be_signed(draft, form_of(draft))
    services.sign_by_client(actor=cast.associate, document_id=made.pk, seen=seen, name="Clara Cole")
    waiting = sign_document(actor=cast.associate, document_id=made.pk)
    waiting.client_signature = {}
    with pytest.raises(DatabaseError), transaction.atomic():
        waiting.save(update_fields=["client_signature"])


def test_signing_by_typing_needs_no_script(client, cast, plan):
    client.force_login(cast.therapist)
    address = reverse("documents:plan_client_sign", args=[plan.pk])
    page = client.get(address).content.decode()
    sent = {"seen": hidden(page, "seen"), "name": "Clara Cole", "drawn": "", "agrees": "on"}
    assert client.post(address, {**sent, "agrees": ""}).status_code == 422
    answer = client.post(address, sent, follow=True)
    assert "Clara Cole" in answer.content.decode()
    kept = ClientSignature.of(Document.objects.get(pk=plan.pk))
    assert kept
    assert (kept.how, kept.name) == ("typed", "Clara Cole")


def test_the_paper_shows_the_drawn_signature(client, cast, plan):
    by_client(cast, plan, drawn=DRAWN)
    sign_document(actor=cast.therapist, document_id=plan.pk)
    client.force_login(cast.therapist)
    paper = client.get(reverse("documents:document_pdf", args=[plan.pk]))
    assert paper.content.startswith(b"%PDF")
    assert (
        "Drawn signature of Clara Cole"
        in client.get(reverse("documents:document_detail", args=[plan.pk])).content.decode()
    )


def test_a_clients_own_interval_proposes_the_next_review(cast, make_plan):
    today = clock.today()
    begin = lambda: start_document(actor=cast.therapist, client=cast.client, type="treatment_plan")  # noqa: E731
    assert begin().review_on == today + timedelta(days=90)
    services.set_interval(actor=cast.therapist, client_id=cast.client.pk, days=60)
    assert begin().review_on == today + timedelta(days=60)
    services.set_interval(actor=cast.therapist, client_id=cast.client.pk, days=None)
    assert begin().review_on == today + timedelta(days=90)
    with pytest.raises(errors.IntervalOutOfRange):
        services.set_interval(actor=cast.therapist, client_id=cast.client.pk, days=3)
    with pytest.raises(NotPermitted):
        services.set_interval(actor=cast.stranger, client_id=cast.client.pk, days=60)


def test_a_goal_moves_with_the_note_that_says_so(client, cast, make_plan, written):
    plan = make_plan()
    worked = [{"goal_id": "goal1", "goal": "Sleep through the night", "change": "some_progress", "now": "70"}]
    answers = {**SOAP, "goals_worked": worked}
    save_draft(actor=cast.therapist, document_id=written.pk, version=written.version, answers=answers)
    note = sign_document(actor=cast.therapist, document_id=written.pk)
    course = history.goal_courses([plan], queries.notes_on_goals(cast.therapist, cast.client.pk))[0]
    assert [step.progress for step in course.steps] == [50, 70]
    assert course.progress == 70
    client.force_login(cast.therapist)
    tab = client.get(reverse("clients:client_tab", args=[cast.client.pk, "plan"])).content.decode()
    assert reverse("documents:document_detail", args=[note.pk]) in tab
    assert "some progress, 70%" in tab
    assert "70%" in client.get(reverse("clients:client_detail", args=[cast.client.pk])).content.decode()


def test_a_goal_met_in_a_note_has_come_all_the_way_and_a_word_moves_no_figure():
    goal = {**PLAN["goals"][0], "goal_id": "goal1"}
    day = date(2026, 3, 4)
    step = history.Step(day, None, "Some progress", "/")
    assert history.moved(goal, day, {"goal1": [step]}) == 50
    assert history.moved(goal, day, {"goal1": [step, history.Step(day, 100, "Met", "/")]}) == 100
    earlier = history.Step(day - timedelta(days=1), 100, "Met", "/")
    assert history.moved(goal, day, {"goal1": [earlier]}) == 50


def test_a_review_keeps_the_old_version_in_force_until_it_is_signed(client, cast, make_plan, the_day):
    first = make_plan()
    the_day.shift(timedelta(days=80))
    review = start_document(actor=cast.therapist, client=cast.client, type="treatment_plan")
    assert [goal["goal_id"] for goal in review.answers["goals"]] == ["goal1"]
    client.force_login(cast.therapist)
    address = reverse("clients:client_tab", args=[cast.client.pk, "plan"])
    page = client.get(address).content.decode()
    assert "Version 1, in force" in page
    assert "stays in force until it is signed" in page
    answers = {**PLAN, "review_on": "2026-08-20"}
    saved = save_draft(actor=cast.therapist, document_id=review.pk, version=review.version, answers=answers)
    sign_document(actor=cast.therapist, document_id=saved.pk)
    page = client.get(address).content.decode()
    assert "Version 2, in force" in page
    assert f'{reverse("documents:document_detail", args=[first.pk])}">Version 1' in page


def states(client, **address):
    page = client.get(reverse("documents:plan_list"), address).content.decode()
    return [words for words in ("Review overdue", "Waiting for signatures", "No plan", "Review due soon", "In force")
            if f"{words}</span>" in page]  # fmt: skip


def test_the_list_says_what_each_client_needs(client, cast, make_plan, the_day):
    client.force_login(cast.therapist)
    assert states(client) == ["No plan"]
    start_document(actor=cast.therapist, client=cast.client, type="treatment_plan")
    assert states(client) == ["Waiting for signatures"]
    Document.objects.all().delete()
    make_plan(review_on="2026-06-02")
    assert states(client) == []
    assert states(client, state="") == ["In force"]
    the_day.move_to("2026-05-25T15:00:00Z")
    client.force_login(cast.therapist)
    assert states(client) == ["Review due soon"]
    the_day.move_to("2026-06-03T15:00:00Z")
    client.force_login(cast.therapist)
    assert states(client, state="overdue") == ["Review overdue"]
    client.force_login(cast.stranger)
    assert "Clara" not in client.get(reverse("documents:plan_list"), {"state": ""}).content.decode()
