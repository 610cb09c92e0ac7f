"""Text messages: one small interface, and what stands behind it by the address in TEXT_GATEWAY.

`console:` logs texts; `file:///srv/media/texts.jsonl` adds each as a line of JSON; `twilio://ACCOUNT:TOKEN@+15550100`
hands them to Twilio's interface of messages, from that number. Empty: no texts are sent at all.
"""

import json
import logging
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

logger = logging.getLogger(__name__)

SECONDS = 10
TWILIO = "https://api.twilio.com"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")


class TextGateway(Protocol):
    """What sends text messages."""

    @property
    def told(self) -> str:
        """Where texts go, for who runs the practice's server; without secrets."""

    def send(self, number: str, text: str) -> None:
        """Send to a number in E.164, or raise OSError. Sent means that the gateway has taken it."""


class ConsoleGateway:
    """Shows texts in the log instead of sending them; for trying out."""

    told = "shown in the log"

    def send(self, number: str, text: str) -> None:
        logger.info("Text to %s: %s", number, text)


@dataclass(frozen=True, slots=True)
class FileGateway:
    """Adds each text as a line of JSON to a file, for a sender of the practice's own to pick up."""

    path: Path

    @property
    def told(self) -> str:
        return f"written to {self.path}"

    def send(self, number: str, text: str) -> None:
        with self.path.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps({"to": number, "text": text}) + "\n")


@dataclass(frozen=True, slots=True)
class TwilioGateway:
    """Twilio's Messages resource: POST /2010-04-01/Accounts/{account}/Messages.json, 201 when it was taken."""

    account: str
    token: str
    sender: str
    host: str = TWILIO

    @property
    def told(self) -> str:
        return f"handed to Twilio, from {self.sender}"

    def send(self, number: str, text: str) -> None:
        answer = requests.post(
            f"{self.host}/2010-04-01/Accounts/{self.account}/Messages.json",
            data={"To": number, "From": self.sender, "Body": text},
            auth=(self.account, self.token),
            timeout=SECONDS,
            allow_redirects=False,
        )
        if answer.status_code != 201:
            # Its own words may repeat the number, which does not belong in a log.
            raise NotTaken(f"The gateway answered {answer.status_code}.")


class NotTaken(OSError):
    """The gateway refused a text."""


def gateway() -> TextGateway | None:
    """The one that settings name; None where no texts are sent. Raises ImproperlyConfigured."""
    address = urlsplit(settings.TEXT_GATEWAY)
    match address.scheme:
        case "":
            return None
        case "console":
            return ConsoleGateway()
        case "file" if address.path:
            return FileGateway(Path(unquote(address.path)))
        case "twilio" if address.username and address.password and E164.fullmatch(address.hostname or ""):
            host = parse_qs(address.query).get("host", [TWILIO])[0]
            return TwilioGateway(
                unquote(address.username), unquote(address.password), str(address.hostname), host
            )
    raise ImproperlyConfigured(
        "TEXT_GATEWAY must be console:, file:///path or twilio://account:token@+number, or empty."
    )
