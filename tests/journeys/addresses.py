"""Every page of the application, taken from the URL resolver, with objects of the demo practice to open it on."""

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import product
from typing import Any

from django.db.models import Exists, Model, OuterRef
from django.test import Client as Visitor
from django.urls import URLPattern, reverse

from accounts.choices import Role
from accounts.models import User
from billing.models import (
    Bill,
    FeeProposal,
    Invoice,
    Payment,
    ServiceCode,
)
from billing.queries import unbilled_sessions
from clients.models import CareTeamMember, Client, ClientFlag
from crm.models import Lead
from documents.client_links import hash_of
from documents.models import Consent, Document, FormVersion, Measure, OwnInstrument
from mentalspace.core import clock
from mentalspace.workspace.demo import consents as demo_consents
from mentalspace.workspace.demo import measures as demo_measures
from mentalspace.workspace.demo.people import DOMAIN
from mentalspace.workspace.demo.reminders import LINK
from messaging.models import Message, Thread
from psychotherapy.queries import own_notes
from scheduling.models import Appointment, BookingRequest, Closure, Opening, WaitlistEntry
from scheduling.requests import offered
from scheduling.waitlist.offers import fits_url
from staff.models import Staff
from staff.pages import absences
from tests.architecture.urls import SLUGS, is_open_to, own_urls, parts_of, words_of

# Which column tells apart objects on which a page looks different, or which it needs.
STATES = {
    Appointment: "status",
    Bill: "status",
    Client: "status",
    Closure: "holiday",
    Document: "status",
    FeeProposal: "state",
    Invoice: "status",
    Lead: "status",
    Payment: "method",
    User: "role",
    Staff: "user__role",
    ServiceCode: "is_active",
    WaitlistEntry: "state",
    BookingRequest: "state",
}
PER_STATE = 2
LOGINS = {f"{role.replace('_', '')}@{DOMAIN}" for role in Role.values}


def _unbilled(name: str) -> list[str]:
    """Sessions that have no bill yet."""
    return [reverse(name, args=[key]) for key in unbilled_sessions().values_list("pk", flat=True)[:2]]


def _in_series(page: str) -> list[str]:
    """Sessions of a series that are still to come."""
    ahead = Appointment.objects.filter(series__isnull=False, status="scheduled").order_by("-start_time", "pk")
    return [
        reverse(f"scheduling:series_{page}", args=[key]) for key in ahead.values_list("pk", flat=True)[:3]
    ]


def _in_group(page: str) -> list[str]:
    """Members of group sessions, the next ones first."""
    members = Appointment.objects.filter(group_session__isnull=False).order_by("-start_time", "pk")
    return [
        reverse(f"scheduling:group_{page}", args=[key]) for key in members.values_list("pk", flat=True)[:3]
    ]


def _links() -> list[str]:
    """An open lead, and the client it is said to be."""
    lead, client = Lead.objects.filter(status="new").first(), Client.objects.first()
    return [f"{reverse('crm:lead_link', args=[lead.pk])}?client={client.pk}"] if lead and client else []


def _absences() -> list[str]:
    """The first exception of whoever has one."""
    return [
        reverse("staff:exception_remove", args=[staff.pk, absence.key])
        for staff in Staff.objects.filter(takes_appointments=True).order_by("pk")[:3]
        for absence in absences(staff, date.min)[:1]
    ]


def _asked() -> list[str]:
    """What the demo's clinicians ask for."""
    return [
        reverse("staff:time_off_answer", args=[staff.pk, absence.key])
        for staff in Staff.objects.filter(takes_appointments=True).order_by("pk")
        for absence in absences(staff, date.min)
        if absence.pending
    ]


def _reminded(page: str) -> list[str]:
    """The links of the demo's reminders."""
    return [reverse(f"scheduling:reminder_{page}", args=[LINK.format(number)]) for number in range(1, 30)]


def _questions() -> list[str]:
    """The demo's links to questionnaires."""
    return [reverse("documents:questionnaire", args=[demo_measures.LINK.format(number)]) for number in (1, 2)]


