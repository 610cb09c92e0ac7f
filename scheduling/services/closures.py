"""The practice's holidays."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from accounts.models import User
from mentalspace.core import audit
from mentalspace.core.gates import require
from scheduling import rules
from scheduling.choices import FederalHoliday
from scheduling.errors import ClosureKnown
from scheduling.models import Closure


@transaction.atomic
def create_closure(*, actor: User, name: str, day: date, yearly: bool = False) -> Closure:
    """Close the practice on a day, once or every year. Appointments then stay. Raises NotPermitted, ClosureKnown."""
    require(rules.can_keep_closures(actor))
    name = " ".join(name.split())
    _refuse_known(name, day)
    closure = Closure.objects.create(name=name, day=day, yearly=yearly)
    changes = {"name": ["", name], "day": [None, str(day)], "yearly": [None, yearly]}
    audit.record(actor=actor, verb="closure.created", obj=closure, changes=changes)
    return closure


@transaction.atomic
def update_closure(*, actor: User, closure_id: UUID, name: str, day: date, yearly: bool) -> Closure:
    """Change a holiday of the practice's own. Raises NotPermitted, ClosureKnown."""
    require(rules.can_keep_closures(actor))
    closure = Closure.objects.select_for_update().get(pk=closure_id, holiday="")
    values = {"name": " ".join(name.split()), "day": day, "yearly": yearly}
    _refuse_known(str(values["name"]), day, besides=[closure.pk])
    changes = audit.changed_fields(closure, values)
    if changes:
        for field, value in values.items():
            setattr(closure, field, value)
        closure.save(update_fields=[*values, "updated_at"])
        audit.record(actor=actor, verb="closure.updated", obj=closure, changes=changes)
    return closure


@transaction.atomic
def delete_closure(*, actor: User, closure_id: UUID) -> None:
    """Take a holiday off the list: the practice is open then, also in what the calendar shows of the past.

    Raises NotPermitted.
    """
    require(rules.can_keep_closures(actor))
    closure = Closure.objects.select_for_update().get(pk=closure_id)
    changes = {"name": [closure.name, ""], "day": [str(closure.day) if closure.day else None, None]}
    audit.record(actor=actor, verb="closure.deleted", obj=closure, changes=changes)
    closure.delete()


@transaction.atomic
def keep_federal_holidays(*, actor: User) -> list[Closure]:
    """Close on every federal holiday; those in the list stay as they are. Raises NotPermitted."""
    require(rules.can_keep_closures(actor))
    wanted = [Closure(name=each.label, holiday=each, yearly=True) for each in FederalHoliday]
    kept = set(Closure.objects.select_for_update().exclude(holiday="").values_list("holiday", flat=True))
    added = Closure.objects.bulk_create(
        [each for each in wanted if each.holiday not in kept], ignore_conflicts=True
    )
    for closure in added:
        audit.record(actor=actor, verb="closure.created", obj=closure, changes={"name": ["", closure.name]})
    return added


def _refuse_known(name: str, day: date, *, besides: Sequence[UUID] = ()) -> None:
    if Closure.objects.filter(name=name, day=day).exclude(pk__in=besides).exists():
        raise ClosureKnown
