"""Every address of the application, asked in every way by everybody about their own, another's and a missing record.

The addresses come from the URL resolver, the expected answers from the permissions that views name (`@requires`) and
from who sees a record (`policy.sights`). Nothing here lists what a role may do. Each is asked as a page, as the
fragment that htmx asks for, as a spreadsheet and by POST; whatever comes back names nothing out of sight, and is an
event that names every client on it. An address, a part of one or a role that nobody classified fails. Ids sent along
are test_foreign_ids', Django's admin test_admin's.
"""

import uuid
from collections.abc import Iterator
from importlib import import_module
from itertools import product
from types import ModuleType
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.test import override_settings
from django.urls import URLPattern, path, reverse
from django.utils.html import escape

from accounts.choices import Role
from clients import rules as client_rules
from clients.models import Client
from mentalspace.core import policy
from mentalspace.core.gates import anonymous, requires
from mentalspace.core.lists import Column, ListPage
from mentalspace.workspace.audit_pages import UNRECORDED
from tests.architecture.asking import Answer, Case, ask, cases, left_out, page_of, sees
from tests.architecture.practice import Persona, Practice
from tests.architecture.urls import NEVER_THE_SAME, Unclassified, gate_of, own_urls, rule_of

pytestmark = pytest.mark.django_db
PERSONAS = (
    "anonymous", "admin", "supervisor", "therapist", "associate", "biller", "front_desk", "stranger", "colleague",
    "clinical_lead", "helper", "disabled",
)  # fmt: skip
# Of whom another is asked in every way whose sight is as narrow: as pages and by POST only.
BRIEFLY = {"admin", "supervisor", "therapist", "associate", "colleague", "clinical_lead", "helper"}
# Therapists in another relation to the first client: asked where an address names a record.
RELATED = {"colleague", "clinical_lead", "helper"}
FRAGMENT = {"hx_request": "true", "hx_target": "list"}
CSV = "format=csv"
# How an address is asked: by which method, with what behind it, with which headers.
WAYS: dict[str, tuple[str, str, dict[str, str]]] = {
    "page": ("get", "", {}),
    "fragment": ("get", "", FRAGMENT),
    "spreadsheet": ("get", CSV, {}),
    "post": ("post", "", {}),
}
# Asked with something to look for, or the page shows nobody.
QUERIES = {
    "workspace:search": "q=Clara",
    "clients:client_choices": "q=Clara",
    "clients:client_list": "q=Clara",
    "scheduling:schedule": "date=2026-03-02&staff=all",
    "scheduling:schedule_live": "date=2026-03-02&staff=all",
    "scheduling:day_sheet": "date=2026-03-02&staff=all",
    "scheduling:appointment_list": "date=all&status=",
}
# Words of a client, and words of the same kind that stand nowhere.
WORDS = {
    "last_name": ("", "Zyxwvutski"),
    "email": ("", "zyxwvutski@nowhere.example"),
    "phone": ("", "+13055550177"),
    "number": ("C-", "C-987654"),
}


def faults(world: Practice, persona: Persona, urls: Any) -> list[tuple[Any, ...]]:
    """Everything that this persona is answered otherwise than the policy says."""
    wrong: list[tuple[Any, ...]] = []
    refusals: dict[str, Answer] = {}
    hidden = names_out_of_sight(world, persona) if persona.user else frozenset()
    clients = [cast("Client", rows[Client]) for rows in world.households]
    for name, pattern in urls:
        gate = gate_of(pattern)
        if gate is None or not pattern.name:
            wrong.append((name, "names no gate or has no name"))
        elif gate is anonymous or (persona.name in RELATED and not pattern.pattern.converters):
            continue
        elif persona.user is not None and gate(persona.user):
            asking = Open(persona, name, rule_of(pattern), hidden, clients)
            wrong += [(name, *fault) for fault in asking.faults(cases(world, name, pattern))]
        else:
            case, absent = cases(world, name, pattern)[0]
            for way in ("page", "post"):
                if problem := shut_fault(persona, name, way, case, absent, refusals):
                    wrong.append((name, way, case.kwargs, problem))
    return wrong


