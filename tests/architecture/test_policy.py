"""The policy agrees with itself, check with scope and gate, in made worlds; and nothing is left out of it."""

import ast
import inspect
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Model

from accounts.choices import Role
from accounts.models import Session, User
from billing.models import Adjustment, Allocation, FeeProposal, Invoice, LeftCopay, Payment, Refund, Transfer
from clients import rules as client_rules
from clients.choices import FlagKind
from clients.models import Client, ClientFlag, ClientStatusChange, EmergencyAccess, Tag
from crm.models import LeadActivity, LeadStatusChange
from documents.choices import DocumentStatus
from documents.models import (
    ConsentSignature,
    Document,
    DocumentAddendum,
    DocumentComment,
    DocumentError,
    DocumentReading,
    DocumentReview,
    DocumentSignature,
    DocumentVersion,
    PlanInterval,
    RiskResponse,
    SealKey,
    Snippet,
    UnlockRequest,
)
from mentalspace.core import clock, policy
from mentalspace.core.database import acting_as
from mentalspace.core.models import AuditAlert, AuditAlertReview, AuditEvent, PracticeSetting
from psychotherapy.models import PsychotherapyNote
from scheduling.models import AppointmentEvent, CalendarChoice, CalendarFeed, Closure, Opening, Reminder, Room
from staff.choices import Supervision
from staff.models import Staff
from tests.accounts.factories import UserFactory
from tests.billing.factories import BillFactory, ServiceCodeFactory
from tests.clients.factories import CareTeamFactory, ClientFactory, ClientProfileFactory
from tests.crm.factories import LeadFactory
from tests.documents.factories import (
    ClientFileFactory,
    ConsentFactory,
    DisclosureFactory,
    DocumentFactory,
    MeasureFactory,
    MeasureLinkFactory,
    OwnInstrumentFactory,
    PacketRequestFactory,
    PacketSignerFactory,
    RiskFactory,
    VersionFactory,
)
from tests.messaging.factories import MessageFactory, ThreadFactory
from tests.psychotherapy.factories import make_note
from tests.scheduling.factories import AppointmentFactory, RequestFactory, SeriesFactory, WaitlistFactory
from tests.staff.factories import StaffFactory

pytestmark = pytest.mark.django_db
PERMISSIONS = policy.permissions()
OF_ROWS = {name: rule for name, rule in PERMISSIONS.items() if isinstance(rule, policy.ObjectPermission)}
OWN_APPS = {
    app.name for app in apps.get_app_configs() if (settings.BASE_DIR / app.name.split(".")[0]).is_dir()
}


