"""What happened to clients, for the apps above. Sent inside the transaction."""

from django.dispatch import Signal

# A clinician reads a chart in an emergency; `access` is the EmergencyAccess, `url` its page, the host included.
emergency_began = Signal()
