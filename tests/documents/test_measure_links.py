"""Links to questionnaires: without an account, once, until they expire; the mail says nothing about health."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse

from documents import client_links
from documents.measures import errors, links, services
from documents.models import Measure, MeasureLink
from mentalspace.core.errors import NotPermitted
from mentalspace.core.models import AuditEvent

ANSWERS = {f"phq9-q{place}": "0" for place in range(1, 10)} | {f"gad7-q{place}": "1" for place in range(1, 8)}


@pytest.fixture(autouse=True)
def address(settings, cast):
    settings.PUBLIC_URL = "https://practice.example.com"
    cast.client.email = "clara@clients.example"
    cast.client.save()


def send(cast, actor=None, *instruments):
    links.send_link(
        actor=actor or cast.front_desk, client_id=cast.client.pk, instruments=instruments or ("phq9", "gad7")
    )
    found = re.search(r"https://practice\.example\.com(/q/([\w-]+)/)", str(mail.outbox[-1].body))
    assert found
    return found[1], found[2]


def test_the_mail_says_nothing_about_health_and_its_token_is_not_kept(cast):
    _path, token = send(cast)
    (sent,) = mail.outbox
    assert sent.to == ["clara@clients.example"]
    words = f"{sent.subject} {sent.body}".lower()
    telling = ("phq", "gad", "depress", "anx", "health", "therap", "clara", "counsel", "symptom")
    assert [word for word in telling if word in words] == []
    assert token not in str(list(MeasureLink.objects.values()))


def test_a_client_answers_once_and_sees_no_score(client, cast):
    path, _token = send(cast)
    page = client.get(path).content.decode()
    assert "988" in page
    assert "Cole" not in page
    answer = client.post(path, ANSWERS)
    assert (answer.status_code, answer["Location"]) == (302, path)
    thanks = client.get(path).content.decode()
    assert "Your answers have arrived" in thanks
    assert "Mild" not in thanks
    assert [
        (each.instrument, each.outcome.score, each.entered_by)
        for each in Measure.objects.order_by("-instrument")
    ] == [
        ("phq9", 0, None),
        ("gad7", 7, None),
    ]
    assert "Your answers have arrived" in client.post(path, ANSWERS).content.decode()
    assert Measure.objects.count() == 2


def test_what_is_missing_comes_back_with_the_rest_and_the_link_stays_open(client, cast):
    path, _token = send(cast)
    page = client.post(path, ANSWERS | {"gad7-q3": ""})
    assert page.status_code == 422
    assert "Choose an answer." in page.content.decode()
    assert not Measure.objects.exists()
    assert MeasureLink.objects.get().is_open


def test_a_risk_answer_by_link_waits_for_the_clinician(client, cast):
    path, _token = send(cast)
    client.post(path, ANSWERS | {"phq9-q9": "2"})
    (measure,) = Measure.objects.filter(raises_risk=True)
    services.answer_risk(actor=cast.therapist, measure_id=measure.pk, content="Called.")


@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_a_link_that_is_over_asks_nothing(client, cast, the_day, end):
    path, _token = send(cast)
    if end == "expired":
        the_day.shift(timedelta(days=7))
    else:
        services.revoke_link(actor=cast.front_desk, link_id=MeasureLink.objects.get().pk)
    for ask in (client.get, lambda url: client.post(url, ANSWERS)):
        page = ask(path)
        assert page.status_code == 410
        assert "bothered" not in page.content.decode()
    assert not Measure.objects.exists()


def test_guessing_is_slowed_down(client):
    tries = [
        client.get(reverse("documents:questionnaire", args=[f"no{place}"])).status_code for place in range(32)
    ]
    assert tries == [404] * 30 + [429] * 2


def test_where_no_mail_leaves_there_is_no_link(cast, settings, monkeypatch):
    def fails(*_args, **_kwargs):
        raise OSError

    monkeypatch.setattr(client_links, "send_mail", fails)
    with pytest.raises(errors.MailFailed):
        send(cast)
    monkeypatch.undo()
    settings.PUBLIC_URL = ""
    with pytest.raises(errors.NoPublicAddress):
        links.send_link(actor=cast.front_desk, client_id=cast.client.pk, instruments=["phq9"])
    assert not MeasureLink.objects.exists()
    assert not AuditEvent.objects.filter(verb="measure_link.sent").exists()


@pytest.mark.parametrize("who", ["stranger", "biller"])
def test_others_send_none(cast, who):
    with pytest.raises(NotPermitted):
        links.send_link(actor=getattr(cast, who), client_id=cast.client.pk, instruments=["phq9"])


def test_the_desk_sends_and_takes_back_from_the_chart(client, cast):
    client.force_login(cast.front_desk)
    chart = client.get(reverse("clients:client_detail", args=[cast.client.pk])).content.decode()
    url = reverse("documents:measure_link_create", args=[cast.client.pk])
    assert url in chart
    assert client.post(url, {"instruments": ["phq9"]})["Location"] == url
    link = MeasureLink.objects.get()
    assert "Open" in client.get(url).content.decode()
    client.post(reverse("documents:measure_link_revoke", args=[link.pk]))
    assert "Taken back" in client.get(url).content.decode()
    assert client.post(url, {"instruments": ["nonsense"]}).status_code == 422
