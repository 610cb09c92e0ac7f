"""The practice's own settings: every deadline, fee, interval and threshold is a default here, never a constant.

An app declares its settings as a frozen pydantic model in its `defaults.py`:

    @practice.section("notes", "Notes")
    class NoteDefaults(practice.Section):
        due_days: int = Field(3, ge=0, le=60, title="Note due", description="Days after the session.")

and reads them with `practice.get(NoteDefaults).due_days`. Administrators change them on the settings page, which is
made from the declarations. What is not stored has its default. One query loads all sections, once per request.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator


class Section(BaseModel):
    """A group of settings that belong to one app."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    slug: ClassVar[str] = ""
    label: ClassVar[str] = ""


@dataclass(frozen=True, slots=True)
class ChosenFrom:
    """What a text, or each of a list, is chosen from, as (value, label); asked when the page of settings is shown.

        types: Annotated[list[str], practice.ChosenFrom(lambda: Type.choices)] = Field(…)

    Stored values that are no longer among them stay until somebody saves the section.
    """

    choices: Callable[[], Sequence[tuple[str, str]]]


S = TypeVar("S", bound=Section)
sections: dict[str, type[Section]] = {}
_loaded: ContextVar[dict[str, dict[str, Any]] | None] = ContextVar("practice_settings", default=None)


def section(slug: str, label: str) -> Callable[[type[S]], type[S]]:
    """Register a class of settings under a short name."""

    def register(cls: type[S]) -> type[S]:
        cls.slug, cls.label = slug, label
        sections[slug] = cls
        return cls

    return register


def get(cls: type[S]) -> S:
    """The practice's settings of this section. Stored values that no longer fit fall back to the defaults."""
    stored = _stored().get(cls.slug, {})
    try:
        return cls.model_validate(stored)
    except ValidationError as error:
        faulty = {fault["loc"][0] for fault in error.errors() if fault["loc"]}
        return cls.model_validate({key: value for key, value in stored.items() if key not in faulty})


def save(value: Section, *, changed_by_id: Any = None) -> None:
    """Store one section."""
    from mentalspace.core.models import PracticeSetting

    PracticeSetting.objects.update_or_create(
        section=value.slug, defaults={"values": value.model_dump(mode="json"), "changed_by_id": changed_by_id}
    )
    loaded = _loaded.get()
    if loaded is not None:
        loaded.clear()


@contextmanager
def loaded() -> Iterator[None]:
    """Read the settings at most once inside this block (a request, a command)."""
    token = _loaded.set({})
    try:
        yield
    finally:
        _loaded.reset(token)


def _stored() -> dict[str, dict[str, Any]]:
    from mentalspace.core.models import PracticeSetting

    held = _loaded.get()
    if held:
        return held
    rows = dict(PracticeSetting.objects.values_list("section", "values"))
    if held is not None:
        held.update(rows or {"": {}})
    return rows


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones. Gathered from hundreds of files, 5 ms, and every `clock.today()` checks one."""
    return frozenset(available_timezones())


@section("practice", "Practice")
class PracticeProfile(Section):
    """Who the practice is: on invoices, letters and the sign-in page."""

    name: str = Field("MentalSpace Practice", min_length=1, max_length=120, title="Name")
    street: str = Field("", max_length=120, title="Street")
    city: str = Field("", max_length=80, title="City")
    state: str = Field("GA", max_length=2, title="State")
    zip_code: str = Field("", max_length=10, title="ZIP code")
    phone: str = Field("", max_length=20, title="Phone")
    email: str = Field("", max_length=255, title="E-mail")
    npi: str = Field("", max_length=10, title="Group NPI")
    ein: str = Field("", max_length=10, title="EIN")
    time_zone: str = Field("America/New_York", title="Time zone")

    @field_validator("time_zone")
    @classmethod
    def known_zone(cls, value: str) -> str:
        if value not in time_zones():
            raise ValueError(f"“{value}” is not a known time zone.")
        return value
