"""Pages of the care team, flags and tags."""

import pytest

from clients import services
from clients.models import CareTeamMember, Client, ClientFlag, Tag
from tests.cast import Cast
from tests.clients.conftest import SignIn


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("admin", 200),
        ("front_desk", 200),
        ("supervisor", 200),
        ("therapist", 403),
        ("biller", 403),
        ("associate", 403),
    ],
)
def test_who_assigns(sign_in: SignIn, cast: Cast, name: str, status: int) -> None:
    member = CareTeamMember.objects.get(client=cast.client)
    browser = sign_in(name)
    for page in ("assign/", "hand-over/", f"{member.pk}/end/"):
        assert browser.get(f"/clients/{cast.client.pk}/care-team/{page}").status_code == status, page


def test_assigning_ending_and_handing_over(sign_in: SignIn, cast: Cast) -> None:
    base, browser = f"/clients/{cast.client.pk}/care-team/", sign_in("front_desk")
    associate = str(cast.associate.staff.pk)
    page = browser.post(
        f"{base}assign/", {"staff": associate, "role": "primary", "starts_on": "11/01/2026"}
    ).content.decode()
    assert "Thea Therapist is the primary clinician in that time. Hand over the primary role instead." in page
    answer = browser.post(
        f"{base}assign/", {"staff": associate, "role": "secondary", "starts_on": "11/01/2026"}
    )
    assert answer.headers["Location"] == base
    page = browser.get(base).content.decode()
    assert "Aldo Associate, LCSW" in page
    assert "11/01/2026 – today" in page
    member = CareTeamMember.objects.get(staff=cast.associate.staff)
    browser.post(f"{base}{member.pk}/end/", {"ends_on": "11/02/2026", "reason": "Cover over"})
    assert "Cover over" in browser.get(base).content.decode()
    answer = browser.post(
        f"{base}hand-over/", {"staff": associate, "on": "11/20/2026", "reason": "x", "keep_as": ""}
    )
    assert answer.status_code == 302
    assert sign_in("therapist").get(base).status_code == 404
    # Another client's member is not there.
    other = CareTeamMember.objects.get(client=cast.other_client)
    assert browser.get(f"{base}{other.pk}/end/").status_code == 404


def test_flags_offered_and_resolved_by_role(sign_in: SignIn, full: Client) -> None:
    url = f"/clients/{full.pk}/flags/raise/"
    assert "Violence risk" in sign_in("therapist").get(url).content.decode()
    desk = sign_in("front_desk")
    assert "Violence risk" not in desk.get(url).content.decode()
    assert (
        "Select a valid choice"
        in desk.post(url, {"kind": "violence_risk", "severity": "low"}).content.decode()
    )
    assert desk.post(url, {"kind": "attendance", "severity": "low"}).status_code == 302
    assert (
        "stands above this chart already"
        in desk.post(url, {"kind": "attendance", "severity": "low"}).content.decode()
    )
    risk = ClientFlag.objects.get(kind="suicide_risk")
    resolve = f"/clients/{full.pk}/flags/{risk.pk}/resolve/"
    assert desk.get(resolve).status_code == 404
    assert sign_in("stranger").get(resolve).status_code == 404
    therapist = sign_in("therapist")
    assert "Fill this in." in therapist.post(resolve, {"reason": ""}).content.decode()
    assert therapist.post(resolve, {"reason": "Stable"}).status_code == 302
    assert "Stable" in therapist.get(f"/clients/{full.pk}/history/").content.decode()


def test_tags_are_added_from_the_list_and_removed(sign_in: SignIn, cast: Cast, full: Client) -> None:
    couple = services.create_tag(actor=cast.admin, name="Couple")
    browser, url = sign_in("front_desk"), f"/clients/{full.pk}/tags/"
    page = browser.get(f"{url}add/").content.decode()
    assert "Couple" in page
    assert ">Grant-funded<" not in page.split("<form", 2)[-1]
    assert browser.post(f"{url}add/", {}).status_code == 200
    browser.post(f"{url}add/", {"tag": str(couple.pk)})
    assert full.tags.count() == 2
    assert browser.get(f"{url}{couple.pk}/remove/").status_code == 200
    browser.post(f"{url}{couple.pk}/remove/")
    assert [tag.name for tag in full.tags.all()] == ["Grant-funded"]
    assert browser.get(f"{url}{couple.pk}/remove/").status_code == 404
    assert sign_in("biller").get(f"{url}add/").status_code == 403
    assert sign_in("supervisor").get(f"{url}add/").status_code == 200


def test_administrators_manage_the_tags(sign_in: SignIn, cast: Cast, full: Client) -> None:
    browser = sign_in("admin")
    assert "Grant-funded" in browser.get("/clients/tags/").content.decode()
    browser.post("/clients/tags/new/", {"name": "Couple", "color": "purple"})
    page = browser.post("/clients/tags/new/", {"name": "couple", "color": "red"}).content.decode()
    assert "There is a tag of this name already." in page
    tag = Tag.objects.get(name="Grant-funded")
    browser.post(f"/clients/tags/{tag.pk}/edit/", {"name": "Grant", "color": "teal"})
    tag.refresh_from_db()
    assert (tag.name, tag.color) == ("Grant", "teal")
    assert "It disappears from 1 client." in browser.get(f"/clients/tags/{tag.pk}/delete/").content.decode()
    browser.post(f"/clients/tags/{tag.pk}/delete/")
    assert not Tag.objects.filter(pk=tag.pk).exists()
    for name in ("front_desk", "therapist", "supervisor", "biller"):
        assert sign_in(name).get("/clients/tags/").status_code == 403