def shut_fault(
    persona: Persona, name: str, way: str, case: Case, absent: Case, refusals: dict[str, Answer]
) -> str:
    """What is wrong with a shut gate: everybody's refusal is one and the same page, whatever the address names."""
    answer = asked(persona, name, way, case)
    expected = 302 if persona.user is None else 403
    if answer.status != expected or answer.wrote:
        return f"the gate is shut, but {answer.status} {sorted(answer.wrote)}"
    if persona.user is not None:
        refusal = refusals.setdefault(way, answer)
    elif answer.headers["Location"].startswith(reverse("accounts:sign_in")):
        # The door says where one comes from.
        refusal = asked(persona, name, way, absent)
    else:
        return "expected the door"
    return "" if answer.shown == refusal.shown else "differs from a missing one"


class Open:
    """An address whose gate is open to this persona, asked in every way about every kind of record."""

    def __init__(
        self, persona: Persona, name: str, rule: Any, hidden: frozenset[str], clients: list[Client]
    ) -> None:
        self.persona, self.name, self.rule, self.hidden, self.clients = persona, name, rule, hidden, clients

    def faults(self, pairs: list[tuple[Case, Case]]) -> Iterator[tuple[Any, ...]]:
        """What is answered otherwise than the policy says. Records of which it says the same are one case."""
        told: set[Any] = set()
        refused: set[str] = set()
        missing: dict[tuple[str, str], Answer] = {}
        for real, other in pairs:
            kind = self.kind(real, other)
            if kind in told:
                continue
            told.add(kind)
            page: Answer | None = None
            for way in ("page", "post") if self.persona.name in BRIEFLY else WAYS:
                if way in refused or not self.has(way, real, page):
                    continue
                answer = asked(self.persona, self.name, way, real)
                page = page or answer
                # What is missing is so in every way of reading it.
                place = reverse(self.name, kwargs=other.kwargs), "post" if way == "post" else "page"
                if other.kwargs != real.kwargs and place not in missing:
                    missing[place] = asked(self.persona, self.name, place[1], other)
                problem = self.judge(real, answer, missing.get(place), is_hidden=kind[0])
                if problem := problem or self.silence(way, real, answer):
                    yield way, real.kwargs, answer.status, problem
                elif is_refused_unread(answer, WAYS[way][0]):
                    refused |= {way} if way == "post" else {"page", "fragment", "spreadsheet"}

    def kind(self, real: Case, other: Case) -> tuple[Any, ...]:
        """Is it out of sight; may it be done with this record; and the words of the address."""
        hidden = (
            not all(sees(self.persona.user, row) for row in real.rows)
            if real.rows
            else real.kwargs != other.kwargs
        )
        ids = {row.pk for row in real.rows} or set(real.kwargs.values())
        words = tuple(value for value in real.kwargs.values() if value not in ids)
        return hidden, len(real.rows), not hidden and self.permits(real), words

    def permits(self, case: Case) -> bool | None:
        """What the view's rule says of the record that it is about; None where it is about none."""
        rule = self.rule
        for row in case.rows:
            if isinstance(rule, policy.ObjectPermission) and type(row) is rule.model:
                return rule(self.persona.user, row)
        return None

    def has(self, way: str, case: Case, page: Answer | None) -> bool:
        """Is there something to ask in this way? Every list may be had as a spreadsheet, and where a link says so."""
        if way != "spreadsheet" or page is None or page.status != 200:
            return True
        return not case.kwargs or CSV in page.body

    def judge(self, case: Case, answer: Answer, absent: Answer | None, *, is_hidden: bool) -> str:
        """What is wrong with an answer; nothing, if it is as the policy says."""
        if answer.status >= 500:
            return "broke"
        if named := sorted(each for each in self.hidden if each in answer.body):
            return f"names what is out of sight: {named}"
        if is_hidden:
            if absent is None or answer.shown != absent.shown or answer.wrote:
                return "out of sight, but answered otherwise than a missing one"
            return "" if answer.status in {403, 404, 405} else "out of sight, but answered"
        permitted = self.permits(case)
        if permitted is False:
            refused = answer.status in {302, 403, 404, 405, 409, 422} and not answer.wrote
            return "" if refused else "not permitted with this record, but done or shown"
        if permitted and type(self.rule) is not policy.Sight and answer.status == 403:
            return "permitted, but refused"
        return ""

    def silence(self, way: str, case: Case, answer: Answer) -> str:
        """What no event tells of the answer."""
        if page_of(self.name, case) in UNRECORDED:
            return ""
        return left_out(answer, WAYS[way][0], self.clients)


