"""Consents and client forms: what a client, or a parent or guardian for them, reads, answers and signs.

The texts are a start for the practice's own, which its lawyer reads. {practice}, {phone}, {address}, {client} and
{notice_hours} are filled in when the form is shown (see `documents.consents.wording`).
"""

from documents.choices import ClientFormType
from documents.definitions import FormDefinition, FormField, FormSection
from documents.forms_data.builders import day, long, many, one, short

# The release is read by these keys wherever something is released.
RELEASE = "release_of_information"


def _form(key: str, title: str, *sections: FormSection) -> FormDefinition:
    return FormDefinition(key=key, version=1, type=ClientFormType.CONSENT, title=title, sections=sections)


def _says(key: str, title: str, text: str, *fields: FormField) -> FormSection:
    return FormSection(key=key, title=title, text=text, fields=fields)


TREATMENT = _form(
    "consent_treatment", "Consent to treatment",
    _says("what_it_is", "What treatment is",
          "Psychotherapy is a conversation with a trained clinician about what troubles you. It begins with an "
          "assessment; then you and your clinician agree on goals and on how to work towards them, and look at them "
          "again at regular intervals.\n\nTreatment often helps. It can also stir up strong feelings and change "
          "relationships, and nobody can promise a result. You may ask at any time about methods, their benefits "
          "and risks, and other ways of being helped."),
    _says("your_rights", "What you may do",
          "Taking part is voluntary. You may refuse a method, ask for another clinician, or end treatment at any "
          "time. You may see your record and ask for a copy.\n\nSome clinicians at {practice} work under "
          "supervision: you are told their supervisor’s name, and the supervisor reads your record and signs its "
          "notes."),
    _says("confidentiality", "What stays between us, and what cannot",
          "What you say is confidential. We may or must tell others without your permission when somebody is in "
          "danger of serious harm, when a child, an elder or a disabled person may be abused or neglected, when a "
          "court orders it, and as our notice of privacy practices says."),
    _says("emergencies", "In an emergency",
          "Nobody watches our telephone and messages around the clock. In danger of life call 911. The Suicide and "
          "Crisis Lifeline answers day and night: call or text 988. In office hours we are reached at {phone}.",
          short("emergency_name", "Whom we may call in an emergency", required=True),
          short("emergency_phone", "Their telephone", required=True),
          short("emergency_relationship", "Who they are to you")),
    _says("agreement", "Agreement",
          "By signing I agree that {client} is assessed and treated by {practice}. I have read this, I could ask "
          "questions, and I may withdraw this consent at any time in writing; what was done before stays done.",
          long("treatment_questions", "Questions that I would like to have answered", rows=2)),
)  # fmt: skip

TELEHEALTH = _form(
    "consent_telehealth", "Consent to telehealth",
    _says("telehealth_what", "What telehealth is",
          "Sessions are held by video, or by telephone where video fails. They are not recorded, by neither side, "
          "unless both agree in writing. The same rules of confidentiality hold as in the office."),
    _says("telehealth_risks", "Benefits and risks",
          "You save the way. But lines can fail, others in your home may hear you, and your clinician sees less "
          "than in the room. If telehealth does not suit you, we look for sessions in the office, here or "
          "elsewhere. You may stop using telehealth at any time without losing the right to care."),
    _says("telehealth_safety", "Where you are",
          "At the beginning of each session your clinician asks where you are, because they may treat you only in "
          "states in which they are licensed, and so that help finds you in an emergency. If the line breaks, your "
          "clinician calls you.",
          short("telehealth_place", "The address at which I usually take part", required=True),
          short("telehealth_phone", "The number at which I am called if the line breaks", required=True),
          one("telehealth_private", "I have a private place for the sessions", "Yes", "Not always", "No",
              required=True)),
    _says("telehealth_agreement", "Agreement",
          "By signing I agree that {client} is treated by {practice} by telehealth as described here. I may "
          "withdraw this consent at any time."),
)  # fmt: skip

PRIVACY = _form(
    "privacy_receipt", "Receipt of the notice of privacy practices",
    _says("notice", "The notice",
          "Our notice of privacy practices says how health information is used and disclosed, and which rights you "
          "have: to see and copy your record, to ask that it be amended, to know to whom it was disclosed, to ask "
          "for limits and for other ways of reaching you, and to complain to us or to the U.S. Department of Health "
          "and Human Services. Records of treatment for substance use have further protection by federal law (42 "
          "CFR Part 2).\n\nThe notice hangs in our office at {address}. Ask us for a copy on paper or by mail at "
          "any time.",
          one("notice_received", "The notice of privacy practices", "I received it", "I was offered it and declined it",
              required=True)),
    _says("reaching_me", "How we may reach you",
          "You may change this at any time.",
          many("contact_ways", "Messages about appointments may be left by", "Telephone, with a message",
               "Telephone, without a message", "Text", "E-mail", "Letter", required=True)),
    _says("privacy_agreement", "Acknowledgement",
          "By signing I confirm that the notice of {practice} was given or offered to me. This is not a consent to "
          "any disclosure."),
)  # fmt: skip

