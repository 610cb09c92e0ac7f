"""Service codes, charges, payments and invoices, as sums that agree."""

from dataclasses import dataclass, field
from datetime import date, time, timedelta
from decimal import Decimal

from billing.choices import (
    AdjustmentKind,
    BillKind,
    BillStatus,
    NoCopay,
    PaymentMethod,
    PaymentSource,
)
from billing.defaults import BillingDefaults
from billing.models import Adjustment, Allocation, Bill, FeeProposal, LeftCopay, Payment, ServiceCode
from clients.models import Client
from documents.choices import DocumentStatus, DocumentType
from mentalspace.core import practice
from mentalspace.workspace.demo.calendar import Diary
from mentalspace.workspace.demo.maker import Maker, dated, store
from mentalspace.workspace.demo.people import People
from mentalspace.workspace.demo.records import Chart
from scheduling.choices import AppointmentStatus
from scheduling.models import Appointment

ZERO = Decimal("0.00")
# Labels are the practice's own words.
CODES = (
    ("90791", "Diagnostic evaluation", "220.00", 16, None),
    ("90832", "Psychotherapy 30", "95.00", 16, 37),
    ("90834", "Psychotherapy 45", "150.00", 38, 52),
    ("90837", "Psychotherapy 60", "180.00", 53, None),
    ("90846", "Family without client", "160.00", 26, None),
    ("90847", "Family with client", "165.00", 26, None),
    ("90853", "Group", "60.00", None, None),
    ("90839", "Crisis first hour", "240.00", 30, 74),
    ("99213", "Medication visit", "130.00", None, None),
    ("90792", "Psychiatric evaluation", "260.00", None, None),
)


@dataclass
class Books:
    """Everything posted."""

    bills: list[Bill] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    allocations: list[Allocation] = field(default_factory=list)
    adjustments: list[Adjustment] = field(default_factory=list)
    fees: list[FeeProposal] = field(default_factory=list)
    left: list[LeftCopay] = field(default_factory=list)


def make_money(make: Maker, people: People, diary: Diary, chart: Chart) -> Books:
    """Bill the sessions whose note is signed, but for the last days; pay most of them."""
    codes = {
        code: dated(
            ServiceCode(
                id=make.id(), code=code, label=label, fee=Decimal(fee), min_minutes=low, max_minutes=high
            ),
            make.days_ago(900),
        )
        for code, label, fee, low, high in CODES
    }
    store(list(codes.values()))
    books = Books()
    signed = {
        document.appointment_id: document
        for document in chart.documents
        if document.status == DocumentStatus.SIGNED
        and document.type in (DocumentType.PROGRESS_NOTE, DocumentType.INTAKE)
    }
    for session in sorted(diary.appointments, key=lambda each: (each.start_time, str(each.pk))):
        note = signed.get(session.pk)
        if note is not None and make.now - session.end_time > timedelta(days=5):
            charge(make, people, books, session, codes[session.billing_code])
        elif session.status in (AppointmentStatus.NO_SHOW, AppointmentStatus.LATE_CANCELLED):
            propose(make, people, books, session)
    copays_today(make, people, books, diary)
    for rows in (books.bills, books.payments, books.allocations, books.adjustments, books.fees, books.left):
        store(rows)
    return books


def charge(make: Maker, people: People, books: Books, session: Appointment, code: ServiceCode) -> None:
    """A bill a week after the session, with what has come of it since."""
    payer = people.payer_of.get(session.client_id)
    age = (make.now - session.end_time).days
    day = make.day(session.start_time)
    copay = Decimal(payer[2]) if payer else code.fee
    share = code.fee - copay if payer else ZERO
    billed = day + timedelta(days=4)
    bill = Bill(
        id=make.id(), client_id=session.client_id, appointment=session, amount=code.fee, insurance_amount=share,
        client_amount=copay, insurance_share=share, code=code.code, description=code.label, service_date=day,
        staff_id=session.staff_id, payer=payer[0] if payer else "", client_due_from=billed, kind=BillKind.SERVICE,
        created_by=people.staff["biller"],
    )  # fmt: skip
    dated(bill, session.end_time + timedelta(days=4))
    books.bills.append(bill)
    if payer and age > 8:
        bill.submitted_on, bill.status = billed + timedelta(days=1), BillStatus.SUBMITTED
    if share and age > 21 and make.chance(0.9):
        insurer_answers(make, people, books, bill, payer[0] if payer else "")
    if copay and (make.chance(0.85) if payer else age > 12 and make.chance(0.7)):
        client = PaymentMethod.CARD if make.chance(0.8) else PaymentMethod.CASH
        pay(
            make,
            people,
            books,
            bill,
            PaymentSource.CLIENT,
            client,
            bill.client_amount,
            day if payer else billed + timedelta(days=5),
        )
    conclude(make, bill)