def _to_sign(page: str) -> list[str]:
    """The forms of the demo's links; they open only after the date of birth, which is asked first."""
    token = demo_consents.LINK.format(1)
    if page == "packet_open":
        return [reverse("documents:packet_open", args=[token])]
    asked = Consent.objects.filter(request__signers__token_hash=hash_of(token)).values_list("pk", flat=True)
    return [reverse(f"documents:{page}", args=[token, key]) for key in asked[:1]]


def _waiting_risks(page: str) -> list[str]:
    """Risk answers that nobody has responded to."""
    waiting = Measure.objects.filter(raises_risk=True, response__isnull=True)
    return [reverse(f"documents:{page}", args=[key]) for key in waiting.values_list("pk", flat=True)]


def _in_care(page: str) -> list[str]:
    """Of clients of the demo's therapist."""
    team = CareTeamMember.objects.filter(staff__user__email=f"therapist@{DOMAIN}", ends_on=None)
    return [
        reverse(f"documents:{page}", args=[key, instrument])
        for key in team.order_by("pk").values_list("client_id", flat=True)[:2]
        for instrument in SLUGS[f"documents:{page}"]()
    ]


def _drafts() -> list[str]:
    """Drafts that nobody but their author has seen."""
    untouched = Document.objects.filter(status="draft", submitted_at=None, locked_at=None)
    keys = untouched.filter(staff__user__email__in=LOGINS).values_list("pk", flat=True)[:4]
    return [reverse("documents:document_discard", args=[key]) for key in keys]


def _own_notes(page: str) -> list[str]:
    """The demo therapist's psychotherapy notes, which nobody else could list."""
    author = User.objects.get(email=f"therapist@{DOMAIN}")
    with own_notes(author) as notes:
        return [reverse(f"psychotherapy:psychotherapy_note_{page}", args=[note.pk]) for note in notes[:2]]


def _free_times() -> list[str]:
    """The form of the booking page, for the first time that it offers."""
    held = offered.settings()
    sought = offered.Sought(held.types[0], held.locations[0])
    return [
        f"{reverse('scheduling:booking_details')}?type={sought.type}&location={sought.location}"
        f"&start={clock.local(day.by_staff[0][1][0]):%Y-%m-%dT%H:%M}"
        for day in offered.offered_days(sought, days=1)
    ]


def _openings() -> list[str]:
    """Who fits a time that opened."""
    return [
        fits_url(each.staff_id, each.start_time, 50) for each in Opening.objects.order_by("start_time")[:2]
    ]


def _outline(page: str) -> list[str]:
    """Of the demo's draft of a form: one version is looked at, and of its parts a section and a question."""
    draft = FormVersion.objects.filter(state="draft").first()
    if draft is None:
        return []
    paths = {"form_part_edit": ("contact", "contact.purpose"), "form_part_remove": ("contact",)}.get(
        page, ("contact",)
    )
    return [reverse(f"documents:{page}", args=[draft.pk, path]) for path in paths]


def _draft_form(page: str) -> list[str]:
    """What can be done with a draft of a form."""
    drafts = FormVersion.objects.filter(state="draft").values_list("pk", flat=True)
    return [reverse(f"documents:{page}", args=[key]) for key in drafts]


def _instruments(page: str, state: str) -> list[str]:
    """The demo's own instruments in a state."""
    keys = OwnInstrument.objects.filter(state=state).values_list("pk", flat=True)
    return [reverse(f"documents:instrument_{page}", args=[key]) for key in keys]


def _compared() -> list[str]:
    """The demo's draft beside the version in use."""
    draft = FormVersion.objects.filter(state="draft").first()
    return [reverse("documents:form_compare", args=[draft.pk, 1])] if draft else []


