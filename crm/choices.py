"""Values of the lead tables."""

from django.db import models


class LeadStatus(models.TextChoices):
    NEW = "new", "New"
    CONTACTED = "contacted", "Contacted"
    QUALIFIED = "qualified", "Qualified"
    CONSULTATION = "consultation", "Consultation"
    CONVERTED = "converted", "Converted"
    LOST = "lost", "Lost"


OPEN_LEAD = (LeadStatus.NEW, LeadStatus.CONTACTED, LeadStatus.QUALIFIED, LeadStatus.CONSULTATION)


class LeadSource(models.TextChoices):
    WEBSITE = "website", "Website"
    CLIENT_REFERRAL = "client_referral", "Client referral"
    PROVIDER_REFERRAL = "provider_referral", "Provider referral"
    INSURANCE_DIRECTORY = "insurance_directory", "Insurance directory"
    SOCIAL_MEDIA = "social_media", "Social media"
    ADVERTISEMENT = "advertisement", "Advertisement"
    EVENT = "event", "Event"
    PHONE = "phone", "Phone"
    EMAIL = "email", "E-mail"
    OTHER = "other", "Other"


class ActivityKind(models.TextChoices):
    CALL = "call", "Call"
    EMAIL = "email", "E-mail"
    TEXT = "text", "Text"
    MEETING = "meeting", "Meeting"


class ActivityOutcome(models.TextChoices):
    REACHED = "reached", "Reached"
    NO_ANSWER = "no_answer", "No answer"
    FOLLOW_UP = "follow_up", "Follow up"
    DECLINED = "declined", "Declined"


class LostReason(models.TextChoices):
    NO_RESPONSE = "no_response", "No response"
    ELSEWHERE = "elsewhere", "Found care elsewhere"
    INSURANCE = "insurance", "Insurance or cost"
    NOT_A_FIT = "not_a_fit", "Not a fit for the practice"
    NO_CAPACITY = "no_capacity", "No capacity"
    OTHER = "other", "Other"
