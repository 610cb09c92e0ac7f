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
