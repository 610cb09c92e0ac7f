"""A clinician's calendar for the calendar program on their phone: an address that nobody guesses, read only.

Standards: RFC 5545 (iCalendar), RFC 7986 (REFRESH-INTERVAL). What leaves is "Busy" or initials and times, nothing else:
calendar programs keep what they read on servers that no practice has an agreement with.
"""
