"""Home of the front desk."""

from mentalspace.workspace.homes import reminders, sessions, shared
from mentalspace.workspace.homes.parts import Home
from mentalspace.workspace.homes.scene import Scene


def front_desk_home(scene: Scene) -> Home:
    """Today's board for all clinicians, leads to call, who waits for a place, messages."""
    return Home(
        main=[sessions.desk_board(scene)],
        side=[
            *reminders.called_off(scene),
            *reminders.not_reached(scene),
            shared.leads(scene),
            shared.waitlist(scene),
            shared.unread(scene),
        ],
    )
