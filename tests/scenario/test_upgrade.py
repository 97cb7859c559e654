# SPDX-License-Identifier: Apache-2.0
"""A folder of an earlier release, opened by this one: nothing is lost, and what was added since is as if it had always
been there. schema_N.sql is the schema as version N had it."""
import contextlib
import csv
import pathlib
import re
import shutil
import sqlite3
import sys
import tempfile
import unittest

from engine import PARTITIONS, POSTGRES, connect, new_database, only_sqlite
from linli import PROGRAM, ROOT, database, linli, one, rows

sys.path.insert(0, str(ROOT / "docs"))
from check_ledger import body # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OF_OPEN = "cube >= 16"
OF_VERSION_5 = f"{OF_OPEN} OR (cube IN (1, 2, 4) AND span < 999999)"  # rows of tallies that came with it


def setUpModule():
    if PROGRAM is None:
        raise unittest.SkipTest("the program was not built")


def schema_of(db):
    """Every table and index as it was written down, without spaces and remarks."""
    return {name: re.sub(r"\s+", "", re.sub(r"--.*", "", sql)) for name, sql in db.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'search_%'")}


def as_version(number, folder):
    """Makes the folder's database anew under the schema of an earlier version, with the same rows."""
    now, old = folder / "linli.db", folder / "old.db"
    with contextlib.closing(sqlite3.connect(old)) as db:
        db.executescript((HERE / f"schema_{number}.sql").read_text(encoding="utf-8"))
        db.execute("ATTACH ? AS now", (str(now),))
        for (table,) in db.execute("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'").fetchall():
            columns = ", ".join(row[1] for row in db.execute(f"PRAGMA main.table_info({table})"))
            db.execute(f"INSERT INTO main.{table} ({columns}) SELECT {columns} FROM now.{table}")
        if number < 4:  # bodies were not packed
            db.create_function("body_of", 1, lambda stored: body(stored).encode(), deterministic=True)
            db.execute("UPDATE main.ledger SET body = body_of(body)")
        if 1 < number < 5:
            db.execute(f"DELETE FROM main.tallies WHERE {OF_VERSION_5}")
        db.execute(f"PRAGMA main.user_version = {number}")
        db.commit()
    for ending in ("", "-wal", "-shm"):
        (folder / f"linli.db{ending}").unlink(missing_ok=True)
    old.rename(now)


def demonstration(folder, cases):
    """Without merged cases, which version 3 did not know."""
    catalogue = folder.parent / "catalogue"
    shutil.copytree(ROOT / "catalogue", catalogue, dirs_exist_ok=True)
    topics = catalogue / "demo" / "topics.csv"
    with open(topics, encoding="utf-8", newline="") as f:
        head, *lines = csv.reader(f)
    with open(topics, "w", encoding="utf-8", newline="") as f:
        csv.writer(f, lineterminator="\n").writerows([head, *([*line[:head.index("merged")], 0, *line[head.index("merged") + 1:]] for line in lines)])
    made = linli("demo", "--data", folder, "--cases", cases, "--catalogue", catalogue)
    assert made.returncode == 0, made.stderr
    assert rows(folder, "SELECT count(*) FROM merges") == [(0,)]


@only_sqlite
class Upgrade(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.new = pathlib.Path(cls.temporary.name) / "new"
        cls.old = pathlib.Path(cls.temporary.name) / "old"
        demonstration(cls.new, 300)
        shutil.copytree(cls.new, cls.old)
        as_version(1, cls.old)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_1_a_reader_says_what_to_do_and_changes_nothing(self):
        before = (self.old / "linli.db").read_bytes()
        refused = linli("verify", "--data", self.old)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("[E_SCHEMA_OLD]", refused.stderr)
        self.assertRegex(refused.stderr, rf"version 1.* {one(self.new, 'PRAGMA user_version')}\b")
        self.assertIn("linli serve", refused.stderr)
        self.assertEqual((self.old / "linli.db").read_bytes(), before)

    def test_2_the_writer_brings_it_up_to_date(self):
        self.assertEqual(one(self.old, "PRAGMA user_version"), 1)
        self.assertEqual(rows(self.old, "SELECT name FROM sqlite_schema WHERE name = 'tallies'"), [])
        published = linli("publish", "--data", self.old)
        self.assertEqual(published.returncode, 0, published.stderr)
        self.assertEqual(one(self.old, "PRAGMA user_version"), one(self.new, "PRAGMA user_version"))
        with database(self.old) as old, database(self.new) as new:
            plain = [schema_of(db) for db in (old, new)]
        self.assertEqual(*plain)
        tallies = "SELECT * FROM tallies ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9"
        self.assertEqual(rows(self.old, tallies), rows(self.new, tallies))
        self.assertGreater(one(self.old, "SELECT count(*) FROM tallies"), 1000)
        self.assertGreater(one(self.old, f"SELECT count(*) FROM tallies WHERE {OF_OPEN}"), 50)
        proved = linli("verify", "--data", self.old)
        self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)

    def test_3_what_is_cut_short_leaves_the_old_one_whole(self):
        half = self.old.parent / "half"
        shutil.copytree(self.new, half)
        as_version(1, half)
        with database(half, write=True) as db:  # in the way of what the upgrade makes last
            db.execute("CREATE TABLE tallies (x)")
        self.assertEqual(linli("publish", "--data", half).returncode, 1)
        self.assertEqual(one(half, "PRAGMA user_version"), 1)
        self.assertEqual(rows(half, "SELECT name FROM sqlite_schema WHERE name = 'cases_uncontacted'"), [])

    def test_3_so_does_each_version_between(self):
        now = one(self.new, "PRAGMA user_version")
        for version in range(2, now):
            with self.subTest(version):
                old = self.old.parent / f"version-{version}"
                shutil.copytree(self.new, old)
                as_version(version, old)
                cases = rows(old, "SELECT id, number, state FROM cases ORDER BY id")
                self.assertEqual(one(old, "PRAGMA user_version"), version)
                published = linli("publish", "--data", old)
                self.assertEqual((published.returncode, one(old, "PRAGMA user_version")), (0, now), published.stderr)
                self.assertEqual(rows(old, "SELECT id, number, state FROM cases ORDER BY id"), cases)
                proved = linli("verify", "--data", old)
                self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)

    def test_4_an_edited_tally_is_named(self):
        with database(self.new, write=True) as db:
            db.execute("UPDATE tallies SET late = late + 1 WHERE cube = 8 AND span < 10000 AND cases > 5")
        found = linli("verify", "--data", self.new)
        self.assertNotEqual(found.returncode, 0)
        self.assertRegex(found.stdout, r"tallies.*cube=8 span=20\d\d")
        self.assertIn("late", found.stdout)
        made_anew = linli("rebuild", "--data", self.new)
        self.assertEqual(made_anew.returncode, 0, made_anew.stderr)
        self.assertEqual(linli("verify", "--data", self.new).returncode, 0)


