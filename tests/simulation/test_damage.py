# SPDX-License-Identifier: Apache-2.0
"""The database file damaged: a byte flipped anywhere in it, entries of the ledger deleted, swapped or cut off, rows swapped.
`linli verify` never crashes, hangs or says that all is well, and names the first entry or row that is not."""
import os
import pathlib
import random
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time
import unittest

from faults import BUILD
from engine import only_sqlite
from linli import ROOT, linli

PROGRAM = BUILD / "linli"
LONG = "LINLI_LONG" in os.environ
SEED = int(os.environ.get("LINLI_SEED", time.time_ns() % 10**9))
FLIPS = 1000 if LONG else 120
# What the ledger does not speak of: who is signed in, the index of words, and passwords, which no commitment may tell.
UNPROVED = re.compile(r"^(search|sqlite_|sessions|attempts|uploads|credentials|api_keys)")


def verify(folder):
    return subprocess.run([PROGRAM, "verify", "--data", folder, "--lang", "en"], capture_output=True, timeout=60)


def content(file):
    """Everything that is proved, and whether the file is whole."""
    db = sqlite3.connect(file)
    try:
        names = [n for n, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'") if not UNPROVED.match(n)]
        tables = {n: db.execute(f"SELECT * FROM {n}").fetchall() for n in names}
        return tables, db.execute("PRAGMA integrity_check").fetchall()
    finally:
        db.close()


@only_sqlite
@unittest.skipUnless(PROGRAM.exists(), "the program was not built")
class Damage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name) / "data"
        made = linli("demo", "--data", cls.folder, "--catalogue", ROOT / "catalogue", "--cases", 60)
        assert made.returncode == 0, made.stderr
        cls.file = cls.folder / "linli.db"
        with sqlite3.connect(cls.file) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        cls.whole = cls.file.read_bytes()
        cls.content = content(cls.file)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def put(self, data):
        for ending in ("-wal", "-shm"):
            pathlib.Path(f"{self.file}{ending}").unlink(missing_ok=True)
        self.file.write_bytes(data)

    def test_a_flipped_bit(self):
        chance = random.Random(SEED)
        seen = {"named": 0, "refused": 0, "harmless": 0}
        for n in range(FLIPS):
            at = chance.randrange(100 if n % 10 == 0 else len(self.whole)) # the first hundred bytes are the head of the file
            data = bytearray(self.whole)
            data[at] ^= 1 << chance.randrange(8)
            self.put(data)
            with self.subTest(f"byte {at}, LINLI_SEED={SEED}"):
                done = verify(self.folder)
                self.assertIn(done.returncode, (0, 1), done.stderr[-500:])
                if done.returncode == 0:
                    self.assertEqual(content(self.file), self.content, "said to be well")
                    seen["harmless"] += 1
                elif b"Difference: table " in done.stdout:
                    self.assertRegex(done.stderr, rb"\[E_VERIFY\]")
                    seen["named"] += 1
                else:
                    self.assertRegex(done.stderr, rb"\[(E_NOT_OURS|E_DAMAGED|E_SCHEMA|E_SCHEMA_OLD)\]")
                    seen["refused"] += 1
        self.assertGreater(seen["named"], FLIPS // 4, seen)
        self.assertLess(seen["refused"], FLIPS // 8, seen)

    def edited(self, *statements):
        self.put(self.whole)
        with sqlite3.connect(self.file) as db:
            for statement in statements:
                self.assertGreater(db.execute(statement).rowcount, 0, statement)
        db.close()
        done = verify(self.folder)
        self.assertEqual(done.returncode, 1)
        return done.stdout.decode()

    def first(self, said):
        return re.search(r"Difference: table (\S+)\s+row ([^\n]*)", said).groups()

    def test_a_deleted_entry(self):
        self.assertEqual(self.first(self.edited("DELETE FROM ledger WHERE office = 1 AND number = 7")), ("ledger", "office=1 number=7"))

    def test_two_entries_swapped(self):
        said = self.edited("UPDATE ledger SET number = -11 WHERE office = 1 AND number = 11",
                           "UPDATE ledger SET number = 11 WHERE office = 1 AND number = 12",
                           "UPDATE ledger SET number = 12 WHERE office = 1 AND number = -11")
        self.assertEqual(self.first(said), ("ledger", "office=1 number=11"))

    def test_an_entry_moved_to_another_office(self):
        said = self.edited("UPDATE ledger SET office = 2 WHERE office = 1 AND number = 9")
        self.assertEqual(self.first(said), ("ledger", "office=1 number=9"))
        self.assertIn("office=2 number=1", said)

    def test_the_newest_entries_cut_off(self):
        """What they made is there without them; what was made to look so throughout needs the published roots."""
        said = self.edited("DELETE FROM ledger WHERE office = 1 AND number > (SELECT max(number) - 3 FROM ledger WHERE office = 1)")
        self.assertRegex(said, r"table (cases|notes|daily_roots) ")

    def test_two_cases_swapped(self):
        said = self.edited("UPDATE cases SET id = -1 WHERE number = (SELECT min(number) FROM cases)",
                           "UPDATE cases SET id = (SELECT id FROM cases WHERE id = -1) - 1 WHERE number = (SELECT max(number) FROM cases)")
        self.assertEqual(self.first(said)[0], "cases")

    def test_a_trigger_that_lies_in_wait(self):
        self.put(self.whole)
        with sqlite3.connect(self.file) as db:
            db.execute("CREATE TRIGGER later AFTER INSERT ON cases BEGIN DELETE FROM notes; END")
        db.close()
        done = verify(self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"schema: later", done.stdout)

    def test_what_rests_on_one_bad_entry_is_not_told_line_by_line(self):
        said = self.edited("DELETE FROM ledger WHERE office = 0 AND number = 2")
        self.assertEqual(self.first(said), ("ledger", "office=0 number=2"))
        self.assertLess(said.count("Difference:"), 1500)
        self.assertIn("they are counted only", said)


if __name__ == "__main__":
    unittest.main()
