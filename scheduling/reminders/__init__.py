"""Reminders to clients: which are due, what they say, sending each of them once, and what clients answer.

A reminder may be read by anybody who holds the phone: it names a time, a number to call and a link, never the
practice's field, the clinician, or what the appointment is for.
"""
