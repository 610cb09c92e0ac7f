"""Roles of the practice."""

from django.db import models


class Role(models.TextChoices):
    ADMIN = "admin", "Administrator"
    SUPERVISOR = "supervisor", "Supervisor"
    THERAPIST = "therapist", "Therapist"
    ASSOCIATE = "associate", "Associate"
    BILLER = "biller", "Biller"
    FRONT_DESK = "front_desk", "Front desk"


CLINICAL_ROLES = frozenset({Role.SUPERVISOR, Role.THERAPIST, Role.ASSOCIATE})

# What a role means, in the words of the practice's policy.
ROLE_HELP = {
    Role.ADMIN: "Sees everything but psychotherapy notes; people, settings, audit log and all reports.",
    Role.SUPERVISOR: "Treats clients and answers for supervisees: co-signs their notes, approves unlocks.",
    Role.THERAPIST: "Treats assigned clients, writes and signs notes.",
    Role.ASSOCIATE: "Treats assigned clients under supervision; notes need a co-signature.",
    Role.BILLER: "Charges, claims and payments of all clients; no clinical text.",
    Role.FRONT_DESK: "Schedules and registers all clients, takes copays, works leads; no clinical text.",
}