# Addresses that no list of objects gives.
WHOLE: dict[str, Callable[[], list[str]]] = {
    "billing:bill_create": lambda: _unbilled("billing:bill_create"),
    "billing:bill_checks": lambda: _unbilled("billing:bill_checks"),
    "crm:lead_link": _links,
    "documents:document_discard": _drafts,
    "documents:form_compare": _compared,
    "documents:form_discard": lambda: _draft_form("form_discard"),
    "documents:form_edit": lambda: _draft_form("form_edit"),
    "documents:form_publish": lambda: _draft_form("form_publish"),
    "documents:form_section_create": lambda: _draft_form("form_section_create"),
    "documents:form_part_edit": lambda: _outline("form_part_edit"),
    "documents:form_part_remove": lambda: _outline("form_part_remove"),
    "documents:form_part_up": lambda: _outline("form_part_up"),
    "documents:form_part_down": lambda: _outline("form_part_down"),
    "documents:form_question_create": lambda: _outline("form_question_create"),
    "documents:instrument_edit": lambda: _instruments("edit", "draft"),
    "documents:instrument_publish": lambda: _instruments("publish", "draft"),
    "documents:instrument_discard": lambda: _instruments("discard", "draft"),
    "documents:instrument_retire": lambda: _instruments("retire", "published"),
    "documents:instrument_use": lambda: _instruments("use", "retired"),
    "documents:measure_create": lambda: _in_care("measure_create"),
    "documents:packet_open": lambda: _to_sign("packet_open"),
    "documents:packet_form": lambda: _to_sign("packet_form"),
    "documents:packet_form_save": lambda: _to_sign("packet_form_save"),
    "documents:packet_form_decline": lambda: _to_sign("packet_form_decline"),
    "documents:packet_form_copy": lambda: _to_sign("packet_form_copy"),
    "documents:questionnaire": _questions,
    "documents:risk_respond": lambda: _waiting_risks("risk_respond"),
    "psychotherapy:psychotherapy_note_autosave": lambda: _own_notes("autosave"),
    "psychotherapy:psychotherapy_note_destroy": lambda: _own_notes("destroy"),
    "psychotherapy:psychotherapy_note_edit": lambda: _own_notes("edit"),
    "scheduling:group_session_attendance": lambda: _in_group("session_attendance"),
    "scheduling:group_session_cancel": lambda: _in_group("session_cancel"),
    "scheduling:group_session_detail": lambda: _in_group("session_detail"),
    "scheduling:group_session_edit": lambda: _in_group("session_edit"),
    "scheduling:booking_details": _free_times,
    "scheduling:waitlist_fits": _openings,
    "scheduling:reminder_answer": lambda: _reminded("answer"),
    "scheduling:reminder_cancel": lambda: _reminded("cancel"),
    "scheduling:reminder_confirm": lambda: _reminded("confirm"),
    "scheduling:series_ask": lambda: _in_series("ask"),
    "scheduling:series_cancel": lambda: _in_series("cancel"),
    "scheduling:series_change": lambda: _in_series("change"),
    "staff:exception_remove": _absences,
    "staff:time_off_answer": _asked,
}
# These look different to each role.
FOR_EVERYBODY = {
    "workspace:home",
    "workspace:search",
    "scheduling:schedule",
    "clients:client_list",
    "clients:client_detail",
    "accounts:account",
}
# Answers to a program and files; and what the demo has none of, which is opened by its module's own tests.
NO_PAGES = {
    # Nobody of the demo has a second factor yet; test_sign_in looks at the codes of somebody who has.
    "accounts:recovery_codes",
    "mfa_view_recovery_codes",
    "accounts:second_factor_remove",
    "staff:photo",
    # Read by a calendar program.
    "scheduling:feed_file",
    # Parts of pages, fetched by themselves.
    "scheduling:schedule_live",
    "scheduling:client_time",
    # Bytes of a file: tests/documents/test_files.py opens them.
    "documents:file_page",
    "documents:file_download",
    "documents:document_discard",
    "billing:transfer_reverse",
    "billing:refund_reverse",
}


def pages() -> list[tuple[str, URLPattern]]:
    """Every URL of the application's own: Django's admin has tests of its own."""
    return [(name, pattern) for name, pattern in own_urls() if pattern.name and name != "health"]


