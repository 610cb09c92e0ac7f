"""``python -m mentalspace.dev COMMAND …``: manage.py with a working copy's own settings and database.

Uses the server of a running ``make run`` if there is one, else starts it for the time of the command.
"""

import sys

from mentalspace.dev import databases, environment
from mentalspace.dev.postgres import PostgresError


def main() -> None:
    data = environment.data_directory()
    with databases.opened(data) as addresses:
        environment.prepare(data, addresses)
        # Only now: settings read the environment when they are imported.
        from django.core.management import execute_from_command_line

        execute_from_command_line(["python -m mentalspace.dev", *sys.argv[1:]])


if __name__ == "__main__":
    try:
        main()
    except PostgresError as error:
        sys.exit(str(error))
