"""Instruments that the practice makes itself: data in the database, asked and scored like those that ship."""