class Samples:
    """Objects of the practice, few of each state, read once."""

    def __init__(self) -> None:
        self._keys: dict[type[Model], list[Any]] = {}

    def keys(self, model: type[Model]) -> list[Any]:
        """Primary keys, some of each state."""
        if model not in self._keys:
            rows = self._rows(model)
            state = STATES.get(model)
            states = set(rows.values_list(state, flat=True)) if state else {None}
            self._keys[model] = [
                key
                for value in sorted(states, key=str)
                for key in (rows.filter(**{state: value}) if state else rows).values_list("pk", flat=True)[
                    :PER_STATE
                ]
            ]
        return self._keys[model]

    def _rows(self, model: type[Model]) -> Any:
        """Those that somebody of the demo's logins has in hand: a draft is its author's, a letter its readers'."""
        rows: Any = model._default_manager.order_by("pk")
        if model is Document:
            return rows.filter(staff__user__email__in=LOGINS)
        if model is Measure:
            team = CareTeamMember.objects.filter(staff__user__email=f"therapist@{DOMAIN}", ends_on=None)
            return rows.filter(client__in=team.values("client"), voided_at=None)
        if model is Thread:
            return rows.filter(
                Exists(Message.objects.filter(thread=OuterRef("pk"), receiver__email__in=LOGINS))
            )
        return rows

    def kinds(self, name: str, pattern: URLPattern) -> Iterator[tuple[str, list[str]]]:
        """Each page of the URL with the addresses to try: tabs, reports and settings are pages of their own."""
        addresses = list(self.addresses(name, pattern))
        if name not in SLUGS:
            yield name, addresses
            return
        for slug in SLUGS[name]():
            yield f"{name} {slug}", [address for address in addresses if address.endswith(f"/{slug}/")]

    def addresses(self, name: str, pattern: URLPattern) -> Iterator[str]:
        """The page on each sample; a page without arguments has one address."""
        if name in WHOLE:
            yield from WHOLE[name]()
            return
        kinds = parts_of(name, pattern)
        if {"member_pk", "flag_pk", "tag_pk"} & set(kinds):
            yield from self._of_clients(name, kinds)
            return
        choices = [words_of(name) if model is None else self.keys(model) for model in kinds.values()]
        for values in product(*choices):
            yield reverse(name, kwargs=dict(zip(kinds, values, strict=True)))

    def _of_clients(self, name: str, parts: Iterable[str]) -> Iterator[str]:
        key = next(key for key in parts if key != "pk")
        pairs: Any = {
            "member_pk": CareTeamMember.objects.filter(ends_on=None).values_list("client_id", "pk"),
            "flag_pk": ClientFlag.objects.filter(resolved_at=None).values_list("client_id", "pk"),
            "tag_pk": Client.tags.through.objects.values_list("client_id", "tag_id"),
        }[key]
        for client, other in pairs.order_by("pk")[:3]:
            yield reverse(name, kwargs={"pk": client, key: other})


class Reached:
    """Which page each role opens, found out without a browser."""

    def __init__(self, visitors: dict[str, Visitor], people: dict[str, User]) -> None:
        """`visitors` are `people` signed in, one for each role."""
        self.samples = Samples()
        self.visitors, self.people = visitors, people
        self.of: dict[str, list[str]] = defaultdict(list)
        self.unreached: list[str] = []
        for name, pattern in pages():
            for title, addresses in self.samples.kinds(name, pattern):
                self.assign(name, title, addresses, pattern)

    def assign(self, name: str, title: str, addresses: list[str], pattern: URLPattern) -> None:
        """Give the page to one role that opens it, each time beginning with another; some pages go to every role."""
        first = zlib.crc32(title.encode()) % len(self.visitors)
        roles = [*list(self.visitors)[first:], *list(self.visitors)[:first]]
        reached, answers = False, set()
        for role in roles:
            for address in addresses if is_open_to(self.people[role], pattern) else ():
                answer = self.visitors[role].get(address)
                answers.add(answer.status_code)
                if answer.status_code == 200:
                    reached = True
                    if is_page(answer):
                        self.of[role].append(address)
                if answer.status_code in {200, 403, 405}:
                    break
            if 405 in answers or (reached and name not in FOR_EVERYBODY):
                return
        if answers <= {403, 404, 500} and name not in NO_PAGES:
            self.unreached.append(f"{title} {sorted(answers)} {addresses[:1]}")


def is_page(answer: Any) -> bool:
    """A whole page: not a fragment, a file or an export."""
    html = answer.headers.get("Content-Type", "").startswith("text/html")
    return html and b"<main" in getattr(answer, "content", b"")
