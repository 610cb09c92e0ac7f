"""What leaves: under a release that holds, or on a ground that is named; written before it leaves, and for good."""

import csv
import hashlib
import io
import shutil
import subprocess
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from documents.consents import withdrawing
from documents.disclosures import errors, releases, services
from documents.disclosures.choices import ACCOUNTED, DisclosureKind, Ground
from documents.disclosures.services import Leaving, Recipient
from documents.forms_data.consents import RELEASE
from documents.models import Disclosure
from mentalspace.core import clock, formatting
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent
from tests.documents.factories import ConsentFactory, DisclosureFactory, PacketRequestFactory

ANSWERS = {
    "release_to": "Dr. Pat Prescriber",
    "release_to_contact": "Fax 404 555 0188",
    "release_direction": "the_practice_may_tell_them",
    "release_what": ["treatment_plans", "medicines"],
    "release_part2": "not_included",
    "release_purpose": "coordination_of_care",
}
PLAN = Leaving(DisclosureKind.DOCUMENT, "Treatment plan", "fax")
COURT = Recipient(Ground.COURT, "Superior Court", purpose="File 26-1", reason="Order of the court")


@pytest.fixture
def release(cast):
    def make(days_ago=10, client=None, **fields):
        signed = clock.now() - timedelta(days=days_ago)
        answers = ANSWERS | fields.pop("answers", {})
        return ConsentFactory.create(
            request=PacketRequestFactory.create(client=client or cast.client),
            form_key=RELEASE, title="Release of information", answers=answers,
            settled_at=signed, signed_at=signed, **fields,
        )  # fmt: skip

    return make


def under(consent):
    return Recipient(Ground.RELEASE, release_id=consent.pk)


def record(cast, recipient, leaving=PLAN, actor=None, **rest):
    return services.record_disclosure(
        actor=actor or cast.therapist, client_id=cast.client.pk, leaving=leaving, recipient=recipient, **rest
    )


def shown(day):
    return formatting.date(day)


def test_a_release_is_read_in_the_words_that_were_signed(release):
    until = clock.today() + timedelta(days=30)
    found = releases.read(release(expires_on=until, answers={"release_records_from": "2026-01-02"}))
    assert (found.to, found.address, found.purpose, found.covers_everything) == (
        "Dr. Pat Prescriber", "Fax 404 555 0188", "Coordination of care", False,
    )  # fmt: skip
    assert found.words == (
        "Dr. Pat Prescriber · Treatment plans, Medicines, without records of treatment for substance use · "
        f"from 01/02/2026 · Coordination of care · until {shown(until)}"
    )


def test_what_leaves_under_a_release_takes_its_words_and_names_it(cast, release):
    consent = release()
    disclosure = record(cast, under(consent))
    assert (disclosure.recipient, disclosure.address, disclosure.purpose, disclosure.consent) == (
        "Dr. Pat Prescriber", "Fax 404 555 0188", "Coordination of care", consent,
    )  # fmt: skip
    assert (disclosure.disclosed_by, disclosure.is_accounted) == (cast.therapist.staff, False)
    event = AuditEvent.objects.get(verb="disclosure.recorded")
    assert (event.client_id, event.changes["ground"]) == (cast.client.pk, ["", "release"])
    assert "Prescriber" not in str(event.changes)


def test_a_release_that_does_not_hold_is_refused_with_the_day(cast, release):
    today = clock.today()
    yesterday = today - timedelta(days=1)
    withdrawn = release(withdrawn_at=clock.now(), withdrawn_on=today)
    cases = [
        (withdrawn, f"This release was withdrawn on {shown(today)}."),
        (release(expires_on=yesterday), f"This release ended on {shown(yesterday)}."),
        (
            release(answers={"release_direction": "they_may_tell_the_practice"}),
            "This release lets them tell the practice, and not the practice tell them.",
        ),
    ]
    for consent, said in cases:
        with pytest.raises(errors.ReleaseRefused) as refused:
            record(cast, under(consent))
        assert refused.value.message == said
    # On the day before it was withdrawn it held.
    assert record(cast, under(withdrawn), released_at=clock.now() - timedelta(days=2)).consent == withdrawn
    assert Disclosure.objects.count() == 1


def test_it_holds_on_its_last_day_and_from_its_signature_on(cast, release):
    consent = release(days_ago=3, expires_on=clock.today())
    assert record(cast, under(consent)).consent == consent
    with pytest.raises(errors.ReleaseRefused):
        record(cast, under(consent), released_at=clock.now() - timedelta(days=5))
    with pytest.raises(errors.GroundNeeded):
        record(cast, under(release(client=cast.other_client)))


def test_a_withdrawal_is_heeded_at_once(cast, release):
    consent = release()
    withdrawing.withdraw(actor=cast.front_desk, consent_id=consent.pk, day=clock.today(), reason="By letter.")
    with pytest.raises(errors.ReleaseRefused):
        record(cast, under(consent))


