"""A stale form beside what stands: clashes in words, and the form filled with what only the other person changed."""

from typing import Any

from clients.forms import DemographicsForm
from clients.models import Client
from clients.queries.conflicts import Merge, merge_edit
from clients.queries.history import actor_name
from mentalspace.core import clock, formatting


def merged_form(
    client: Client, form: DemographicsForm, version: int
) -> tuple[DemographicsForm, dict[str, Any]]:
    """The form over the version that stands now, and the template's `merge`.

    What the person did not touch takes over what was saved; what both changed stays as typed and is listed, so that
    nothing is lost and nothing is overwritten unseen.
    """
    client.refresh_from_db()
    merge = merge_edit(client, version, form.facts())
    data = form.data.copy()
    data["version"] = str(client.version)
    for name, value in merge.taken_over.items():
        field = name.removeprefix("address.")
        if isinstance(value, bool):
            data.pop(field, None)
            if value:
                data[field] = "on"
        else:
            data[field] = _as_typed(form, field, value)
    return DemographicsForm(data, initial=DemographicsForm.initial_of(client)), _in_words(form, merge)


def _in_words(form: DemographicsForm, merge: Merge) -> dict[str, Any]:
    zone = clock.zone()
    return {
        "by": actor_name(merge.changed_by) if merge.changed_by else "",
        "at": formatting.instant(merge.changed_at, zone),
        "clashes": [
            {
                "label": form.fields[name].label or name.replace("_", " ").capitalize(),
                "target": f"id_{name}",
                "saved": _shown(form, name, clash.saved),
                "mine": _shown(form, name, clash.mine),
            }
            for clash in merge.clashes
            for name in [clash.field.removeprefix("address.")]
        ],
        "taken": [
            form.fields[name].label or name.replace("_", " ").capitalize()
            for name in (taken.removeprefix("address.") for taken in merge.taken_over)
        ],
    }


def _as_typed(form: DemographicsForm, name: str, value: str) -> str:
    field = form.fields[name]
    return str(field.prepare_value(field.to_python(value)) or "") if value else ""


def _shown(form: DemographicsForm, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    choices = dict(getattr(form.fields[name], "choices", []))
    return str(choices.get(value) or _as_typed(form, name, value) or "Empty")
