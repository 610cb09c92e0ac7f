"""Ask the server in this container whether it is well: ``python -m mentalspace.healthcheck``, 0 if it is."""

import os
import sys
from http.client import HTTPConnection, HTTPException


def main() -> int:
    # The application answers only to its own host names; a leading dot stands for any subdomain.
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0].strip().lstrip(".")
    connection = HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=4)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        sys.stderr.write(f"no answer: {error}\n")
        return 1
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