@pytest.mark.parametrize(
    ("recipient", "refusal"),
    [
        (Recipient("", "Court", purpose="File"), errors.GroundNeeded),
        (Recipient(Ground.RELEASE, "Court", purpose="File"), errors.GroundNeeded),
        (Recipient(Ground.COURT, "Court", purpose="File", reason=" "), errors.ReasonNeeded),
        (Recipient(Ground.COURT, purpose="File", reason="Order"), errors.RecipientNeeded),
        (Recipient(Ground.COURT, "Court", reason="Order"), errors.PurposeNeeded),
        (Recipient(Ground.INTERNAL), errors.PurposeNeeded),
    ],
)
def test_who_why_and_on_what_ground_must_be_said(cast, recipient, refusal):
    with pytest.raises(refusal):
        record(cast, recipient)
    assert not Disclosure.objects.exists()


def test_what_is_not_past_is_not_recorded(cast):
    with pytest.raises(errors.NotYet):
        record(cast, COURT, released_at=clock.now() + timedelta(hours=1))
    with pytest.raises(errors.WhatNeeded):
        record(cast, COURT, leaving=Leaving(DisclosureKind.LETTER, " "))


def test_the_client_needs_no_more_words(cast):
    own = record(cast, Recipient(Ground.CLIENT))
    assert (own.recipient, own.purpose) == ("Clara Cole", "At the client’s own request")


def test_who_serves_the_client_records_and_nobody_else(cast):
    for actor in (cast.admin, cast.front_desk, cast.therapist, cast.supervisor):
        record(cast, COURT, actor=actor)
    for actor in (cast.biller, cast.stranger, cast.associate):
        with pytest.raises(NotPermitted):
            record(cast, COURT, actor=actor)


