"""The verbs about people who sign in: created, changed, disabled, enabled, sent a link."""

from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction

from accounts import services
from accounts.choices import Role
from accounts.errors import (
    EmailTaken,
    LastAdministrator,
    MailNotSent,
    NotYourself,
    UserDisabled,
)
from accounts.models import User
from accounts.rules import can_manage_users, visible_users
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from tests.accounts.factories import PASSWORD, UserFactory
from tests.cast import Cast

pytestmark = pytest.mark.django_db
BASE = "https://practice.example"
OTHERS = [role for role in Role.values if role != Role.ADMIN]


def values(user: User, **changed: Any) -> dict[str, Any]:
    return {"email": user.email, "role": user.role, "further_roles": user.further_roles, **changed}


def test_somebody_new_has_no_password_until_they_choose_one(cast: Cast) -> None:
    user = services.create_user(
        actor=cast.admin,
        email=" New.Person@Example.com ",
        role=Role.SUPERVISOR,
        further_roles=[Role.THERAPIST, Role.SUPERVISOR, Role.ADMIN, Role.THERAPIST],
    )
    user.refresh_from_db()
    assert user.email == "new.person@example.com"
    assert user.further_roles == [Role.ADMIN, Role.THERAPIST]
    assert not user.has_usable_password()
    event = AuditEvent.objects.get(verb="user.created")
    assert (event.actor, event.object_id) == (cast.admin, str(user.pk))
    assert event.changes["email"] == ["", "new.person@example.com"]


@pytest.mark.parametrize("role", OTHERS)
def test_only_administrators_manage_people(cast: Cast, role: str) -> None:
    actor, target = cast.by_role()[role], cast.stranger
    attempts = [
        lambda: services.create_user(actor=actor, email="x@example.com", role=Role.ADMIN),
        lambda: services.update_user(actor=actor, user_id=target.pk, **values(target, role=Role.ADMIN)),
        lambda: services.update_user(actor=actor, user_id=actor.pk, **values(actor, role=Role.ADMIN)),
        lambda: services.disable_user(actor=actor, user_id=target.pk),
        lambda: services.enable_user(actor=actor, user_id=target.pk),
        lambda: services.send_reset_link(actor=actor, user_id=target.pk, base_url=BASE),
    ]
    for attempt in attempts:
        with pytest.raises(NotPermitted):
            attempt()
    assert not can_manage_users(actor)
    assert not AuditEvent.objects.exists()
    assert mail.outbox == []


def test_an_address_belongs_to_one_person_whatever_its_case(cast: Cast) -> None:
    with pytest.raises(EmailTaken) as refused:
        services.create_user(actor=cast.admin, email="THEA@example.com", role=Role.BILLER)
    assert refused.value.field == "email"
    with pytest.raises(EmailTaken):
        services.update_user(
            actor=cast.admin, user_id=cast.biller.pk, **values(cast.biller, email="Thea@example.com")
        )


def test_the_database_has_the_last_word_on_addresses_and_roles(cast: Cast) -> None:
    statements = [
        ("users_email_unique", "UPDATE users SET email = 'thea@example.com' WHERE id = %s"),
        ("users_email_lower", "UPDATE users SET email = 'Bill@example.com' WHERE id = %s"),
        ("users_role_known", "UPDATE users SET role = 'owner' WHERE id = %s"),
        ("users_further_roles_known", "UPDATE users SET further_roles = '{owner}' WHERE id = %s"),
    ]
    for name, statement in statements:
        with pytest.raises(IntegrityError, match=name), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, [cast.biller.pk])


def test_changed_roles_and_addresses_are_recorded_and_void_a_mailed_link(cast: Cast) -> None:
    services.send_reset_link(actor=cast.admin, user_id=cast.biller.pk, base_url=BASE)
    services.update_user(
        actor=cast.admin,
        user_id=cast.biller.pk,
        email="bill.new@example.com",
        role=Role.FRONT_DESK,
        further_roles=[Role.BILLER],
    )
    cast.biller.refresh_from_db()
    assert cast.biller.roles == {Role.FRONT_DESK, Role.BILLER}
    assert cast.biller.reset_token is None
    assert AuditEvent.objects.get(verb="user.updated").changes == {
        "email": ["bill@example.com", "bill.new@example.com"],
        "role": ["biller", "front_desk"],
        "further_roles": [[], ["biller"]],
    }


def test_saving_what_is_stored_already_records_nothing(cast: Cast) -> None:
    services.update_user(actor=cast.admin, user_id=cast.biller.pk, **values(cast.biller))
    assert not AuditEvent.objects.exists()


