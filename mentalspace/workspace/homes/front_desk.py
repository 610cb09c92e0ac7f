"""Home of the front desk."""

from mentalspace.workspace.homes import asking, consents, reminders, sessions, shared
from mentalspace.workspace.homes.parts import Home
from mentalspace.workspace.homes.scene import Scene


def front_desk_home(scene: Scene) -> Home:
    """Today's board for all clinicians, times that opened, consents, leads to call, who waits, messages."""
    return Home(
        main=[sessions.desk_board(scene)],
        side=[
            *asking.requests(scene),
            *asking.opened(scene),
            *reminders.called_off(scene),
            *reminders.not_reached(scene),
            *consents.to_follow_up(scene),
            shared.leads(scene),
            asking.waiting_for_a_time(scene),
            shared.waitlist(scene),
            shared.unread(scene),
        ],
    )
