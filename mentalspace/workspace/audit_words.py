"""What the audit log says in plain words: of every verb, and of every page.

A verb missing here fails a test that reads the code. Of a page the words follow from its name where they can, so that
a new one is never silent; `PAGES` holds those that need better ones.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.urls import reverse

from mentalspace.core.models import AuditEvent


@dataclass(frozen=True, slots=True)
class Group:
    """Verbs of one kind, as the filter offers them."""

    slug: str
    label: str
    verbs: dict[str, str]


GROUPS = (
    Group(
        "looked",
        "Opened or searched",
        {
            "page.viewed": "Opened {page}",
            "page.searched": "Searched in {page}",
            "client.viewed": "Opened the chart",
            "appointment.viewed": "Opened an appointment",
            "document.viewed": "Opened a document",
            "documents.searched": "Looked for words in the documents of a chart",
            "measure.viewed": "Opened answers to a questionnaire",
            "client_file.viewed": "Opened a file of a chart",
            "client_file.shown": "Looked at a page of a file",
            "consent.viewed": "Opened a consent",
            "disclosure.viewed": "Opened a disclosure",
            "packet.viewed": "A signer opened forms by a link",
            "emergency_access.viewed": "Opened an emergency access",
            "psychotherapy_note.listed": "Opened the list of their own psychotherapy notes",
            "psychotherapy_note.opened": "Opened a psychotherapy note of their own",
        },
    ),
    Group(
        "taken",
        "Printed, exported or downloaded",
        {
            "file.downloaded": "Downloaded {page}",
            "file.opened": "Opened a file: {page}",
            "client_file.downloaded": "Downloaded a file of a chart",
            "document.printed": "Printed a document",
            "chart.exported": "Exported a chart",
            "disclosures.printed": "Printed an accounting of disclosures",
            "invoice.printed": "Printed an invoice",
            "schedule.printed": "Made a day sheet to print",
            "list.exported": "Exported a list",
            "list.rows_exported": "Rows left with an export",
            "report.exported": "Exported a report",
            "client.list_exported": "Exported clients",
            "appointments.exported": "Exported appointments",
            "requests.exported": "Exported requests of the booking page",
            "waitlist.exported": "Exported the waitlist",
            "documents.exported": "Exported a list of documents",
            "message.list_exported": "Exported a list of messages",
            "lead.list_exported": "Exported leads",
            "lead.sources_exported": "Exported leads by source",
            "licenses.exported": "Exported licenses",
            "users.exported": "Exported the people who sign in",
            "audit.exported": "Exported the audit log",
            "audit.readers_exported": "Exported who opened the chart",
        },
    ),
    Group(
        "refused",
        "Refused",
        {
            "page.refused": "Was refused: {page}",
            "page.further_refusals": "Was refused more in the same minute than is listed",
            "form.not_accepted": "Sent a form that was not accepted: {page}",
            "emergency_access.refused": "Tried emergency access and named nobody exactly",
            "emergency_access.limited": "Tried emergency access too often",
            "user.sign_in_refused": "Sign-in refused",
            "user.sign_in_limited": "Sign-in tried too often",
            "user.second_factor_refused": "Second factor refused",
            "user.refusals_not_noted": "More sign-ins were refused than are listed",
        },
    ),
    Group(
        "emergency",
        "Emergency access",
        {
            "emergency_access.began": "Began emergency access",
            "emergency_access.ended": "Ended emergency access early",
            "emergency_access.reviewed": "Reviewed an emergency access",
        },
    ),
    Group(
        "sign_in",
        "Sign-in, sessions and factors",
        {
            "user.signed_in": "Signed in",
            "user.signed_out": "Signed out",
            "user.session_ended": "Ended a session",
            "user.sessions_ended": "Ended all other sessions",
            "user.password_changed": "Changed their password",
            "user.password_reset": "Chose a password by a mailed link",
            "user.reset_requested": "Asked for a link to choose a password",
            "user.second_factor_added": "Added a second factor",
            "user.second_factor_removed": "Removed a second factor",
            "user.recovery_codes_made": "Made new recovery codes",
        },
    ),
    Group(
        "people",
        "People and rights",
        {
            "user.created": "Created somebody who signs in",
            "user.updated": "Changed roles or the e-mail of somebody who signs in",
            "user.disabled": "Disabled somebody's sign-in",
            "user.enabled": "Enabled somebody's sign-in",
            "user.invited": "Invited somebody",
            "user.invitation_revoked": "Took an invitation back",
            "user.reset_link_sent": "Sent a link to choose a password",
            "user.second_factors_reset": "Removed all second factors of somebody",
            "staff.created": "Created a colleague's profile",
            "staff.updated": "Changed a colleague's profile",
            "staff.status_changed": "Changed a colleague's status",
            "staff.hours_changed": "Changed working hours",
            "staff.extra_hours_added": "Added extra hours",
            "staff.extra_hours_removed": "Removed extra hours",
            "staff.time_off_added": "Added time off",
            "staff.time_off_requested": "Asked for time off",
            "staff.time_off_approved": "Approved time off",
            "staff.time_off_declined": "Declined time off",
            "staff.time_off_removed": "Removed time off",
            "staff.photo_changed": "Changed a photo",
            "staff.photo_removed": "Removed a photo",
        },
    ),
    Group(
        "record",
        "Client records",
        {
            "client.created": "Created the client",
            "client.updated": "Changed demographics",
            "client.status_changed": "Changed the status",
            "client.clinician_assigned": "Assigned a clinician",
            "client.assignment_ended": "Ended an assignment",
            "client.flag_raised": "Raised a flag",
            "client.flag_resolved": "Resolved a flag",
            "client.tagged": "Added a tag",
            "client.untagged": "Removed a tag",
            "client.insurance_changed": "Changed insurance",
            "client.insurance_removed": "Removed insurance",
            "client.contacts_changed": "Changed emergency contacts",
            "client.medical_history_changed": "Changed the medical history",
            "client.intake_changed": "Changed the intake",
            "client.custom_fields_changed": "Changed further fields",
        },
    ),
    Group(
        "documents",
        "Notes and documents",
        {
            "document.started": "Started a document",
            "document.saved": "Saved a draft",
            "document.carried_forward": "Carried the last note forward",
            "document.client_signed": "Let the client sign a treatment plan",
            "plan.interval_changed": "Changed how often a client’s plan is reviewed",
            "document.discarded": "Discarded a draft",
            "document.submitted": "Signed, for co-signature",
            "document.signed": "Signed a document",
            "document.cosigned": "Co-signed a document",
            "document.read": "Ticked a supervisee’s signed note as read",
            "document.returned": "Returned a document to its author",
            "document.entered_in_error": "Marked a document as entered in error",
            "document.addendum_added": "Added an addendum",
            "document.locked": "Locked a draft",
            "notes.reminded": "Mailed somebody about notes that are due",
            "document.unlock_requested": "Asked to unlock a draft",
            "document.unlocked": "Unlocked a draft",
            "document.unlock_declined": "Declined to unlock a draft",
            "measure.recorded": "Answers to a questionnaire were kept",
            "measure.voided": "Marked answers as entered in error",
            "measure.risk_answered": "Signed a response to a risk answer",
            "measure_link.sent": "Sent a link to questionnaires",
            "measure_link.answered": "A client answered by a link",
            "measure_link.revoked": "Took a link to questionnaires back",
            "client_file.uploaded": "Put a file into a chart",
            "client_file.version_added": "Added a version of a file",
            "client_file.changed": "Changed the label of a file",
            "client_file.voided": "Marked a file as entered in error",
            "client_file.moved_here": "Moved a file into the right chart",
            "packet.asked": "Asked a client to sign forms",
            "packet.sent": "Mailed a signer a link to forms",
            "packet.reminded": "Reminded a signer of forms by mail",
            "packet.unsent": "Could not mail a signer a link to forms",
            "packet.handed_over": "Handed a device over for signing forms",
            "packet.opened": "A signer said the date of birth that opens their forms",
            "packet.refused": "Somebody said another date of birth to open forms by a link",
            "packet.revoked": "Took forms to sign back",
            "consent.filled": "A signer filled in a form",
            "consent.signed": "A signer signed a form",
            "consent.declined": "A signer declined a form",
            "consent.withdrawn": "Recorded that a consent was withdrawn",
            "consent.copied": "A signer took a copy of a form",
            "consent.printed": "Printed a consent",
            "disclosure.recorded": "Recorded a disclosure",
            "disclosure.voided": "Marked a disclosure as entered in error",
            "psychotherapy_note.started": "Began a psychotherapy note of their own",
            "psychotherapy_note.saved": "Saved a psychotherapy note of their own",
            "psychotherapy_note.destroyed": "Destroyed a psychotherapy note of their own",
        },
    ),
    Group(
        "visits",
        "Appointments",
        {
            "appointment.booked": "Booked an appointment",
            "appointment.updated": "Changed an appointment",
            "appointment.moved": "Moved an appointment",
            "appointment.rescheduled": "Rescheduled an appointment",
            "appointment.confirmed": "Confirmed an appointment",
            "appointment.checked_in": "Checked the client in",
            "appointment.started": "Started the session",
            "appointment.completed": "Completed the session",
            "appointment.cancelled": "Cancelled an appointment",
            "appointment.missed": "Marked an appointment as missed",
            "appointment.reopened": "Reopened an appointment",
            "appointment.step_undone": "Took a step back",
            "appointment.copay_left": "Noted why a copay was not taken",
            "feed.renewed": "A calendar feed got a new address",
            "feed.changed": "What a calendar feed shows was changed",
            "feed.ended": "A calendar feed was ended",
            "feed.read": "A calendar program read a feed",
            "series.planned": "Booked a series of appointments",
            "series.extended": "Extended a series of appointments",
            "series.changed": "Changed several appointments of a series",
            "series.ended": "Cancelled what was to come of a series",
            "waitlist.added": "Put a client on the waitlist",
            "waitlist.changed": "Changed what a client waits for",
            "waitlist.closed": "Took a client off the waitlist",
            "waitlist.reopened": "Put a client back on the waitlist",
            "waitlist.booked": "Booked a client from the waitlist",
            "opening.dismissed": "Left a time that opened free",
            "request.received": "Somebody asked for an appointment on the booking page",
            "request.approved": "Approved a request of the booking page",
            "request.moved": "Booked another time for a request of the booking page",
            "request.declined": "Declined a request of the booking page",
            "request.told_by_phone": "Told somebody by phone what became of their request",
            "requests.cleared": "Names and contacts of old requests were cleared",
            "openings.cleared": "Times that opened and are over were removed",
            "reminder.sent": "A reminder was sent",
            "reminder.sent_again": "A reminder is to be sent again",
            "reminders.exported": "Reminders were exported",
        },
    ),
    Group(
        "money",
        "Money",
        {
            "bill.created": "Made a bill",
            "bill.parts_changed": "Changed who pays what of a bill",
            "bill.submitted": "Submitted a bill",
            "bill.denied": "Recorded a denial of a bill",
            "bill.adjusted": "Adjusted a bill",
            "bill.adjustment_reversed": "Reversed an adjustment",
            "bill.transferred": "Transferred a balance",
            "bill.transfer_reversed": "Reversed a transfer",
            "bill.voided": "Voided a bill",
            "invoice.issued": "Issued an invoice",
            "invoice.voided": "Voided an invoice",
            "payment.taken": "Took a payment",
            "payment.applied": "Applied a payment",
            "payment.unapplied": "Took back an application of a payment",
            "payment.refunded": "Refunded a payment",
            "payment.refund_reversed": "Reversed a refund",
            "payment.reversed": "Reversed a payment",
            "fee.proposed": "Proposed a fee",
            "fee.confirmed": "Charged a proposed fee",
            "fee.waived": "Waived a proposed fee",
            "fee.withdrawn": "Withdrew a proposed fee",
        },
    ),
    Group(
        "other",
        "Messages, leads, settings",
        {
            "form.sent": "Sent a form: {page}",
            "message.sent": "Sent a message",
            "message.read": "Read a message",
            "message.marked_unread": "Marked a message as unread",
            "thread.archived": "Archived a conversation",
            "thread.unarchived": "Took a conversation out of the archive",
            "lead.created": "Logged an inquiry",
            "lead.asked_for_time": "A lead asked for a time on the booking page",
            "lead.updated": "Changed a lead",
            "lead.assigned": "Assigned a lead",
            "lead.status_changed": "Moved a lead",
            "lead.follow_up_set": "Set a lead's follow-up",
            "lead.activity_logged": "Logged a contact with a lead",
            "service_code.created": "Created a service code",
            "service_code.changed": "Changed a service code",
            "room.created": "Added a room",
            "room.updated": "Changed a room",
            "snippet.created": "Kept a text for writing",
            "snippet.updated": "Changed a kept text",
            "snippet.removed": "Removed a kept text",
            "instrument.created": "Made an instrument of the practice’s own",
            "instrument.begun": "Began a further version of an instrument",
            "instrument.changed": "Changed the draft of an instrument",
            "instrument.published": "Published a version of an instrument",
            "instrument.put_in_use": "Offered an earlier version of an instrument again",
            "instrument.retired": "Retired an instrument",
            "instrument.discarded": "Discarded the draft of an instrument",
            "form.created": "Began a form of the practice’s own",
            "form.begun": "Began a further version of a form",
            "form.changed": "Changed the draft of a form",
            "form.published": "Published a version of a form",
            "form.put_in_use": "Put an earlier version of a form in use",
            "form.retired": "Retired a form",
            "form.discarded": "Discarded the draft of a form",
            "packet.saved": "Saved a packet of forms",
            "packet.retired": "Retired a packet of forms",
            "packet.restored": "Put a packet of forms in use again",
            "closure.created": "Added a holiday of the practice",
            "closure.updated": "Changed a holiday of the practice",
            "closure.deleted": "Removed a holiday of the practice",
            "tag.created": "Created a tag",
            "tag.updated": "Changed a tag",
            "tag.deleted": "Deleted a tag",
            "settings.changed": "Changed settings",
            "practice.imported": "Imported a practice",
            "audit_alert.raised": "An alert of unusual reading was raised",
            "audit_alert.reviewed": "Reviewed an alert of unusual reading",
        },
    ),
)
SENTENCES = {verb: words for group in GROUPS for verb, words in group.verbs.items()}
# By which somebody saw something and nothing changed.
LOOKS = (*GROUPS[0].verbs, *GROUPS[1].verbs)
# Who looks, who was refused and who is watched is told to administrators alone, on a chart too.
WATCHING = (*LOOKS, *GROUPS[2].verbs, "form.sent", "audit_alert.raised", "audit_alert.reviewed")
OBJECTS = {
    "pdf": "the PDF of the {}", "list": "the list of {}s", "detail": "the {}", "edit": "the form of the {}",
    "create": "the form of a new {}",
}  # fmt: skip
PAGES = {
    "workspace:home": "Home",
    "workspace:search": "everything",
    "workspace:report": "a report",
    "workspace:unbooked_clients": "the clients without a next appointment",
    "workspace:audit_log": "the audit log",
    "workspace:audit_readers": "the list of who opened the chart",
    "workspace:audit_event": "an event of the audit log",
    "workspace:audit_alert_list": "the alerts of unusual reading",
    "workspace:audit_alert_detail": "an alert of unusual reading",
    "workspace:audit_alert_review": "the review of an alert",
    "clients:client_detail": "the chart",
    "clients:client_tab": "the chart",
    "clients:client_choices": "the clients to choose from",
    "clients:client_duplicates": "clients who may be the same person",
    "clients:emergency_list": "the list of emergency accesses",
    "clients:emergency_create": "the form of emergency access",
    "scheduling:schedule": "the calendar",
    "scheduling:group_session_attendance": "the form of a group's attendance",
    "scheduling:group_session_cancel": "the form that cancels a group session",
    "scheduling:series_ask": "the question which sessions of a series are meant",
    "scheduling:series_extend": "the form that extends a series",
    "scheduling:series_change": "the form that changes several sessions of a series",
    "scheduling:series_cancel": "the form that cancels several sessions of a series",
    "scheduling:request_list": "the requests of the booking page",
    "scheduling:request_detail": "a request of the booking page",
    "scheduling:request_approve": "the form that approves a request",
    "scheduling:request_move": "the form that books another time for a request",
    "scheduling:request_decline": "the question why a request is declined",
    "scheduling:waitlist_list": "the waitlist",
    "scheduling:waitlist_detail": "a place on the waitlist",
    "scheduling:waitlist_fits": "who fits a time",
    "scheduling:waitlist_close": "the question why somebody no longer waits",
    "scheduling:waitlist_book": "the form that books from the waitlist",
    "scheduling:opening_list": "the times that opened",
    "billing:billing_home": "the billing desk",
    "billing:ageing": "what clients owe, by age",
    "billing:ageing_payers": "what payers owe, by age",
    "billing:bill_ready": "sessions ready to bill",
    "billing:bill_held": "sessions held from billing",
    "messaging:inbox": "the inbox",
    "messaging:sent": "sent messages",
    "messaging:archived": "archived messages",
    "messaging:thread_detail": "a conversation",
    "crm:lead_board": "the board of leads",
    "crm:lead_sources": "leads by source",
    "crm:lead_duplicates": "leads who may be the same person",
    "documents:document_error": "the question why a document was entered in error",
    "documents:cosign_list": "the documents to co-sign",
    "documents:reading_list": "the signed notes to read",
    "documents:group_note": "the notes of a group session",
    "documents:group_note_sign": "the notes of a group session, to be signed",
    "documents:chart_export": "the form to export a chart",
    "documents:document_find": "the search in the documents of a chart",
    "documents:plan_list": "the list of treatment plans",
    "documents:plan_interval": "how often a client’s plan is reviewed",
    "documents:plan_client_sign": "a treatment plan for the client to sign",
    "documents:risk_list": "the risk answers without a response",
    "documents:risk_respond": "the form to respond to a risk answer",
    "documents:file_create": "the form for new files of a chart",
    "documents:file_edit": "the label of a file",
    "documents:file_replace": "the form for a new version of a file",
    "documents:file_void": "the question whether a file was entered in error",
    "documents:file_move": "the form to move a file to the right chart",
    "documents:measure_create": "the form for answers to a questionnaire",
    "documents:measure_void": "the question whether answers were entered in error",
    "documents:measure_link_create": "the links to questionnaires",
    "documents:consent_list": "the list of consents",
    "documents:packet_ask": "the form to ask for signatures",
    "documents:packet_hand_over": "the question whether to hand a device over for signing",
    "documents:disclosure_account": "the disclosures of a client",
    "documents:disclosure_create": "the form to record a disclosure",
    "documents:disclosure_void": "the question whether a disclosure was entered in error",
    "documents:consent_withdraw": "the form to record that a consent was withdrawn",
    "staff:license_list": "the list of licenses",
    "staff:staff_list": "the list of staff",
    "staff:staff_detail": "a colleague's profile",
    "staff:staff_tab": "a colleague's profile",
}


# What Django's admin calls its pages of one kind of record, and its others.
ADMINISTERED = {
    "changelist": "the list of {}",
    "change": "one of the {}",
    "history": "the history of one of the {}",
    "add": "the form for new {}",
    "delete": "the question whether to delete one of the {}",
}
ADMINISTRATION = {"index": "the first page", "app_list": "a list of tables"}


@cache
def page_words(page: str) -> str:
    """`billing:invoice_pdf` as "the PDF of the invoice"; by what its name says where nothing better is known."""
    if not page:
        return "a page"
    if page in PAGES:
        return PAGES[page]
    room, _, name = page.rpartition(":")
    if room == "admin":
        return f"{_administered(name)} in the database administration"
    thing, _, what = name.rpartition("_")
    if thing and what in OBJECTS:
        return OBJECTS[what].format(thing.replace("_", " "))
    return name.replace("_", " ")


def _administered(name: str) -> str:
    """`scheduling_appointmentevent_changelist` as "the list of appointment events": Django names them so."""
    room, _, rest = name.partition("_")
    model, _, what = rest.partition("_")
    if what not in ADMINISTERED or (room, model) not in _models():
        return ADMINISTRATION.get(name, "a page")
    return ADMINISTERED[what].format(_models()[room, model])


@cache
def _models() -> dict[tuple[str, str], str]:
    """Each model as addresses name it, with the plural that people read."""
    return {
        (model._meta.app_label, str(model._meta.model_name)): str(model._meta.verbose_name_plural)
        for model in apps.get_models()
    }


def sentence(event: AuditEvent) -> str:
    """What somebody did, as one reads it."""
    words = SENTENCES.get(event.verb) or re.sub("[._]", " ", event.verb).capitalize()
    return words.format(page=page_words(event.page)) if "{page}" in words else words


def readers_url(client_id: UUID) -> str:
    """The page that says who opened this client's chart."""
    return reverse("workspace:audit_readers", args=[client_id])


def right_words(event: AuditEvent) -> str:
    """Under which right it was done: the person's roles, and what brought them to this record."""
    roles = event.actor_roles.replace("_", " ")
    return " · ".join(part for part in (roles, event.basis) if part)


def changes_in_words(changes: dict[str, Any]) -> str:
    """`status: active → inactive`, one after the other."""
    parts = []
    for name, pair in changes.items():
        before, after = pair if isinstance(pair, list) and len(pair) == 2 else (None, pair)
        label = name.replace("_", " ")
        if before == after:
            parts.append(label)
        elif before in (None, ""):
            parts.append(f"{label}: {_short(after)}")
        else:
            parts.append(f"{label}: {_short(before)} → {_short(after)}")
    return "; ".join(parts)


def _short(value: Any) -> str:
    text = "none" if value in (None, "") else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
