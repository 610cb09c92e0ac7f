"""What happened to an appointment, for the apps above. Sent inside the verb's transaction, with `appointment` and `actor`."""

from django.dispatch import Signal

appointment_completed = Signal()
# Missed or cancelled too late: billing proposes the fee.
appointment_missed = Signal()
