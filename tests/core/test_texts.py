"""Texts leave by the gateway that settings name."""

import base64
import json
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from mentalspace.core import texts


class Taken(BaseHTTPRequestHandler):
    """A gateway that takes what is sent to one number, and refuses the rest."""

    got: list[dict[str, Any]] = []

    def do_POST(self) -> None:
        body = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        login = base64.b64decode(self.headers["Authorization"].split()[1]).decode()
        self.got.append(
            {"path": self.path, "login": login, **{name: values[0] for name, values in body.items()}}
        )
        self.send_response(201 if body["To"] == ["+14045550134"] else 400)
        self.end_headers()

    def log_message(self, *args: Any) -> None:
        pass


@pytest.fixture
def gateway(settings: Settings) -> Iterator[list[dict[str, Any]]]:
    server = HTTPServer(("127.0.0.1", 0), Taken)
    Taken.got = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.TEXT_GATEWAY = f"twilio://AC12:s%2Fecret@+14045550100?host=http://127.0.0.1:{server.server_port}"
    yield Taken.got
    server.shutdown()
    server.server_close()
    thread.join()


def test_none_is_named(settings: Settings) -> None:
    settings.TEXT_GATEWAY = ""
    assert texts.gateway() is None


@pytest.mark.parametrize(
    "address",
    [
        "carrier-pigeon:",
        "file:",
        "twilio://AC12@+14045550100",
        "twilio://AC12:secret@",
        "twilio://AC12:secret@4045550100",
    ],
)
def test_an_address_that_means_nothing(settings: Settings, address: str) -> None:
    settings.TEXT_GATEWAY = address
    with pytest.raises(ImproperlyConfigured, match="TEXT_GATEWAY must be"):
        texts.gateway()


def test_a_file(settings: Settings, tmp_path: Path) -> None:
    settings.TEXT_GATEWAY = f"file://{tmp_path}/a%20b"
    gateway = texts.gateway()
    assert gateway is not None
    gateway.send("+14045550134", "See you.")
    assert json.loads((tmp_path / "a b").read_text()) == {"to": "+14045550134", "text": "See you."}


def test_the_console(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.TEXT_GATEWAY = "console:"
    gateway = texts.gateway()
    assert gateway is not None
    with caplog.at_level(logging.INFO):
        gateway.send("+14045550134", "See you.")
    assert caplog.messages == ["Text to +14045550134: See you."]


def test_twilio_is_asked_as_it_wants_to_be(gateway: list[dict[str, Any]]) -> None:
    sender = texts.gateway()
    assert sender is not None
    sender.send("+14045550134", "See you.")
    assert gateway == [
        {
            "path": "/2010-04-01/Accounts/AC12/Messages.json",
            "login": "AC12:s/ecret",
            "To": "+14045550134",
            "From": "+14045550100",
            "Body": "See you.",
        }
    ]
    with pytest.raises(texts.NotTaken, match=r"^The gateway answered 400\.$"):
        sender.send("+14045550199", "See you.")
