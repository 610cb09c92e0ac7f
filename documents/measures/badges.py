"""States of measures and of links, in a word and a tone."""

from documents.models import Measure, MeasureLink
from mentalspace.core.cells import Badge


def measure_badges(measure: Measure) -> list[Badge]:
    """Band; whether it counts; whether somebody must respond."""
    outcome = measure.outcome
    made = [Badge(outcome.band, outcome.tone)]
    if measure.is_open_risk:
        made.append(Badge("Response needed", "danger", "alert-triangle"))
    if measure.voided_at:
        made.append(Badge("Entered in error", "neutral", "x"))
    return made


def link_badge(link: MeasureLink) -> Badge:
    """Of a link that was sent."""
    if link.answered_at:
        return Badge("Answered", "success", "check")
    if link.revoked_at:
        return Badge("Taken back", "neutral", "x")
    return (
        Badge("Open", "info", "clock") if link.is_open else Badge("Expired", "warning", "clock-exclamation")
    )
