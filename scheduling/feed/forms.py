"""What a feed tells."""

from django import forms

from mentalspace.core.forms import PageForm
from scheduling.feed.choices import FeedShows


class FeedForm(PageForm):
    """Busy, or initials."""

    shows = forms.ChoiceField(
        label="Each appointment is shown as",
        choices=FeedShows.choices,
        widget=forms.RadioSelect,
        help_text="Calendar programs copy what they read to servers of their own.",
    )
