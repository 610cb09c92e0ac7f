"""Consents followed up: signers are reminded, what ends is asked for anew, what is left to do stays in sight."""

from datetime import date, timedelta
from io import StringIO
from smtplib import SMTPRecipientsRefused

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.urls import reverse

from clients.choices import ClientStatus
from documents import client_links
from documents.consents import asking, following_up, packets, signing
from documents.consents.asking import Signer
from documents.consents.choices import Audience, Held, Relation, Unsent
from documents.defaults import ConsentDefaults
from documents.models import Consent, PacketRequest, PacketSigner
from mentalspace.core import clock, practice
from mentalspace.core.models import AuditEvent
from mentalspace.dev.children import all_at_once
from tests.documents.test_consents import BORN, MOTHER, ask, only, path_of, sign
from tests.scheduling.factories import AppointmentFactory

RELEASE = {
    "release_to": "Dr. Pat Prescriber", "release_direction": "the_practice_may_tell_them",
    "release_what": ["medicines"], "release_part2": "not_included", "release_purpose": "coordination_of_care",
}  # fmt: skip


@pytest.fixture(autouse=True)
def address(settings, cast):
    settings.PUBLIC_URL = "https://practice.example.com"
    cast.client.date_of_birth, cast.client.email = BORN, "clara@clients.example"
    cast.client.save()


def run(**options):
    """To whom one run of the command mails."""
    mail.outbox.clear()
    call_command("follow_up_consents", stdout=StringIO(), stderr=StringIO(), **options)
    return [sent.to[0] for sent in mail.outbox]


def signed(cast, *signers, forms=("consent_telehealth",), **rest):
    """Signed by everybody who was asked."""
    consent, people = only(ask(cast, *signers, forms=forms))
    for signer in people:
        sign(consent, signer, **rest)
    consent.refresh_from_db()
    return consent


def near_the_end(the_day, consent):
    """To the first day on which it is to be renewed."""
    the_day.shift(consent.expires_on - timedelta(days=30) - clock.today())


def breaks(monkeypatch, error):
    def fail(*args, **rest):
        raise error

    monkeypatch.setattr(client_links, "send_mail", fail)


def shown(client, cast, state, actor="front_desk"):
    """The list in one of its states, as text."""
    client.force_login(getattr(cast, actor))
    return client.get(reverse("documents:consent_list"), {"state": state}).content.decode()


def test_who_has_not_signed_is_reminded_twice_with_fresh_links(client, cast, the_day):
    ask(cast)
    first = path_of()
    told = []
    for _day in range(9):
        the_day.shift(timedelta(days=1))
        told.append(len(run()))
        if mail.outbox:
            assert client.get(first).status_code == 404
            first = path_of()
            assert client.get(first).status_code == 200
            assert "telehealth" not in f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower()
    assert told == [0, 0, 1, 0, 0, 1, 0, 0, 0]
    verbs = AuditEvent.objects.filter(client_id=cast.client.pk, actor=None).values_list("verb", flat=True)
    assert list(verbs).count("packet.reminded") == 2


def _sign(cast, consent, signer):
    sign(consent, signer)


def _take_back(cast, consent, signer):
    asking.revoke(actor=cast.front_desk, request_id=consent.request_id)


def _open(cast, consent, signer):
    signing.confirm(signer, BORN)


def _fill_in(cast, consent, signer):
    signing.save(signer_id=signer.pk, consent_id=consent.pk, answers={"telehealth_place": "Home"})


def _hand_over(cast, consent, signer):
    asking.hand_over(actor=cast.front_desk, signer_id=signer.pk)


def _let_go(cast, consent, signer):
    cast.client.status = ClientStatus.DISCHARGED
    cast.client.save()


@pytest.mark.parametrize("deed", [_sign, _take_back, _open, _fill_in, _hand_over, _let_go])
def test_who_is_at_it_or_done_is_not_reminded(cast, the_day, deed):
    consent, (signer,) = only(ask(cast))
    the_day.shift(timedelta(days=3))
    deed(cast, consent, PacketSigner.objects.select_related("request__client").get(pk=signer.pk))
    assert run() == []


