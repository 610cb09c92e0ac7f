"""Consents of the demo's clients: signed, missing, expiring, expired, withdrawn, declined, sent and waiting; renewals
that were asked for by mail; a minor with two parents; releases of information in force and revoked, and what was
disclosed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from clients.models import Client
from documents.client_links import hash_of
from documents.consents import sealing, wording
from documents.consents.choices import Relation, Unsent
from documents.disclosures.choices import DisclosureKind, DisclosureWay, Ground
from documents.models import Consent, ConsentSignature, Disclosure, PacketRequest, PacketSigner
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People

# Links that a demo shows: invented, and published as its password is.
LINK = "demo-forms-{}"
PHONE = "(404) 555-0134"
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"
NOTICE = {"notice_received": "i_received_it", "contact_ways": ["text", "e_mail"]}
ADULT: dict[str, tuple[int, dict[str, Any]]] = {
    "consent_treatment": (
        12, {"emergency_name": "Robin Example", "emergency_phone": PHONE, "emergency_relationship": "Sister"},
    ),
    "privacy_receipt": (0, NOTICE),
    "financial_agreement": (12, {"paying": "insurance"}),
}  # fmt: skip
MINOR: dict[str, tuple[int, dict[str, Any]]] = {
    "guardian_consent": (
        12,
        {"custody": "both_parents_together", "custody_order": "no", "pick_up": "Either parent", "guardian_phone": PHONE},
    ),
    "privacy_receipt": (0, NOTICE),
    "financial_agreement": (12, {"paying": "insurance"}),
}  # fmt: skip
TELEHEALTH = {"telehealth_place": "At home", "telehealth_phone": PHONE, "telehealth_private": "yes"}
RELEASE = {
    "release_to": "Dr. Pat Prescriber, Imaginary Family Medicine",
    "release_to_contact": "Fax (404) 555-0188",
    "release_direction": "both_may_tell_each_other",
    "release_what": ["assessments_and_diagnoses", "medicines", "treatment_plans"],
    "release_part2": "not_included",
    "release_purpose": "coordination_of_care",
}
Asked = dict[str, tuple[int, dict[str, Any]]]


class Desk:
    """Gathers what was asked for and signed, to be stored at once."""

    def __init__(self, make: Maker, people: People) -> None:
        self.make, self.by = make, people.staff["frontdesk"]
        self.requests: list[PacketRequest] = []
        self.signers: list[PacketSigner] = []
        self.consents: list[Consent] = []
        self.signatures: list[ConsentSignature] = []

    def ask(
        self, client: Client, name: str, asked: Asked, at: datetime, signers: Sequence[tuple[str, str]] = ()
    ) -> tuple[list[Consent], list[PacketSigner]]:
        """A packet for a client, who signs unless others are named."""
        request = PacketRequest(id=self.make.id(), client=client, name=name, asked_by=self.by)
        self.requests.append(dated(request, at))
        people = signers or [(client.legal_name, Relation.CLIENT)]
        named = [
            dated(
                PacketSigner(
                    id=self.make.id(), request=request, name=who, relation=relation, email=_address(client, who),
                    token_hash=hash_of(f"{self.make.id()}"), expires_at=at + timedelta(days=14), sent_at=at,
                ),
                at,
            )
            for who, relation in people
        ]  # fmt: skip
        consents = []
        for place, (key, (months, answers)) in enumerate(asked.items()):
            form = self.make.forms.get(key)
            assert form is not None  # noqa: S101 - the forms ship with the project
            consents.append(
                dated(
                    Consent(
                        id=self.make.id(), request=request, client=client, form_key=key, form_version=form.version,
                        title=form.title, position=place, months=months, answers=answers,
                    ),
                    at,
                )
            )  # fmt: skip
        self.signers += named
        self.consents += consents
        return consents, named

    def settle(self, consent: Consent, at: datetime) -> None:
        """The text as the first signer signs it."""
        form = self.make.forms.get(consent.form_key)
        assert form is not None  # noqa: S101
        consent.content = wording.content_of(wording.filled(form, consent.client), consent.answers)
        consent.settled_at = at

    def sign(self, consents: Sequence[Consent], signers: Sequence[PacketSigner], at: datetime) -> None:
        """All of them sign, a few minutes apart."""
        for consent in consents:
            self.settle(consent, at)
            consent.signed_at = at
            if consent.months:
                consent.expires_on = self.make.day(at) + relativedelta(months=consent.months, days=-1)
            for place, signer in enumerate(signers):
                signer.opened_at = at
                self.sign_one(consent, signer, at + timedelta(minutes=7 * place))
            consent.request.finished_at = at

    def sign_one(self, consent: Consent, signer: PacketSigner, at: datetime) -> None:
        """One signature, sealed."""
        signature = ConsentSignature(
            consent=consent, signer=signer, name=signer.name, relation=signer.relation, signed_at=at,
            address="198.51.100.7", user_agent=AGENT,
        )  # fmt: skip
        sealing.seal(consent, signature)
        self.signatures.append(signature)

    def store(self) -> None:
        for rows in (self.requests, self.signers, self.consents, self.signatures):
            store(rows)


def make_consents(make: Maker, people: People) -> None:
    """Most clients have everything; the first dozen show each state that there is."""
    desk = Desk(make, people)
    # The last one is the minor.
    for place, client in enumerate(people.active[:-1]):
        if place % 9 == 5:
            continue
        age = {2: 420, 6: 350}.get(place % 9, 40 + 7 * (place % 20))
        at = make.days_ago(age)
        asked = {key: each for key, each in ADULT.items() if place % 9 != 7 or key != "financial_agreement"}
        consents, signers = desk.ask(client, "New adult client", asked, at)
        desk.sign(consents, signers, make.next_working(at + timedelta(hours=3)))
        if place % 3 == 0:
            consents, signers = desk.ask(client, "Telehealth", {"consent_telehealth": (12, TELEHEALTH)}, at)
            desk.sign(consents, signers, make.next_working(at + timedelta(hours=4)))
            if place == 3:
                consents[0].withdrawn_on, consents[0].withdrawn_at = (
                    make.today - timedelta(days=9),
                    make.days_ago(9),
                )
                consents[0].withdrawn_by, consents[0].withdrawal = desk.by, "By the client, by telephone."
    released = _releases(make, people, desk)
    _renewals(make, people, desk)
    _waiting(make, people, desk)
    _minor(make, people, desk)
    desk.store()
    _disclosures(make, people, desk, released)


def _releases(make: Maker, people: People, desk: Desk) -> list[Consent]:
    """One in force with each of the first clients; the second one's was revoked."""
    found = []
    for place, client in enumerate(people.active[:4]):
        at = make.days_ago(60 + place)
        consents, signers = desk.ask(
            client, "Release of information", {"release_of_information": (12, RELEASE)}, at
        )
        desk.sign(consents, signers, make.next_working(at + timedelta(hours=2)))
        if place == 1:
            consents[0].withdrawn_on, consents[0].withdrawn_at = (
                make.today - timedelta(days=20),
                make.days_ago(20),
            )
            consents[0].withdrawn_by, consents[0].withdrawal = desk.by, "By the client, in writing."
        found += consents
    return found


