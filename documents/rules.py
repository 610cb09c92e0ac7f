"""Who may read, write, sign and co-sign the clinical record.

Clinicians write and sign what is their own, and read what concerns the clients assigned to them; an associate's and a
supervisee's note waits for the supervisor's signature. Administrators read, and write only if they are also clinicians.
Billers and the front desk read nothing.
"""

from django.db.models import Q, QuerySet

from accounts.choices import Role
from accounts.models import User
from accounts.rules import CLINICIANS
from clients.models import Client, ClientProfile
from clients.queries import coverage_on
from clients.rules import (
    AT_THE_DESK,
    BY_EMERGENCY,
    BY_SUPERVISION,
    CARE_TEAM,
    IN_CARE,
    OF_OPEN_RECORDS,
    can_add_to_record,
    can_see_clinical,
    is_at_work,
    lasting_emergencies,
    own_clients,
)
from documents.choices import DocumentStatus
from documents.defaults import NoteDefaults
from documents.files.choices import OF_THE_OFFICE, FileKind
from documents.models import (
    ClientFile,
    Consent,
    ConsentSignature,
    Disclosure,
    Document,
    DocumentAddendum,
    DocumentComment,
    DocumentError,
    DocumentReading,
    DocumentReview,
    DocumentSeal,
    DocumentSignature,
    DocumentVersion,
    FileVersion,
    FormVersion,
    Icd10Release,
    Measure,
    MeasureLink,
    NoteReminder,
    OwnInstrument,
    Packet,
    PacketForm,
    PacketRequest,
    PacketSigner,
    PlanInterval,
    RiskResponse,
    SealKey,
    Snippet,
    UnlockRequest,
)
from mentalspace.core import clock, practice
from mentalspace.core.policy import (
    ALL,
    NotShown,
    ObjectPermission,
    Part,
    Permission,
    Reach,
    Sight,
    State,
    with_answers,
)
from scheduling.models import Appointment
from staff.choices import Supervision
from staff.rules import HELD, HELD_BY_SUPERVISEES, HELD_OR_SUPERVISED, STAFF_RECORD, has_staff, supervises


def is_author(actor: User, document: Document) -> bool:
    """Did the actor write it?"""
    return has_staff(actor) and HELD.includes(actor, document)


def is_supervisor_of(actor: User, document: Document) -> bool:
    """Does the actor supervise the author?"""
    return supervises(actor, document.staff)


def is_locked(document: Document) -> bool:
    """An overdue draft that the lock-out closed, unless it was opened again and the time is not over."""
    if document.status != DocumentStatus.DRAFT or document.locked_at is None or document.in_error:
        return False
    return document.unlocked_until is None or document.unlocked_until <= clock.now()


def needs_cosignature(document: Document) -> bool:
    """Does its author sign first and their supervisor second?

    Always for associates and whoever is under "co-sign all notes"; under "co-sign for chosen payers" where one of the
    practice's chosen payers covers the client on the document's day.
    """
    author = document.staff
    if author.supervision == Supervision.COSIGN_ALL or author.user.role == Role.ASSOCIATE:
        return True
    if author.supervision != Supervision.COSIGN_PAYERS:
        return False
    chosen = [name.casefold() for name in practice.get(NoteDefaults).cosign_payers]
    profile: ClientProfile | None = getattr(document.client, "profile", None)
    held = coverage_on(profile, document.service_date) if profile and chosen else []
    return any(word in f"{each.provider} {each.plan}".casefold() for each in held for word in chosen)


def needs_reading(document: Document) -> bool:
    """Does its author's supervisor read what is final without them? Asked when the author's signature made it so."""
    return document.staff.supervision == Supervision.REVIEW_ALL


def is_discardable(document: Document) -> bool:
    """A draft of which nobody but its author knows: it was neither submitted nor locked."""
    return (
        document.status == DocumentStatus.DRAFT
        and document.submitted_at is None
        and document.locked_at is None
        and not document.in_error
    )


def _in_status(words: str, status: DocumentStatus) -> State:
    return State(
        words,
        lambda: Q(status=status, in_error=False),
        lambda document: document.status == status and not document.in_error,
    )


def _locked() -> Q:
    closed = Q(unlocked_until__isnull=True) | Q(unlocked_until__lte=clock.now())
    return Q(status=DocumentStatus.DRAFT, locked_at__isnull=False, in_error=False) & closed


def _open_drafts() -> Q:
    opened = Q(locked_at__isnull=True) | Q(unlocked_until__gt=clock.now())
    return Q(status=DocumentStatus.DRAFT, in_error=False) & opened


