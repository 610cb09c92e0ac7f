"""Who may open a psychotherapy note: whoever wrote it, and nobody else in any role.

The database refuses the rest a second time (see `psychotherapy.models`). Emergency access opens none of them: nothing
here asks what the actor may see of the client's record.
"""

from django.db.models import Q

from accounts.rules import CLINICIANS
from clients.models import Client
from clients.rules import ASSIGNED
from mentalspace.core.policy import ObjectPermission, Permission, Reach, Sight
from psychotherapy.models import PsychotherapyNote
from scheduling.models import Appointment
from staff.rules import HELD, STAFF_RECORD

WRITTEN = Reach("own", lambda actor: Q(author_id=actor.pk), lambda actor, note: note.author_id == actor.pk)

can_see_note = Sight("Open a psychotherapy note", PsychotherapyNote, dict.fromkeys(CLINICIANS, WRITTEN))
can_change_note = ObjectPermission("Change or destroy it", PsychotherapyNote, can_see_note.grants)
can_write_notes = Permission("Write psychotherapy notes", *CLINICIANS, need=STAFF_RECORD)
can_write_about_client = ObjectPermission(
    "Begin a psychotherapy note about a client",
    Client,
    dict.fromkeys(CLINICIANS, ASSIGNED),
    need=STAFF_RECORD,
)
can_write_about_session = ObjectPermission(
    "Begin one about a session", Appointment, dict.fromkeys(CLINICIANS, HELD), need=STAFF_RECORD
)

visible_notes = can_see_note.scope
