"""``python -m mentalspace.dev COMMAND …``: manage.py with a working copy's own settings and database.

Uses the server of a running ``make run`` if there is one, else starts it for the time of the command.
"""

import os
import sys
from contextlib import nullcontext

from mentalspace.dev import environment
from mentalspace.dev.postgres import Cluster, PostgresError


def main() -> None:
    data = environment.data_directory()
    with nullcontext() if os.environ.get("DATABASE_URL") else Cluster(data) as cluster:
        if cluster is not None:
            cluster.create_database("mentalspace")
        environment.prepare(
            data, database_url=cluster.url("mentalspace") if cluster else os.environ["DATABASE_URL"]
        )
        # Only now: settings read the environment when they are imported.
        from django.core.management import execute_from_command_line

        execute_from_command_line(["python -m mentalspace.dev", *sys.argv[1:]])


if __name__ == "__main__":
    try:
        main()
    except PostgresError as error:
        sys.exit(str(error))
