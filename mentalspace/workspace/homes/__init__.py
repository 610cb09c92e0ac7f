"""Home: what is due now, by the person's main role; panels of further roles follow."""

from collections.abc import Callable
from dataclasses import replace

from accounts.choices import Role
from accounts.models import User
from mentalspace.core import clock
from mentalspace.workspace.homes.administrator import administrator_home
from mentalspace.workspace.homes.alerts import alerts
from mentalspace.workspace.homes.biller import biller_home
from mentalspace.workspace.homes.clinician import clinician_home
from mentalspace.workspace.homes.front_desk import front_desk_home
from mentalspace.workspace.homes.parts import Home
from mentalspace.workspace.homes.scene import Scene
from mentalspace.workspace.homes.shared import emergencies

HOMES: dict[str, Callable[[Scene], Home]] = {
    Role.ADMIN: administrator_home,
    Role.SUPERVISOR: clinician_home,
    Role.THERAPIST: clinician_home,
    Role.ASSOCIATE: clinician_home,
    Role.BILLER: biller_home,
    Role.FRONT_DESK: front_desk_home,
}


def home_for(actor: User) -> Home:
    """The work list of the person's main role, as of now; above it what cannot wait, whatever the main role."""
    scene = Scene(actor, clock.now(), clock.today(), clock.zone())
    home = HOMES[actor.role](scene)
    return replace(home, main=[*emergencies(scene), *alerts(scene), *home.main])
