"""The small cast that tests speak of: one practice, a client, and everybody who may or may not see her."""

from dataclasses import dataclass

import pytest

from accounts.choices import Role
from accounts.models import User
from clients.models import Client
from staff.choices import Supervision
from staff.models import Staff
from tests.accounts.factories import UserFactory
from tests.clients.factories import CareTeamFactory, ClientFactory
from tests.staff.factories import StaffFactory


@dataclass(frozen=True)
class Cast:
    """`therapist` treats `client` and is supervised by `supervisor`; `stranger` is a therapist with no tie to her."""

    admin: User
    supervisor: User
    therapist: User
    associate: User
    biller: User
    front_desk: User
    stranger: User
    client: Client
    other_client: Client

    def by_role(self) -> dict[str, User]:
        return {role: getattr(self, role) for role in Role.values}


def _member(role: Role, first: str, last: str, **fields: object) -> Staff:
    user = UserFactory.create(email=f"{first.lower()}@example.com", role=role)
    return StaffFactory.create(user=user, first_name=first, last_name=last, **fields)


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, made afresh."""
    return make_cast()


def make_cast() -> Cast:
    """Everybody, in the database. `associate` is supervised too; `other_client` is the stranger's."""
    desk = {"takes_appointments": False, "credential": "", "availability": {}}
    supervisor = _member(Role.SUPERVISOR, "Susan", "Supervisor")
    therapist = _member(Role.THERAPIST, "Thea", "Therapist", supervisor=supervisor)
    associate = _member(
        Role.ASSOCIATE, "Aldo", "Associate", supervisor=supervisor, supervision=Supervision.COSIGN_ALL
    )
    stranger = _member(Role.THERAPIST, "Stella", "Stranger")
    client = ClientFactory.create(first_name="Clara", last_name="Cole")
    other_client = ClientFactory.create(first_name="Otto", last_name="Other", phone="+14045550199")
    CareTeamFactory.create(client=client, staff=therapist)
    CareTeamFactory.create(client=other_client, staff=stranger)
    return Cast(
        admin=_member(Role.ADMIN, "Ada", "Admin", **desk).user,
        supervisor=supervisor.user,
        therapist=therapist.user,
        associate=associate.user,
        biller=_member(Role.BILLER, "Bill", "Biller", **desk).user,
        front_desk=_member(Role.FRONT_DESK, "Flora", "Frontdesk", **desk).user,
        stranger=stranger.user,
        client=client,
        other_client=other_client,
    )
