"""What happened to an appointment, for the apps above. Sent inside the transaction, with `appointment` and `actor`
where nothing else is said.
"""

from django.dispatch import Signal

# Somebody whom nobody here resembles asked for a time on the booking page: `request`, and no actor.
newcomer_asked = Signal()
# A request of the booking page became an appointment: `request`, `client` and `actor`.
request_approved = Signal()
# Missed or cancelled too late: billing proposes the fee.
appointment_missed = Signal()
# A completed, missed or late-cancelled appointment is being taken back, minutes later; `from_status` says which it was.
# Receivers withdraw what they proposed, or refuse with a DomainError (a signed note, a posted charge): then all stays.
appointment_reopened = Signal()
