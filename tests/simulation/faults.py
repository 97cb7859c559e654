# SPDX-License-Identifier: Apache-2.0
"""What faults.c is told: which call on the database's files fails, and how far the clock is turned."""
import mmap
import os
import pathlib
import struct
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scenario"))
from linli import ROOT  # noqa: E402

BUILD = ROOT / "build" / "release"
MODULE = BUILD / "tests" / "libfaults.so"
KINDS = ("none", "full", "short", "bad write", "read only", "sync", "read", "power", "slow")
CALLS = ("read", "write", "sync", "truncate")
FIELDS = ("kind", "at", "stays", *CALLS, "fired", "seed", "turned_us")


class Faults:
    """The sheet that a test and the program under it share."""

    def __init__(self, folder):
        self.path = pathlib.Path(folder) / "faults"
        self.path.write_bytes(bytes(8 * len(FIELDS)))
        with open(self.path, "r+b") as f:
            self.sheet = mmap.mmap(f.fileno(), 8 * len(FIELDS))

    def env(self):
        return {**os.environ, "LD_PRELOAD": str(MODULE), "LINLI_FAULTS": str(self.path)}

    def __getitem__(self, field):
        return struct.unpack_from("q", self.sheet, 8 * FIELDS.index(field))[0]

    def __setitem__(self, field, value):
        struct.pack_into("q", self.sheet, 8 * FIELDS.index(field), value)

    def arm(self, kind, at, stays=False, seed=0):
        """The `at`-th call from now on fails; kind comes last, so that nothing half set is seen."""
        for field, value in (("kind", 0), ("at", at), ("stays", int(stays)), ("fired", 0), ("seed", seed), ("kind", KINDS.index(kind))):
            self[field] = value

    def clear(self):
        self["kind"] = 0

    def close(self):
        self.sheet.close()