SHAPE = ("SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT), CAST(data_type AS TEXT), CAST(is_nullable AS TEXT)"
         " FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY 1, 2")
# With partitions the table itself has no settings: those of its parts.
SETTINGS = ("SELECT CAST(relname AS TEXT), CAST(reloptions AS TEXT) FROM pg_class WHERE reloptions IS NOT NULL"
            " AND relnamespace = CAST(current_schema() AS regnamespace) ORDER BY 1")
INDEXES = "SELECT CAST(indexname AS TEXT), CAST(indexdef AS TEXT) FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"


@unittest.skipUnless(POSTGRES, "about a database server")
@unittest.skipIf(PARTITIONS, "earlier versions are made plain here")
class UpgradeOfAServer(unittest.TestCase):
    """Version 3 was the first on PostgreSQL."""
    maxDiff = None

    def test_the_writer_brings_it_up_to_date(self):
        for version in (3, 4, 5, 6):
            with self.subTest(version):
                self.bring_up_to_date(version, (HERE / f"schema_{version}_postgres.sql").read_text(encoding="utf-8"))

    def test_what_was_spread_is_spread_behind_it_too(self):
        """A few tables over two partitions, as `linli migrate` makes them; the upgrade does what follows from it."""
        for version, tables in ((3, ["ledger"]), (5, ["ledger", "cases"]), (6, ["ledger", "cases"])):
            with self.subTest(version):
                schema = (HERE / f"schema_{version}_postgres.sql").read_text(encoding="utf-8")
                for table in tables:
                    head, begin, rest = schema.partition(f"CREATE TABLE {table} (")
                    columns, _, rest = rest.partition(";\n")
                    parts = "".join(f"CREATE TABLE {table}_2_{k} PARTITION OF {table} FOR VALUES WITH (MODULUS 2, REMAINDER {k});\n"
                                    for k in range(2))
                    schema = f"{head}{begin}{columns} PARTITION BY HASH (office);\n{parts}{rest}"
                    # A partitioned table has no settings of its own.
                    schema = re.sub(rf"ALTER TABLE {table} SET .*\n", lambda m: "".join(m[0].replace(table, f"{table}_2_{k}", 1) for k in range(2)), schema)
                self.bring_up_to_date(version, schema, partitions=2)

    def bring_up_to_date(self, version, schema, partitions=0):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-upgrade-"))
        self.addCleanup(shutil.rmtree, folder, True)
        demonstration(folder / "new", 60)
        shutil.copytree(folder / "new", folder / "old")
        address, conf = new_database(), folder / "old" / "linli.conf"
        conf.write_text(re.sub(r"(?m)^database\s*=.*$", f"database = {address}", conf.read_text()))
        new, old = connect(folder / "new"), connect(folder / "old")
        self.addCleanup(new.close)
        self.addCleanup(old.close)
        for statement in schema.split(";\n"):
            if statement.strip():
                old.execute(statement)
        old.execute(f"INSERT INTO schema_version VALUES ({version})")
        columns = {}
        for table, column, *_ in old.execute(SHAPE).fetchall():
            if not re.search(r"_2_\d$", table):
                columns.setdefault(table, []).append(column)
        del columns["schema_version"]
        for table, names in columns.items():
            for row in new.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall():
                if version < 4:  # bodies were not packed
                    row = [body(cell).encode() if (table, name) == ("ledger", "body") else cell for name, cell in zip(names, row)]
                old.execute(f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", row)
        if version < 5:
            old.execute(f"DELETE FROM tallies WHERE {OF_VERSION_5}")
        old.commit()
        refused = linli("verify", "--data", folder / "old")
        self.assertIn("[E_SCHEMA_OLD]", refused.stderr)
        published = linli("publish", "--data", folder / "old")
        self.assertEqual(published.returncode, 0, published.stderr)
        if partitions:
            migrated = linli("migrate", "--data", folder / "new", "--partitions", partitions)
            self.assertEqual(migrated.returncode, 0, migrated.stderr)
        for question in ("SELECT version FROM schema_version", SHAPE, INDEXES, SETTINGS):
            self.assertEqual(old.execute(question).fetchall(), new.execute(question).fetchall())
        old.commit()
        proved = linli("verify", "--data", folder / "old")
        self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)


if __name__ == "__main__":
    unittest.main()
