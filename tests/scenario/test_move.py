#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""linli move: a street goes from SQLite to PostgreSQL and back, stays provably the same, and works on; a move that was cut
off goes on, and nothing is moved into what is in use. linli migrate spreads its tables over partitions. linli restore brings
a backup straight into a server's database."""
import itertools
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

from engine import only_sqlite
from street import PROGRAM, Street, linli

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "postgres"))
from cluster import Cluster, free_port, programs # noqa: E402
from libpq import Connection # noqa: E402


def digest(said):
    return re.search(r"both sides: ([0-9a-f]{64})", said)[1]


def entries(said):
    return int(re.search(r"(\d+) ledger entries", said)[1])


@only_sqlite # has a server of its own
@unittest.skipIf(programs() is None, "PostgreSQL is not installed")
class Case(unittest.TestCase):
    """All of them move one street, each from a copy of its own into a database of its own on one server."""

    street = None

    @classmethod
    def setUpClass(cls):
        if Case.street:
            return
        Case.scratch = pathlib.Path(tempfile.mkdtemp(prefix="linli-move-"))
        unittest.addModuleCleanup(shutil.rmtree, cls.scratch, ignore_errors=True)
        Case.cluster = Cluster().make()
        unittest.addModuleCleanup(cls.cluster.close)
        cls.cluster.start()
        Case.street = Street(cases=200)
        unittest.addModuleCleanup(cls.street.close)
        cls.street.stop()
        Case.numbers = itertools.count(1)

    def folder(self):
        """The street once more, in a folder of its own."""
        to = self.scratch / f"copy{next(self.numbers)}"
        shutil.copytree(self.street.data, to)
        return to

    def serve(self, data):
        """The street served from this folder."""
        street = Street.__new__(Street)
        street.__dict__.update(self.street.__dict__)
        street.data = data
        street.start()
        self.addCleanup(street.stop)
        return street

    def database(self):
        return self.cluster.create(f"d{next(self.numbers)}")

    def ask(self, address, sql):
        connection = Connection(address)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def killed(self, address, sql, *arguments):
        """Starts the program and kills it as soon as the target answers this with a row; false when it was done before. It stands
        still while the target is asked, which may take long beside others."""
        child = subprocess.Popen([str(PROGRAM), *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while child.poll() is None:
            child.send_signal(signal.SIGSTOP)
            try:
                if self.ask(f"{address}?options=-c%20lock_timeout%3D20", sql):
                    child.kill()
            except Exception: # noqa: BLE001 the tables are not there yet, or it stands still where nobody else may look
                pass
            child.send_signal(signal.SIGCONT)
            time.sleep(0.002)
        others = ("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
                  " AND pid <> pg_backend_pid()")
        end = time.monotonic() + 20
        while self.ask(address, others) and time.monotonic() < end: # the server's half may have a commit to finish
            time.sleep(0.01)
        return child.returncode == -9

    def well(self, data):
        done = linli("verify", "--data", data, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def plans_well(self, address):
        """The server was told what its tables hold, before it had looked by itself."""
        known = dict(self.ask(address, "SELECT CAST(relname AS TEXT), CAST(reltuples AS BIGINT) FROM pg_class"
                                       " WHERE relnamespace = CAST('public' AS regnamespace) AND relkind IN ('r', 'p')"))
        for table in ("cases", "words", "search", "ledger", "notes", "tallies"):
            self.assertEqual(int(known[table]), int(self.ask(address, f"SELECT count(*) FROM {table}")[0][0]), table)

    def move(self, *arguments):
        return linli("move", *arguments).stdout

    def refused(self, code, *arguments):
        done = linli(*arguments, check=False)
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn(f"[{code}]", done.stderr)
        return done.stderr


class ThereAndBack(Case):
    def test_the_street_works_on_at_each_end(self):
        street, address = self.serve(self.folder()), self.database()
        desk = street.person("zhiban")
        before = desk.count()
        street.stop()
        proved = self.well(street.data)
        there = self.move("--data", street.data, "--to", address)
        self.plans_well(address)
        self.assertEqual(self.well(street.data), proved)
        self.assertIn(f"database = {address}", (street.data / "linli.conf").read_text())
        self.assertFalse((street.data / "linli.db").exists(), "nobody is to go on with the former file by mistake")

        street.start()
        desk = street.person("zhiban")
        self.assertEqual(desk.count(), before)
        case = desk.report(text="搬家之后的第一件：翡翠弄口琉璃瓦掉落", contact={"name": "陈建国", "telephone": "13812345678"})
        self.assertEqual(desk.list("琉璃瓦")[0]["id"], case["id"])
        street.stop()
        self.well(street.data)

        back = self.move("--from", address, "--to", f"sqlite:{street.data}")
        self.assertGreater(entries(back), entries(there))
        self.assertNotEqual(digest(back), digest(there))
        self.assertNotIn("database", (street.data / "linli.conf").read_text())
        self.well(street.data)
        street.start()
        desk = street.person("zhiban")
        self.assertEqual(desk.count(), before + 1)
        self.assertEqual(desk.list("琉璃瓦")[0]["id"], case["id"])
        voice = desk.case(case["id"])["voices"][0]
        self.assertTrue(voice)
        desk.report(text="回来之后的第一件")
        street.stop()
        self.well(street.data)

    def test_ids_of_words_photos_and_keys_stay_and_go_on(self):
        data, address = self.folder(), self.database()
        with sqlite3.connect(data / "linli.db") as db:
            db.execute("INSERT INTO root_sendings VALUES (1, 'mail', 20261121, 5)")
        db.close()
        self.move("--from", f"sqlite:{data / 'linli.db'}", "--to", address)
        self.assertEqual([tuple(row) for row in self.ask(address, "SELECT office, day, sent_at FROM root_sendings")], [(1, 20261121, 5)],
                         "roots that went out are not sent again")
        highest = self.ask(address, "SELECT max(id) FROM words")[0][0]
        given = self.ask(address, "SELECT nextval(pg_get_serial_sequence('words', 'id'))")[0][0]
        self.assertEqual(int(given), int(highest) + 1)

    def test_other_lines_of_the_settings_stay(self):
        data, address = self.folder(), self.database()
        (data / "linli.conf").write_text("# of the office\nbackup_keep = 3\n")
        self.move("--data", data, "--to", address)
        self.assertEqual((data / "linli.conf").read_text(), f"# of the office\nbackup_keep = 3\ndatabase = {address}\n")
        self.move("--data", data, "--to", "sqlite")
        self.assertEqual((data / "linli.conf").read_text(), "# of the office\nbackup_keep = 3\n")


class CutOff(Case):
    def cut_off(self, data, address, sql):
        return self.killed(address, sql, "move", "--data", data, "--to", address)

    def test_it_goes_on_where_it_stopped(self):
        data, address = self.folder(), self.database()
        whole = entries(self.well(data))
        self.assertTrue(self.cut_off(data, address, "SELECT 1 FROM ledger WHERE office = 1 LIMIT 1"))
        had = int(self.ask(address, "SELECT count(*) FROM ledger")[0][0])
        self.assertTrue(0 < had <= whole)
        self.assertFalse((data / "linli.conf").exists(), "it is not moved yet")
        self.well(data)
        fresh = self.folder()
        (fresh / "linli.db").unlink()
        (fresh / "linli.conf").write_text(f"database = {address}\n")
        self.refused("E_MOVE_UNFINISHED", "verify", "--data", fresh)
        said = self.move("--data", data, "--to", address)
        self.assertEqual(entries(said), whole)
        self.assertIn(f"{had} were there", said)
        self.well(data)

    def test_cut_off_again_and_again(self):
        data, address = self.folder(), self.database()
        for after in ("SELECT 1 FROM schema_version", "SELECT 1 FROM ledger LIMIT 1",
                      "SELECT 1 FROM ledger WHERE office = 1 AND number > 1000 LIMIT 1", "SELECT 1 FROM credentials LIMIT 1"):
            self.assertTrue(self.cut_off(data, address, after), after)
        self.move("--data", data, "--to", address)
        self.well(data)

    def test_what_was_erased_in_between_is_not_there_afterwards(self):
        data, address = self.folder(), self.database()
        self.assertTrue(self.cut_off(data, address, "SELECT 1 FROM vault WHERE office = 1 LIMIT 1"))
        voice, event = (int(v) for v in self.ask(address, "SELECT subject, event FROM vault WHERE office = 1 ORDER BY event LIMIT 1")[0])
        street = self.serve(data)
        desk = street.person("zhiban")
        with street.database() as db:
            case, = db.execute("SELECT case_id FROM voices WHERE id = ?", (voice,)).fetchone()
        db.close()
        desk.post(f"/api/v1/cases/{case}/erase", {"voice": voice, "reason": "request"})
        street.stop()
        self.move("--data", data, "--to", address)
        self.assertEqual(self.ask(address, f"SELECT 1 FROM vault WHERE office = 1 AND event = {event}"), [])
        self.well(data)


class Refused(Case):
    def test_a_folder_that_is_served(self):
        data = self.folder()
        self.serve(data)
        self.refused("E_FOLDER_LOCKED", "move", "--data", data, "--to", self.database())

    def test_a_server_that_another_folder_serves_from(self):
        data, address = self.folder(), self.database()
        self.move("--data", data, "--to", address)
        other = self.scratch / "node"
        shutil.copytree(data, other)
        self.serve(other)
        self.assertIn("connections", self.refused("E_MOVE_SERVED", "move", "--data", data, "--to", "sqlite"))
        self.assertFalse((data / "linli.db").exists())

    def test_another_installation(self):
        address = self.database()
        linli("init", "--data", self.scratch / "other", "--office", "SP", "--database", address)
        self.refused("E_MOVE_OTHER", "move", "--data", self.folder(), "--to", address)
        self.well(self.scratch / "other")

    def test_a_database_in_which_it_has_gone_on(self):
        data, address = self.folder(), self.database()
        older = self.folder()
        self.move("--data", data, "--to", address)
        linli("key", "add", "subway", "--data", data)
        self.refused("E_MOVE_USED", "move", "--data", older, "--to", address)
        self.well(data)

    def test_a_server_that_is_not_there(self):
        data = self.folder()
        self.refused("E_DATABASE_AWAY", "move", "--data", data, "--to", f"postgresql://linli@127.0.0.1:{free_port()}/none")
        self.assertFalse((data / "linli.conf").exists())
        self.well(data)

    def test_words_that_say_nothing_or_something_else(self):
        data = self.folder()
        for words in (["--to", "sqlite"], ["--data", data], ["--data", data, "--to", "mysql://x"],
                      ["--from", self.cluster.address(), "--to", self.cluster.address()]):
            self.refused("E_USAGE", "move", *words)
        self.refused("E_MOVE_SAME", "move", "--data", data, "--to", "sqlite")
        (data / "linli.conf").write_text("database = postgresql://linli:secret@127.0.0.1:1/x\n")
        said = self.refused("E_MOVE_SOURCE", "move", "--from", f"sqlite:{data}", "--to", self.cluster.address())
        self.assertNotIn("secret", said)


class Restored(Case):
    def setUp(self):
        self.source = self.folder()
        self.file = self.scratch / f"backup{next(self.numbers)}"
        linli("backup", self.file, "--data", self.source)

    def words(self, target, address):
        return ["restore", self.file, "--data", target, "--keys", self.source / "keys", "--database", address]

    def target(self):
        return self.scratch / f"restored{next(self.numbers)}"

    def test_a_backup_comes_straight_into_a_server_and_works_on(self):
        target, address = self.target(), self.database()
        self.assertIn("Restored into", linli(*self.words(target, address), "--partitions", 4).stdout)
        self.plans_well(address)
        self.assertIn(f"database = {address}", (target / "linli.conf").read_text())
        self.assertFalse((target / "linli.db").exists())
        self.assertEqual(entries(self.well(target)), entries(self.well(self.source)))
        self.assertEqual(self.ask(address, "SELECT count(*) FROM pg_inherits WHERE inhparent = CAST('cases' AS regclass)")[0][0], 4)
        desk = self.serve(target).person("zhiban")
        self.assertTrue(desk.report(text="恢复到服务器以后新报的一件")["number"])
        self.assertEqual(len(desk.list("恢复到服务器以后")), 1)

    def test_what_was_cut_off_is_never_served_and_begun_anew(self):
        target, address = self.target(), self.database()
        for sql in ("SELECT 1 FROM schema_version WHERE version < 0", "SELECT 1 FROM words LIMIT 1", "SELECT 1 FROM cases LIMIT 1"):
            self.assertTrue(self.killed(address, sql, *self.words(target, address)), sql)
            self.assertFalse((target / "linli.conf").exists(), "nobody is told of it yet")
            self.assertEqual(self.ask(address, "SELECT 1 FROM schema_version WHERE version < 0"), [(1,)])
        linli(*self.words(target, address))
        self.well(target)

    def test_folders_and_databases_in_use_are_refused_and_left_alone(self):
        address = self.database()
        served = self.target()
        linli(*self.words(served, address))
        self.refused("E_DATABASE_USED", *self.words(self.target(), address))
        self.assertIn("names the database of a server", self.refused("E_FOLDER_SERVER", *self.words(served, self.database())))
        self.refused("E_FOLDER_SERVER", "restore", self.file, "--data", served, "--keys", self.source / "keys")
        self.refused("E_FOLDER_USED", *self.words(self.source, self.database()))
        self.refused("E_USAGE", "restore", self.file, "--drill", "--keys", self.source / "keys", "--database", address)
        self.well(served)
        self.well(self.source)

    def test_a_restore_that_fails_leaves_the_database_empty(self):
        target, address = self.target(), self.database()
        with sqlite3.connect(self.file) as db:
            db.execute("UPDATE words SET text = text || '.' WHERE id = (SELECT max(id) FROM words)")
        self.refused("E_BACKUP_DAMAGED", *self.words(target, address))
        self.assertFalse(target.exists())
        self.assertEqual(self.ask(address, "SELECT count(*) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace)")[0][0], 0)


class Partitions(Case):
    def names(self, address):
        """Tables, indexes and sequences but for those of the partitions, and what the tables hold."""
        return self.ask(address, "SELECT CAST(relname AS TEXT) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace)"
                                 " AND NOT relispartition ORDER BY 1")

    def spread(self, address):
        return int(self.ask(address, "SELECT count(*) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent"
                                     " WHERE c.relname = 'cases'")[0][0])

    def test_there_and_back_and_the_street_stays_the_same(self):
        data, address = self.folder(), self.database()
        self.move("--data", data, "--to", address)
        names, proved = self.names(address), self.well(data)
        for n in (4, 7, 4, 1):
            said = linli("migrate", "--data", data, "--partitions", n).stdout
            self.assertIn("17 tables", said)
            self.plans_well(address)
            self.assertEqual(self.spread(address), n if n > 1 else 0)
            self.assertEqual(self.names(address), names)
            self.assertEqual(self.well(data), proved)
        self.assertIn("nothing was touched", linli("migrate", "--data", data, "--partitions", 1).stdout)

    def test_all_or_nothing(self):
        data, address = self.folder(), self.database()
        self.move("--data", data, "--to", address)
        self.cluster.sql("CREATE TABLE words_before (one BIGINT)", address.rsplit("/", 1)[1])
        self.refused("E_DATABASE_FOREIGN", "migrate", "--data", data, "--partitions", 4)
        self.assertEqual(self.spread(address), 0)
        self.well(data)

    def test_what_cannot_be_spread(self):
        data = self.folder()
        self.refused("E_FOLDER_EMPTY", "migrate", "--data", self.scratch / "nowhere", "--partitions", 4)
        self.refused("E_PARTITIONS_FILE", "migrate", "--data", data, "--partitions", 4)
        for n in ("0", "129", "four"):
            self.refused("E_USAGE", "migrate", "--data", data, "--partitions", n)
        self.refused("E_PARTITIONS_FILE", "init", "--data", self.scratch / "plain", "--office", "SP", "--partitions", 4)


if __name__ == "__main__":
    unittest.main()