def asked(persona: Persona, name: str, way: str, case: Case) -> Answer:
    method, query, headers = WAYS[way]
    url = f"{reverse(name, kwargs=case.kwargs)}?{QUERIES.get(name, '')}&{query}".rstrip("&").rstrip("?")
    return ask(persona, method, url, case.kwargs, **headers)


def is_refused_unread(answer: Answer, method: str) -> bool:
    """Does the view not take this method? Then it is refused before what the address names is looked at."""
    allowed = answer.headers.get("Allow", "").split(", ")
    return answer.status == 405 and method.upper() not in allowed and not answer.wrote


def names_out_of_sight(world: Practice, persona: Persona) -> frozenset[str]:
    """Ids of the records that this persona may not know of, and names of the clients among them."""
    found: set[str] = set()
    if persona.user is None:
        # Is led to the door everywhere, by a page that is compared as a whole.
        return frozenset()
    for row in (row for rows in world.households for row in rows.values()):
        if sees(persona.user, row):
            continue
        # A small number may stand on a page for anything.
        found |= {str(row.pk)} if isinstance(row.pk, uuid.UUID) else set()
        found |= {row.first_name, row.last_name} if isinstance(row, Client) else set()
    return frozenset(found)


@pytest.mark.parametrize("name", PERSONAS)
def test_everybody_is_answered_as_the_policy_says(world: Practice, name: str) -> None:
    assert faults(world, world.personas[name], own_urls()) == []


def test_every_role_is_somebody(world: Practice) -> None:
    assert set(world.personas) == set(PERSONAS)
    held = {
        persona.user.role
        for persona in world.personas.values()
        if persona.user and not persona.user.further_roles
    }
    assert held == set(Role)


# It sends clients questionnaires, of which it reads no answer, looks after consents, which are no clinical text, and
# keeps the account of what left under them, and puts insurance cards and IDs into charts.
SENT_BY_THE_DESK = {
    "documents:measure_link_create",
    "documents:measure_link_revoke",
    "documents:file_create",
    "documents:consent_list",
    "documents:packet_ask",
    "documents:packet_hand_over",
    "documents:packet_revoke",
    "documents:packet_send_again",
    "documents:consent_detail",
    "documents:consent_pdf",
    "documents:consent_withdraw",
    "documents:disclosure_account",
    "documents:disclosure_account_pdf",
    "documents:disclosure_create",
    "documents:disclosure_detail",
    "documents:disclosure_void",
}
# Whoever has the link, whatever their role.
BY_LINK = {"packet_open", "packet_form", "packet_form_save", "packet_form_decline", "packet_form_copy"}


@pytest.mark.parametrize("name", ["biller", "front_desk"])
def test_billers_and_the_desk_open_nothing_clinical(world: Practice, name: str) -> None:
    """Whatever the policy says: no note, no draft, no measure, no psychotherapy note."""
    persona = world.personas[name]
    opened = [
        (url_name, way)
        for url_name, pattern in own_urls()
        if url_name.startswith(("documents:", "psychotherapy:"))
        and url_name not in SENT_BY_THE_DESK
        and url_name.removeprefix("documents:") not in BY_LINK
        for case, _ in cases(world, url_name, pattern)
        if case.rows
        for way in ("page", "post")
        if asked(persona, url_name, way, case).status not in {403, 404, 405}
    ]
    assert opened == []


# --- Searching ---------------------------------------------------------------------------------------------------


def telling(world: Practice, persona: Persona, urls: Any) -> list[tuple[Any, ...]]:
    """Addresses that answer otherwise to a word of a client out of sight than to a word that stands nowhere."""
    clients = [row for rows in world.households if not sees(persona.user, row := rows[Client])]
    wrong: list[tuple[Any, ...]] = []
    for name, pattern in urls:
        gate = gate_of(pattern)
        if pattern.pattern.converters or gate is anonymous or not gate(persona.user):
            continue
        if not takes_words(persona, name):
            continue
        # The page holds what the fragment does, and the frame besides.
        ways = ("fragment", "spreadsheet") if exports(persona, name) else ("fragment",)
        for (column, (before, nowhere)), client in product(WORDS.items(), clients):
            word = f"{before}{getattr(client, column)}"
            wrong += [(name, way, column) for way in ways if found_out(persona, name, way, word, nowhere)]
    return wrong


