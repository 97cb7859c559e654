# SPDX-License-Identifier: Apache-2.0
"""linli bench load: a simulated city, loaded through the door, gone on with, proved."""
import contextlib
import pathlib
import shutil
import sqlite3
import tempfile
import unittest

from linli import PROGRAM, ROOT, database, linli, one, rows

CASES = 600


def setUpModule():
    if PROGRAM is None:
        raise unittest.SkipTest("the program was not built")


class City(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name) / "city"
        cls.first = linli("bench", "load", "--data", cls.folder, "--cases", CASES // 2, "--streets", 3, "--years", 2)
        cls.then = linli("bench", "load", "--data", cls.folder, "--cases", CASES, "--years", 2)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.assertEqual((self.first.returncode, self.then.returncode), (0, 0), self.first.stderr + self.then.stderr)

    def test_it_has_so_many_cases_and_goes_on_with_what_is_there(self):
        self.assertIn(f"{CASES // 2} cases with", self.first.stdout)
        self.assertIn(f"{CASES // 2} cases with", self.then.stdout)
        self.assertEqual(one(self.folder, "SELECT count(*) FROM cases"), CASES)

    def test_every_street_has_its_own_places_and_people(self):
        self.assertEqual(rows(self.folder, "SELECT count(DISTINCT id), count(DISTINCT code) FROM offices"), [(3, 3)])
        self.assertEqual(rows(self.folder, "SELECT office, count(*) FROM places GROUP BY office"), [(1, 147), (2, 147), (3, 147)])
        self.assertEqual(one(self.folder, "SELECT count(*) FROM accounts WHERE office = 3 AND login LIKE 's3-%'"), 301)
        stray = "SELECT count(*) FROM cases JOIN {0} ON {0}.id = cases.{1} WHERE {0}.office <> cases.office"
        for table, column in (("places", "community"), ("places", "estate"), ("units", "unit")):
            self.assertEqual(one(self.folder, stray.format(table, column)), 0, column)

    def test_cases_come_in_through_the_years_and_are_told_to_their_end(self):
        span = one(self.folder, "SELECT (max(reported_at) - min(reported_at)) / 86400000000 FROM cases")
        self.assertGreater(span, 700)
        self.assertLess(span, 731)
        self.assertGreater(one(self.folder, "SELECT avg(state IN ('closed', 'declined', 'merged')) FROM cases"), 0.9)
        self.assertGreater(one(self.folder, "SELECT count(*) FROM ledger WHERE office > 0"), 6 * CASES)

    def test_it_is_proved(self):
        proved = linli("verify", "--data", self.folder)
        self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)

    def test_the_tallies_are_what_counting_anew_gives(self):
        # Real histories, through `apply`: cases returned, done again, opened again by a bad grade, rated after their end.
        for what in ("returns > 0", "reworks > 0", "rating > 0", "late = 1"):
            self.assertGreater(one(self.folder, f"SELECT count(*) FROM cases WHERE {what} AND state = 'closed'"), 0, what)
        self.assertGreater(one(self.folder, "SELECT count(*) FROM ledger WHERE name = 'case.followed_up/1'"), 0)
        self.assertGreater(one(self.folder, "SELECT count(*) FROM cases WHERE state = 'merged'"), CASES / 20)
        upgrade = (ROOT / "src/engine/store/upgrade_2.sql").read_text(encoding="utf-8")
        count_anew = upgrade[upgrade.index("INSERT INTO tallies"):].replace("('closed','declined')", "('closed','declined','merged')")
        count_open = (ROOT / "src/engine/store/upgrade_5.sql").read_text(encoding="utf-8")
        count_open = count_open[count_open.index("INSERT INTO tallies"):]
        with contextlib.closing(sqlite3.connect(":memory:")) as copy:
            with database(self.folder) as db:
                db.backup(copy)
            kept = set(copy.execute("SELECT * FROM tallies"))
            copy.execute("DELETE FROM tallies")
            copy.executescript(count_anew)
            copy.executescript(count_open)
            self.assertEqual(kept, set(copy.execute("SELECT * FROM tallies")))
            self.assertGreater(len(kept), 500)

    def test_a_city_whose_making_was_cut_off_is_not_gone_on_with(self):
        half = self.folder.parent / "half"
        made = linli("init", "--data", half, "--office", "S1", "--catalogue", ROOT / "catalogue")
        self.assertEqual(made.returncode, 0, made.stderr)
        shutil.copy(self.folder / "demonstration", half / "demonstration")
        done = linli("bench", "load", "--data", half, "--cases", 10)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn("[E_BENCH_UNFINISHED]", done.stderr)

    def test_the_same_seed_tells_the_same_stories(self):
        def stories(*seed):
            with tempfile.TemporaryDirectory() as folder:
                done = linli("bench", "load", "--data", f"{folder}/city", "--cases", 60, "--streets", 1, *seed)
                self.assertEqual(done.returncode, 0, done.stderr)
                return rows(f"{folder}/city", "SELECT class, channel, day, estate, unit FROM cases ORDER BY id")
        one_time = stories("--seed", 7)
        self.assertEqual(one_time, stories("--seed", 7))
        self.assertNotEqual(one_time, stories("--seed", 8))


class Refused(unittest.TestCase):
    def test_other_peoples_data_are_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(linli("init", "--data", f"{folder}/real", "--office", "XX").returncode, 0)
            done = linli("bench", "load", "--data", f"{folder}/real", "--cases", 10)
            self.assertEqual(done.returncode, 1)
            self.assertIn("E_BENCH_FOLDER", done.stderr)
            self.assertEqual(one(f"{folder}/real", "SELECT count(*) FROM cases"), 0)

    def test_numbers_have_bounds(self):
        for option, value in (("--cases", "0"), ("--streets", "17"), ("--years", "x")):
            with tempfile.TemporaryDirectory() as folder:
                given = {"--data": f"{folder}/city", "--cases": "10", option: value}
                done = linli("bench", "load", *[word for pair in given.items() for word in pair])
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertFalse(pathlib.Path(f"{folder}/city").exists())

    def test_years_or_days(self):
        with tempfile.TemporaryDirectory() as folder:
            done = linli("bench", "load", "--data", f"{folder}/city", "--cases", 10, "--years", 1, "--days", 2)
            self.assertEqual(done.returncode, 2)
            self.assertIn("--years --days", done.stderr)
            self.assertFalse(pathlib.Path(f"{folder}/city").exists())


class Days(unittest.TestCase):
    def test_a_street_in_its_first_days(self):
        with tempfile.TemporaryDirectory() as folder:
            done = linli("bench", "load", "--data", f"{folder}/city", "--cases", 60, "--streets", 1, "--days", 2)
            self.assertEqual(done.returncode, 0, done.stderr)
            day_us = 86400 * 1000000
            self.assertEqual(one(f"{folder}/city", "SELECT count(*) FROM cases"), 60)
            self.assertLess(one(f"{folder}/city", "SELECT max(reported_at) - min(reported_at) FROM cases"), 2 * day_us)


if __name__ == "__main__":
    unittest.main()
