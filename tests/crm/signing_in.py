"""A browser of somebody's own."""

from django.test import Client as Browser

from accounts.models import User


def signed_in(user: User) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser
