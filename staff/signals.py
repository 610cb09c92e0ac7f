"""What happened to somebody's hours, for the apps above. Sent inside the transaction, with `staff` and `away`."""

from django.dispatch import Signal

# Time off that held was taken back: `away` are its days with what was off on each. The hours hold again there.
time_off_taken_back = Signal()
