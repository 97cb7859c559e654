#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A hand in the tables of passwords, of programs' keys and of the audit log: verify names the row, whatever was done."""
import time
import unittest

from street import Street, linli, unseal


class Seals(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.addClassCleanup(cls.street.close)
        cls.street.stop()
        linli("key", "add", "subway", "--data", cls.street.data)
        linli("key", "add", "hotline", "--data", cls.street.data)
        linli("key", "end", "hotline", "--data", cls.street.data)
        cls.street.start()
        cls.desk = cls.street.person("zhiban")
        cls.before = cls.ask("SELECT account, password, changed_at FROM credentials WHERE account = ?", cls.desk.session["account"]["id"])[0]
        changed = cls.ask("SELECT max(number) FROM audit")[0][0]
        cls.desk.post("/api/v1/session/password", {"old": cls.street.password, "new": "Another-2026"})
        for _ in range(400): # the log's end is kept in the ledger when a server starts, and when a password was changed
            cls.kept = cls.ask("SELECT max(number) FROM audit_heads")[0][0]
            if cls.kept and cls.kept > changed:
                break
            time.sleep(0.05)
        else:
            raise AssertionError("it was not kept")
        cls.street.stop()

    @classmethod
    def ask(cls, sql, *values):
        db = cls.street.database()
        try:
            rows = db.execute(sql, values)
            rows = [tuple(bytes(c) if isinstance(c, memoryview) else c for c in row) for row in rows] if sql.startswith("SELECT") else []
            db.commit()
            return rows
        finally:
            db.close()

    def verify(self):
        return linli("verify", "--data", self.street.data, check=False)

    def named(self, table, change, back, besides=()):
        """What the statement did is named, and what takes it back makes all well."""
        self.ask(*change)
        done = self.verify()
        for statement in back:
            self.ask(*statement)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("[E_VERIFY]", done.stderr)
        for line in done.stdout.splitlines():
            if line.startswith("Difference:"):
                self.assertIn(line.split()[2], (table, *besides))
        self.assertIn(f"table {table} ", done.stdout)
        self.assertEqual(self.verify().returncode, 0, "taken back")
        return done.stdout

    def set_and_back(self, table, key, column, value, besides=()):
        (identity, was), = self.ask(f"SELECT {key}, {column} FROM {table} ORDER BY {key} LIMIT 1")
        return self.named(table, (f"UPDATE {table} SET {column} = ? WHERE {key} = ?", value, identity),
                          [(f"UPDATE {table} SET {column} = ? WHERE {key} = ?", was, identity)], besides)

    def test_as_the_program_wrote_it_all_is_well(self):
        done = self.verify()
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_each_column_of_a_password(self):
        other = self.ask("SELECT password FROM credentials ORDER BY account DESC LIMIT 1")[0][0]
        for column, value in (("password", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZWhhc2g"), ("must_change", 1),
                              ("changed_at", 1)):
            with self.subTest(column):
                self.assertIn("as it was sealed", self.set_and_back("credentials", "account", column, value))
        self.assertTrue(other)

    def test_an_earlier_password_put_back(self):
        account, password, changed_at = self.before
        now = self.ask("SELECT password, changed_at FROM credentials WHERE account = ?", account)[0]
        put = "UPDATE credentials SET password = ?, changed_at = ? WHERE account = ?"
        said = self.named("credentials", (put, password, changed_at, account), [(put, *now, account)])
        self.assertIn(f"account={account}", said)

    def test_a_password_put_in_or_taken_away(self):
        row, = self.ask("SELECT account, password, must_change, changed_at FROM credentials ORDER BY account LIMIT 1")
        insert = "INSERT INTO credentials (account, password, must_change, changed_at) VALUES (?, ?, ?, ?)"
        delete = "DELETE FROM credentials WHERE account = ?"
        self.named("credentials", (insert, 9999, *row[1:]), [(delete, 9999)])
        self.named("credentials", (delete, row[0]), [(insert, *row)])

    def test_each_column_of_a_programs_key(self):
        for column, value in (("digest", b"x" * 32), ("name", "metro"), ("per_minute", 100000), ("made_at", 1), ("ended_at", 1)):
            with self.subTest(column):
                self.assertIn("as it was sealed", self.set_and_back("api_keys", "id", column, value))

    def test_a_key_that_was_ended_works_again(self):
        key, ended_at = self.ask("SELECT id, ended_at FROM api_keys WHERE name = 'hotline'")[0]
        change = "UPDATE api_keys SET ended_at = ? WHERE id = ?"
        self.named("api_keys", (change, 0, key), [(change, ended_at, key)])

    def test_the_end_of_the_audit_log_cut_off(self):
        rows = self.ask("SELECT number, at, actor, what, subject, remark, hash FROM audit WHERE number >= ? ORDER BY number", self.kept)
        insert = "INSERT INTO audit (number, at, actor, what, subject, remark, hash) VALUES (?, ?, ?, ?, ?, ?, ?)"
        said = self.named("audit", ("DELETE FROM audit WHERE number >= ?", self.kept), [(insert, *row) for row in rows],
                          besides=("credentials",))
        self.assertIn("as the ledger kept it", said)

    def test_what_the_ledger_kept_of_it(self):
        self.set_and_back("audit_heads", "number", "hash", "0" * 64, besides=("audit",))

    def test_the_auditor_sees_that_something_was_sealed_and_no_seal(self):
        self.street.start()
        try:
            entries = self.street.person("shenji").get("/api/v1/audit", what="password_sealed")["entries"]
        finally:
            self.street.stop()
        self.assertEqual({(e["what"], e["remark"]) for e in entries}, {("password_sealed", "")})


class Before(unittest.TestCase):
    def test_what_an_earlier_version_left_is_sealed_as_it_is(self):
        street = Street()
        self.addCleanup(street.close)
        street.stop()
        db = street.database()
        db.execute("UPDATE credentials SET changed_at = 1")
        db.execute("DELETE FROM audit_heads")
        db.execute("DELETE FROM ledger WHERE office = 0 AND number >= (SELECT min(number) FROM ledger WHERE name = 'audit.kept/1')")
        unseal(db)
        db.commit()
        db.close()
        well = lambda: linli("verify", "--data", street.data, check=False).returncode
        self.assertEqual(well(), 0, "nothing is sealed yet, and nothing is wrong")
        street.start()
        street.stop()
        self.assertEqual(well(), 0)
        db = street.database()
        db.execute("UPDATE credentials SET changed_at = 2")
        db.commit()
        db.close()
        self.assertEqual(well(), 1)


if __name__ == "__main__":
    unittest.main()
