#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`linli verify` against a hand in the database: each column of each table in turn, one value changed by hand, and the
proof names the table and the column (or the row that is not there)."""
import pathlib
import re
import shutil
import sqlite3
import tempfile
import unittest

from engine import only_sqlite
from linli import ROOT, linli

# What the ledger does not speak of: numbers of rows, the size of a picture on a page, the names of a client's commands.
UNPROVED = {
    "words": {"id"}, "vault": {"id", "wrapped_key", "sealed"}, "attachments": {"id", "width", "height"},
    "ledger": {"client_id", "digest"}, # proved when the day is over: test_roots.py
}
# Their values are named by the field that they are the value of; a chain by its entry; what is sealed by its row.
BY_FIELD = {"ledger", "words", "vault", "attachments", "audit", "credentials", "api_keys"}
# Tables that hold nothing of what happened: who is signed in, what waits to be taken, the index of words.
NO_RECORD = re.compile(r"^(sqlite_|search|sessions|uploads|attempts|root_)")


def is_proved(table, column):
    return not NO_RECORD.match(table) and column not in UNPROVED.get(table, ())


@only_sqlite # it edits copies of the file; test_story edits on both
class Proof(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-proof-"))
        cls.whole = cls.folder / "whole"
        made = linli("demo", "--data", cls.whole, "--catalogue", ROOT / "catalogue", "--cases", 60)
        assert made.returncode == 0, made.stderr
        with sqlite3.connect(cls.whole / "linli.db") as db:
            names = [n for n, in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
            cls.columns = {n: db.execute(f"SELECT name, type, pk FROM pragma_table_info('{n}')").fetchall() for n in names
                           if db.execute(f"SELECT count(*) FROM {n}").fetchone()[0]}
        db.close()

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def test_each_column_of_each_table(self):
        tables = {t: [c for c in columns if is_proved(t, c[0])] for t, columns in self.columns.items()}
        tables = {t: columns for t, columns in tables.items() if columns}
        self.assertLessEqual({"cases", "tasks", "clocks", "words", "vault", "ledger", "accounts", "places", "credentials", "api_keys", "audit"}, tables.keys())
        self.spoken = []
        for turn in range(max(map(len, tables.values()))):
            changed = [(t, columns[turn]) for t, columns in tables.items() if turn < len(columns)]
            for (table, (column, _, key)), said in self.change_and_verify(changed).items():
                named = f"column {column}" in said or (key and "row" in said) or table in BY_FIELD
                with self.subTest(f"{table}.{column}"):
                    self.assertTrue(said and named, said or "nothing was said")
                    self.spoken.append(said)

        self.assertLess(sum("cannot be read" in s for s in self.spoken), 12)

    def change_and_verify(self, changed):
        """Changes one value of each (table, column); gives what verify says of each table. What breaks so much that
        nothing else can be compared is tried again alone."""
        spoken = self.verify_changed([c for c in changed if c[0] != "ledger"])
        for one in [c for c in changed if not spoken.get(c)]:
            spoken.update(self.verify_changed([one]))
        return spoken

    def verify_changed(self, group):
        edited = self.folder / "edited"
        shutil.copytree(self.whole, edited)
        with sqlite3.connect(edited / "linli.db") as db:
            for table, (column, kind, _) in group:
                self.change(db, table, column, kind)
        db.close()
        done = linli("verify", "--data", edited)
        shutil.rmtree(edited)
        if done.returncode == 0:
            return {}
        if "Difference:" not in done.stdout:
            return {one: f"column {one[1][0]} cannot be read: {done.stderr}" for one in group if len(group) == 1}
        parts = re.split(r"\n(?=Difference: )", done.stdout)
        return {one: "\n".join(p for p in parts if f"table {one[0]} " in p
                               or (one[0] in BY_FIELD and "table beside " in p)) for one in group}

    def change(self, db, table, column, kind):
        other = {"INTEGER": f"{column} + 1000003", "TEXT": f"{column} || '~'", "BLOB": f"zeroblob(3) || {column}"}[kind]
        if kind == "BLOB":
            other = f"CAST(x'000102' || {column} AS BLOB)"
        where = " AND ".join(f"{c} IS ?" for c, _, key in self.columns[table] if key)
        keys = [c for c, _, key in self.columns[table] if key]
        value = db.execute(f"SELECT {', '.join(keys)} FROM {table} ORDER BY {', '.join(k + ' DESC' for k in keys)} LIMIT 1").fetchone()
        done = db.execute(f"UPDATE {table} SET {column} = {other} WHERE {where}", value)
        self.assertEqual(done.rowcount, 1, f"{table}.{column}")


if __name__ == "__main__":
    unittest.main()
