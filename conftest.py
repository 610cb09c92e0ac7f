"""Only what must be known before any test directory is looked at."""

pytest_plugins = ["mentalspace.dev.pytest_postgres", "mentalspace.dev.pytest_browser", "tests.cast"]
