"""A sentence in one psychotherapy note is found nowhere else, by anybody else, in any way of looking.

More than that: what everybody else is answered, at every address, is the same with the note as without it.
"""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client as Browser
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from accounts.choices import Role
from accounts.models import User
from clients.models import Client
from clients.services import begin_emergency_access
from mentalspace.core.database import roles
from mentalspace.core.models import AuditEvent, FormSubmission
from mentalspace.dev.postgres import SUPERUSER, find_binaries
from psychotherapy.models import PsychotherapyNote
from psychotherapy.queries import own_notes
from scheduling.models import Appointment
from tests.architecture.practice import of_the_cast
from tests.architecture.urls import ADMIN, Rows, address, addresses, is_open_to, walk
from tests.cast import Cast
from tests.platform.test_database_roles import needs_two_logins
from tests.psychotherapy.conftest import CANARY
from tests.psychotherapy.factories import make_note

ROOT = Path(__file__).resolve().parents[2]
# Searched for by its first half and looked for by its second: a page may repeat what was searched for.
ASKED, NEEDLE = CANARY[:16], CANARY[16:]
OTHERS = ("admin", "supervisor", "stranger", "associate", "biller", "front_desk")
EDIT = "psychotherapy:psychotherapy_note_edit"
DESTROY = "psychotherapy:psychotherapy_note_destroy"
LIST, CREATE = "psychotherapy:psychotherapy_note_list", "psychotherapy:psychotherapy_note_create"
LEAVING = re.compile("sign-out|logout")
# Draws a new secret at each look.
RANDOM = "/account/"
URLS = [(name, pattern) for name, pattern in walk(get_resolver().url_patterns) if pattern.name]
# New in every answer.
VOLATILE = re.compile(
    r'name="(?:csrfmiddlewaretoken|_once)" value="[^"]*"|nonce="?[^";]*|\b[0-9a-f]{32}\b|plot-\d+|[A-Za-z0-9]{64}'
    r'|data-longest="\d+"'
)


def filled(name: str, pattern: URLPattern, rows: Rows) -> list[str]:
    """The addresses of a URL with the client's records, or with ids of nothing where there are none of a kind."""
    if name == "admin:app_list":
        return [reverse(name, kwargs={"app_label": app}) for app in ("clients", "documents", "core")]
    if not name.startswith(ADMIN) and (found := addresses(name, pattern, rows)):
        return found
    try:
        return [address(name, pattern)]
    except NoReverseMatch:
        # Some of the administration's own take other arguments: those it has for each record follow.
        return []


def admin_addresses(rows: Rows) -> list[str]:
    """The database administration's page of each record."""
    found = []
    for row in rows.values():
        for page in ("change", "history"):
            try:
                named = f"admin:{row._meta.app_label}_{row._meta.model_name}_{page}"
                found.append(reverse(named, args=[row.pk]))
            except NoReverseMatch:
                # The administration has no screen for these, which is what is wanted.
                continue
    return found


def everywhere(rows: Rows, user: User) -> list[tuple[str, str]]:
    """Every address whose gate is open to this person, searched for the sentence and asked about the client.

    Nobody but administrators gets further than the door of Django's admin: `test_admin.py` tries.
    """
    administers = user.role == Role.ADMIN
    found = [
        (name, url)
        for name, pattern in URLS
        if (administers if name.startswith(ADMIN) else is_open_to(user, pattern))
        for url in filled(name, pattern, rows)
    ]
    found += [("admin", url) for url in admin_addresses(rows) if administers]
    asked = f"?q={ASKED}&search={ASKED}&client={rows[Client].pk}"
    return [(name, f"{url}{asked}") for name, url in found if not LEAVING.search(url)]


def answers(browser: Browser, addresses: list[tuple[str, str]]) -> dict[str, tuple[int, str]]:
    """Status and text of each, undone afterwards, without what is new in every answer; spreadsheets as offered."""
    found: dict[str, tuple[int, str]] = {}
    for _name, url in addresses:
        for asked in (url, f"{url}&format=csv"):
            before = transaction.savepoint()
            answer = browser.get(asked)
            body = answer.getvalue() if answer.streaming else answer.content
            transaction.savepoint_rollback(before)
            found[asked] = (answer.status_code, VOLATILE.sub("", body.decode("utf-8", "replace")))
            if "format=csv" not in found[asked][1]:
                break
    return found


@pytest.fixture
def rows(cast: Cast, colleague: User) -> Rows:
    """One of everything about the client, but no psychotherapy note.

    A colleague is on her care team, and the associate has opened her chart in an emergency.
    """
    records = of_the_cast(cast)
    written = records.pop(PsychotherapyNote)
    assert isinstance(written, PsychotherapyNote)
    remove(written)
    begin_emergency_access(
        actor=cast.associate,
        base_url="https://practice.example",
        last_name=cast.client.last_name,
        number=cast.client.number,
        reason="Unwell at the door.",
    )
    return records