def test_what_ends_is_asked_for_once_of_whoever_signed_it(cast, the_day):
    consent = signed(cast)
    cast.client.email = "clara@elsewhere.example"
    cast.client.save()
    near_the_end(the_day, consent)
    the_day.shift(-timedelta(days=1))
    assert run() == []
    the_day.shift(timedelta(days=1))
    assert run(dry_run=True) == []
    assert run() == ["clara@elsewhere.example"]
    assert run() == []
    renewal, (signer,) = only(PacketRequest.objects.get(asked_by=None))
    assert (renewal.form_key, renewal.months, signer.unsent) == ("consent_telehealth", 12, "")
    sign(renewal, signer)
    assert not following_up.clients_to_renew().exists()
    verbs = AuditEvent.objects.filter(client_id=cast.client.pk, actor=None).values_list("verb", flat=True)
    assert {"packet.asked", "packet.sent"} <= set(verbs)


@pytest.mark.parametrize("end", ["declined", "taken back"])
def test_what_was_turned_down_is_not_asked_for_again(cast, the_day, end):
    near_the_end(the_day, signed(cast))
    run()
    renewal, (signer,) = only(PacketRequest.objects.get(asked_by=None))
    if end == "declined":
        signing.decline(signer_id=signer.pk, consent_id=renewal.pk)
    else:
        _take_back(cast, renewal, signer)
    the_day.shift(timedelta(days=4))
    assert run() == []


def test_a_release_ends_and_is_not_renewed(client, cast, the_day):
    consent = signed(cast, forms=("release_of_information",), answers=RELEASE)
    near_the_end(the_day, consent)
    assert run() == []
    assert "Clara" not in shown(client, cast, "renew")


def test_a_practice_may_renew_by_hand(client, cast, the_day):
    near_the_end(the_day, signed(cast))
    practice.save(ConsentDefaults(renew_by_mail=False))
    assert run() == []
    assert "Clara" in shown(client, cast, "renew")


def test_parents_renew_until_their_child_is_of_age(client, cast, the_day):
    cast.client.date_of_birth = date(2010, 1, 10)
    cast.client.save()
    consent = signed(cast, MOTHER)
    near_the_end(the_day, consent)
    assert run() == ["mona@families.example"]
    renewal, (mother,) = only(PacketRequest.objects.get(asked_by=None))
    assert mother.relation == Relation.PARENT
    sign(renewal, mother)
    renewal.refresh_from_db()
    near_the_end(the_day, renewal)
    the_day.shift(timedelta(days=29))
    assert run() == []
    assert "Clara" in shown(client, cast, "renew")


def test_a_form_for_minors_is_not_renewed_for_an_adult(client, cast, the_day):
    consent = Consent.objects.create(
        request=PacketRequest.objects.create(client=cast.client, name="New minor client"), client=cast.client,
        form_key="guardian_consent", form_version=1, title="Guardian’s consent", settled_at=clock.now(),
        signed_at=clock.now(), expires_on=clock.today() + timedelta(days=5),
    )  # fmt: skip
    assert consent.holds_on(clock.today())
    assert "Clara" not in shown(client, cast, "renew")
    cast.client.date_of_birth = clock.today() - timedelta(days=365 * 12)
    cast.client.save()
    assert "Clara" in shown(client, cast, "renew")


def test_without_an_address_it_is_left_to_the_desk(client, cast, the_day):
    cast.client.email = None
    cast.client.save()
    consent, (signer,) = only(ask(cast, Signer("Clara Cole"), by_mail=False))
    asking.hand_over(actor=cast.front_desk, signer_id=signer.pk)
    sign(consent, signer)
    consent.refresh_from_db()
    near_the_end(the_day, consent)
    assert run() == []
    assert "Clara" in shown(client, cast, "renew")


def test_what_the_mail_server_does_not_take_is_tried_again(client, cast, the_day, monkeypatch):
    near_the_end(the_day, signed(cast))
    with monkeypatch.context() as patch:
        breaks(patch, OSError())
        with pytest.raises(CommandError, match="1 mail could not be sent"):
            run()
    _renewal, (signer,) = only(PacketRequest.objects.get(asked_by=None))
    assert (signer.unsent, signer.token_hash, signer.sent_at) == (Unsent.UNREACHABLE, None, None)
    assert "Clara" in shown(client, cast, "unsent")
    assert run() == ["clara@clients.example"]
    assert "Clara" not in shown(client, cast, "unsent")
    verbs = AuditEvent.objects.filter(client_id=cast.client.pk, actor=None).values_list("verb", flat=True)
    assert (list(verbs).count("packet.unsent"), list(verbs).count("packet.sent")) == (1, 1)