def test_a_row_stays_and_a_mistake_is_marked_once(cast):
    disclosure = record(cast, COURT)
    rows = Disclosure.objects.filter(pk=disclosure.pk)
    for change in (lambda: rows.update(ground=Ground.TREATMENT), rows.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(errors.VoidReasonNeeded):
        services.void_disclosure(actor=cast.therapist, disclosure_id=disclosure.pk, reason=" ")
    services.void_disclosure(actor=cast.therapist, disclosure_id=disclosure.pk, reason="Recorded twice.")
    with pytest.raises(errors.TakenBack):
        services.void_disclosure(actor=cast.therapist, disclosure_id=disclosure.pk, reason="Again.")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(voided_at=None, voided_by=None, void_reason="")
    assert rows.get().void_reason == "Recorded twice."
    assert AuditEvent.objects.filter(verb="disclosure.voided", client_id=cast.client.pk).count() == 1


# --- Exports -----------------------------------------------------------------------------------------------------


def export(client, cast, **posted):
    client.force_login(cast.admin)
    url = reverse("documents:chart_export", args=[cast.client.pk])
    return client.post(url, {"form": "zip", "drafts": "on", "with_files": "on", **posted})


def test_an_export_is_a_disclosure_with_the_digest_of_the_file(client, cast, release):
    consent = release(answers={"release_what": ["whole_record"]})
    answer = export(client, cast, to="other", release=str(consent.pk))
    assert answer.status_code == 200
    disclosure = Disclosure.objects.get()
    assert (disclosure.kind, disclosure.consent, disclosure.recipient, disclosure.digest) == (
        "whole_chart", consent, "Dr. Pat Prescriber", hashlib.sha256(answer.getvalue()).hexdigest(),
    )  # fmt: skip
    event = AuditEvent.objects.get(verb="chart.exported")
    assert event.changes["ground"] == ["", "release"]


def test_an_export_to_others_without_a_release_is_refused(client, cast, release):
    ended = release(withdrawn_at=clock.now(), withdrawn_on=clock.today())
    narrow = release()
    cases = [
        ({"to": "other"}, "Choose a release in force"),
        ({}, "Choose one."),
        ({"to": "other", "release": str(ended.pk)}, f"This release was withdrawn on {shown(clock.today())}."),
        ({"to": "other", "release": str(narrow.pk)}, "does not cover the whole record"),
        ({"to": "other", "release": str(narrow.pk), "ground": "court"}, "either a release or a ground"),
        ({"to": "other", "ground": "court", "recipient": "Court", "purpose": "File"}, "why it is disclosed"),
    ]
    for posted, said in cases:
        answer = export(client, cast, **posted)
        assert (answer.status_code, said in answer.content.decode()) == (422, True), posted
    assert not Disclosure.objects.exists()
    assert not AuditEvent.objects.filter(verb="chart.exported").exists()
    part = export(client, cast, to="other", release=str(narrow.pk), kinds=["treatment_plan"])
    assert (part.status_code, Disclosure.objects.get().kind) == (200, "chart_part")
    offered = client.get(reverse("documents:chart_export", args=[cast.client.pk])).content.decode()
    assert (str(narrow.pk) in offered, str(ended.pk) in offered) == (True, False)


def test_an_export_on_another_ground_says_which(client, cast):
    posted = {
        "to": "other",
        "ground": "court",
        "recipient": "Court",
        "purpose": "File 26-1",
        "reason": "Order",
    }
    assert export(client, cast, **posted).status_code == 200
    assert export(client, cast, to="internal", purpose="Peer review").status_code == 200
    grounds = Disclosure.objects.order_by("recorded_at").values_list("ground", flat=True)
    assert list(grounds) == ["court", "internal"]


# --- Pages -------------------------------------------------------------------------------------------------------


def test_a_call_is_recorded_in_the_browser(client, cast, release):
    consent = release()
    client.force_login(cast.front_desk)
    url = reverse("documents:disclosure_create", args=[cast.client.pk])
    assert "Dr. Pat Prescriber" in client.get(url).content.decode()
    posted = {
        "day": f"{clock.today():%m/%d/%Y}", "time": "12:00 AM", "kind": "spoken", "way": "telephone",
        "what": "Call about the plan", "to": "other", "release": str(consent.pk),
    }  # fmt: skip
    answer = client.post(url, posted)
    assert answer["Location"] == reverse("documents:disclosure_account", args=[cast.client.pk])
    page = client.get(answer["Location"]).content.decode()
    assert ("Call about the plan" in page, "Dr. Pat Prescriber" in page) == (True, True)
    release_page = client.get(reverse("documents:consent_detail", args=[consent.pk])).content.decode()
    assert "Call about the plan" in release_page
    assert client.post(url, posted | {"to": "internal"}).status_code == 422


def test_the_account_is_of_six_years_and_of_what_stands(client, cast):
    made = {"client": cast.client, "disclosed_by": cast.front_desk.staff}
    DisclosureFactory.create(**made, recipient="New Court")
    DisclosureFactory.create(**made, recipient="Old Court", released_at=clock.now() - timedelta(days=2200))
    DisclosureFactory.create(**made, recipient="Own hands", ground=Ground.CLIENT, reason="")
    DisclosureFactory.create(**made, recipient="Peer review", ground=Ground.INTERNAL, reason="")
    DisclosureFactory.create(
        **made,
        recipient="Nobody",
        voided_at=clock.now(),
        voided_by=cast.front_desk.staff,
        void_reason="Twice.",
    )
    DisclosureFactory.create(client=cast.other_client, recipient="Elsewhere")
    client.force_login(cast.front_desk)
    url = reverse("documents:disclosure_account", args=[cast.client.pk])

    def said(**asked):
        answer = client.get(url, {**asked, "format": "csv"})
        rows = csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")))
        return sorted(row["To whom"] for row in rows)

    assert said() == ["New Court", "Own hands"]
    assert said(period="") == ["New Court", "Old Court", "Own hands"]
    assert said(which="accounting") == ["New Court"]
    assert said(which="internal") == ["Peer review"]
    assert said(state="all") == ["New Court", "Nobody", "Own hands"]
    assert said(q="court") == ["New Court"]


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="needs pdftotext to read the paper")
def test_the_paper_for_the_client_says_what_the_list_shows(client, cast, tmp_path):
    made = {"client": cast.client, "disclosed_by": cast.front_desk.staff}
    DisclosureFactory.create(**made)
    DisclosureFactory.create(**made, recipient="Own hands", ground=Ground.CLIENT, reason="")
    client.force_login(cast.therapist)
    url = reverse("documents:disclosure_account_pdf", args=[cast.client.pk])
    (tmp_path / "a.pdf").write_bytes(client.get(url, {"which": "accounting"}).content)
    told = subprocess.run(["pdftotext", "-layout", tmp_path / "a.pdf", "-"], capture_output=True, check=True)
    text = told.stdout.decode()
    for words in (
        "Accounting of disclosures",
        "Clara Cole",
        "Superior Court",
        "File 26-1234",
        "Last six years",
    ):
        assert words in text
    assert "Own hands" not in text
    event = AuditEvent.objects.get(verb="disclosures.printed")
    assert event.client_id == cast.client.pk


def test_administrators_find_those_of_all_clients(client, cast):
    DisclosureFactory.create(client=cast.client)
    DisclosureFactory.create(client=cast.other_client, recipient="Elsewhere")
    client.force_login(cast.admin)
    url = reverse("documents:disclosure_list")
    page = client.get(url, {"q": "Otto"}).content.decode()
    assert ("Elsewhere" in page, "Superior Court" in page) == (True, False)
    for actor in (cast.therapist, cast.supervisor, cast.front_desk, cast.biller):
        client.force_login(actor)
        assert client.get(url).status_code == 403


def test_one_disclosure_is_read_and_marked_in_error(client, cast):
    disclosure = DisclosureFactory.create(client=cast.client)
    client.force_login(cast.therapist)
    url = reverse("documents:disclosure_detail", args=[disclosure.pk])
    assert "Order of the court" in client.get(url).content.decode()
    client.post(reverse("documents:disclosure_void", args=[disclosure.pk]), {"reason": "Recorded twice."})
    assert "Recorded twice." in client.get(url).content.decode()
    client.force_login(cast.stranger)
    assert client.get(url).status_code == 404


def test_every_ground_is_one_that_the_law_asks_about_or_exempts():
    exempt = {"release", "client", "internal", "treatment", "payment", "operations", "emergency", "involved"}
    assert {ground.value for ground in Ground} == exempt | {ground.value for ground in ACCOUNTED}
