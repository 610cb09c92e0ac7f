"""Free, coloured words for clients."""

from uuid import UUID

from django.db import transaction

from accounts.models import User
from clients import rules
from clients.choices import TagColor
from clients.errors import TagNameTaken
from clients.models import Client, Tag
from mentalspace.core import audit
from mentalspace.core.gates import require


@transaction.atomic
def tag_client(*, actor: User, client_id: UUID, tag_id: UUID) -> Client:
    """Give the client a tag; nothing happens if it is there already. Raises NotPermitted."""
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.can_tag_client(actor, client))
    tag = Tag.objects.get(pk=tag_id)
    if not client.tags.filter(pk=tag.pk).exists():
        client.tags.add(tag)
        audit.record(
            actor=actor,
            verb="client.tagged",
            obj=client,
            client_id=client.pk,
            changes={"tag": ["", tag.name]},
        )
    return client


@transaction.atomic
def untag_client(*, actor: User, client_id: UUID, tag_id: UUID) -> Client:
    """Take a tag off a client. Raises NotPermitted."""
    client = Client.objects.select_for_update().get(pk=client_id)
    require(rules.can_tag_client(actor, client))
    tag = client.tags.filter(pk=tag_id).first()
    if tag is not None:
        client.tags.remove(tag)
        audit.record(
            actor=actor,
            verb="client.untagged",
            obj=client,
            client_id=client.pk,
            changes={"tag": [tag.name, ""]},
        )
    return client


@transaction.atomic
def create_tag(*, actor: User, name: str, color: str = TagColor.BLUE) -> Tag:
    """Add a word to the practice's list of tags. Raises NotPermitted, TagNameTaken."""
    require(rules.can_manage_tags(actor))
    name = " ".join(name.split())
    if Tag.objects.filter(name__iexact=name).exists():
        raise TagNameTaken
    tag = Tag.objects.create(name=name, color=color)
    audit.record(actor=actor, verb="tag.created", obj=tag, changes={"name": ["", name]})
    return tag


@transaction.atomic
def update_tag(*, actor: User, tag_id: UUID, name: str, color: str) -> Tag:
    """Rename or recolour a tag everywhere. Raises NotPermitted, TagNameTaken."""
    require(rules.can_manage_tags(actor))
    tag = Tag.objects.select_for_update().get(pk=tag_id)
    values = {"name": " ".join(name.split()), "color": color}
    if Tag.objects.filter(name__iexact=values["name"]).exclude(pk=tag.pk).exists():
        raise TagNameTaken
    changes = audit.changed_fields(tag, values)
    if changes:
        tag.name, tag.color = values["name"], color
        tag.save(update_fields=["name", "color", "updated_at"])
        audit.record(actor=actor, verb="tag.updated", obj=tag, changes=changes)
    return tag


@transaction.atomic
def delete_tag(*, actor: User, tag_id: UUID) -> None:
    """Take a tag off the list and off every client. Raises NotPermitted."""
    require(rules.can_manage_tags(actor))
    tag = Tag.objects.select_for_update().get(pk=tag_id)
    bearers = tag.clients.count()
    audit.record(
        actor=actor, verb="tag.deleted", obj=tag, changes={"name": [tag.name, ""], "clients": [bearers, 0]}
    )
    tag.delete()
