"""A pytest plugin for tests that drive a real browser: mark them ``browser`` and ask for ``page``.

``page.goto("/clients/")`` reaches a live server on the test database. Chromium is taken from PLAYWRIGHT_CHROMIUM,
CHROMIUM, the system or Playwright, in this order. Without one the tests are skipped with a reason; in CI they fail.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Error, sync_playwright

ABSENT = "no Chromium: install one (on Debian: apt-get install chromium) or name it in PLAYWRIGHT_CHROMIUM"
# A browser that asks the world for updates and experiments is neither quiet nor repeatable.
QUIET = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
]


@cache
def chromium() -> str | None:
    """The path of a Chromium, if there is one."""
    named = os.environ.get("PLAYWRIGHT_CHROMIUM") or os.environ.get("CHROMIUM")
    for candidate in (named, "chromium", "chromium-browser", "google-chrome"):
        if candidate and (path := shutil.which(candidate)):
            return path
    try:
        with sync_playwright() as playwright:
            bundled = playwright.chromium.executable_path
    except Error:
        return None
    return shutil.which(bundled)


def pytest_configure(config: pytest.Config) -> None:
    # Playwright runs an event loop in the test's thread, where Django would refuse every query; nothing is concurrent.
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") is None or chromium() is not None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(ABSENT, pytrace=False)
    pytest.skip(ABSENT)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Chromium's sandbox refuses root, which is who runs in a container.
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": chromium(), "args": [*QUIET, *sandbox]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], live_server: Any) -> dict[str, Any]:
    return {
        **browser_context_args,
        "base_url": live_server.url,
        "locale": "en-US",
        "timezone_id": "America/New_York",
    }