def insurer_answers(make: Maker, people: People, books: Books, bill: Bill, payer: str) -> None:
    """Most pay less than was asked and write the rest off; a few deny."""
    day = bill.service_date + timedelta(days=20)
    if make.chance(0.015):
        bill.denied_on, bill.denial_reason, bill.status = day, "Authorization missing", BillStatus.DENIED
        return
    allowed = (bill.insurance_amount * Decimal("0.82")).quantize(Decimal("0.01"))
    write_off = bill.insurance_amount - allowed
    adjustment = Adjustment(
        id=make.id(), bill=bill, amount=write_off, kind=AdjustmentKind.CONTRACTUAL, taken_from=PaymentSource.INSURANCE,
        created_by=people.staff["biller"],
    )  # fmt: skip
    books.adjustments.append(dated(adjustment, bill.created_at + timedelta(days=16)))
    bill.adjusted_amount, bill.insurance_amount = write_off, allowed
    pay(make, people, books, bill, PaymentSource.INSURANCE, PaymentMethod.INSURANCE, allowed, day, payer)


def pay(
    make: Maker,
    people: People,
    books: Books,
    bill: Bill,
    source: str,
    method: str,
    amount: Decimal,
    day: date,
    payer: str = "",
) -> None:
    """A payment that pays this bill whole."""
    if not amount:
        return
    received = min(day, make.today)
    poster = people.staff["biller" if source == PaymentSource.INSURANCE else "frontdesk"]
    payment = Payment(
        id=make.id(), client_id=bill.client_id, source=source, method=method, amount=amount, received_on=received,
        payer=payer, reference=f"DEMO{len(books.payments):06d}", created_by=poster,
    )  # fmt: skip
    dated(payment, min(make.at(received, time(15)), make.now))
    books.payments.append(payment)
    allocation = Allocation(id=make.id(), payment=payment, bill=bill, amount=amount, created_by=poster)
    books.allocations.append(dated(allocation, payment.created_at))
    if source == PaymentSource.INSURANCE:
        bill.insurance_paid += amount
    else:
        bill.client_paid += amount
    bill.paid_date = max(bill.paid_date or received, received)


def conclude(make: Maker, bill: Bill) -> None:
    """The status that follows from the rows."""
    paid = bill.insurance_paid + bill.client_paid
    if bill.status == BillStatus.DENIED:
        bill.paid_date = None
    elif bill.balance == ZERO:
        bill.status = BillStatus.PAID
    else:
        bill.paid_date = None
        if paid:
            bill.status = BillStatus.PARTIALLY_PAID


def propose(make: Maker, people: People, books: Books, session: Appointment) -> None:
    """A fee waits for the biller where the payer allows it and the visit is recent."""
    defaults = practice.get(BillingDefaults)
    payer = people.payer_of.get(session.client_id)
    recent = make.now - session.start_time < timedelta(days=21)
    if not recent or (payer and any(word.lower() in payer[0].lower() for word in defaults.no_fee_payers)):
        return
    late = session.status == AppointmentStatus.LATE_CANCELLED
    fee = FeeProposal(
        id=make.id(), client_id=session.client_id, appointment=session,
        kind=BillKind.LATE_CANCEL if late else BillKind.NO_SHOW,
        amount=defaults.late_cancel_fee if late else defaults.no_show_fee,
    )  # fmt: skip
    books.fees.append(dated(fee, session.start_time))


def copays_today(make: Maker, people: People, books: Books, diary: Diary) -> None:
    """Copays at the desk today: taken, which no bill has used yet, and now and then left with a reason."""
    here = [
        session
        for session in diary.appointments
        if make.day(session.start_time) == make.today
        and session.status
        in (AppointmentStatus.COMPLETED, AppointmentStatus.IN_SESSION, AppointmentStatus.CHECKED_IN)
    ]
    older = [session for session in diary.appointments if session.status == AppointmentStatus.COMPLETED][-3:]
    for place, session in enumerate(here or older):
        payer = people.payer_of.get(session.client_id)
        copay = Decimal(payer[2]) if payer else ZERO
        if copay and place % 9 == 4:
            left = LeftCopay(
                id=make.id(), client_id=session.client_id, appointment=session, amount=copay, reason=NoCopay.NO_MEANS,
                note="Brings the card next time.", left_by=people.staff["frontdesk"],
                left_at=session.start_time - timedelta(minutes=6),
            )  # fmt: skip
            books.left.append(dated(left, left.left_at))
        elif copay:
            payment = Payment(
                id=make.id(), client_id=session.client_id, source=PaymentSource.CLIENT, method=PaymentMethod.CARD, amount=copay,
                received_on=make.today, reference="Copay", appointment=session, created_by=people.staff["frontdesk"],
            )  # fmt: skip
            books.payments.append(dated(payment, make.now))


def invoiceable(books: Books, clients: list[Client]) -> list[tuple[Client, list[Bill]]]:
    """Clients with open parts of their own, oldest bills first."""
    by_client: dict[object, list[Bill]] = {}
    for bill in books.bills:
        if bill.client_balance > ZERO:
            by_client.setdefault(bill.client_id, []).append(bill)
    return [(client, by_client[client.pk]) for client in clients if client.pk in by_client]