class World:
    """People in random roles and ties, and random rows about random clients. The same seed makes the same world."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.today, self.now = clock.today(), clock.now()
        self.staff = [self._person(place) for place in range(12)]
        for person in self.staff:
            if self.random.random() < 0.7:
                person.supervisor = self._one(self.staff, but=person)
                person.supervision = self.random.choice(Supervision.values)
                if person.supervision == Supervision.NONE:
                    person.supervision = Supervision.COSIGN_ALL
                person.save()
        associate = self.staff[list(Role).index(Role.ASSOCIATE)]
        associate.supervisor, associate.supervision = (
            self.staff[list(Role).index(Role.SUPERVISOR)],
            "cosign_all",
        )
        associate.save()
        self.clients = [self._client(place) for place in range(8)]
        self._sessions_and_notes()
        self._measures()
        self._money()
        self._rest()
        # The database shows them to nobody but their authors, so they are held here.
        self.psychotherapy_notes = [make_note(each.user, self._one(self.clients)) for each in self.staff]

    def _one(self, among: list[Any], but: Any = None) -> Any:
        return self.random.choice([each for each in among if each != but])

    def _person(self, place: int) -> Staff:
        """Every role is somebody's only one; the rest have several, or may not sign in any more."""
        roles = list(Role)
        if place < len(roles):
            user = UserFactory.create(role=roles[place])
        else:
            further = self.random.sample(roles, 2)
            user = UserFactory.create(
                role=self.random.choice(roles), further_roles=further, is_active=place % 4 != 3
            )
        return StaffFactory.create(user=user, takes_appointments=place % 3 != 2)

    def _client(self, place: int) -> Client:
        """On the care team: people of yesterday, today, tomorrow; from today, until today."""
        client = ClientFactory.create()
        ClientProfileFactory.create(client=client)
        day = timedelta(days=1)
        spans = [(-9, None), (-9, 5), (-9, 0), (0, 3), (-9, -1), (1, None), (1, 4), (-9, None)]
        for person, (starts, ends) in zip(self.random.sample(self.staff, len(spans)), spans, strict=True):
            CareTeamFactory.create(
                client=client,
                staff=person,
                role="secondary",
                starts_on=self.today + starts * day,
                ends_on=None if ends is None else self.today + ends * day,
            )
        kinds = self.random.sample(list(FlagKind), 3)
        ClientFlag.objects.bulk_create(ClientFlag(client=client, kind=kind) for kind in kinds)
        ClientStatusChange.objects.create(client=client, from_status="inquiry", to_status="active")
        return client

    def _sessions_and_notes(self) -> None:
        """Three sessions of everybody, whose notes are in one status each; drafts also locked, opened, closed again."""
        hour = timedelta(hours=1)
        locks = [(None, None), (-hour, None), (-hour, hour), (-hour, -hour), (-hour, timedelta())]
        for place in range(36):
            author = self.staff[place % len(self.staff)]
            session = AppointmentFactory.create(staff=author, client=self._one(self.clients))
            AppointmentEvent.objects.create(appointment=session, to_status="scheduled")
            SeriesFactory.create(staff=author, client=session.client)
            WaitlistFactory.create(client=session.client)
            RequestFactory.create(staff=author)
            Opening.objects.create(
                staff=author,
                start_time=self.now + place * hour,
                end_time=self.now + (place + 1) * hour,
                opened_by="cancelled",
            )
            status = list(DocumentStatus)[place // len(self.staff)]
            state: dict[str, Any] = {"status": status}
            if status != DocumentStatus.DRAFT:
                state["submitted_at"] = self.now
            if status == DocumentStatus.SIGNED:
                state |= {"signed_at": self.now, "signed_by": author, "digest": "0" * 64}
            if status == DocumentStatus.DRAFT:
                locked, until = locks[place % len(locks)]
                state["locked_at"] = None if locked is None else self.now + locked
                state["unlocked_until"] = None if until is None else self.now + until
            note = DocumentFactory.create(appointment=session, **state)
            if state.get("locked_at"):
                UnlockRequest.objects.create(document=note, requested_by=author, reason="Sick.")
            if status == DocumentStatus.SIGNED:
                self._below(note, read=place % 10 == 0)
            if status != DocumentStatus.DRAFT:
                DocumentSignature.objects.create(
                    document=note, staff=author, role="author", printed_name="A", digest="0" * 64
                )
            if place % 5 == 0:
                self._returned_once(note)
            if place % 7 == 0 and (status != DocumentStatus.DRAFT or state["locked_at"]):
                DocumentError.objects.create(document=note, marked_by=author, reason="Wrong chart.")

    def _below(self, note: Document, *, read: bool) -> None:
        """What stands under a signed one."""
        DocumentAddendum.objects.create(document=note, staff=note.staff, content="Further.")
        ticked: dict[str, Any] = {"read_by": note.staff, "read_at": self.now} if read else {}
        DocumentReading.objects.create(document=note, due_on=self.today, **ticked)

    def _returned_once(self, note: Document) -> None:
        review = DocumentReview.objects.create(document=note, reviewer=self._one(self.staff), comment="See.")
        DocumentVersion.objects.create(document=note, review=review, title="Note")
        DocumentComment.objects.create(document=note, review=review, section="plan", content="Which task?")

    def _measures(self) -> None:
        """Of every client: harmless, voided, a risk answer with and one without response; links in each state."""
        for client in self.clients:
            person = self._one(self.staff)
            MeasureFactory.create(client=client, entered_by=person)
            MeasureFactory.create(
                client=client,
                entered_by=person,
                voided_at=self.now,
                voided_by=person,
                void_reason="Wrong chart.",
            )
            RiskFactory.create(client=client, entered_by=person)
            answered = RiskFactory.create(client=client, entered_by=person)
            RiskResponse.objects.create(
                measure=answered, staff=person, content="Called.", printed_name="A", digest="0" * 64
            )
            for kind in ("lab", "insurance_card"):
                VersionFactory.create(file__client=client, file__added_by=person, file__kind=kind)
            ClientFileFactory.create(
                client=client,
                added_by=person,
                voided_at=self.now,
                voided_by=person,
                void_reason="Wrong chart.",
            )
            MeasureLinkFactory.create(client=client)
            PlanInterval.objects.create(client=client, days=60)
            MeasureLinkFactory.create(client=client, expires_at=self.now)
            MeasureLinkFactory.create(client=client, answered_at=self.now)
            MeasureLinkFactory.create(client=client, revoked_at=self.now)
            self._consents(client)
            DisclosureFactory.create(client=client, disclosed_by=person)
            DisclosureFactory.create(
                client=client, disclosed_by=person, voided_at=self.now, voided_by=person, void_reason="Twice."
            )
        OwnInstrumentFactory.create()
        for person in [*self.staff, None]:
            Snippet.objects.create(staff=person, name="calm", text="Calm.")

    def _consents(self, client: Client) -> None:
        """Open, signed, withdrawn, finished and taken back."""
        signer = PacketSignerFactory.create(request__client=client)
        ConsentFactory.create(request=signer.request)
        for state in ({"finished_at": self.now}, {"revoked_at": self.now}):
            PacketSignerFactory.create(request=PacketRequestFactory.create(client=client, **state))
        withdrawn = {"withdrawn_at": self.now, "withdrawn_on": self.today}
        for fields in ({}, withdrawn):
            consent = ConsentFactory.create(
                request=PacketRequestFactory.create(client=client),
                settled_at=self.now,
                signed_at=self.now,
                **fields,
            )
            ConsentSignature.objects.create(
                consent=consent, signer=PacketSignerFactory.create(request=consent.request), name="Clara Cole",
                relation="client", digest="0" * 64, key=SealKey.objects.get(), seal="0",
            )  # fmt: skip

    def _money(self) -> None:
        ServiceCodeFactory.create()
        sessions = AppointmentFactory._meta.model.objects.order_by("start_time")[:12]
        for place, session in enumerate(sessions):
            holder = session.staff if place % 3 else None
            bill = BillFactory.create(client=session.client, appointment=session, staff=holder)
            paid = Payment.objects.create(
                client=session.client, amount=Decimal("30.00"), received_on=self.today
            )
            Allocation.objects.create(payment=paid, bill=bill, amount=Decimal("10.00"))
            Adjustment.objects.create(bill=bill, amount=Decimal("5.00"), kind="courtesy")
            Transfer.objects.create(bill=bill, amount=Decimal("5.00"))
            Refund.objects.create(payment=paid, amount=Decimal("5.00"), method="card", refunded_on=self.today)
            FeeProposal.objects.create(
                client=session.client, appointment=session, kind="no_show", amount=Decimal("50.00")
            )
            LeftCopay.objects.create(
                client=session.client,
                appointment=session,
                amount=Decimal("30.00"),
                reason="later",
                left_at=clock.now(),
            )
        Invoice.objects.create(
            client=self.clients[0], sequence=1000, number="INV-1000", invoice_date=self.today, due_date=self.today
        )  # fmt: skip

    def _rest(self) -> None:
        users = [person.user for person in self.staff]
        for place in range(10):
            sender = self._one(users)
            thread = ThreadFactory.create(client=self._one(self.clients) if place % 2 else None)
            MessageFactory.create(thread=thread, sender=sender, receiver=self._one(users, but=sender))
        lead = LeadFactory.create()
        LeadActivity.objects.create(lead=lead, kind="call", outcome="reached")
        LeadStatusChange.objects.create(lead=lead, from_status="new", to_status="contacted")
        Tag.objects.create(name="Evenings")
        Closure.objects.create(name="Retreat", day=self.today)
        Room.objects.create(name="Blue room")
        for place, person in enumerate(self.staff):
            CalendarFeed.objects.create(staff=person, token_hash=f"{place:064}")
            CalendarChoice.objects.create(user=person.user)
        self._emergencies()
        PracticeSetting.objects.get_or_create(section="practice", defaults={"values": {}})

    def _emergencies(self) -> None:
        """Of everybody one: lasting, over, ended, reviewed; from now, until now, not yet as by a clock set back."""
        minute = timedelta(minutes=1)
        spans = [(-5, 55), (-60, 0), (0, 60), (-90, -30), (1, 61), (-1, 1)]
        for place, person in enumerate(self.staff):
            begins, ends = spans[place % len(spans)]
            access = EmergencyAccess(
                client=self._one(self.clients), user=person.user, reason="Needed.",
                began_at=self.now + begins * minute, ends_at=self.now + ends * minute,
            )  # fmt: skip
            if place % 4 == 1:
                access.ended_at, access.ended_by = access.began_at, person.user
            if place % 4 == 1 and access.over_at <= self.now:
                reviewer = self._one(self.staff, but=person).user
                access.reviewed_at, access.reviewed_by, access.verdict = self.now, reviewer, "appropriate"
            access.save()

    def people(self) -> list[Any]:
        """Everybody who is asked: the staff, two users who are no staff, and who is not signed in."""
        without = [UserFactory.create(role=Role.ADMIN), UserFactory.create(role=Role.THERAPIST)]
        ids = [person.user_id for person in self.staff] + [user.pk for user in without]
        return [*User.objects.select_related("staff").filter(pk__in=ids).order_by("email"), AnonymousUser()]


@pytest.mark.parametrize("seed", [1, 2])
def test_check_scope_and_gate_agree_for_everybody_about_everything(seed: int) -> None:
    world = World(seed)
    wrong, held = [], dict.fromkeys(OF_ROWS, 0)
    people = world.people()
    rows = {model: list(model._default_manager.all()) for model in {rule.model for rule in OF_ROWS.values()}}
    rows[PsychotherapyNote] = world.psychotherapy_notes
    for name, rule in OF_ROWS.items():
        for actor in people:
            with acting_as(actor.pk):
                listed = set(rule.scope(actor).values_list("pk", flat=True))
            checked = {row.pk for row in rows[rule.model] if rule(actor, row)}
            held[name] += len(checked)
            if listed != checked or (listed and not rule.gate(actor)):
                wrong.append((name, str(actor), sorted(map(str, listed ^ checked))))
    assert wrong == []
    # Each has somebody for whom it holds, and somebody for whom it does not: the comparison above compared something.
    empty = {name for name, times in held.items() if rows[OF_ROWS[name].model] and not times}
    everything = {
        name
        for name, times in held.items()
        if times and times == len(people) * len(rows[OF_ROWS[name].model])
    }
    assert (empty, everything) == (set(), set())
    unseen = {model.__name__ for model, made in rows.items() if not made}
    alerts = {AuditAlert.__name__, AuditAlertReview.__name__}
    assert unseen <= {AuditEvent.__name__, Reminder.__name__, Session.__name__} | alerts


def test_a_client_read_with_its_answers_is_judged_as_one_read_without() -> None:
    world = World(3)
    rules = [rule for rule in OF_ROWS.values() if rule.model is Client]
    wrong = []
    for actor in world.people()[:-1]:
        answered = {client.pk: client for client in client_rules.visible_with_access(actor)}
        assert set(answered) == set(client_rules.visible_clients(actor).values_list("pk", flat=True))
        for client in Client.objects.filter(pk__in=answered):
            wrong += [
                (rule.sentence, str(actor))
                for rule in rules
                if rule(actor, client) != rule(actor, answered[client.pk])
            ]
    assert wrong == []


def test_answers_are_those_of_the_person_who_asked() -> None:
    """A row read for one person and shown to another asks anew, instead of handing on what the first may do."""
    client, insider = ClientFactory.create(), StaffFactory.create().user
    CareTeamFactory.create(client=client, staff=insider.staff)
    outsider = StaffFactory.create().user
    theirs = client_rules.visible_with_access(insider).get(pk=client.pk)
    assert client_rules.can_see_clinical(insider, theirs)
    assert not client_rules.can_see_clinical(outsider, theirs)


def test_who_may_not_sign_in_any_more_may_do_nothing() -> None:
    world = World(1)
    gone = UserFactory.create(role=Role.ADMIN, further_roles=list(Role), is_active=False)
    StaffFactory.create(user=gone)
    CareTeamFactory.create(client=world.clients[0], staff=gone.staff)
    for actor in (gone, AnonymousUser()):
        assert {name for name, rule in PERMISSIONS.items() if rule.gate(actor)} == set()


def test_roles_add_up() -> None:
    """Whoever has two roles may do what either may, and no more."""
    world = World(2)
    wrong = []
    for first in Role:
        for second in Role:
            user = StaffFactory.create(user=UserFactory.create(role=first)).user
            CareTeamFactory.create(client=world.clients[0], staff=user.staff, role="secondary")
            alone: dict[str, set[Any]] = {}
            for roles in ([first], [second], [first, second]):
                user.role, user.further_roles = roles[0], roles[1:]
                for name in ("clients.rules.can_edit_demographics", "clients.rules.can_assign_clinicians",
                             "documents.rules.can_see_document", "clients.rules.can_see_clinical"):  # fmt: skip
                    rule = OF_ROWS[name]
                    found = set(rule.scope(user).values_list("pk", flat=True))
                    if len(roles) == 1:
                        alone[name] = alone.get(name, set()) | found
                    elif found != alone[name]:
                        wrong.append((name, first, second))
    assert wrong == []


def test_every_model_says_who_sees_its_rows() -> None:
    models = {model for model in apps.get_models() if model._meta.app_config.name in OWN_APPS}
    said: dict[type[Model], int] = dict.fromkeys(models, 0)
    for rule in PERMISSIONS.values():
        if isinstance(rule, policy.Sight):
            said[rule.model] += 1
    for model in policy.not_shown():
        said[model] += 1
    assert {model._meta.label: times for model, times in said.items() if times != 1} == {}


@pytest.mark.parametrize("module", list(policy.modules()), ids=lambda module: module.__name__)
def test_whatever_is_named_like_a_permission_is_declared(module: ModuleType) -> None:
    """`can_…` is a permission or its gate, `visible_…` the rows of one: no function decides beside the policy."""
    scopes = {getattr(rule.scope, "__func__", None) for rule in OF_ROWS.values()}
    narrower = {
        "visible_calendars",
        "visible_with_access",
    }  # Begin with a scope and take away from it, or annotate.
    loose = []
    for name, value in vars(module).items():
        if name.startswith(("can_", "may_")) and inspect.isfunction(value):
            loose.append(name)
        if (
            name.startswith("visible_")
            and getattr(value, "__func__", None) not in scopes
            and name not in narrower
        ):
            loose.append(name)
    assert loose == []


def test_permissions_are_declared_in_rules_alone() -> None:
    """Who looks for what somebody may do has to look nowhere else."""
    words = {"Permission", "ObjectPermission", "Sight", "Part", "Reach"}
    found = []
    for app in apps.get_app_configs():
        if app.name not in OWN_APPS:
            continue
        for path in sorted(Path(app.path).rglob("*.py")):
            if path.name in {"rules.py", "policy.py"}:
                continue
            tree = ast.parse(path.read_text(encoding="utf-8"))
            known = {
                name.name
                for node in ast.walk(tree)
                if isinstance(node, ast.ImportFrom) and node.module == policy.__name__
                for name in node.names
            }
            found += [
                f"{path}:{node.lineno}"
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in words & known
            ]
    assert found == []