def _on_record() -> Q:
    untouched = Q(status=DocumentStatus.DRAFT, submitted_at__isnull=True, locked_at__isnull=True)
    return Q(in_error=False) & ~untouched


LOCKED_DRAFTS = State("drafts that are locked", _locked, is_locked)
OPEN_DRAFTS = State(
    "drafts that are not locked",
    _open_drafts,
    lambda document: (
        document.status == DocumentStatus.DRAFT and not document.in_error and not is_locked(document)
    ),
)
ON_RECORD = State(
    "that stand and cannot be discarded",
    _on_record,
    lambda document: not document.in_error and not is_discardable(document),
)
WAITING = _in_status("awaiting a co-signature", DocumentStatus.PENDING_COSIGN)
SIGNED = _in_status("signed", DocumentStatus.SIGNED)
UNREAD = State(
    "signed, which their supervisor has to read",
    lambda: Q(reading__isnull=False, reading__read_at__isnull=True, in_error=False),
    lambda document: (
        not document.in_error
        and (reading := getattr(document, "reading", None)) is not None
        and reading.read_at is None
    ),
)

# Others' drafts are seen by the author's supervisor and the administrator only.
OF_ASSIGNED = Reach(
    "of assigned clients but drafts",
    lambda actor: Q(client_id__in=own_clients(actor).values("pk")) & ~Q(status=DocumentStatus.DRAFT),
    possible=has_staff,
)
IN_EMERGENCY = Reach(
    "in an emergency but drafts",
    lambda actor: (
        Q(client_id__in=lasting_emergencies(actor).values("client_id")) & ~Q(status=DocumentStatus.DRAFT)
    ),
    possible=is_at_work,
)

can_see_document = Sight(
    "Read a document",
    Document,
    {
        Role.ADMIN: ALL,
        Role.SUPERVISOR: (HELD_OR_SUPERVISED, OF_ASSIGNED, IN_EMERGENCY),
        Role.THERAPIST: (HELD, OF_ASSIGNED, IN_EMERGENCY),
        Role.ASSOCIATE: (HELD, IN_EMERGENCY),
    },
)
# An administrator who is also a clinician writes as such.
can_write_documents = Permission("Write documents", *CLINICIANS, need=STAFF_RECORD)
can_write_for_client = ObjectPermission(
    "Begin a document about a client",
    Client,
    dict.fromkeys(CLINICIANS, can_add_to_record.as_reach("whose record one may add to")),
    need=STAFF_RECORD,
)
can_write_session_note = ObjectPermission(
    "Begin the note of a session", Appointment, dict.fromkeys(CLINICIANS, HELD)
)
can_edit_document = ObjectPermission("Edit", Document, dict.fromkeys(CLINICIANS, HELD), when=OPEN_DRAFTS)
can_sign_document = ObjectPermission("Sign", Document, can_edit_document.grants, when=OPEN_DRAFTS)
can_open_cosign_queue = Permission("Open the co-signature queue", Role.SUPERVISOR)
can_cosign_document = ObjectPermission(
    "Co-sign, or return with a comment",
    Document,
    {Role.SUPERVISOR: HELD_BY_SUPERVISEES},
    when=WAITING,
    unless=HELD,
)
can_tick_as_read = ObjectPermission(
    "Tick as read", Document, {Role.SUPERVISOR: HELD_BY_SUPERVISEES}, when=UNREAD, unless=HELD
)
can_add_addendum = ObjectPermission(
    "Add an addendum",
    Document,
    {**dict.fromkeys(CLINICIANS, HELD), Role.SUPERVISOR: HELD_OR_SUPERVISED},
    when=SIGNED,
)
can_mark_in_error = ObjectPermission(
    "Mark as entered in error",
    Document,
    {Role.ADMIN: ALL, **dict.fromkeys(CLINICIANS, HELD)},
    when=ON_RECORD,
    need=STAFF_RECORD,
)
can_request_unlock = ObjectPermission(
    "Ask for a locked draft to be opened",
    Document,
    dict.fromkeys(CLINICIANS, HELD),
    when=LOCKED_DRAFTS,
)
can_decide_unlock = ObjectPermission(
    "Decide about that", Document, {Role.ADMIN: ALL, Role.SUPERVISOR: HELD_BY_SUPERVISEES}, unless=HELD
)

visible_documents = can_see_document.scope


def with_right(rows: QuerySet[Document], actor: User) -> QuerySet[Document]:
    """The same documents, each knowing what `right_to` asks of it."""
    return with_answers(rows, actor, OF_ASSIGNED, IN_EMERGENCY)


