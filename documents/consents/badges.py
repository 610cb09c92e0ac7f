"""States of consents and of what was sent, in a word and a tone."""

from documents.models import Consent, PacketRequest
from mentalspace.core import clock, formatting
from mentalspace.core.cells import Badge


def consent_badge(consent: Consent, request: PacketRequest) -> Badge:
    """The state of one form; `request` with its signers, and the form with its signatures."""
    if consent.declined_at:
        return Badge("Declined", "danger", "x")
    if consent.withdrawn_at:
        return Badge("Withdrawn", "danger", "x")
    if consent.signed_at:
        return _signed(consent)
    if request.revoked_at:
        return Badge("Taken back", "neutral", "x")
    signers, signed = list(request.signers.all()), len(consent.signatures.all())
    if signed:
        return Badge(f"{signed} of {len(signers)} signed", "warning", "signature")
    if any(each.opened_at for each in signers):
        return Badge("Opened", "info", "eye")
    if not any(each.token_hash for each in signers):
        return Badge("To send", "neutral", "clock")
    if not any(each.link_works for each in signers):
        return Badge("Link expired", "warning", "clock-exclamation")
    return Badge("Sent", "info", "mail-forward")


def _signed(consent: Consent) -> Badge:
    today = clock.today()
    if consent.holds_on(today):
        return Badge("Signed", "success", "check")
    return Badge(f"Expired {formatting.date(consent.expires_on)}", "danger", "clock-exclamation")
