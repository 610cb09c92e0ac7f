"""What of a chart left the practice: to whom, why, and on what it rests; a release is checked before, not after.

A disclosure is written once. One that was written by mistake is marked as entered in error, and stays.
"""