def test_the_last_administrator_stays_one(cast: Cast) -> None:
    with pytest.raises(LastAdministrator):
        services.update_user(actor=cast.admin, user_id=cast.admin.pk, **values(cast.admin, role=Role.BILLER))
    # A disabled one does not count, one by a further role does.
    UserFactory.create(role=Role.ADMIN, is_active=False)
    with pytest.raises(LastAdministrator):
        services.update_user(actor=cast.admin, user_id=cast.admin.pk, **values(cast.admin, role=Role.BILLER))
    other = UserFactory.create(role=Role.THERAPIST, further_roles=[Role.ADMIN])
    services.update_user(actor=cast.admin, user_id=cast.admin.pk, **values(cast.admin, role=Role.BILLER))
    with pytest.raises(LastAdministrator):
        services.update_user(actor=other, user_id=other.pk, **values(other, further_roles=[]))


def test_a_main_role_may_change_while_the_person_stays_administrator(cast: Cast) -> None:
    services.update_user(
        actor=cast.admin,
        user_id=cast.admin.pk,
        **values(cast.admin, role=Role.THERAPIST, further_roles=[Role.ADMIN]),
    )
    cast.admin.refresh_from_db()
    assert cast.admin.role == Role.THERAPIST


def test_nobody_disables_themselves_or_the_last_administrator(cast: Cast) -> None:
    with pytest.raises(NotYourself):
        services.disable_user(actor=cast.admin, user_id=cast.admin.pk)
    other = UserFactory.create(role=Role.ADMIN)
    services.disable_user(actor=other, user_id=cast.admin.pk)
    # `cast.admin` was loaded while active: the row in the database decides.
    cast.admin.is_active = True
    with pytest.raises(LastAdministrator):
        services.disable_user(actor=cast.admin, user_id=other.pk)


def test_disabling_and_enabling_are_recorded_once(cast: Cast) -> None:
    services.send_reset_link(actor=cast.admin, user_id=cast.biller.pk, base_url=BASE)
    for _ in range(2):
        services.disable_user(actor=cast.admin, user_id=cast.biller.pk)
    cast.biller.refresh_from_db()
    assert (cast.biller.is_active, cast.biller.reset_token) == (False, None)
    with pytest.raises(UserDisabled):
        services.send_reset_link(actor=cast.admin, user_id=cast.biller.pk, base_url=BASE)
    for _ in range(2):
        services.enable_user(actor=cast.admin, user_id=cast.biller.pk)
    cast.biller.refresh_from_db()
    assert cast.biller.is_active
    assert list(AuditEvent.objects.order_by("id").values_list("verb", flat=True)) == [
        "user.invited",
        "user.disabled",
        "user.enabled",
    ]


def test_somebody_new_gets_days_and_somebody_else_minutes(cast: Cast) -> None:
    services.send_reset_link(actor=cast.admin, user_id=cast.biller.pk, base_url=BASE)
    assert "2 days" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].subject.startswith("Choose your password")
    known = UserFactory.create(password=PASSWORD)
    services.send_reset_link(actor=cast.admin, user_id=known.pk, base_url=BASE)
    assert "30 minutes" in str(mail.outbox[-1].body)
    assert mail.outbox[-1].subject.startswith("Reset your password")


def test_an_administrator_hears_when_the_mail_did_not_leave(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    with pytest.raises(MailNotSent):
        services.send_reset_link(actor=cast.admin, user_id=cast.biller.pk, base_url=BASE)


def test_the_server_s_operator_makes_administrators(db: None) -> None:
    user = services.create_admin(email="Root@example.com")
    assert (user.email, user.role, user.has_usable_password()) == ("root@example.com", Role.ADMIN, False)


def test_only_administrators_see_who_is_disabled(cast: Cast) -> None:
    gone = UserFactory.create(is_active=False)
    assert gone in visible_users(cast.admin)
    assert gone not in visible_users(cast.therapist)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_demote_each_other_leave_one() -> None:
    from threading import Barrier, Thread

    ada, bea = UserFactory.create(role=Role.ADMIN), UserFactory.create(role=Role.ADMIN)
    ready, refused = Barrier(2), []

    def demote(actor: User, target: User) -> None:
        ready.wait()
        try:
            services.update_user(actor=actor, user_id=target.pk, **values(target, role=Role.BILLER))
        except LastAdministrator:
            refused.append(target)
        finally:
            connection.close()

    threads = [Thread(target=demote, args=pair) for pair in ((ada, bea), (bea, ada))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMIN).count() == 1
