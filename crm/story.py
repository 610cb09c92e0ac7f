"""A lead's story, told from what was done and which stages it came through."""

from crm import queries
from crm.choices import ActivityKind, ActivityOutcome, LeadStatus
from crm.models import Lead, LeadActivity, LeadStatusChange
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, TimelineEntry, Tone

ICONS = {
    ActivityKind.CALL: "phone-call",
    ActivityKind.EMAIL: "mail",
    ActivityKind.TEXT: "message",
    ActivityKind.MEETING: "users",
}
OUTCOMES: dict[str, Tone] = {
    ActivityOutcome.REACHED: "success",
    ActivityOutcome.NO_ANSWER: "warning",
    ActivityOutcome.FOLLOW_UP: "info",
    ActivityOutcome.DECLINED: "danger",
}


def story(lead: Lead) -> list[TimelineEntry]:
    """Everything that happened, newest first. Two statements."""
    told = [(activity.happened_at, _activity(activity)) for activity in queries.activities(lead)]
    told += [(change.changed_at, _change(change)) for change in queries.status_changes(lead)]
    told.sort(key=lambda pair: pair[0], reverse=True)
    return [*(entry for _, entry in told), _beginning(lead)]


def _activity(activity: LeadActivity) -> TimelineEntry:
    return TimelineEntry(
        when=formatting.instant(activity.happened_at, clock.zone()),
        title=activity.get_kind_display(),
        text=activity.note,
        actor=activity.by.full_name if activity.by else "",
        icon=ICONS[ActivityKind(activity.kind)],
        tone="accent",
        badge=Badge(activity.get_outcome_display(), OUTCOMES[activity.outcome]),
    )


def _change(change: LeadStatusChange) -> TimelineEntry:
    tones: dict[str, Tone] = {LeadStatus.CONVERTED: "success", LeadStatus.LOST: "warning"}
    reason = change.get_reason_display() if change.reason else ""
    return TimelineEntry(
        when=formatting.instant(change.changed_at, clock.zone()),
        title=_title(change),
        text=": ".join(part for part in (reason, change.note) if part),
        actor=change.changed_by.full_name if change.changed_by else "",
        icon={LeadStatus.CONVERTED: "user-check", LeadStatus.LOST: "circle-x"}.get(
            LeadStatus(change.to_status), "arrow-right"
        ),
        tone=tones.get(change.to_status, "neutral"),
    )


def _title(change: LeadStatusChange) -> str:
    if change.to_status == LeadStatus.CONVERTED:
        return "Became a client"
    if change.to_status == LeadStatus.LOST:
        return "Marked lost"
    if change.from_status == LeadStatus.LOST:
        return f"Reopened at {change.get_to_status_display().lower()}"
    return f"{change.get_from_status_display()} to {change.get_to_status_display().lower()}"


def _beginning(lead: Lead) -> TimelineEntry:
    return TimelineEntry(
        when=formatting.instant(lead.created_at, clock.zone()),
        title="Inquiry came in",
        actor=lead.created_by.full_name if lead.created_by else "",
        icon="address-book",
    )
