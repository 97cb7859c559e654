# SPDX-License-Identifier: Apache-2.0
"""The program on the command line: run it, and look into its database."""
import contextlib
import os
import pathlib
import subprocess

from engine import connect, engine_options

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILDS = [os.environ["LINLI_BUILD"]] if "LINLI_BUILD" in os.environ else ["check", "release"]
# The build with address and undefined behaviour checks where there is one.
PROGRAM = next((p for p in (ROOT / "build" / b / "linli" for b in BUILDS) if p.exists()), None)


def linli(*arguments, language="en"):
    """Runs `linli ARGUMENTS`; gives what subprocess.run gives, with stdout and stderr as text."""
    options = {"ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    return subprocess.run([PROGRAM, *map(str, arguments), *engine_options(arguments), "--lang", language], cwd=ROOT, env={**os.environ, **options},
                          capture_output=True, text=True, timeout=600)


@contextlib.contextmanager
def database(folder, write=False):
    """A connection to the folder's database, closed at the end; changes are committed."""
    mode = "rw" if write else "ro"
    with contextlib.closing(connect(folder, mode)) as connection:
        yield connection
        connection.commit()


def rows(folder, sql, *values):
    with database(folder) as connection:
        return connection.execute(sql, values).fetchall()


def one(folder, sql, *values):
    return rows(folder, sql, *values)[0][0]
