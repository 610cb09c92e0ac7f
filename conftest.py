"""Only what must be known before any test directory is looked at."""

import pytest

pytest_plugins = ["mentalspace.dev.pytest_postgres", "mentalspace.dev.pytest_browser", "tests.cast"]

# Begun first, longest first: whoever met one of them at the end would be waited for by all others.
LONGEST = (
    "tests/journeys/test_looks.py",
    "tests/architecture/test_matrix.py",
    "tests/architecture/test_trail.py",
    "tests/psychotherapy/test_canary.py",
    "tests/journeys/test_bad_input.py",
    "tests/architecture/test_foreign_ids.py",
    "tests/architecture/test_statements.py",
    "tests/architecture/test_admin.py",
    "tests/platform/test_odd_requests.py",
    "tests/platform/test_leaks.py",
    "tests/journeys/test_looks_of_admin.py",
    "tests/journeys/test_spreadsheets.py",
    "tests/scheduling/test_races.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In parallel a file is one piece of work, given out in this order."""
    if gone := [name for name in LONGEST if not (config.rootpath / name).is_file()]:
        raise pytest.UsageError(f"{gone} in conftest.py is no test file any more.")
    first = {str(config.rootpath / name): place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(str(item.path), len(first)))
