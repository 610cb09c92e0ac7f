"""Changes to the practice as a whole."""

from django.db import transaction

from accounts.models import User
from accounts.rules import can_change_settings
from mentalspace.core import audit, practice
from mentalspace.core.gates import require


@transaction.atomic
def save_settings(*, actor: User, value: practice.Section) -> None:
    """Store one section of the practice's settings. Raises NotPermitted."""
    require(can_change_settings(actor))
    before = practice.get(type(value)).model_dump(mode="json")
    after = value.model_dump(mode="json")
    practice.save(value, changed_by_id=actor.pk)
    changes = {name: [before.get(name), after[name]] for name in after if before.get(name) != after[name]}
    if changes:
        audit.record(actor=actor, verb="settings.changed", changes={value.slug: [None, None], **changes})
