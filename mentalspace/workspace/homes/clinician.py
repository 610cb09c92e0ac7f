"""Home of therapists, associates and supervisors."""

from accounts.rules import is_supervisor
from mentalspace.workspace.homes import paperwork, risks, sessions, shared
from mentalspace.workspace.homes.parts import Home
from mentalspace.workspace.homes.scene import Scene


def clinician_home(scene: Scene) -> Home:
    """The day, what is to be written and signed, and for a supervisor what waits for them."""
    main = [*risks.to_respond(scene), sessions.own_day(scene), paperwork.notes_to_finish(scene)]
    if is_supervisor(scene.actor):
        main += [
            paperwork.to_cosign(scene),
            *paperwork.to_be_read(scene),
            paperwork.supervisees_overdue(scene),
        ]
    side = [paperwork.plans(scene), shared.unread(scene), shared.unbooked(scene)]
    if is_supervisor(scene.actor):
        side.insert(0, paperwork.unlocks(scene))
    return Home(main=main, side=side)