def found_out(persona: Persona, name: str, way: str, word: str, nowhere: str) -> bool:
    """Does the answer to the one word differ from the answer to the other in more than the word?"""
    one, other = (searched(persona, name, way, each).without(*spellings(each)) for each in (word, nowhere))
    return one != other


def exports(persona: Persona, name: str) -> bool:
    """Is there a spreadsheet at this address?"""
    return searched(persona, name, "spreadsheet", "Zyxwvutski").headers["Content-Type"].startswith("text/csv")


def spellings(word: str) -> list[str]:
    """The word as it stands on a page, in an address, and in an address within an address."""
    quoted = quote(word, safe="")
    return [quote(quoted, safe=""), quoted, word]


def searched(persona: Persona, name: str, way: str, word: str) -> Answer:
    method, query, headers = WAYS[way]
    url = f"{reverse(name)}?{query}&{urlencode({'q': word})}"
    return ask(persona, method, url, {}, **headers)


def takes_words(persona: Persona, name: str) -> bool:
    """Is this address answered otherwise when something is looked for?"""
    if name in NEVER_THE_SAME:
        return False
    with_word, without = (searched(persona, name, "fragment", word) for word in ("Zyxwvutski", ""))
    return with_word.status == 200 and with_word.shown != without.shown


def test_a_word_of_a_record_out_of_sight_is_a_word_of_nothing(world: Practice) -> None:
    """In lists, searches, choices, counts and spreadsheets."""
    assert telling(world, world.personas["stranger"], own_urls()) == []


def test_searches_are_found(world: Practice) -> None:
    """And a word of somebody in sight is answered otherwise, so the test above can fail."""
    persona, client = world.personas["therapist"], world.households[0][Client]
    assert isinstance(client, Client)
    taking = {
        name
        for name, pattern in own_urls()
        if not pattern.pattern.converters
        and gate_of(pattern) is not anonymous
        and gate_of(pattern)(persona.user)
        and takes_words(persona, name)
    }
    assert {"workspace:search", "clients:client_list", "clients:client_choices", "messaging:inbox"} <= taking
    for name in ("workspace:search", "clients:client_list", "clients:client_choices"):
        assert found_out(persona, name, "page", client.last_name, "Zyxwvutski")


# --- Planted holes: the test of the test -------------------------------------------------------------------------