FINANCIAL = _form(
    "financial_agreement", "Financial responsibility and cancellation policy",
    _says("payment", "Payment",
          "Copays, deductibles and fees that no insurance pays are due on the day of the session. If we bill your "
          "insurance we share with it what it needs to pay, such as diagnosis and dates. What the insurance does "
          "not pay is owed by whoever signs here, except where a contract with the insurer or the law says "
          "otherwise.",
          one("paying", "How sessions are paid", "Insurance", "Without insurance", "Both", other=True, required=True)),
    _says("estimate", "Good faith estimate",
          "If you have no insurance or do not use it, you have the right to an estimate of what your care will "
          "cost, in writing, before it begins and whenever you ask. You may dispute a bill that is at least $400 "
          "more than the estimate."),
    _says("cancellation", "Cancellations and missed sessions",
          "Tell us at least {notice_hours} hours before the session if you cannot come: call {phone}. For a session "
          "that is cancelled later or missed a fee may be charged, which insurance does not pay. No such fee is "
          "charged where the law or your insurer forbids it, as Medicaid does."),
    _says("financial_agreement_section", "Agreement",
          "By signing I accept these terms of {practice} and agree that my insurance pays {practice} directly."),
)  # fmt: skip

ROI = _form(
    RELEASE, "Release of information",
    _says("release_who", "Who may tell whom",
          "This allows {practice} to disclose health information of {client}.",
          short("release_to", "To whom", required=True, help="Name of the person or organization."),
          short("release_to_contact", "Their address, telephone or fax"),
          one("release_direction", "Which way", "The practice may tell them", "They may tell the practice",
              "Both may tell each other", required=True)),
    _says("release_what_section", "What",
          "Only what is ticked here. Psychotherapy notes, which clinicians keep for themselves, are never part of "
          "it: they need an authorization of their own.",
          many("release_what", "What may be disclosed", "Whole record", "Assessments and diagnoses", "Treatment plans",
               "Progress notes", "Dates of sessions and attendance", "Medicines", "Results of questionnaires",
               "Billing information", other=True, required=True),
          one("release_part2", "Records of treatment for substance use (42 CFR Part 2)", "Not included",
              "Included", required=True),
          day("release_records_from", "Records from"),
          day("release_records_to", "Records until")),
    _says("release_purpose_section", "Why",
          "",
          one("release_purpose", "Purpose", "Coordination of care", "At my own request", "Insurance or benefits",
              "School", "Work", "Court or legal matter", other=True, required=True)),
    _says("release_until_section", "How long",
          "It ends on the day or with the event named here, whichever comes first; without either after one year.",
          day("release_until", "Last day"),
          short("release_event", "Or when this happens")),
    _says("release_rights", "Your rights",
          "You may revoke this at any time by writing to {practice}, {address}; what was disclosed before stays "
          "disclosed. Your treatment, payment and benefits do not depend on signing. Whoever receives the "
          "information may pass it on, and the law may then protect it no more; records of treatment for substance "
          "use may not be used against you in proceedings without your consent or a court order. You get a copy of "
          "this."),
)  # fmt: skip

GUARDIAN = _form(
    "guardian_consent", "Guardian’s consent to treatment of a minor",
    _says("guardian_right", "Your right to decide",
          "We treat {client}, who is a minor, with the consent of a parent or guardian. Where parents share legal "
          "custody, or an order says who decides, we follow it.",
          one("custody", "Who decides about treatment", "Both parents together", "I alone, by court order",
              "I alone, the other parent is not available", "A guardian or agency", other=True, required=True),
          one("custody_order", "Is there an order of a court about custody?", "No", "Yes, I bring a copy",
              required=True)),
    _says("minor_privacy", "What your child tells us",
          "Young people open up when they can trust that not everything is passed on. We tell you about the goals, "
          "how it goes and any danger; what else is told stays with the clinician, as far as the law allows. As "
          "they grow older, the law gives minors rights of their own over parts of their treatment and record."),
    _says("guardian_present", "Who comes along",
          "Somebody must be reachable during each session, and pick younger children up.",
          short("pick_up", "Who may bring and pick up the child", required=True),
          short("guardian_phone", "The number at which I am reached during sessions", required=True)),
    _says("guardian_agreement", "Agreement",
          "By signing I confirm that I may decide about the treatment of {client}, and agree that {practice} "
          "assesses and treats {client}. I may withdraw this consent at any time in writing."),
)  # fmt: skip

FORMS = (TREATMENT, TELEHEALTH, PRIVACY, FINANCIAL, ROI, GUARDIAN)