def right_to(actor: User, document: Document) -> str:
    """Under which right the actor reads it, for the trail; empty for its author and where the role alone gives it."""
    names = {
        ALL: "",
        HELD: "",
        HELD_BY_SUPERVISEES: BY_SUPERVISION,
        OF_ASSIGNED: CARE_TEAM,
        IN_EMERGENCY: BY_EMERGENCY,
    }
    return can_see_document.right(actor, document, names)


can_see_signature = Part(DocumentSignature, "document", can_see_document)
can_see_addendum = Part(DocumentAddendum, "document", can_see_document)
can_see_review = Part(DocumentReview, "document", can_see_document)
can_see_comment = Part(DocumentComment, "document", can_see_document)
can_see_version = Part(DocumentVersion, "document", can_see_document)
can_see_reading = Part(DocumentReading, "document", can_see_document)
can_see_error = Part(DocumentError, "document", can_see_document)
SEALS = NotShown(DocumentSeal, "the practice’s seals, shown with the signature or the addendum they are on")
REMINDERS = NotShown(NoteReminder, "which mails about notes left, so that none leaves twice")
can_see_seal_key = Sight("See the practice’s keys for seals", SealKey, {Role.ADMIN: ALL})
can_see_code_release = Sight("See which releases of ICD-10-CM are loaded", Icd10Release, {Role.ADMIN: ALL})
can_see_form = Sight("See the practice’s forms in all versions", FormVersion, {Role.ADMIN: ALL})
can_change_forms = Permission("Change, publish and retire forms", Role.ADMIN)
SHARED = Reach("the practice’s", lambda actor: Q(staff__isnull=True), lambda actor, row: row.staff_id is None)
can_share_snippets = Permission("Keep texts that all clinicians can insert", Role.ADMIN)
can_open_snippets = Permission("Keep texts to insert while writing", Role.ADMIN, *CLINICIANS)
can_see_snippet = Sight(
    "See kept texts", Snippet, {Role.ADMIN: SHARED, **dict.fromkeys(CLINICIANS, (HELD, SHARED))}
)
can_change_snippet = ObjectPermission(
    "Change or remove a kept text", Snippet, {Role.ADMIN: SHARED, **dict.fromkeys(CLINICIANS, HELD)}
)
# A request is shown to those who decide it.
can_see_unlock_request = Part(UnlockRequest, "document", can_decide_unlock)
visible_unlock_requests = can_see_unlock_request.scope

can_see_plan_interval = Part(PlanInterval, "client", can_see_clinical)
can_set_plan_interval = ObjectPermission(
    "Say how often a client’s plan is reviewed", Client, IN_CARE, need=STAFF_RECORD
)

can_export_chart = ObjectPermission("Export a client’s chart", Client, {Role.ADMIN: ALL}, need=STAFF_RECORD)

# Measures: what a client answered belongs to the clinical record; a link to questionnaires tells no answer.


def _link_is_open() -> Q:
    return Q(answered_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now())


STANDING = State(
    "not marked as entered in error",
    lambda: Q(voided_at__isnull=True),
    lambda measure: measure.voided_at is None,
)
WAITS_FOR_RESPONSE = State(
    "whose risk answer nobody has responded to",
    lambda: Q(raises_risk=True, response__isnull=True),
    lambda measure: measure.is_open_risk,
)
OPEN_LINKS = State("that can still be answered", _link_is_open, lambda link: link.is_open)

can_see_measure = Part(Measure, "client", can_see_clinical)
can_see_risk_response = Part(RiskResponse, "measure", can_see_measure)
can_record_measure = ObjectPermission(
    "Enter a client’s answers to a questionnaire", Client, IN_CARE, need=STAFF_RECORD
)
_IN_CARE = dict.fromkeys(IN_CARE, can_record_measure.as_reach("of clients in one’s care", "client"))
can_void_measure = ObjectPermission(
    "Mark answers as entered in error", Measure, _IN_CARE, when=STANDING, need=STAFF_RECORD
)
can_answer_risk = ObjectPermission(
    "Sign what was done about an answer that tells of risk",
    Measure,
    _IN_CARE,
    when=WAITS_FOR_RESPONSE,
    need=STAFF_RECORD,
)
can_see_open_risk = ObjectPermission(
    "Have answers that tell of risk on one’s list until somebody responds",
    Measure,
    {Role.ADMIN: ALL, **_IN_CARE},
    when=WAITS_FOR_RESPONSE,
)
can_change_instruments = Permission("Make, publish and retire instruments", Role.ADMIN)
can_see_instrument = Sight(
    "See the practice’s own instruments in all versions", OwnInstrument, {Role.ADMIN: ALL}
)
can_send_measure_link = ObjectPermission(
    "Send a client a link to questionnaires", Client, {**AT_THE_DESK, **IN_CARE}
)
can_see_measure_link = Part(MeasureLink, "client", can_send_measure_link)
can_revoke_measure_link = ObjectPermission(
    "Take such a link back", MeasureLink, can_see_measure_link.grants, when=OPEN_LINKS
)

