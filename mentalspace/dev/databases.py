"""The database of a working copy or a test run, by two addresses: the application's and the owner's.

They are what the person set, or those of the embedded server, which gets both roles. To one address of somebody's own
server (DATABASE_URL without DATABASE_OWNER_URL) the application comes as a role that its connections take on, if that
role can be had there; if not, one role does for both, and `doctor` says so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from mentalspace.core.database import roles
from mentalspace.dev.postgres import Cluster

NAME = "mentalspace"


@dataclass(frozen=True)
class Addresses:
    """`owner` is empty where one role does for both. `place` says where the data are, for people."""

    serving: str
    owner: str
    place: str = ""


# What stands in the settings of a test run until its throw-away server has started, which fills in where it listens.
THROW_AWAY = Addresses(f"postgres://{roles.APPLICATION}@/{NAME}", f"postgres://{roles.OWNER}@/{NAME}")


@contextmanager
def opened(data: Path) -> Iterator[Addresses]:
    """The working copy's database: the chosen one, or the embedded server's, started meanwhile."""
    if (addresses := chosen()) is not None:
        yield addresses
        return
    with Cluster(data) as cluster:
        cluster.create_database(NAME)
        yield of_cluster(cluster, NAME)


def of_cluster(cluster: Cluster, database: str) -> Addresses:
    """Both addresses of a database of an embedded server; makes the roles, and gives the owner what is its."""
    make_roles(cluster)
    with cluster.connected(database) as admin:
        list(roles.hand_over(admin, roles.OWNER))
    place = str(cluster.home)
    if cluster.data.parent != cluster.home:
        place = f"{cluster.home} and {cluster.data}"
    return Addresses(cluster.url(database, roles.APPLICATION), cluster.url(database, roles.OWNER), place)


def make_roles(cluster: Cluster) -> None:
    """Both roles of an embedded server, which lets them in without a password."""
    with cluster.connected() as admin:
        list(roles.make(admin, roles.Login(roles.OWNER), makes_databases=True))
        list(roles.make(admin, roles.Login(roles.APPLICATION)))


def chosen() -> Addresses | None:
    """What the person set in the environment; none when they left it to us."""
    serving, owner = os.environ.get("DATABASE_URL"), os.environ.get("DATABASE_OWNER_URL", "")
    if not serving:
        return None
    return Addresses(serving, owner) if owner else separated(serving)


def separated(address: str) -> Addresses:
    """Make two of one address, if its login can have the application's role; whoever connects later tells of faults."""
    if "assume_role=" in address:
        return Addresses(address, "")
    # The database itself may have yet to be made; roles are of the server.
    for database in ("", "postgres"):
        try:
            with roles.connect(address, database) as admin:
                if not roles.assumable(admin, roles.APPLICATION):
                    break
        except psycopg.Error:
            continue
        joint = "&" if "?" in address else "?"
        return Addresses(f"{address}{joint}assume_role={roles.APPLICATION}", address)
    return Addresses(address, "")