def _disclosures(make: Maker, people: People, desk: Desk, released: Sequence[Consent]) -> None:
    """To the prescriber under each release; a court's order, a report, a copy for a client, one that was a mistake."""
    rows = [
        _disclosure(
            make, desk, consent.client, 45 - place, kind=DisclosureKind.DOCUMENT, what="Treatment plan",
            way=DisclosureWay.FAX, recipient=RELEASE["release_to"], address=RELEASE["release_to_contact"],
            purpose="Coordination of care", ground=Ground.RELEASE, consent=consent,
        )
        for place, consent in enumerate(released)
    ]  # fmt: skip
    first, second, third = people.active[:3]
    rows += [
        _disclosure(
            make, desk, first, 12, kind=DisclosureKind.ATTENDANCE, what="Dates of sessions since January",
            way=DisclosureWay.POST, recipient="Superior Court of Imaginary County", purpose="File 26-CV-0178",
            ground=Ground.COURT, reason="Order of the court, copy in the chart’s files",
        ),
        _disclosure(
            make, desk, second, 9, kind=DisclosureKind.SPOKEN, what="Call about the immunization record",
            way=DisclosureWay.TELEPHONE, recipient="Imaginary County Board of Health", purpose="Public health inquiry",
            ground=Ground.PUBLIC_HEALTH, reason="Asked by letter of the board",
        ),
        _disclosure(
            make, desk, first, 5, kind=DisclosureKind.BILLING, what="Superbill of last month",
            way=DisclosureWay.IN_PERSON, recipient=first.legal_name, purpose="At the client’s own request",
            ground=Ground.CLIENT,
        ),
        _disclosure(
            make, desk, third, 3, kind=DisclosureKind.LETTER, what="Letter confirming attendance",
            way=DisclosureWay.POST, recipient="Imaginary School District", purpose="Leave from school",
            ground=Ground.INVOLVED, reason="Asked for by the client’s mother, client agreed on the phone",
            voided_at=make.days_ago(2), voided_by=desk.by, void_reason="The letter was never sent.",
        ),
    ]  # fmt: skip
    store(rows)


