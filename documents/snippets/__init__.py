"""Texts that clinicians write again and again, kept under a short name and put into a note by a few keys."""
