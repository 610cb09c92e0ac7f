"""The pieces that pages about people who sign in share: badges and timelines."""

from collections.abc import Iterable
from dataclasses import dataclass

from allauth.mfa.models import Authenticator

from accounts import queries
from accounts.choices import Role
from accounts.models import Session, User
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
    "user.invited": ("Invitation sent", "mail-forward", "accent"),
    "user.invitation_revoked": ("Invitation revoked", "ban", "warning"),
    "user.second_factor_added": ("Second factor added", "shield-check", "success"),
    "user.second_factor_removed": ("Second factor removed", "shield-exclamation", "warning"),
    "user.second_factors_reset": ("Second factors reset", "shield-exclamation", "danger"),
    "user.recovery_codes_made": ("New recovery codes made", "key", "info"),
    "user.second_factor_refused": ("Second factor refused", "shield-exclamation", "warning"),
    "user.session_ended": ("Session ended", "logout", "neutral"),
    "user.sessions_ended": ("Other sessions ended", "logout", "neutral"),
    "user.sign_in_limited": ("Too many tries to sign in", "shield-exclamation", "danger"),
    "user.refusals_not_noted": ("Many more refusals", "shield-exclamation", "danger"),
    "user.sign_in_refused": ("Sign-in refused", "shield-exclamation", "warning"),
}


def role_badges(user: User) -> list[Badge]:
    """The main role first, then the others in the usual order."""
    further = [role for role in Role.values if role in user.further_roles]
    return [Badge(Role(user.role).label, "accent"), *(Badge(Role(role).label) for role in further)]


def active_badge(user: User) -> Badge:
    """Whether somebody may sign in, and how far their invitation is."""
    if not user.is_active:
        return Badge("Disabled", "danger", "ban")
    if user.has_usable_password():
        return Badge("Active", "success")
    if user.reset_expire is None:
        return Badge("Not invited", "neutral")
    expired = user.reset_expire <= clock.now()
    return Badge("Invitation expired", "warning") if expired else Badge("Invited", "accent")


def invitation_words(user: User) -> str:
    """Until when the invitation of somebody without a password is good; empty for everybody else."""
    if user.has_usable_password():
        return ""
    if user.reset_expire is None:
        return "Not sent, or revoked"
    when = formatting.instant(user.reset_expire, clock.zone())
    return f"Expired {when}" if user.reset_expire <= clock.now() else f"Good until {when}"


@dataclass(frozen=True)
class SessionRow:
    """A browser that somebody is signed in with, in words."""

    key: str
    device: str
    address: str
    started: str
    last_used: str
    is_this: bool


@dataclass(frozen=True)
class FactorRow:
    """One of somebody's second factors, in words."""

    pk: int
    name: str
    icon: str
    added: str
    last_used: str
    removable: bool


def session_rows(sessions: Iterable[Session], this: str) -> list[SessionRow]:
    """This browser first."""
    zone = clock.zone()
    rows = [
        SessionRow(
            each.session_key,
            each.device or "Unknown browser",
            each.address or "",
            formatting.instant(each.started_at, zone),
            formatting.instant(each.last_used_at, zone),
            each.session_key == this,
        )
        for each in sessions
    ]
    return sorted(rows, key=lambda row: not row.is_this)


def factor_rows(factors: Iterable[Authenticator], *, removable: bool) -> list[FactorRow]:
    """Passkeys by the names their owner gave them."""
    zone = clock.zone()
    return [
        FactorRow(
            each.pk,
            f"Passkey: {each.wrap().name}" if each.type == each.Type.WEBAUTHN else "Authenticator app",
            "fingerprint" if each.type == each.Type.WEBAUTHN else "device-mobile",
            formatting.instant(each.created_at, zone),
            formatting.instant(each.last_used_at, zone),
            removable,
        )
        for each in factors
    ]


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
    """`Main role: Therapist → Supervisor` for a changed account; which second factor."""
    if "second_factor" in event.changes:
        return str(event.changes["second_factor"][1]).capitalize()
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
