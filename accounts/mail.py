"""Mails to people who sign in. They name the practice and nobody else, and hold nothing about clients."""

import logging
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.errors import MailNotSent
from accounts.models import User
from mentalspace.core import clock, practice

logger = logging.getLogger(__name__)


def base_url(request: HttpRequest) -> str:
    """What links begin with: `PUBLIC_URL`. Only a working copy starts without, where it is the host that was asked."""
    return settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")


def send_reset_link(user: User, token: str, base_url: str) -> None:
    """Mail the link. Raises MailNotSent."""
    first = not user.has_usable_password()
    name = practice.get(practice.PracticeProfile).name
    assert user.reset_expire is not None  # noqa: S101 - the link was just issued
    context = {
        "first": first,
        "practice_name": name,
        "url": f"{base_url}{reverse('accounts:password_reset_confirm', args=[token])}",
        "lifetime": lifetime_words(user.reset_expire - clock.now()),
    }
    subject = f"Choose your password for {name}" if first else f"Reset your password for {name}"
    _send(subject, "accounts/mail/reset_link.txt", context, user.email)


def send_reset_link_quietly(user: User, token: str, base_url: str) -> None:
    """The same for somebody who asked without signing in: the answer must not tell whether a mail left."""
    try:
        send_reset_link(user, token, base_url)
    except MailNotSent:
        logger.exception("A reset link could not be mailed to user %s", user.pk)


def send_start_over(user: User, token: str, base_url: str) -> None:
    """Mail the link with which somebody who lost everything begins anew. Raises MailNotSent."""
    name = practice.get(practice.PracticeProfile).name
    assert user.reset_expire is not None  # noqa: S101 - the link was just issued
    context: dict[str, object] = {
        "practice_name": name,
        "url": f"{base_url}{reverse('accounts:password_reset_confirm', args=[token])}",
        "lifetime": lifetime_words(user.reset_expire - clock.now()),
    }
    _send(f"Begin anew with {name}", "accounts/mail/start_over.txt", context, user.email)


def tell_second_factor(user: User, verb: str, kind: str) -> None:
    """Tell the owner of a change, in case it was somebody else. The change stands even if this mail fails."""
    name = practice.get(practice.PracticeProfile).name
    what = {
        "user.second_factor_added": f"A second factor ({kind}) was added",
        "user.second_factor_removed": f"A second factor ({kind}) was removed",
        "user.recovery_codes_made": "New recovery codes were made, and the old ones are void",
    }[verb]
    send_notice(
        user,
        f"How you sign in to {name} was changed",
        "accounts/mail/second_factor_changed.txt",
        {"practice_name": name, "what": what},
    )


def tell_password_changed(user: User) -> None:
    """Tell the owner, in case it was somebody else. The change stands even if this mail fails."""
    name = practice.get(practice.PracticeProfile).name
    send_notice(
        user,
        f"Your password for {name} was changed",
        "accounts/mail/password_changed.txt",
        {"practice_name": name},
    )


def send_notice(user: User, subject: str, template: str, context: dict[str, object]) -> None:
    """Tell somebody what happened. It has happened even if this mail fails; the log then says so."""
    try:
        _send(subject, template, context, user.email)
    except MailNotSent:
        logger.exception("A notice (%s) could not be mailed to user %s", template, user.pk)


def lifetime_words(lifetime: timedelta) -> str:
    """`30 minutes`, `3 days`: rounded to what a person would say."""
    minutes = round(lifetime.total_seconds() / 60)
    for size, unit in ((24 * 60, "day"), (60, "hour")):
        if minutes >= size and minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return f"{minutes} minutes"


def _send(subject: str, template: str, context: dict[str, object], address: str) -> None:
    text = render_to_string(template, context)
    # A practice's name may hold anything; a header must stay one line.
    line = " ".join(subject.split())
    try:
        send_mail(line, text, None, [address])
    except (OSError, SMTPException) as error:
        raise MailNotSent from error
