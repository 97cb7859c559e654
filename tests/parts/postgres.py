#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one folder of tests on a PostgreSQL of its own: postgres.py FOLDER [NAME...]

Says first how many statements have a text of their own for it (docs/sql.md). LINLI_TEST_PARTITIONS=N spreads every
table of an office over N partitions.
"""
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "postgres"))
from cluster import Cluster, programs # noqa: E402


def count_statements():
    rows = (ROOT / "build" / "release" / "src" / "sql_texts.h").read_text(encoding="utf-8").splitlines()[1:]
    own = [re.match(r'{"(\w+)"', row)[1] for row in rows if not re.search(r', NULL, "[itb]*", (true|false), (true|false), ', row)]
    print(f"{len(rows)} statements, {len(own)} with a text of their own for PostgreSQL: {' '.join(own)}")


def main():
    count_statements()
    if programs() is None:
        print("SKIPPED PostgreSQL is not installed\n0 passed, 0 failed, 1 skipped")
        return 0
    cluster = Cluster().make()
    try:
        cluster.start()
        environment = {**os.environ, "LINLI_TEST_POSTGRES": cluster.address("").rstrip("/")}
        return subprocess.run([sys.executable, "-B", str(ROOT / "tests" / "parts" / "python.py"), *sys.argv[1:]],
                              env=environment, check=False).returncode
    finally:
        cluster.close()


if __name__ == "__main__":
    sys.exit(main())
