# SPDX-License-Identifier: Apache-2.0
"""On which engine a scenario runs: SQLite, or the PostgreSQL that LINLI_TEST_POSTGRES names (./test scenario-postgres).
A folder that is made gets a database of its own there; whoever looks into a folder's database finds the right one."""
import itertools
import os
import pathlib
import re
import shutil
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "postgres"))
from libpq import Connection, PostgresError # noqa: E402

POSTGRES = os.environ.get("LINLI_TEST_POSTGRES") # address of the server, without a database
PARTITIONS = os.environ.get("LINLI_TEST_PARTITIONS")
numbers = itertools.count(1)

short_on_sqlite = unittest.skipIf(POSTGRES and not os.environ.get("LINLI_LONG"), "takes long on a server: ./test --long")
only_sqlite = unittest.skipIf(POSTGRES, "about the file of SQLite")


def new_database(like="template0 ENCODING 'UTF8' LOCALE 'C'"):
    name = f"t{os.getpid()}_{next(numbers)}"
    server = Connection(f"{POSTGRES}/postgres")
    end = time.monotonic() + 20
    while True: # whoever was connected to what is copied may need a moment to be gone
        try:
            server.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
            break
        except PostgresError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
    server.close()
    return f"{POSTGRES}/{name}"


def copy_folder(source, target):
    """A folder that nobody serves, once more, with a database of its own."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target)
    address = address_of(source)
    if address:
        conf = pathlib.Path(target) / "linli.conf"
        conf.write_text(conf.read_text().replace(address, new_database(like=address.rsplit("/", 1)[1])))
    return target


def engine_options(arguments):
    """What a command line needs besides: a database for a folder that is to be made."""
    words = [str(word) for word in arguments]
    if not POSTGRES or not words or words[0] not in ("init", "demo") or "--database" in words or "--help" in words:
        return []
    return ["--database", new_database(), *(["--partitions", PARTITIONS] if PARTITIONS else [])]


def address_of(folder):
    """The server's address that a folder's linli.conf names, or None."""
    conf = pathlib.Path(folder) / "linli.conf"
    found = re.search(r"^database\s*=\s*(\S+)", conf.read_text(), re.M) if conf.exists() else None
    return found and found[1]


def connect(folder, mode="rwc"):
    """A connection to the folder's database that takes SQLite's way of writing values."""
    address = address_of(folder)
    return Connection(address) if address else sqlite3.connect(f"file:{folder}/linli.db?mode={mode}", uri=True)


def tables(db):
    """The names of every table."""
    sql = ("SELECT CAST(table_name AS TEXT) FROM information_schema.tables WHERE table_schema = current_schema()" if POSTGRES
           else "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return sorted(name if isinstance(name, str) else name.decode() for name, in db.execute(sql))
