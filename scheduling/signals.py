"""What happened to an appointment, for the apps above. Sent inside the transaction, with `appointment` and `actor`."""

from django.dispatch import Signal

# Missed or cancelled too late: billing proposes the fee.
appointment_missed = Signal()
# A completed, missed or late-cancelled appointment is being taken back, minutes later; `from_status` says which it was.
# Receivers withdraw what they proposed, or refuse with a DomainError (a signed note, a posted charge): then all stays.
appointment_reopened = Signal()
