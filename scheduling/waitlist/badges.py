"""How pages show who waits."""

from datetime import date

from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge, Tone
from scheduling.choices import Location
from scheduling.waitlist import matching
from scheduling.waitlist.choices import ClosedBecause, EntryState, OpenedBy, Urgency
from scheduling.waitlist.models import Opening, WaitlistEntry

TONES: dict[str, Tone] = {Urgency.URGENT: "danger", Urgency.SOON: "warning", Urgency.ROUTINE: "neutral"}


def urgency_badge(urgency: str) -> Badge:
    """The urgency in its colour."""
    return Badge(
        Urgency(urgency).label, TONES[urgency], "alert-triangle" if urgency == Urgency.URGENT else ""
    )


def state_badge(entry: WaitlistEntry, today: date) -> Badge:
    """What became of an entry."""
    if entry.state == EntryState.BOOKED:
        return Badge("Booked", "success", "calendar-check")
    if entry.state == EntryState.CLOSED:
        return Badge(ClosedBecause(entry.closed_because).label, "neutral", "x")
    return Badge("Waiting", "info", "clock") if entry.waits(today) else Badge("Expired", "neutral", "clock")


def hours_words(entry: WaitlistEntry) -> str:
    """`Mon, Wed 4:00 PM – 6:00 PM or Sat`."""
    return formatting.listed((matching.window_words(each) for each in entry.hours), "or") or "Any time"


def what_words(entry: WaitlistEntry) -> str:
    """`Individual therapy, 50 min, office or telehealth`."""
    places = formatting.listed((Location(each).label.lower() for each in entry.locations), "or")
    return ", ".join(part for part in (matching.wish_words(entry.types, entry.minutes), places) if part)


def whom_words(entry: WaitlistEntry) -> str:
    """`Dr. Ada Quill or Ben Quince`; of one whose clinicians are read already."""
    return formatting.listed((each.full_name for each in entry.clinicians.all()), "or") or "Any clinician"


def opened_words(opening: Opening) -> str:
    """`Cancelled, 11/23/2026 2:10 PM`."""
    at = formatting.instant(opening.opened_at, clock.zone())
    return f"{OpenedBy(opening.opened_by).label}, {at}"
