# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL that cannot be used: each a clear sentence in both languages, a status of 1, and nothing left behind."""
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

from engine import POSTGRES, Connection, new_database
from street import CATALOGUE, PROGRAM, ROOT, Street, free_port

VERSION = re.search(r"SCHEMA_VERSION = (\d+)", (ROOT / "src/engine/store/store.h").read_text())[1]


@unittest.skipUnless(POSTGRES, "about a database server")
class Database(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-database-"))

    def tearDown(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def init(self, address, language="en", folder="data"):
        return subprocess.run([PROGRAM, "init", "--data", self.folder / folder, "--office", "SP", "--catalogue", CATALOGUE,
                               "--database", address, "--lang", language], capture_output=True, text=True, timeout=120)

    def refused(self, code, address, words=""):
        for language in ("zh", "en"):
            done = self.init(address, language)
            self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
            self.assertIn(f"[{code}]", done.stderr)
            self.assertEqual(done.stdout, "")
        self.assertIn(words, done.stderr)
        self.assertFalse((self.folder / "data" / "linli.conf").exists(), "a folder that remembers a wrong address")
        return done

    def admin(self, sql, database="postgres"):
        connection = Connection(f"{POSTGRES}/{database}")
        try:
            connection.ask(sql)
        finally:
            connection.close()

    def test_an_address_that_is_none(self):
        self.refused("E_DATABASE_ADDRESS", "postgresql://linli@[::1/x")
        self.refused("E_DATABASE_ADDRESS", "mysql://linli@localhost/x", "mysql")
        self.refused("E_DATABASE_ADDRESS", "postgresql://linli@127.0.0.1:99999/x", "99999")
        self.refused("E_DATABASE_ADDRESS", "postgresql://linli@127.0.0.1/x?colour=red", "colour")

    def test_a_password_is_not_shown(self):
        for address in ("mysql://linli:secret@localhost/x", "postgresql://linli:secret@[::1/x", "mysql://db/x?password=secret"):
            self.assertNotIn("secret", self.refused("E_DATABASE_ADDRESS", address).stderr)

    def test_a_server_that_is_not_there(self):
        self.refused("E_DATABASE_AWAY", f"postgresql://linli@127.0.0.1:{free_port()}/linli", "refused")

    def test_a_database_that_is_not_there(self):
        done = self.refused("E_DATABASE_NONE", f"{POSTGRES}/nobody_made_it", "nobody_made_it")
        self.assertIn("CREATE DATABASE", done.stderr.splitlines()[0])

    def test_an_account_that_is_not_let_in(self):
        self.refused("E_DATABASE_SIGN_IN", f"{POSTGRES}/postgres".replace("linli@", "stranger@"), "stranger")

    def test_a_database_that_an_account_may_not_enter(self):
        address = new_database()
        self.admin("CREATE ROLE visitor LOGIN")
        self.admin(f"REVOKE ALL ON DATABASE {address.rsplit('/', 1)[1]} FROM PUBLIC")
        self.refused("E_DATABASE_RIGHTS", address.replace("linli@", "visitor@"), "permission denied for database")

    def test_a_server_that_has_no_connection_left_may_have_one_later(self):
        address = new_database()
        self.admin("CREATE ROLE crowd LOGIN CONNECTION LIMIT 0")
        self.refused("E_DATABASE_AWAY", address.replace("linli@", "crowd@"), "too many connections")

    def test_an_order_that_is_not_by_bytes(self):
        self.admin("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        self.refused("E_DATABASE_ORDER", f"{POSTGRES}/latin", "LATIN1")

    def test_an_account_that_may_not_make_tables(self):
        address = new_database()
        self.admin("CREATE ROLE guest LOGIN")
        self.refused("E_DATABASE_RIGHTS", address.replace("linli@", "guest@"), "permission denied")

    def run_with(self, address, *arguments):
        """Another folder with the same keys, whose linli.conf says this address."""
        other = self.folder / "other"
        shutil.rmtree(other, ignore_errors=True)
        shutil.copytree(self.folder / "data", other)
        (other / "linli.conf").write_text(f"database = {address}\n")
        return subprocess.run([PROGRAM, *arguments, "--data", other, "--lang", "en"], capture_output=True, text=True, timeout=60)

    def told(self, code, done):
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertIn(f"[{code}]", done.stderr)
        return done.stderr

    def test_an_account_that_may_only_read_cannot_serve(self):
        address = new_database()
        reader = address.replace("linli@", "reader@")
        name = address.rsplit("/", 1)[1]
        self.assertEqual(self.init(address).returncode, 0)
        self.admin("CREATE ROLE reader LOGIN")
        self.told("E_DATABASE_RIGHTS", self.run_with(reader, "verify")) # the data is there, it may only not look at it
        self.admin("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
        self.assertIn("INSERT ON accounts", self.told("E_DATABASE_RIGHTS", self.run_with(reader, "serve", "--listen", f"127.0.0.1:{free_port()}")))
        self.assertEqual(self.run_with(reader, "verify").returncode, 0)
        for partitions in ("3", "1"): # what was granted stays so when the tables are made anew
            self.assertEqual(self.run_with(address, "migrate", "--partitions", partitions).returncode, 0)
            self.assertEqual(self.run_with(reader, "verify").returncode, 0)
        self.admin("GRANT INSERT ON ALL TABLES IN SCHEMA public TO reader", name)
        self.assertIn("UPDATE, DELETE ON sessions",
                      self.told("E_DATABASE_RIGHTS", self.run_with(reader, "serve", "--listen", f"127.0.0.1:{free_port()}")))
        self.admin("REVOKE USAGE ON SCHEMA public FROM PUBLIC", name)
        self.told("E_DATABASE_RIGHTS", self.run_with(reader, "verify"))

    def test_a_database_that_can_only_be_read(self):
        """A standby, or set so: not told as a server that is away, and not taken for good."""
        empty = new_database()
        self.admin(f"ALTER DATABASE {empty.rsplit('/', 1)[1]} SET default_transaction_read_only = on")
        self.refused("E_DATABASE_STANDBY", empty, "standby")
        address = new_database()
        name = address.rsplit("/", 1)[1]
        self.assertEqual(self.init(address).returncode, 0)
        self.admin(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        said = self.told("E_DATABASE_STANDBY", self.run_with(address, "serve", "--listen", f"127.0.0.1:{free_port()}"))
        self.assertIn("default_transaction_read_only", said)
        self.told("E_DATABASE_STANDBY", self.run_with(address, "verify"))
        any_of_them = f"{address}?target_session_attrs=any"
        self.assertEqual(self.run_with(any_of_them, "verify").returncode, 0, "a standby can be proved when the address allows one")

    def test_versions_of_another_program(self):
        address = new_database()
        self.assertEqual(self.init(address).returncode, 0)
        other = new_database()
        for table in ("installed_rank INTEGER, version TEXT", "version INTEGER", "version BIGINT"):
            self.admin("DROP TABLE IF EXISTS schema_version", other.rsplit("/", 1)[1])
            self.admin(f"CREATE TABLE schema_version ({table})", other.rsplit("/", 1)[1])
            self.told("E_DATABASE_FOREIGN", self.run_with(other, "verify"))
            self.told("E_DATABASE_FOREIGN", self.init(other, folder="new"))
        self.admin("DELETE FROM schema_version", address.rsplit("/", 1)[1])
        self.told("E_DATABASE_FOREIGN", self.run_with(address, "verify"))

    def test_a_database_that_is_used(self):
        address = new_database()
        self.assertEqual(self.init(address).returncode, 0)
        again = self.init(address, folder="other")
        self.assertEqual(again.returncode, 1)
        self.assertIn("[E_DATABASE_USED]", again.stderr)
        same = self.init(address)
        self.assertIn("[E_FOLDER_USED]", same.stderr)

    def test_a_database_with_tables_of_something_else(self):
        address = new_database()
        self.admin("CREATE TABLE cases (number text)", address.rsplit("/", 1)[1])
        self.refused("E_DATABASE_FOREIGN", address, "cases")

    def test_a_newer_version_is_refused_with_both_numbers(self):
        address = new_database()
        self.assertEqual(self.init(address).returncode, 0)
        self.admin("UPDATE schema_version SET version = 99", address.rsplit("/", 1)[1])
        for command in ("verify", "serve"):
            done = subprocess.run([PROGRAM, command, "--data", self.folder / "data", "--lang", "en"], capture_output=True, text=True,
                                  timeout=60)
            self.assertEqual(done.returncode, 1)
            self.assertRegex(done.stderr, rf"version 99.* {VERSION}\b.*E_SCHEMA\]")

    def test_a_making_that_fails_leaves_an_empty_database(self):
        address = new_database()
        broken = self.folder / "catalogue"
        shutil.copytree(CATALOGUE, broken)
        (broken / "city-matter" / "procedure.yaml").write_text("procedure: [", encoding="utf-8")
        done = subprocess.run([PROGRAM, "init", "--data", self.folder / "data", "--office", "SP", "--catalogue", broken,
                               "--database", address], capture_output=True, text=True, timeout=60)
        self.assertEqual(done.returncode, 1)
        connection = Connection(address)
        left = connection.ask("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'").fetchone()
        connection.close()
        self.assertEqual(left, (0,))
        self.assertFalse((self.folder / "data" / "linli.conf").exists())
        self.assertEqual(self.init(address).returncode, 0)


@unittest.skipUnless(POSTGRES, "about a database server")
class WithoutStatistics(unittest.TestCase):
    """The server does not know how many rows its tables have: those who make, move, restore or import many tell it, and where it
    does not know the statements that are asked most hold all the same."""

    def test_whoever_makes_many_tells_the_server(self):
        street = Street(cases=200)
        self.addCleanup(street.close)
        with street.database() as db:
            known = db.execute("SELECT CAST(relname AS TEXT) FROM pg_class WHERE reltuples > 0 AND relname IN ('cases', 'words', 'notes')")
            self.assertEqual(sorted(name for name, in known), ["cases", "notes", "words"])
        db.close()

    def plan(self, db, statement, **values):
        text = (ROOT / "src/town/cases/cases.sql").read_text(encoding="utf-8").split(f"-- name: {statement}\n")[1].split("-- name:")[0]
        sql = text.split("-- postgres:\n")[1]
        for name, value in values.items():
            sql = sql.replace(f":{name}", value)
        return json.loads(db.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}").fetchone()[0])[0]["Plan"]

    def touched(self, node):
        """How many rows the nodes of a plan gave or passed by."""
        passed = sum(value for name, value in node.items() if name.startswith("Rows Removed"))
        return (node["Actual Rows"] + passed) * node["Actual Loops"] + sum(map(self.touched, node.get("Plans", [])))

    def test_the_first_words_of_a_page_are_found_one_by_one(self):
        street = Street(cases=200)
        self.addCleanup(street.close)
        with street.database() as db:
            for table in ("words", "notes"):
                db.execute(f"DELETE FROM pg_statistic WHERE starelid = CAST('{table}' AS regclass)")
                db.execute(f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE oid = CAST('{table}' AS regclass)")
            ids = [row[0] for row in db.execute("SELECT id FROM cases ORDER BY id LIMIT 100")]
            plan = self.plan(db, "case_report_texts", office="1", ids=f"'{ids}'")
        db.close()
        self.assertEqual(plan["Actual Rows"], len(ids))
        self.assertLess(self.touched(plan), 20 * len(ids), plan)


if __name__ == "__main__":
    unittest.main()