def test_a_reminder_that_is_refused_leaves_the_link_and_is_not_tried_again(
    client, cast, the_day, monkeypatch
):
    _consent, (signer,) = only(ask(cast))
    link = path_of()
    the_day.shift(timedelta(days=3))
    with monkeypatch.context() as patch:
        breaks(patch, SMTPRecipientsRefused({}))
        with pytest.raises(CommandError):
            run()
    assert client.get(link).status_code == 200
    assert run() == []
    assert "Clara" in shown(client, cast, "unsent")
    page = client.get(reverse("clients:client_tab", args=[cast.client.pk, "consents"])).content.decode()
    assert "The address was refused" in page
    asking.send_again(actor=cast.front_desk, signer_id=signer.pk)
    assert "Clara" not in shown(client, cast, "unsent")


def test_nothing_is_sent_without_an_address_to_link_to(cast, the_day, settings):
    near_the_end(the_day, signed(cast))
    settings.PUBLIC_URL = ""
    assert run() == []
    assert not PacketRequest.objects.filter(asked_by=None).exists()


def test_a_form_sent_alone_holds_as_long_as_in_its_packet(cast):
    def months(key):
        return ask(cast, forms=(key,)).consents.get().months

    assert (months("privacy_receipt"), months("consent_telehealth")) == (Held.ALWAYS, Held.YEAR)
    for name, held in (("Short", Held.HALF_YEAR), ("Long", Held.ALWAYS)):
        packets.save_packet(
            actor=cast.admin, name=name, audience=Audience.EVERYONE, required=False,
            months={"consent_telehealth": held},
        )  # fmt: skip
    assert months("consent_telehealth") == Held.HALF_YEAR


@pytest.mark.parametrize(
    ("actor", "sees"),
    [("front_desk", True), ("admin", True), ("therapist", True), ("supervisor", True), ("stranger", False)],
)
def test_the_list_shows_ones_own_clients(client, cast, actor, sees):
    page = shown(client, cast, "missing", actor)
    assert ("Clara Cole" in page, "3 forms" in page) == (sees, True)
    assert ("Otto Other" in page) == (actor in ("front_desk", "admin", "stranger"))


def test_the_list_is_narrowed_searched_and_taken_along(client, cast, the_day):
    ask(cast)
    assert ("Clara" in (page := shown(client, cast, "waiting")), "Otto" in page) == (True, False)
    url = reverse("documents:consent_list")
    found = client.get(url, {"q": "Otto"}).content.decode()
    assert ("Clara" in found, "Otto" in found) == (False, True)
    sheet = b"".join(client.get(url, {"state": "waiting", "format": "csv"}).streaming_content).decode()
    assert "Clara Cole,3 forms,,03/04/2026" in sheet.replace('"', "")
    client.force_login(cast.biller)
    assert client.get(url).status_code == 403


def test_an_intake_that_is_booked_counts(client, cast):
    cast.client.status = ClientStatus.WAITLIST
    cast.client.save()
    assert "Clara" not in shown(client, cast, "missing")
    AppointmentFactory.create(
        client=cast.client, staff=cast.therapist.staff, start_time=clock.now() + timedelta(days=2)
    )
    assert "Clara" in shown(client, cast, "missing")
    chart = client.get(reverse("clients:client_detail", args=[cast.client.pk])).content.decode()
    assert "3 missing" in chart


def test_the_front_desk_is_told_at_home(client, cast):
    client.force_login(cast.front_desk)
    home = client.get(reverse("workspace:home")).content.decode()
    assert "Forms missing" in home
    assert f"{reverse('documents:consent_list')}?state=missing" in home


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_nothing_twice(cast, the_day):
    consent = signed(cast)
    waiting = ask(cast, forms=("privacy_receipt",))
    near_the_end(the_day, consent)
    assert all_at_once([run] * 3) == {"done": 3}
    assert PacketRequest.objects.filter(asked_by=None).count() == 1
    assert list(waiting.signers.values_list("reminded", flat=True)) == [1]
    worker = AuditEvent.objects.filter(actor=None)
    assert [worker.filter(verb=f"packet.{each}").count() for each in ("asked", "sent", "reminded")] == [
        1,
        1,
        1,
    ]
