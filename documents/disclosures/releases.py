"""What a signed release of information allows: the one place that reads its answers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clients.models import Client
from documents.answers.reading import shown
from documents.designs import catalogue
from documents.forms_data.consents import RELEASE
from documents.models import Consent
from mentalspace.core import clock, formatting

# As the form's choices are stored.
INWARD = "they_may_tell_the_practice"
WHOLE = "whole_record"
WITH_PART_2 = "included"


@dataclass(frozen=True, slots=True)
class Release:
    """A release in words; empty where the client, or the practice's own form, said nothing."""

    consent: Consent
    to: str
    address: str
    what: str
    days: str
    purpose: str
    event: str

    @property
    def words(self) -> str:
        """As one chooses it: to whom, what, why, how long."""
        until = formatting.date(self.consent.expires_on) if self.consent.expires_on else "it is withdrawn"
        lasts = f"until {until}" + (f", or: {self.event}" if self.event else "")
        return " · ".join(
            part
            for part in (self.to or self.consent.title, self.what, self.days, self.purpose, lasts)
            if part
        )

    @property
    def covers_everything(self) -> bool:
        return WHOLE in self.consent.answers.get("release_what", [])


def read(consent: Consent) -> Release:
    """Of the form in the version that was signed."""
    form = catalogue.definition(consent.form_key, consent.form_version)
    questions = {field.key: field for field in form.fields()} if form else {}
    answers = consent.answers

    def said(key: str) -> str:
        value = answers.get(key)
        return shown(questions[key], value, answers) if value and key in questions else ""

    part2 = "with" if answers.get("release_part2") == WITH_PART_2 else "without"
    first, last = said("release_records_from"), said("release_records_to")
    return Release(
        consent=consent,
        to=said("release_to"),
        address=said("release_to_contact"),
        what=f"{said('release_what')}, {part2} records of treatment for substance use",
        days=" ".join(
            [*(["from", first] if first else []), *(["until", last] if last else [])],
        ),
        purpose=said("release_purpose"),
        event=said("release_event"),
    )


def refusal(consent: Consent, day: date) -> str:
    """Why nothing may be disclosed under it on this day, in a sentence that says since when; empty where it may."""
    if (
        consent.form_key != RELEASE
        or consent.signed_at is None
        or clock.local(consent.signed_at).date() > day
    ):
        return f"This release was not signed by all who had to on {formatting.date(day)}."
    if consent.withdrawn_on and consent.withdrawn_on <= day:
        return f"This release was withdrawn on {formatting.date(consent.withdrawn_on)}."
    if consent.expires_on and consent.expires_on < day:
        return f"This release ended on {formatting.date(consent.expires_on)}."
    if consent.answers.get("release_direction") == INWARD:
        return "This release lets them tell the practice, and not the practice tell them."
    return ""


def signed(client: Client) -> list[Release]:
    """All that were ever signed, the latest first. A query, one for the key, and one where a form is new to us."""
    rows = Consent.objects.filter(client=client, form_key=RELEASE, signed_at__isnull=False)
    return [read(consent) for consent in rows.order_by("-signed_at", "pk")]


def in_force(found: Iterable[Release]) -> list[Release]:
    """Those of them under which something may be disclosed today."""
    today = clock.today()
    return [release for release in found if not refusal(release.consent, today)]