# Files: the office's papers are the front desk's and the billers' too, everything else belongs to the clinical record.

OFFICE = Reach(
    "the office’s papers",
    lambda actor: Q(kind__in=sorted(OF_THE_OFFICE)),
    lambda actor, file: file.kind in OF_THE_OFFICE,
)
can_see_file = Sight(
    "See a file of a chart",
    ClientFile,
    {
        **dict.fromkeys(can_see_clinical.grants, OF_OPEN_RECORDS),
        Role.FRONT_DESK: OFFICE,
        Role.BILLER: OFFICE,
    },
)
can_see_file_version = Part(FileVersion, "file", can_see_file)
can_add_office_file = ObjectPermission(
    "Put the office’s papers into a chart", Client, {**AT_THE_DESK, **IN_CARE}, need=STAFF_RECORD
)
can_add_file = ObjectPermission(
    "Put any paper into a chart", Client, can_add_to_record.grants, need=STAFF_RECORD
)
can_change_file = ObjectPermission(
    "Name a file, add a version, mark it as entered in error",
    ClientFile,
    {
        Role.ADMIN: ALL,
        **dict.fromkeys(IN_CARE, can_add_file.as_reach("of clients in one’s care", "client")),
        Role.FRONT_DESK: OFFICE,
    },
    when=STANDING,
    need=STAFF_RECORD,
)


def to_add_file(kind: str) -> ObjectPermission[Client]:
    """The permission it takes to put a file of this kind into a chart."""
    return can_add_office_file if kind in OF_THE_OFFICE else can_add_file


def kinds_to_add(actor: User, client: Client) -> frozenset[str]:
    """The kinds of files that the actor may put into this chart."""
    kinds = frozenset(FileKind.values)
    return kinds if can_add_file(actor, client) else OF_THE_OFFICE & kinds


# Consents: who serves a client sends, reads and files what the client signs. The forms ask nothing of the treatment.

OPEN_REQUESTS = State(
    "that can still be signed",
    lambda: Q(finished_at__isnull=True, revoked_at__isnull=True),
    lambda request: request.is_open,
)
NOT_WITHDRAWN = State(
    "signed and not withdrawn",
    lambda: Q(signed_at__isnull=False, withdrawn_at__isnull=True),
    lambda consent: consent.signed_at is not None and consent.withdrawn_at is None,
)

can_ask_consents = ObjectPermission("Ask a client to sign forms", Client, {**AT_THE_DESK, **IN_CARE})
can_see_packet_request = Part(PacketRequest, "client", can_ask_consents)
can_see_packet_signer = Part(PacketSigner, "request", can_see_packet_request)
can_see_consent = Part(Consent, "client", can_ask_consents)
can_see_consent_signature = Part(ConsentSignature, "consent", can_see_consent)
can_change_packet_request = ObjectPermission(
    "Send, hand over and take back what a client is asked to sign",
    PacketRequest,
    can_see_packet_request.grants,
    when=OPEN_REQUESTS,
)
can_change_packet_signer = ObjectPermission(
    "Send a signer their link again, or hand them a device",
    PacketSigner,
    dict.fromkeys(
        can_ask_consents.grants, can_change_packet_request.as_reach("of what can still be signed", "request")
    ),
)
can_withdraw_consent = ObjectPermission(
    "Record that a client withdrew a consent",
    Consent,
    can_see_consent.grants,
    when=NOT_WITHDRAWN,
    need=STAFF_RECORD,
)
can_see_packet = Sight(
    "See the practice’s packets of forms", Packet, dict.fromkeys(can_ask_consents.grants, ALL)
)
can_see_packet_form = Part(PacketForm, "packet", can_see_packet)
can_change_packets = Permission("Change and retire packets of forms", Role.ADMIN)

# Disclosures: who keeps the releases keeps the account of what left under them. It names papers, and quotes none.

can_record_disclosure = ObjectPermission(
    "Record what was disclosed of a client, and see the account of it",
    Client,
    can_ask_consents.grants,
    need=STAFF_RECORD,
)
can_see_disclosure = Part(Disclosure, "client", can_record_disclosure)
can_void_disclosure = ObjectPermission(
    "Mark a disclosure as entered in error", Disclosure, can_see_disclosure.grants, when=STANDING
)
can_open_disclosures = Permission("See the disclosures of all clients", Role.ADMIN)
