"""The pieces that pages about people who sign in share: badges and timelines."""

from collections.abc import Iterable

from accounts import queries
from accounts.choices import Role
from accounts.models import User
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, TimelineEntry, Tone
from mentalspace.core.models import AuditEvent

# What happened, its icon and its tone.
HAPPENINGS: dict[str, tuple[str, str, Tone]] = {
    "user.created": ("Account created", "user-plus", "accent"),
    "user.updated": ("Address or roles changed", "edit", "info"),
    "user.disabled": ("Sign-in disabled", "ban", "danger"),
    "user.enabled": ("Sign-in enabled", "user-check", "success"),
    "user.reset_requested": ("Password link asked for", "key", "neutral"),
    "user.reset_link_sent": ("Password link sent", "mail-forward", "neutral"),
    "user.password_changed": ("Password changed", "password", "info"),
    "user.password_reset": ("Password set by mailed link", "password", "info"),
    "user.signed_in": ("Signed in", "login", "success"),
    "user.signed_out": ("Signed out", "logout", "neutral"),
    "user.sign_in_refused": ("Sign-in refused", "shield-exclamation", "warning"),
}


def role_badges(user: User) -> list[Badge]:
    """The main role first, then the others in the usual order."""
    further = [role for role in Role.values if role in user.further_roles]
    return [Badge(Role(user.role).label, "accent"), *(Badge(Role(role).label) for role in further)]


def active_badge(user: User) -> Badge:
    """Whether somebody may sign in."""
    return Badge("Active", "success") if user.is_active else Badge("Disabled", "danger", "ban")


def history_entries(events: Iterable[AuditEvent]) -> list[TimelineEntry]:
    """Events with what changed and who did it, on the practice's clocks."""
    zone = clock.zone()
    return [_entry(event, formatting.instant(event.at, zone), changes=True) for event in events]


def sign_in_entries(events: Iterable[AuditEvent]) -> list[TimelineEntry]:
    """Events with the address they came from."""
    zone = clock.zone()
    return [_entry(event, formatting.instant(event.at, zone), changes=False) for event in events]


def _entry(event: AuditEvent, when: str, *, changes: bool) -> TimelineEntry:
    title, icon, tone = HAPPENINGS.get(event.verb, (event.verb, "point", "neutral"))
    actor = queries.name_of(event.actor) if changes and event.actor else ""
    return TimelineEntry(
        when=when,
        title=title,
        text=_changes(event) if changes else (f"From {event.address}" if event.address else ""),
        actor=actor,
        icon=icon,
        tone=tone,
    )


def _changes(event: AuditEvent) -> str:
    """`Main role: Therapist → Supervisor`, for a changed account."""
    if event.verb != "user.updated":
        return ""
    labels = {"email": "E-mail", "role": "Main role", "further_roles": "Further roles"}
    parts = [
        f"{labels[name]}: {_said(before)} → {_said(after)}"
        for name, (before, after) in event.changes.items()
        if name in labels
    ]
    return "; ".join(parts)


def _said(value: object) -> str:
    """A stored value in words."""
    if isinstance(value, list):
        return formatting.listed(_said(each) for each in value) or "none"
    text = str(value or "none")
    return Role(text).label if text in Role.values else text
