# SPDX-License-Identifier: Apache-2.0
"""A data folder that is measured where it lies and put back afterwards, when the disk has no room for copies. Cut
off while programs run, the city stays whole and keeps what they wrote; cut off while it is put back, make it anew."""
import contextlib
import os
import struct

BLOCK = 4096
RECORD = 8 + BLOCK


def put_back(database, undo, size):
    """The blocks of undo.c, the newest first, and the length."""
    with open(database, "r+b") as f:
        if undo.exists():
            with open(undo, "rb") as u:
                for at in range(undo.stat().st_size // RECORD - 1, -1, -1):
                    u.seek(at * RECORD)
                    record = u.read(RECORD)
                    f.seek(struct.unpack("=q", record[:8])[0])
                    f.write(record[8:])
        f.truncate(size)
    for name in ("linli.db-wal", "linli.db-shm"):
        (database.parent / name).unlink(missing_ok=True)
    undo.unlink(missing_ok=True)
    os.sync()


@contextlib.contextmanager
def undone(data, library, undo):
    """Inside, programs may change the database of a folder that no one has open; behind it stands as it was."""
    database = data / "linli.db"
    log = data / "linli.db-wal"
    if log.exists() and log.stat().st_size > 0:
        raise RuntimeError(f"{log} is not empty: stop who uses it")
    size = database.stat().st_size
    undo.unlink(missing_ok=True)
    names = {"LD_PRELOAD": str(library), "LINLI_BENCH_KEPT": str(database), "LINLI_BENCH_UNDO": str(undo)}
    before = dict(os.environ)
    os.environ.update(names)
    try:
        yield data
    finally:
        for name in names:
            if name in before:
                os.environ[name] = before[name]
            else:
                del os.environ[name]
        put_back(database, undo, size)