@requires(client_rules.can_see_client)
def hole_without_scope(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Fetches whatever is asked for."""
    return HttpResponse(get_object_or_404(Client, pk=pk).last_name)


@requires(client_rules.can_see_client)
def hole_that_tells(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Refuses, but in other words than it says that there is nothing."""
    if get_object_or_404(Client, pk=pk) in client_rules.visible_clients(request.user):
        return HttpResponse("seen")
    return HttpResponse("This client is another clinician's.", status=404)


@requires(client_rules.can_see_client)
def hole_that_writes(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answers well, after the deed."""
    Client.objects.filter(pk=pk).update(pronouns="they")
    return HttpResponse(get_object_or_404(client_rules.visible_clients(request.user), pk=pk).last_name)


@requires(client_rules.can_edit_demographics)
def hole_without_check(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Shows the form to whoever sees the client."""
    return HttpResponse(get_object_or_404(client_rules.visible_clients(request.user), pk=pk).last_name)


def ungated(request: HttpRequest) -> HttpResponse:
    """Says nothing of who may open it."""
    return HttpResponse("all")


@requires(client_rules.can_see_client)
def hole_in_fragment(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Minds the scope on the page, and forgets it in the part of it that htmx asks for."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(get_object_or_404(Client, pk=pk).last_name)
    return HttpResponse(get_object_or_404(client_rules.visible_clients(request.user), pk=pk).last_name)


class EveryClient(ListPage):
    """A list of whatever it is given."""

    columns = (Column("last_name", "Name"),)
    search_label = "Name"

    def search(self, source: Any, text: str) -> Any:
        return source.filter(last_name__startswith=text)


@requires(client_rules.can_see_client)
def hole_in_spreadsheet(request: HttpRequest) -> HttpResponseBase:
    """Shows one's own clients, and puts everybody's into the spreadsheet."""
    exports = request.GET.get("format") == "csv"
    rows = Client.objects.all() if exports else client_rules.visible_clients(request.user)
    return EveryClient(request, rows).respond()


@requires(client_rules.can_see_client)
def hole_in_list(request: HttpRequest) -> HttpResponseBase:
    """Shows everybody's."""
    return EveryClient(request, Client.objects.all()).respond()


@requires(client_rules.can_see_client)
def hole_in_count(request: HttpRequest) -> HttpResponse:
    """Shows nobody, but counts among everybody."""
    found = Client.objects.filter(last_name=request.GET.get("q", "")).count()
    return HttpResponse(f"{found} found for {escape(request.GET.get('q', ''))}")


HOLES = [
    (hole_without_scope, "stranger", {"page", "fragment", "post"}),
    (hole_that_tells, "stranger", {"page", "fragment", "spreadsheet", "post"}),
    (hole_that_writes, "stranger", {"page", "fragment", "spreadsheet", "post"}),
    (hole_without_check, "clinical_lead", {"page", "post"}),
    (hole_in_fragment, "stranger", {"fragment"}),
]


@pytest.mark.parametrize(("view", "who", "ways"), HOLES)
def test_a_planted_hole_is_found(world: Practice, view: Any, who: str, ways: set[str]) -> None:
    planted = urlconf(path("clients/<uuid:pk>/hole/", view, name="hole"))
    with override_settings(ROOT_URLCONF=planted):
        urls = [found for found in own_urls() if found[0] == "hole"]
        assert {fault[:2] for fault in faults(world, world.personas[who], urls)} == {
            ("hole", way) for way in ways
        }


@pytest.mark.parametrize(
    ("view", "ways"),
    [(hole_in_spreadsheet, {"spreadsheet"}), (hole_in_list, {"page", "fragment", "spreadsheet", "post"})],
)
def test_a_planted_hole_in_a_list_is_found(world: Practice, view: Any, ways: set[str]) -> None:
    with override_settings(ROOT_URLCONF=urlconf(path("hole/", view, name="hole"))):
        urls = [found for found in own_urls() if found[0] == "hole"]
        assert {fault[1] for fault in faults(world, world.personas["stranger"], urls)} == ways


def test_a_planted_hole_in_a_count_is_found(world: Practice) -> None:
    with override_settings(ROOT_URLCONF=urlconf(path("hole/", hole_in_count, name="hole"))):
        urls = [found for found in own_urls() if found[0] == "hole"]
        assert faults(world, world.personas["stranger"], urls) == []
        assert {fault[2] for fault in telling(world, world.personas["stranger"], urls)} == {"last_name"}


def test_a_planted_silent_page_is_found(world: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page whose middleware says nothing."""
    monkeypatch.setattr("mentalspace.core.audit.middleware.note_page", lambda *_: None)
    lists = {"clients:client_list", "billing:bill_list", "workspace:search"}
    urls = [found for found in own_urls() if found[0] in lists]
    found = {(name, why) for name, _, _, _, why in faults(world, world.personas["biller"], urls)}
    assert found == {(name, "no event") for name in lists}


def test_an_unclassified_address_is_found(world: Practice) -> None:
    planted = urlconf(
        path("elsewhere/<uuid:pk>/", hole_without_scope, name="elsewhere"),
        path("ungated/", ungated, name="ungated"),
    )
    with override_settings(ROOT_URLCONF=planted):
        urls = {found[0]: found for found in own_urls()}
        with pytest.raises(Unclassified, match="elsewhere"):
            faults(world, world.personas["stranger"], [urls["elsewhere"]])
        assert faults(world, world.personas["stranger"], [urls["ungated"]]) != []


def urlconf(*further: URLPattern) -> ModuleType:
    """The application's addresses, and some more."""
    made = ModuleType("planted")
    made.urlpatterns = [*further, *import_module("mentalspace.urls").urlpatterns]  # type: ignore[attr-defined]
    return made
