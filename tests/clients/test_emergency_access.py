"""Emergency access: one chart, for reading, for a time, told to the administrators and reviewed by one of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import IntegrityError, ProgrammingError, connection, transaction

from accounts.models import User
from clients import errors, rules, services
from clients.defaults import EmergencyDefaults
from clients.models import Client, EmergencyAccess
from clients.queries.emergencies import identified, opened_under
from documents.models import Document
from documents.rules import can_see_document, visible_documents
from mentalspace.core import practice
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from messaging.models import Message
from scheduling.rules import visible_appointments
from staff.choices import StaffStatus
from tests.cast import Cast
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.documents.factories import DocumentFactory
from tests.scheduling.factories import AppointmentFactory

BEGAN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
REASON = "CANARY: found unwell at the door, team not reached."


def again(user: User) -> User:
    """The person as the next request has them."""
    return User.objects.select_related("staff").get(pk=user.pk)


def begin(actor: User, client: Client, **fields: Any) -> EmergencyAccess:
    """Emergency access to this client, named by number."""
    named: dict[str, Any] = {
        "last_name": client.last_name,
        "number": client.number,
        "reason": REASON,
    } | fields
    return services.begin_emergency_access(actor=actor, base_url="https://practice.example", **named)


@pytest.fixture
def frozen() -> Any:
    """A clock that stands at BEGAN until it is moved."""
    with time_machine.travel(BEGAN, tick=False) as clock:
        yield clock


def test_the_chart_is_open_from_the_first_instant_to_the_last_and_no_longer(cast: Cast, frozen: Any) -> None:
    frozen.move_to(BEGAN - timedelta(seconds=1))
    assert not rules.can_see_clinical(cast.stranger, cast.client)
    frozen.move_to(BEGAN)
    begin(cast.stranger, cast.client)
    for at, is_open in (
        (BEGAN, True),
        (BEGAN + timedelta(minutes=60) - timedelta(microseconds=1), True),
        (BEGAN + timedelta(minutes=60), False),
        # The clock was set back: before it began nothing was open either.
        (BEGAN - timedelta(microseconds=1), False),
        (BEGAN - timedelta(days=1), False),
        (BEGAN + timedelta(days=1), False),
    ):
        frozen.move_to(at)
        for rule in (rules.can_see_client, rules.can_see_clinical, rules.can_see_contacts):
            assert rule(cast.stranger, cast.client) is is_open, (rule.sentence, at)
            assert rule.scope(cast.stranger).filter(pk=cast.client.pk).exists() is is_open
        assert not rules.can_see_clinical(cast.associate, cast.client)


def test_the_practice_says_for_how_long(cast: Cast, frozen: Any) -> None:
    practice.save(EmergencyDefaults(minutes=15))
    access = begin(cast.stranger, cast.client)
    assert access.ends_at == BEGAN + timedelta(minutes=15)


def test_reading_is_all_it_gives(cast: Cast) -> None:
    begin(cast.stranger, cast.client)
    may_not = [
        rules.can_serve_client, rules.can_add_to_record, rules.can_edit_demographics, rules.can_change_status,
        rules.can_edit_insurance, rules.can_edit_medical_history, rules.can_assign_clinicians, rules.can_flag_risk,
        rules.can_flag_administrative, rules.can_tag_client, rules.can_see_history,
    ]  # fmt: skip
    assert {rule.sentence for rule in may_not if rule(cast.stranger, cast.client)} == set()


def test_documents_and_appointments_are_read_and_drafts_are_not(cast: Cast) -> None:
    signed = DocumentFactory.create(
        appointment__client=cast.client, appointment__staff=cast.therapist.staff, status="signed",
        signed_by=cast.therapist.staff, signed_at=BEGAN, digest="0" * 64,
    )  # fmt: skip
    draft = DocumentFactory.create(appointment__client=cast.client, appointment__staff=cast.therapist.staff)
    elsewhere = AppointmentFactory.create(client=ClientFactory.create(), staff=cast.therapist.staff)
    access = begin(cast.stranger, cast.client)

    def seen() -> tuple[set[Document], set[Any]]:
        return set(visible_documents(cast.stranger)), set(visible_appointments(cast.stranger))

    assert seen() == ({signed}, {signed.appointment, draft.appointment})
    assert can_see_document(cast.stranger, signed)
    assert elsewhere not in visible_appointments(cast.stranger)
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    assert seen() == (set(), set())
    assert not can_see_document(cast.stranger, signed)


@pytest.mark.parametrize("who", ["biller", "front_desk", "admin"])
def test_only_clinicians_have_emergencies(cast: Cast, who: str) -> None:
    with pytest.raises(NotPermitted):
        begin(getattr(cast, who), cast.client)


def test_who_is_away_opens_nothing(cast: Cast) -> None:
    cast.stranger.staff.status = StaffStatus.ON_LEAVE
    cast.stranger.staff.save()
    with pytest.raises(NotPermitted):
        begin(again(cast.stranger), cast.client)


@pytest.mark.parametrize("change", ["disabled", "away", "no longer a clinician"])
def test_who_stops_being_a_clinician_at_work_stops_reading_at_the_next_request(
    cast: Cast, change: str
) -> None:
    begin(cast.stranger, cast.client)
    assert rules.can_see_client(again(cast.stranger), cast.client)
    if change == "disabled":
        User.objects.filter(pk=cast.stranger.pk).update(is_active=False)
    elif change == "away":
        type(cast.stranger.staff).objects.filter(pk=cast.stranger.staff.pk).update(
            status=StaffStatus.INACTIVE
        )
    else:
        User.objects.filter(pk=cast.stranger.pk).update(role="biller")
    assert not rules.can_see_clinical(again(cast.stranger), cast.client)
    assert cast.client not in rules.clinical_clients(again(cast.stranger))


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ({"last_name": "COLÉ", "number": 0}, True),
        ({"last_name": "Cole", "first_name": "clara", "born": date(1990, 3, 14)}, True),
        ({"last_name": "Col", "number": 0}, False),
        ({"last_name": "Cole", "number": 999_999}, False),
        ({"last_name": "Cole", "first_name": "Clara", "born": date(1990, 3, 15)}, False),
        ({"last_name": "Cole", "first_name": "Cla", "born": date(1990, 3, 14)}, False),
        ({"last_name": "Cole", "first_name": "Clara"}, False),
        ({"last_name": "%", "number": 0}, False),
    ],
)
def test_a_client_is_named_exactly_or_not_at_all(cast: Cast, named: dict[str, Any], found: bool) -> None:
    if named.get("number") == 0:
        named = named | {"number": cast.client.number}
    assert identified(**named) == (cast.client if found else None)


def test_two_of_one_name_and_birthday_are_nobody_until_the_number_tells(cast: Cast) -> None:
    ClientFactory.create(first_name="Clara", last_name="Cole")
    assert identified(last_name="Cole", first_name="Clara", born=date(1990, 3, 14)) is None
    assert identified(last_name="Cole", number=cast.client.number) == cast.client


def test_a_try_that_finds_nobody_is_recorded_and_tells_nothing(cast: Cast) -> None:
    with pytest.raises(errors.NobodyIdentified):
        begin(cast.stranger, cast.client, last_name="Nobody")
    event = AuditEvent.objects.get(verb="emergency_access.refused")
    assert (event.actor, event.outcome, event.client_id, event.changes) == (
        cast.stranger,
        "refused",
        None,
        {},
    )
    assert not EmergencyAccess.objects.exists()
    assert mail.outbox == []


def test_tries_run_out_even_for_who_then_names_somebody(cast: Cast, frozen: Any) -> None:
    practice.save(EmergencyDefaults(tries=3))
    for _ in range(3):
        with pytest.raises(errors.NobodyIdentified):
            begin(cast.stranger, cast.client, last_name="Nobody")
    for _ in range(2):
        with pytest.raises(errors.TooManyTries):
            begin(cast.stranger, cast.client)
    assert AuditEvent.objects.filter(verb="emergency_access.limited").count() == 1
    frozen.shift(timedelta(minutes=61))
    assert begin(cast.stranger, cast.client).client == cast.client


def test_who_may_open_the_chart_anyway_is_told_so(cast: Cast) -> None:
    for actor in (cast.therapist, cast.supervisor):
        with pytest.raises(errors.WithinReach):
            begin(actor, cast.client)
    assert not EmergencyAccess.objects.exists()


def test_one_chart_at_a_time(cast: Cast) -> None:
    third = ClientFactory.create(last_name="Third")
    access = begin(cast.stranger, cast.client)
    for client in (cast.client, third):
        with pytest.raises(errors.EmergencyOpenAlready):
            begin(cast.stranger, client)
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    assert begin(cast.stranger, third).client == third


def test_administrators_are_told_at_once_in_the_application_and_by_mail(
    cast: Cast, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        access = begin(cast.stranger, cast.client)
    url = f"https://practice.example/emergency-access/{access.pk}/"
    message = Message.objects.get(receiver=cast.admin)
    assert message.sender == cast.stranger
    assert message.thread.urgency == "high"
    [letter] = mail.outbox
    assert letter.to == [cast.admin.email]
    for text in (f"{letter.subject} {letter.body}", f"{message.subject} {message.content}"):
        assert not [word for word in ("Clara", "Cole", str(cast.client.number), "CANARY") if word in text]
    assert url in letter.body
    assert url in message.content
    assert "Stella Stranger" in letter.body


def test_a_mail_that_cannot_leave_does_not_stop_who_helps(
    cast: Cast, settings: Any, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with django_capture_on_commit_callbacks(execute=True):
        begin(cast.stranger, cast.client)
    assert rules.can_see_clinical(cast.stranger, cast.client)
    assert Message.objects.filter(receiver=cast.admin).count() == 1


def test_the_trail_tells_beginning_end_and_review_and_never_why(cast: Cast, frozen: Any) -> None:
    access = begin(cast.stranger, cast.client)
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    services.review_emergency_access(
        actor=cast.admin, access_id=access.pk, verdict="not_appropriate", note="CANARY: no emergency."
    )
    events = AuditEvent.objects.filter(verb__startswith="emergency_access").order_by("id")
    assert [(event.verb, event.actor, event.basis, event.client_id) for event in events] == [
        ("emergency_access.began", cast.stranger, "emergency", cast.client.pk),
        ("emergency_access.ended", cast.stranger, "", cast.client.pk),
        ("emergency_access.reviewed", cast.admin, "", cast.client.pk),
    ]
    assert "CANARY" not in "".join(str(event.changes) for event in AuditEvent.objects.all())


def test_what_was_opened_is_what_this_person_did_with_this_client_in_that_time(
    cast: Cast, frozen: Any
) -> None:
    access = begin(cast.stranger, cast.client)
    services.record_view(actor=cast.stranger, client=cast.client, page="overview")
    services.record_view(actor=cast.therapist, client=cast.client, page="overview")
    services.record_view(actor=cast.stranger, client=cast.other_client, page="overview")
    frozen.move_to(access.ends_at + timedelta(seconds=1))
    services.record_view(actor=cast.stranger, client=cast.client, page="profile")
    assert [event.verb for event in opened_under(access)] == ["emergency_access.began", "client.viewed"]


@pytest.mark.parametrize(
    ("who", "right"),
    [
        ("therapist", "care team"),
        ("supervisor", "supervisor"),
        ("stranger", "emergency"),
        ("admin", ""),
        ("biller", ""),
    ],
)
def test_the_trail_says_under_which_right_a_chart_was_opened(cast: Cast, who: str, right: str) -> None:
    begin(cast.stranger, cast.client)
    services.record_view(actor=getattr(cast, who), client=cast.client, page="overview")
    assert AuditEvent.objects.get(verb="client.viewed").basis == right


def test_an_administrator_ends_an_access_and_nobody_else_does(cast: Cast) -> None:
    access = begin(cast.stranger, cast.client)
    for who in (cast.therapist, cast.supervisor, cast.associate, cast.biller):
        with pytest.raises(NotPermitted):
            services.end_emergency_access(actor=who, access_id=access.pk)
    services.end_emergency_access(actor=cast.admin, access_id=access.pk)
    assert not rules.can_see_client(cast.stranger, cast.client)
    with pytest.raises(errors.EmergencyOver):
        services.end_emergency_access(actor=cast.stranger, access_id=access.pk)


def test_a_review_comes_after_the_end_from_somebody_else_and_stays(cast: Cast, frozen: Any) -> None:
    access = begin(cast.stranger, cast.client)
    review = services.review_emergency_access
    with pytest.raises(errors.EmergencyLasts):
        review(actor=cast.admin, access_id=access.pk, verdict="appropriate")
    frozen.move_to(access.ends_at)
    User.objects.filter(pk=cast.stranger.pk).update(further_roles=["admin"])
    with pytest.raises(errors.OwnEmergency):
        review(actor=again(cast.stranger), access_id=access.pk, verdict="appropriate")
    with pytest.raises(NotPermitted):
        review(actor=cast.supervisor, access_id=access.pk, verdict="appropriate")
    with pytest.raises(errors.NoteMissing):
        review(actor=cast.admin, access_id=access.pk, verdict="not_appropriate")
    review(actor=cast.admin, access_id=access.pk, verdict="appropriate")
    with pytest.raises(errors.ReviewedAlready):
        review(actor=cast.admin, access_id=access.pk, verdict="not_appropriate", note="On second thought.")
    access.refresh_from_db()
    assert (access.verdict, access.note, access.reviewed_by) == ("appropriate", "", cast.admin)


@pytest.mark.parametrize(
    "change",
    [
        "ends_at = ends_at + interval '1 day'",
        "began_at = began_at - interval '1 day'",
        "reason = 'another'",
        "client_id = '{other}'",
        "user_id = '{admin}'",
        "ended_at = NULL, ended_by_id = NULL",
        "verdict = 'not_appropriate'",
        "reviewed_at = NULL, reviewed_by_id = NULL, verdict = '', note = ''",
    ],
)
def test_the_database_keeps_what_was_begun_ended_and_reviewed(cast: Cast, change: str) -> None:
    access = begin(cast.stranger, cast.client)
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    services.review_emergency_access(actor=cast.admin, access_id=access.pk, verdict="appropriate")
    change = change.format(other=cast.other_client.pk, admin=cast.admin.pk)
    with pytest.raises(IntegrityError, match="refused"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE emergency_accesses SET {change} WHERE id = %s", [access.pk])
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        EmergencyAccess.objects.filter(pk=access.pk)._raw_delete(connection.alias)
    assert EmergencyAccess.objects.filter(pk=access.pk).count() == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"reason": ""},
        {"ends_at": BEGAN},
        {"ended_at": BEGAN + timedelta(minutes=61), "ended_by": "admin"},
        {"ended_at": BEGAN + timedelta(minutes=1)},
        {"note": "without a review"},
        {"verdict": "appropriate"},
        {"reviewed_at": BEGAN + timedelta(minutes=59), "reviewed_by": "admin", "verdict": "appropriate"},
        {"reviewed_at": BEGAN + timedelta(minutes=60), "reviewed_by": "stranger", "verdict": "appropriate"},
        {"reviewed_at": BEGAN + timedelta(minutes=60), "reviewed_by": "admin", "verdict": "perhaps"},
    ],
)
def test_the_database_refuses_what_cannot_be(cast: Cast, fields: dict[str, Any]) -> None:
    values: dict[str, Any] = {
        "client": cast.client, "user": cast.stranger, "reason": REASON, "began_at": BEGAN,
        "ends_at": BEGAN + timedelta(minutes=60),
    }  # fmt: skip
    values |= {
        name: getattr(cast, value) if name.endswith("_by") else value for name, value in fields.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.create(**values)


def test_the_database_lets_nobody_have_two_at_once(cast: Cast, frozen: Any) -> None:
    begin(cast.stranger, cast.client)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.create(
            client=cast.other_client, user=cast.stranger, reason=REASON, began_at=BEGAN + timedelta(minutes=59),
            ends_at=BEGAN + timedelta(minutes=80),
        )  # fmt: skip


def test_what_the_reason_says_is_sealed(cast: Cast) -> None:
    access = begin(cast.stranger, cast.client)
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM emergency_accesses")
        [stored] = cursor.fetchone()
    assert "CANARY" not in stored
    assert EmergencyAccess.objects.get(pk=access.pk).reason == REASON


def test_the_care_team_is_unlike_an_emergency(cast: Cast) -> None:
    """Who joins the care team during an emergency goes on as such when it is over."""
    access = begin(cast.stranger, cast.client)
    CareTeamFactory.create(client=cast.client, staff=cast.stranger.staff, role="covering")
    services.end_emergency_access(actor=cast.stranger, access_id=access.pk)
    assert rules.can_add_to_record(cast.stranger, cast.client)
    assert rules.right_to(cast.stranger, cast.client) == "care team"