@pytest.mark.django_db
@pytest.mark.parametrize("who", OTHERS)
def test_everybody_else_is_answered_as_if_there_were_none(
    cast: Cast, rows: Rows, session: Appointment, who: str
) -> None:
    browser = Browser(raise_request_exception=False)
    browser.force_login(getattr(cast, who))
    note = make_note(cast.therapist, cast.client, f"She said that {CANARY}.", appointment=session)
    addresses = everywhere({**rows, PsychotherapyNote: note}, getattr(cast, who))
    assert len({name for name, _ in addresses}) > 60
    chart = reverse("clients:client_detail", args=[cast.client.pk])
    assert browser.get(chart).status_code == 200
    with_note = answers(browser, addresses)
    assert [url for url, (_, text) in with_note.items() if NEEDLE in text] == []
    remove(note)
    # Refusals are one page: test_matrix compares them.
    shown = [(name, url) for name, url in addresses if with_note[url][0] not in {403, 404, 405}]
    without = answers(browser, shown)
    assert [url for url in without if with_note[url] != without[url] and not url.startswith(RANDOM)] == []


@pytest.mark.django_db
def test_even_its_author_finds_it_on_its_own_page_alone(cast: Cast, rows: Rows, session: Appointment) -> None:
    """The test of the test above; and the author's lists, charts, searches and files do not have it either."""
    browser = Browser(raise_request_exception=False)
    browser.force_login(cast.therapist)
    note = make_note(cast.therapist, cast.client, f"She said that {CANARY}.", appointment=session)
    addresses = everywhere({**rows, PsychotherapyNote: note}, cast.therapist)
    with_note = answers(browser, addresses)
    assert [url for url, (_, text) in with_note.items() if NEEDLE in text] == [
        url for name, url in addresses if name == EDIT
    ]
    remove(note)
    without = answers(browser, addresses)
    differing = {
        name for name, url in addresses if with_note[url] != without[url] and not url.startswith(RANDOM)
    }
    assert differing == {LIST, EDIT, DESTROY}


def remove(note: PsychotherapyNote) -> None:
    with own_notes(note.author) as notes:
        assert notes.filter(pk=note.pk).delete()[0] == 1


# What is left behind


def write_through_the_pages(cast: Cast) -> None:
    """Everything that handles the text: saving, refusing, comparing, and a stranger's tries."""
    author, other = Browser(raise_request_exception=False), Browser(raise_request_exception=False)
    author.force_login(cast.therapist)
    other.force_login(cast.stranger)
    begun = author.post(f"{reverse(CREATE)}?client={cast.client.pk}", {"session_date": "03/02/2026"})
    url, said = begun["Location"], {"version": 1, "content": f"She said that {CANARY}."}
    assert author.post(f"{url}autosave/", said).status_code == 200
    assert author.post(url, {"version": 2, "content": f"She said that {CANARY}!"}).status_code == 302
    assert author.post(url, said).status_code == 409
    assert NEEDLE in author.get(url).content.decode()
    for place in (url, f"{url}autosave/", f"{url}destroy/"):
        assert other.post(place, said).status_code == 404
    author.cookies.clear()
    assert author.post(url, said).status_code == 302


def dump(role: str, *options: str) -> subprocess.CompletedProcess[str]:
    """The database as `pg_dump` writes it for this role."""
    login = connection.settings_dict
    command = [find_binaries() / "pg_dump", "-h", login["HOST"], "-U", role, "-d", login["NAME"], *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.django_db(transaction=True)
def test_nothing_is_left_in_dump_log_mail_or_trail(
    cast: Cast, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    write_through_the_pages(cast)
    whole = dump(SUPERUSER)
    assert whole.returncode == 0
    with own_notes(cast.therapist) as notes:
        note = notes.get()
        assert NEEDLE in note.content
    # The row is in the dump, and sealed in it.
    assert str(note.pk) in whole.stdout
    out, err = capfd.readouterr()
    left = {
        "dump": whole.stdout,
        "log": caplog.text + out + err,
        "mail": "".join(f"{each.subject} {each.body}" for each in mail.outbox),
    }
    assert {place: NEEDLE in text for place, text in left.items()} == dict.fromkeys(left, False)
    trail = [f"{event.verb} {event.changes}" for event in AuditEvent.objects.all()]
    assert any(line.startswith("psychotherapy_note.saved") for line in trail)
    assert [line for line in trail if str(note.pk) in line] == []
    assert [
        sent for sent in FormSubmission.objects.values_list("location", flat=True) if str(note.pk) in sent
    ] == []


@pytest.mark.django_db(transaction=True)
@needs_two_logins
def test_who_may_not_pass_the_policy_dumps_nothing_rather_than_too_little(cast: Cast) -> None:
    """The application and the owner are refused aloud: no backup lacks these rows without anybody noticing."""
    make_note(cast.therapist, cast.client, f"She said that {CANARY}.")
    for role in (roles.APPLICATION, roles.OWNER):
        refused = dump(role, "--table", "psychotherapy_notes")
        assert refused.returncode != 0
        assert "row-level security" in refused.stderr


def test_the_database_is_told_of_an_author_in_one_place() -> None:
    """Whoever says for whom the database works can open that person's notes: it is said here, and for the demo."""
    callers = set()
    for path in ROOT.rglob("*.py"):
        name = str(path.relative_to(ROOT))
        if name.startswith((".", "tests/")) or "node_modules" in name:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and getattr(node.func, "id", getattr(node.func, "attr", "")) == "acting_as"
            ):
                callers.add(name)
    assert callers == {"psychotherapy/queries.py", "mentalspace/workspace/demo/own_notes.py"}