def _disclosure(make: Maker, desk: Desk, client: Client, days: int, **said: Any) -> Disclosure:
    at = make.days_ago(days)
    return Disclosure(
        id=make.id(), client=client, released_at=at, recorded_at=at, disclosed_by=desk.by, **said
    )


def _renewals(make: Maker, people: People, desk: Desk) -> None:
    """Asked for by the worker: one signer was reminded, one address was refused. The others are still to be asked."""
    ending = [client for place, client in enumerate(people.active[:-1]) if place % 9 == 6 and client.email]
    treatment = {key: each for key, each in ADULT.items() if key != "privacy_receipt"}
    for place, client in enumerate(ending[:2]):
        at = make.days_ago(5 + place)
        consents, (signer,) = desk.ask(client, "Forms to sign", _unanswered(treatment), at)
        consents[0].request.asked_by = None
        if place == 0:
            signer.reminded, signer.sent_at = 1, make.days_ago(2)
            signer.expires_at = signer.sent_at + timedelta(days=14)
        else:
            signer.unsent, signer.sent_at, signer.token_hash, signer.expires_at = (
                Unsent.REFUSED,
                None,
                None,
                None,
            )


def _waiting(make: Maker, people: People, desk: Desk) -> None:
    """Sent and not opened, opened and begun, declined; the links are the demo's own."""
    missing = [client for place, client in enumerate(people.active) if place % 9 == 5 and client.email][:3]
    for place, client in enumerate(missing, start=1):
        at = make.days_ago(place)
        consents, (signer,) = desk.ask(client, "New adult client", _unanswered(ADULT), at)
        signer.token_hash, signer.expires_at = hash_of(LINK.format(place)), make.now + timedelta(days=12)
        if place == 2:
            signer.opened_at = make.days_ago(0.5)
            consents[0].answers = ADULT["consent_treatment"][1]
        if place == 3:
            signer.opened_at = consents[2].declined_at = make.days_ago(1)
            consents[2].declined_by, consents[2].decline_reason = (
                signer,
                "I would like to talk about the fees first.",
            )


def _minor(make: Maker, people: People, desk: Desk) -> None:
    """A twelve-year-old: one parent has signed, the other has not."""
    child = people.active[-1]
    child.date_of_birth = make.today - relativedelta(years=12, days=40)
    Client.objects.filter(pk=child.pk).update(date_of_birth=child.date_of_birth)
    parents = [(f"Mona {child.last_name}", Relation.PARENT), (f"Fred {child.last_name}", Relation.PARENT)]
    consents, (mother, father) = desk.ask(child, "New minor client", MINOR, make.days_ago(2), parents)
    father.expires_at = mother.expires_at = make.now + timedelta(days=12)
    mother.opened_at = at = make.days_ago(1)
    for consent in consents:
        desk.settle(consent, at)
        desk.sign_one(consent, mother, at)


def _address(client: Client, who: str) -> str:
    return (
        (client.email or "") if who == client.legal_name else f"{who.lower().replace(' ', '.')}@example.com"
    )


def _unanswered(asked: Asked) -> Asked:
    return {key: (months, {}) for key, (months, _answers) in asked.items()}
