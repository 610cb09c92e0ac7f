"""The verbs about staff: taken on, changed, on leave, gone."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.choices import Role
from accounts.errors import EmailTaken, NotYourself
from accounts.models import User
from mentalspace.core.errors import NotPermitted, StaleVersion
from mentalspace.core.models import AuditEvent
from staff import services
from staff.choices import StaffStatus, Supervision
from staff.errors import (
    AssociateUnsupervised,
    StatusUnchanged,
    SupervisesOthers,
    SupervisionLoop,
    SupervisorMissing,
    SupervisorUnfit,
)
from staff.models import Staff
from staff.services import Details
from tests.cast import Cast
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db
OTHERS = [role for role in Role.values if role != Role.ADMIN]


def details(**given: Any) -> Details:
    return Details(**{"first_name": "Nora", "last_name": "Newcomer", **given})


def details_of(staff: Staff, **changed: Any) -> Details:
    return Details(**{**{name: getattr(staff, name) for name in Details.__dataclass_fields__}, **changed})


def take_on(cast: Cast, role: str = Role.THERAPIST, **given: Any) -> Staff:
    return services.create_staff(
        actor=cast.admin, email="nora@example.com", role=role, details=details(**given)
    )


def test_somebody_new_has_an_account_and_a_profile(cast: Cast) -> None:
    staff = services.create_staff(
        actor=cast.admin,
        email="Nora@Example.com",
        role=Role.SUPERVISOR,
        further_roles=[Role.THERAPIST],
        details=details(
            credential="LCSW", phone="+14045550134", specialties=["Grief"], takes_appointments=True
        ),
    )
    staff.refresh_from_db()
    assert (staff.full_name, staff.credential, staff.specialties) == ("Nora Newcomer", "LCSW", ["Grief"])
    assert staff.user.email == "nora@example.com"
    assert staff.user.roles == {Role.SUPERVISOR, Role.THERAPIST}
    assert not staff.user.has_usable_password()
    assert list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)) == [
        "user.created",
        "staff.created",
    ]


def test_both_or_neither_are_made(cast: Cast) -> None:
    with pytest.raises(EmailTaken):
        services.create_staff(actor=cast.admin, email="thea@example.com", role=Role.BILLER, details=details())
    with pytest.raises(SupervisorMissing):
        take_on(cast, supervision=Supervision.REVIEW_ALL)
    assert not Staff.objects.filter(last_name="Newcomer").exists()
    assert not User.objects.filter(email="nora@example.com").exists()


@pytest.mark.parametrize("role", OTHERS)
def test_only_administrators_take_on_change_and_send_away(cast: Cast, role: str) -> None:
    actor, other = cast.by_role()[role], cast.stranger.staff
    attempts = [
        lambda: services.create_staff(actor=actor, email="x@example.com", role=Role.ADMIN, details=details()),
        lambda: services.update_staff(actor=actor, staff_id=other.pk, version=1, details=details()),
        lambda: services.update_staff(actor=actor, staff_id=actor.staff.pk, version=1, details=details()),
        lambda: services.change_status(
            actor=actor, staff_id=other.pk, status=StaffStatus.INACTIVE, reason="x"
        ),
        lambda: services.update_profile(
            actor=actor, staff_id=other.pk, version=1, bio="x", phone="", specialties=[]
        ),
    ]
    for attempt in attempts:
        with pytest.raises(NotPermitted):
            attempt()
    assert not AuditEvent.objects.exists()


# --- Supervision -------------------------------------------------------------------------------------------------


def test_an_associate_is_always_supervised(cast: Cast) -> None:
    with pytest.raises(AssociateUnsupervised):
        take_on(cast, role=Role.ASSOCIATE)
    staff = take_on(
        cast, role=Role.ASSOCIATE, supervision=Supervision.COSIGN_ALL, supervisor=cast.supervisor.staff
    )
    assert staff.supervisor == cast.supervisor.staff
    with pytest.raises(AssociateUnsupervised):
        services.update_staff(
            actor=cast.admin,
            staff_id=staff.pk,
            version=staff.version,
            details=details_of(staff, supervision=Supervision.NONE, supervisor=None),
        )


def test_a_supervisor_is_an_active_colleague_with_the_role(cast: Cast) -> None:
    unfit = [cast.stranger.staff, cast.admin.staff]
    gone = StaffFactory.create(user__role=Role.SUPERVISOR, status=StaffStatus.INACTIVE)
    locked_out = StaffFactory.create(user__role=Role.SUPERVISOR, user__is_active=False)
    for supervisor in (*unfit, gone, locked_out):
        with pytest.raises(SupervisorUnfit):
            take_on(cast, supervision=Supervision.REVIEW_ALL, supervisor=supervisor)
    on_leave = StaffFactory.create(user__role=Role.SUPERVISOR, status=StaffStatus.ON_LEAVE)
    assert take_on(cast, supervision=Supervision.REVIEW_ALL, supervisor=on_leave).supervisor == on_leave


def test_nobody_supervises_themselves_or_in_a_circle(cast: Cast) -> None:
    top = cast.supervisor.staff
    middle = StaffFactory.create(user__role=Role.SUPERVISOR, supervisor=top)
    with pytest.raises(SupervisorUnfit):
        services.update_staff(
            actor=cast.admin, staff_id=top.pk, version=1, details=details_of(top, supervisor=top)
        )
    with pytest.raises(SupervisionLoop):
        services.update_staff(
            actor=cast.admin, staff_id=top.pk, version=1, details=details_of(top, supervisor=middle)
        )
    with pytest.raises(IntegrityError, match="staff_not_own_supervisor"), connection.cursor() as cursor:
        cursor.execute("UPDATE staff SET supervisor_id = id WHERE id = %s", [top.pk])


def test_the_database_refuses_what_must_never_be(cast: Cast) -> None:
    statements = [
        ("staff_supervised_has_supervisor", "supervision = 'cosign_all'"),
        ("staff_status_known", "status = 'retired'"),
        ("staff_supervision_known", f"supervision = 'some', supervisor_id = '{cast.supervisor.staff.pk}'"),
        ("staff_npi_form", "npi = '123'"),
        ("staff_user_id_key", f"user_id = '{cast.admin.pk}'"),
    ]
    for name, change in statements:
        with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE staff SET {change} WHERE id = %s", [cast.stranger.staff.pk])


def test_a_supervisor_who_lost_the_role_does_not_block_other_changes(cast: Cast) -> None:
    cast.supervisor.role = Role.THERAPIST
    cast.supervisor.save()
    staff = cast.therapist.staff
    services.update_staff(
        actor=cast.admin, staff_id=staff.pk, version=1, details=details_of(staff, title="Senior")
    )
    staff.refresh_from_db()
    assert (staff.title, staff.supervisor) == ("Senior", cast.supervisor.staff)


# --- Changes -----------------------------------------------------------------------------------------------------


def test_changes_are_recorded_without_what_was_written(cast: Cast) -> None:
    staff = cast.therapist.staff
    services.update_staff(
        actor=cast.admin,
        staff_id=staff.pk,
        version=1,
        details=details_of(staff, bio="Long text", license_expires_on=date(2027, 1, 31), title="Therapist"),
    )
    event = AuditEvent.objects.get()
    assert (event.verb, event.actor, event.object_id) == ("staff.updated", cast.admin, str(staff.pk))
    assert event.changes == {
        "title": ["", "Therapist"],
        "license_expires_on": [None, "2027-01-31"],
        "bio": ["", ""],
    }
    staff.refresh_from_db()
    assert staff.version == 2


def test_saving_the_same_changes_nothing(cast: Cast) -> None:
    staff = cast.therapist.staff
    services.update_staff(actor=cast.admin, staff_id=staff.pk, version=1, details=details_of(staff))
    staff.refresh_from_db()
    assert (staff.version, AuditEvent.objects.count()) == (1, 0)


def test_who_comes_second_is_told_and_overwrites_nothing(cast: Cast) -> None:
    staff = cast.therapist.staff
    services.update_profile(
        actor=cast.therapist, staff_id=staff.pk, version=1, bio="Mine", phone="", specialties=["Grief"]
    )
    with pytest.raises(StaleVersion):
        services.update_staff(
            actor=cast.admin, staff_id=staff.pk, version=1, details=details_of(staff, bio="Theirs")
        )
    staff.refresh_from_db()
    assert (staff.bio, staff.specialties) == ("Mine", ["Grief"])


# --- Status ------------------------------------------------------------------------------------------------------


def test_leave_has_a_reason_and_a_day(cast: Cast) -> None:
    staff = services.change_status(
        actor=cast.admin,
        staff_id=cast.therapist.staff.pk,
        status=StaffStatus.ON_LEAVE,
        reason="Parental leave",
    )
    staff.refresh_from_db()
    assert (staff.status, staff.status_reason, staff.version) == ("on_leave", "Parental leave", 2)
    assert staff.status_since is not None
    assert AuditEvent.objects.get().changes == {
        "status": ["active", "on_leave"],
        "reason": ["", "Parental leave"],
    }
    with pytest.raises(StatusUnchanged):
        services.change_status(
            actor=cast.admin, staff_id=staff.pk, status=StaffStatus.ON_LEAVE, reason="Again"
        )


def test_who_supervises_others_does_not_leave_them_alone(cast: Cast) -> None:
    staff = cast.supervisor.staff
    with pytest.raises(SupervisesOthers) as refused:
        services.change_status(
            actor=cast.admin, staff_id=staff.pk, status=StaffStatus.INACTIVE, reason="Retired"
        )
    assert refused.value.message == (
        "Susan Supervisor supervises Aldo Associate and Thea Therapist. Give them another supervisor first."
    )
    services.change_status(actor=cast.admin, staff_id=staff.pk, status=StaffStatus.ON_LEAVE, reason="Leave")
    staff.supervisees.update(status=StaffStatus.INACTIVE)
    services.change_status(actor=cast.admin, staff_id=staff.pk, status=StaffStatus.INACTIVE, reason="Retired")


def test_who_leaves_may_be_kept_out_at_once(cast: Cast) -> None:
    services.change_status(
        actor=cast.admin,
        staff_id=cast.stranger.staff.pk,
        status=StaffStatus.INACTIVE,
        reason="Left",
        stop_sign_in=True,
    )
    cast.stranger.refresh_from_db()
    assert not cast.stranger.is_active
    services.change_status(
        actor=cast.admin,
        staff_id=cast.biller.staff.pk,
        status=StaffStatus.ON_LEAVE,
        reason="x",
        stop_sign_in=True,
    )
    cast.biller.refresh_from_db()
    assert cast.biller.is_active


def test_a_refused_lock_out_leaves_the_status_as_it_was(cast: Cast) -> None:
    with pytest.raises(NotYourself):
        services.change_status(
            actor=cast.admin,
            staff_id=cast.admin.staff.pk,
            status=StaffStatus.INACTIVE,
            reason="x",
            stop_sign_in=True,
        )
    assert Staff.objects.get(pk=cast.admin.staff.pk).status == StaffStatus.ACTIVE
