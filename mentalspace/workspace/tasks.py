"""The timetable: which commands the worker runs by itself, and when. Times are UTC."""

from django.conf import settings

from mentalspace.core.jobs import repeated

if settings.AUDIT_ANCHOR_DIR:
    repeated("*/5 * * * *", "audit", "anchor")
    # At night in all of the United States, as the rest below.
    repeated("30 8 * * *", "audit", "verify")
repeated("*/10 * * * *", "audit_alerts")
repeated("*/5 * * * *", "send_reminders")
repeated("*/15 * * * *", "lock_overdue_notes", "--weekly")
# Before the working day on the East Coast; again an hour later for mails that could not leave.
repeated("0 11,12 * * *", "remind_notes")
# In the morning of all of the United States; again an hour later for mails that could not leave.
repeated("0 16,17 * * *", "follow_up_consents")
repeated("45 8 * * *", "documents", "verify")
repeated("15 9 * * *", "files", "sweep")
repeated("17 9 * * *", "clearsessions")
repeated("18 9 * * *", "clear_form_submissions")
repeated("19 9 * * *", "clear_booking_requests")
repeated("20 9 * * *", "clear_openings")
