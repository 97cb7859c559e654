# SPDX-License-Identifier: Apache-2.0
"""The database damaged: on either engine entries of the ledger deleted, swapped or cut off, rows deleted and swapped, cells
edited; a bit flipped anywhere in SQLite's file. `linli verify` never crashes, hangs or says that all is well, and names the
first entry or row that is not. What only roots kept outside can tell: tests/scenario/test_roots.py."""
import contextlib
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
from engine import POSTGRES, connect, copy_folder, only_sqlite, tables
from libpq import PostgresError
from linli import ROOT, linli

PROGRAM = BUILD / "linli"
LONG = "LINLI_LONG" in os.environ
SEED = int(os.environ.get("LINLI_SEED", time.time_ns() % 10**9))
FLIPS = 1000 if LONG else 120
CELLS = 10**6 if LONG else 40 # columns of which a cell is edited
# What nothing speaks of: who is signed in, failed tries, the index of words.
UNPROVED = re.compile(r"^(search|sqlite_|schema_version|sessions|attempts|uploads|.*_\d+_\d+$)") # ... and parts
FREE = {("words", "id"), ("vault", "id"), ("attachments", "id"),     # running numbers that nothing rests on, and
        ("ledger", "client_id"), ("ledger", "digest")}               # what a repeat is known by, proved when its day is closed


def verify(folder):
    return subprocess.run([PROGRAM, "verify", "--data", folder, "--lang", "en"], capture_output=True, timeout=60)


