"""Changes to plans besides writing them: the client's signature, and how often a plan is reviewed."""

from datetime import UTC
from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients.models import Client
from documents import rules
from documents.models import Document, PlanInterval
from documents.plans import errors, signature
from documents.plans.models import LONGEST, SHORTEST
from documents.plans.signature import ClientSignature
from documents.services.acting import acting
from documents.services.drafts import form_of, lock_draft, write
from mentalspace.core import audit, clock
from mentalspace.core.errors import StaleVersion
from mentalspace.core.gates import require


@transaction.atomic
def sign_by_client(
    *, actor: User, document_id: UUID, seen: str, name: str, relation: str = "", drawn: str = ""
) -> Document:
    """The client signs the plan on its author's screen; the plan then says that they agreed and signed.

    `seen` is `signature.to_be_signed` of what was shown, `drawn` the path of what was drawn. Raises NotPermitted,
    NotADraft, DraftLocked, NotAPlan, StaleVersion, NameNeeded, NoSignature.
    """
    document = lock_draft(actor, document_id)
    form = form_of(document)
    if not signature.asks_for_it(document, form):
        raise errors.NotAPlan
    if seen != signature.to_be_signed(document, form):
        raise StaleVersion("The plan was changed after this page was opened. Read it once more, then sign.")
    signer = " ".join(name.split())
    if not signer or len(signer) > 200:
        raise errors.NameNeeded
    if drawn and (len(drawn) > signature.LONGEST_DRAWING or not signature.DRAWING.fullmatch(drawn)):
        raise errors.NoSignature
    write(document, form, signature.agreed(document.answers), document.title)
    made = ClientSignature(
        name=signer,
        relation=" ".join(relation.split())[:100],
        drawn=drawn,
        at=clock.now().astimezone(UTC).isoformat(),
        address=audit.origin.get().address or "",
        text=signature.text_digest(document.title, document.content),
    )
    document.client_signature = made.stored()
    document.save(update_fields=["client_signature", "updated_at"])
    audit.record(
        actor=actor,
        verb="document.client_signed",
        obj=document,
        client_id=document.client_id,
        changes={"how": ["", made.how]},
    )
    return document


@transaction.atomic
def set_interval(*, actor: User, client_id: UUID, days: int | None) -> None:
    """Review this client's plan every so many days; None goes back to the practice's setting. The plan in force keeps
    the day that stands in it.

    Raises NotPermitted, IntervalOutOfRange.
    """
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.can_set_plan_interval(actor, client))
    if days is not None and not SHORTEST <= days <= LONGEST:
        raise errors.IntervalOutOfRange
    before = PlanInterval.objects.filter(client=client).first()
    if (before.days if before else None) == days:
        return
    if days is None:
        PlanInterval.objects.filter(client=client).delete()
    else:
        values = {"days": days, "set_by": acting(actor), "set_at": clock.now()}
        PlanInterval.objects.update_or_create(client=client, defaults=values)
    audit.record(
        actor=actor,
        verb="plan.interval_changed",
        obj=client,
        client_id=client.pk,
        changes={"days": [before.days if before else None, days]},
    )