def content(file, names=None):
    """Everything that is proved, and whether the file is whole. Names of tables: a flipped bit in the list of tables itself can
    hide one from it that is read all the same."""
    db = sqlite3.connect(file)
    try:
        names = names or [n for n, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'") if not UNPROVED.match(n)]
        tables = {n: db.execute(f"SELECT * FROM {n}").fetchall() for n in names}
        return tables, db.execute("PRAGMA integrity_check").fetchall()
    finally:
        db.close()


def other(value):
    if isinstance(value, int):
        return 1 - value if value in (0, 1) else value + 10**6
    return value + "x" if isinstance(value, str) else bytes([value[0] ^ 1]) + value[1:] if value else b"x"


def made_folder(test):
    """The folder of a small demonstration that nobody serves, gone with the tests of the class."""
    temporary = tempfile.TemporaryDirectory()
    test.addClassCleanup(temporary.cleanup)
    folder = pathlib.Path(temporary.name) / "data"
    made = linli("demo", "--data", folder, "--catalogue", ROOT / "catalogue", "--cases", 60)
    assert made.returncode == 0, made.stderr
    return folder


@only_sqlite
@unittest.skipUnless(PROGRAM.exists(), "the program was not built")
class Flipped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = made_folder(cls)
        cls.file = cls.folder / "linli.db"
        with sqlite3.connect(cls.file) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        cls.whole = cls.file.read_bytes()
        cls.content = content(cls.file)

    def put(self, data):
        for ending in ("-wal", "-shm"):
            pathlib.Path(f"{self.file}{ending}").unlink(missing_ok=True)
        self.file.write_bytes(data)

    def test_a_file_format_that_does_not_exist(self):
        data = bytearray(self.whole)
        data[44:48] = (9).to_bytes(4, "big") # the number of the format of tables: 1 to 4
        self.put(data)
        done = verify(self.folder)
        self.assertEqual((done.returncode, done.stdout), (1, b""))
        self.assertIn(b"[E_NOT_OURS]", done.stderr)

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
                    self.assertEqual(content(self.file, list(self.content[0])), self.content, "said to be well")
                    seen["harmless"] += 1
                elif b"Difference: table " in done.stdout:
                    self.assertRegex(done.stderr, rb"\[(E_VERIFY|E_DAMAGED)\]")  # the second: a page behind it cannot be read
                    seen["named"] += 1
                else:
                    self.assertRegex(done.stderr, rb"\[(E_NOT_OURS|E_DAMAGED|E_SCHEMA|E_SCHEMA_OLD|E_MOVE_UNFINISHED)\]")
                    seen["refused"] += 1
        self.assertGreater(seen["named"], FLIPS // 4, seen)
        self.assertLess(seen["refused"], FLIPS // 8, seen)


@unittest.skipUnless(PROGRAM.exists(), "the program was not built")
class Edited(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.whole = made_folder(cls)
        cls.folder = cls.whole.parent / "edited"

    def edited(self, *statements):
        copy_folder(self.whole, self.folder)
        with contextlib.closing(connect(self.folder)) as db:
            for statement in statements:
                self.assertNotEqual(db.execute(statement).rowcount, 0, statement)
            db.commit()
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

    def test_a_deleted_row(self):
        said = self.edited("DELETE FROM clocks WHERE case_id = (SELECT max(case_id) FROM clocks)")
        self.assertEqual(self.first(said)[0], "clocks")

    def test_a_trigger_that_lies_in_wait(self):
        said = self.edited(*(["CREATE FUNCTION later() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM notes; RETURN NEW; END'",
                              "CREATE TRIGGER later AFTER INSERT ON cases EXECUTE FUNCTION later()"] if POSTGRES else
                             ["CREATE TRIGGER later AFTER INSERT ON cases BEGIN DELETE FROM notes; END"]))
        self.assertIn("schema: later", said)

    def test_an_index_that_is_gone(self):
        self.assertIn("schema: ledger_client", self.edited("DROP INDEX ledger_client"))

    def test_what_rests_on_one_bad_entry_is_not_told_line_by_line(self):
        said = self.edited("DELETE FROM ledger WHERE office = 0 AND number = 2")
        self.assertEqual(self.first(said), ("ledger", "office=0 number=2"))
        self.assertLess(said.count("Difference:"), 1500)
        self.assertIn("they are counted only", said)

    def cell(self, db, table, chance):
        """A row of the table and, for one cell after the other, another value: (column, as it is, as it is not)."""
        found = db.execute(f"SELECT * FROM {table} LIMIT 200")
        names, rows = [c[0] for c in found.description], found.fetchall()
        row = chance.choice(rows) if rows else ()
        return row, names, [(name, value, other(value)) for name, value in zip(names, row) if value is not None]

    def test_a_cell_of_every_column(self):
        """Edited, found by the name of its table, and put back."""
        chance = random.Random(SEED)
        copy_folder(self.whole, self.folder)
        cells = []
        with contextlib.closing(connect(self.folder)) as db:
            for table in tables(db):
                if not UNPROVED.match(table):
                    row, names, changes = self.cell(db, table, chance)
                    cells += [(table, row, names, *change) for change in changes if (table, change[0]) not in FREE]
        cells = chance.sample(cells, min(CELLS, len(cells)))
        for table, row, names, column, value, changed in cells:
            with self.subTest(f"{table}.{column}, LINLI_SEED={SEED}"):
                try:
                    self.assertTrue(self.put_cell(table, row, names, column, changed), "it could not be edited")
                except (sqlite3.IntegrityError, PostgresError):
                    continue # another row has this key
                done = verify(self.folder)
                edited = [changed if name == column else cell for name, cell in zip(names, row)]
                self.assertTrue(self.put_cell(table, edited, names, column, value))
                self.assertEqual(done.returncode, 1, "said to be well")
                self.assertIn(f"Difference: table {table} ", done.stdout.decode())
        self.assertEqual(verify(self.folder).returncode, 0, "put back, it is whole again")

    def put_cell(self, table, row, names, column, value):
        where = " AND ".join(f"{name} IS NULL" if cell is None else f"{name} = ?" for name, cell in zip(names, row))
        with contextlib.closing(connect(self.folder)) as db:
            done = db.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *(cell for cell in row if cell is not None)))
            db.commit()
            return done.rowcount == 1


if __name__ == "__main__":
    unittest.main()
