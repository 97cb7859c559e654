# SPDX-License-Identifier: Apache-2.0
"""A backup while people work, and the way back: nothing acknowledged is missing, no key is in it, bad files are refused
with a sentence and leave nothing behind."""
import json
import os
import pathlib
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from engine import only_sqlite
from street import PROGRAM, ROOT, Street, free_port, linli, png

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "simulation"))
from faults import MODULE, Faults  # noqa: E402


def ledger(db):
    """Every entry, as it stands."""
    found = db.execute("SELECT office, number, accepted_at, at, actor, name, body, hash FROM ledger ORDER BY office, number").fetchall()
    db.close()
    return [tuple(bytes(cell) if isinstance(cell, memoryview) else cell for cell in row) for row in found]


def heads(entries):
    return {office: max(number for o, number, *_ in entries if o == office) for office in {e[0] for e in entries}}


def rows(database, sql, *values):
    db = sqlite3.connect(database)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()


class Case(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="linli-backup-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)

    def refused(self, code, *arguments, language="en"):
        """Runs the program, which must refuse with this code and leave the scratch folder as it was."""
        before = sorted(str(p) for p in self.scratch.rglob("*"))
        done = linli(*arguments, check=False, env={"LANG": "en" if language == "en" else "zh_CN.UTF-8"})
        self.assertNotEqual(done.returncode, 0, done.stdout)
        self.assertIn(f"[{code}]", done.stderr)
        self.assertEqual(sorted(str(p) for p in self.scratch.rglob("*")), before)
        return done.stderr


class WhileServing(Case):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.desk = cls.street.person("zhiban")
        for n in range(5):
            cls.desk.report(channel="telephone", text=f"鞍山四村路灯不亮 {n}", contact={"name": "陈建国", "telephone": f"1381234567{n}"}, photos=[cls.desk.upload(png(shade=n * 20))])

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def restored(self, backup, name="restored"):
        target = self.scratch / name
        out = linli("restore", backup, "--data", target, "--keys", self.street.data / "keys").stdout
        self.assertIn("Restored into", out)
        return target

    def test_a_backup_under_writes_is_a_prefix_with_all_that_was_acknowledged_before(self):
        stop = threading.Event()
        enough = threading.Semaphore(0)

        def write():
            person = self.street.person("zhiban")
            while not stop.is_set():
                person.report(channel="telephone", text="背景：垃圾房满溢", contact={"telephone": "13900001111"})
                enough.release()

        writers = [threading.Thread(target=write) for _ in range(3)]
        for w in writers:
            w.start()
        try:
            for _ in range(20):
                enough.acquire()
            before = heads(ledger(self.street.database()))
            linli("backup", self.scratch / "b", "--data", self.street.data)
        finally:
            stop.set()
            for w in writers:
                w.join()
        after = ledger(self.street.database())
        target = self.restored(self.scratch / "b")
        kept = ledger(sqlite3.connect(target / "linli.db"))
        self.assertEqual(kept, [e for e in after if e[1] <= heads(kept)[e[0]]]) # byte for byte, without a hole
        for office, number in before.items():
            self.assertGreaterEqual(heads(kept)[office], number)
        self.assertIn("Verified", linli("verify", "--data", target).stdout)

    def test_what_was_restored_serves_and_finds_and_shows(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        (self.scratch / "street" / "data").mkdir(parents=True)
        (self.scratch / "street" / "data" / "unfinished").touch() # of an office whose making was cut off, its database taken away
        linli("restore", self.scratch / "b", "--data", self.scratch / "street" / "data", "--keys", self.street.data / "keys")
        again = Street.__new__(Street)
        again.__dict__.update(self.street.__dict__, folder=self.scratch / "street", data=self.scratch / "street" / "data", server=None)
        again.port = free_port()
        again.start()
        try:
            person = again.person("zhiban")
            found = person.list("鞍山四村")
            self.assertEqual({c["id"] for c in found}, {c["id"] for c in self.desk.list("鞍山四村")})
            case = person.case(found[0]["id"])
            self.assertEqual(person.post(f"/api/v1/cases/{case['id']}/reveal", {"voice": case["voices"][0]["id"], "purpose": "回访"})["name"], "陈建国")
            photo = rows(again.data / "linli.db", "SELECT id FROM attachments LIMIT 1")[0][0]
            self.assertEqual(person.raw("GET", f"/api/v1/attachments/{photo}")[0].status, 200)
            self.assertTrue(person.report(text="恢复之后新报的一件")["number"])
        finally:
            again.stop()
        self.assertIn("Verified", again.verify().stdout)

    def test_no_byte_of_a_key_and_nothing_passing_is_in_the_file(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        content = (self.scratch / "b").read_bytes()
        keys = (self.street.data / "keys" / "linli.key").read_bytes()
        self.assertEqual(len(keys) % 32, 0)
        for at in range(0, len(keys), 32):
            for form in (keys[at:at + 32], keys[at:at + 32].hex().encode()):
                self.assertNotIn(form[:16], content)
        for name in ("sessions", "attempts", "uploads", "cases", "tallies"):
            self.assertEqual(rows(self.scratch / "b", f"SELECT count(*) FROM {name}"), [(0,)], name)
        self.assertEqual((self.scratch / "b").stat().st_mode & 0o777, 0o600)

    def test_the_file_opens_in_stock_tools_and_tells_what_it_is(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        facts = dict(rows(self.scratch / "b", "SELECT key, value FROM backup"))
        self.assertEqual((facts["format"], facts["pictures"], facts["missing"]), ("1", "inside", "0"))
        self.assertEqual(rows(self.scratch / "b", "PRAGMA integrity_check"), [("ok",)])
        self.assertIn("SP", [code for code, in rows(self.scratch / "b", "SELECT code FROM backup_heads")])
        pictures = rows(self.scratch / "b", "SELECT count(*), sum(length(bytes)) FROM backup_files WHERE name LIKE '%.jpg'")[0]
        self.assertEqual(pictures[0], 10) # five, each with its small one
        self.assertEqual(pictures[1], sum(p.stat().st_size for p in (self.street.data / "attachments").glob("*.jpg")))

    def test_every_table_that_cannot_be_made_again_is_in_it(self):
        schema = (ROOT / "src" / "engine" / "store" / "schema.sql").read_text()
        kept = re.findall(r"^-- kind: (?:beside|ledger)\nCREATE TABLE (\w+)", schema, re.M)
        linli("backup", self.scratch / "b", "--data", self.street.data)
        self.assertEqual(sorted(kept), sorted(n for n, in rows(self.scratch / "b", "SELECT name FROM backup_tables")))

    def test_a_drill_counts_proves_and_leaves_nothing(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        (self.scratch / "tmp").mkdir()
        out = linli("restore", self.scratch / "b", "--drill", "--keys", self.street.data / "keys", env={"TMPDIR": str(self.scratch / "tmp")}).stdout
        events = rows(self.scratch / "b", "SELECT count(*) FROM ledger")[0][0]
        self.assertRegex(out, rf"drill went well and left nothing behind: {events} ledger entries")
        self.assertEqual(list((self.scratch / "tmp").iterdir()), [])
        # nor does one that is ended on its way, and what a killed one left the next takes away
        for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            child = subprocess.Popen([PROGRAM, "restore", self.scratch / "b", "--drill", "--keys", self.street.data / "keys"],
                                     env={**os.environ, "TMPDIR": str(self.scratch / "tmp")}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                     preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)) # whoever runs the tests may ignore it
            while child.poll() is None and not list((self.scratch / "tmp").glob("*/data/*")):
                time.sleep(0.001)
            child.send_signal(how)
            self.assertEqual(child.wait(20), -how)
            self.assertEqual(len(list((self.scratch / "tmp").iterdir())), 1 if how == signal.SIGKILL else 0)
        linli("restore", self.scratch / "b", "--drill", "--keys", self.street.data / "keys", env={"TMPDIR": str(self.scratch / "tmp")})
        self.assertEqual(list((self.scratch / "tmp").iterdir()), [])
        (self.scratch / "tmp" / "linli-drill-notes").mkdir()
        linli("restore", self.scratch / "b", "--drill", "--keys", self.street.data / "keys", env={"TMPDIR": str(self.scratch / "tmp")})
        self.assertEqual([p.name for p in (self.scratch / "tmp").iterdir()], ["linli-drill-notes"], "what somebody else called so")
        nowhere = linli("restore", self.scratch / "b", "--drill", "--keys", self.street.data / "keys", check=False, env={"TMPDIR": "/nowhere"})
        self.assertEqual(nowhere.returncode, 1)
        self.assertRegex(nowhere.stderr, r"/nowhere/linli-drill-\w+ cannot be read or written: there is no such file or folder\. .*\[E_FILE\]")

    def test_drills_that_begin_together_leave_each_other_alone(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        (self.scratch / "tmp").mkdir()
        for _ in range(3):
            drills = [subprocess.Popen([PROGRAM, "restore", self.scratch / "b", "--drill", "--keys", self.street.data / "keys"],
                                       env={**os.environ, "TMPDIR": str(self.scratch / "tmp")}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
                      for _ in range(8)]
            said = [drill.communicate(timeout=120)[1] for drill in drills]
            self.assertEqual([drill.returncode for drill in drills], [0] * 8, said)
        self.assertEqual(list((self.scratch / "tmp").iterdir()), [])

    # ---- what is refused

    def test_a_backup_is_practised_as_soon_as_it_is_made(self):
        said = linli("backup", self.scratch / "b", "--data", self.street.data, "--drill").stdout
        self.assertIn("The drill went well and left nothing behind", said)
        self.assertEqual([p.name for p in self.scratch.iterdir()], ["b"])

    def test_a_drill_on_the_folder_takes_the_newest_and_the_page_shows_it(self):
        folder = self.street.data / "backup"
        folder.mkdir(exist_ok=True)
        self.addCleanup(shutil.rmtree, folder)
        for name in ("linli-20260101-023000.backup", "linli-20260301-023000.backup"):
            linli("backup", folder / name, "--data", self.street.data)
        system = lambda: self.street.person("admin").get("/api/v1/admin/system")["backup"]
        self.assertEqual((system().get("drilled_at"), system()["drill_late"]), (None, True))
        linli("restore", folder, "--drill", "--keys", self.street.data / "keys")
        note = json.loads((folder / "last-drill.json").read_text())
        self.assertEqual((note["file"], note["outcome"]), ("linli-20260301-023000.backup", "good"))
        self.assertEqual((system()["drilled_at"], system()["drill_failed"], system()["drill_late"]), (note["at"], False, False))
        with open(folder / "linli-20260301-023000.backup", "r+b") as f:
            f.truncate(5000)
        self.assertNotEqual(linli("restore", folder, "--drill", "--keys", self.street.data / "keys", check=False).returncode, 0)
        self.assertTrue(system()["drill_failed"])

    @only_sqlite # a copy of the database is one of them
    def test_bad_files_are_named_for_what_they_are(self):
        good = self.scratch / "good"
        linli("backup", good, "--data", self.street.data)
        keys = ("--keys", self.street.data / "keys", "--data", self.scratch / "target")
        self.refused("E_FILE", "restore", self.scratch / "not-there", *keys)
        (self.scratch / "text").write_text("不是备份")
        self.assertIn("is not a backup", self.refused("E_BACKUP_NOT", "restore", self.scratch / "text", *keys))
        self.assertIn("不是邻里的备份", self.refused("E_BACKUP_NOT", "restore", self.scratch / "text", *keys, language="zh"))
        shutil.copy(self.street.data / "linli.db", self.scratch / "database")
        self.refused("E_BACKUP_NOT", "restore", self.scratch / "database", *keys)
        whole = good.read_bytes()
        for part in (0.3, 0.6, 0.95):
            (self.scratch / "cut").write_bytes(whole[:int(len(whole) * part)])
            self.assertIn("is damaged", self.refused("E_BACKUP_DAMAGED", "restore", self.scratch / "cut", *keys))
        shutil.copy(good, self.scratch / "newer")
        db = sqlite3.connect(self.scratch / "newer")
        db.execute("PRAGMA user_version = -99")
        db.close()
        self.assertIn("newer program", self.refused("E_BACKUP_NEWER", "restore", self.scratch / "newer", *keys))
        self.assertIn("Line 1 of", self.refused("E_ERASURES", "restore", good, *keys, "--erasures", self.scratch / "text"))

    def test_a_changed_cell_or_picture_is_found(self):
        for what, sql in (("words", "UPDATE words SET text = '改过' WHERE id = (SELECT min(id) FROM words)"),
                          ("credentials", "UPDATE credentials SET must_change = 1 - must_change"),
                          ("audit", "DELETE FROM audit WHERE number = 1"),
                          (".jpg", "UPDATE backup_files SET bytes = x'00' WHERE name LIKE '%.thumb.jpg'")):
            with self.subTest(what):
                (self.scratch / "b").unlink(missing_ok=True)
                linli("backup", self.scratch / "b", "--data", self.street.data)
                db = sqlite3.connect(self.scratch / "b")
                self.assertGreater(db.execute(sql).rowcount, 0)
                db.commit()
                db.close()
                self.assertIn(what, self.refused("E_BACKUP_DAMAGED", "restore", self.scratch / "b", "--data", self.scratch / "t", "--keys", self.street.data / "keys"))

    @only_sqlite
    def test_targets_in_use_and_keys_that_are_missing_or_others(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        self.refused("E_FOLDER_USED", "restore", self.scratch / "b", "--data", self.street.data, "--keys", self.street.data / "keys")
        self.refused("E_FILE_THERE", "backup", self.scratch / "b", "--data", self.street.data)
        self.refused("E_FILE_THERE", "backup", self.street.data / "linli.db", "--data", self.street.data)
        self.assertIn("never holds them", self.refused("E_BACKUP_KEYS", "restore", self.scratch / "b", "--data", self.scratch / "t"))
        (self.scratch / "others").mkdir()
        (self.scratch / "others" / "linli.key").write_bytes(b"x" * len((self.street.data / "keys" / "linli.key").read_bytes()))
        self.refused("E_BACKUP_OTHER_KEYS", "restore", self.scratch / "b", "--data", self.scratch / "t", "--keys", self.scratch / "others")

    def test_a_backup_of_an_older_version_comes_back_too(self):
        linli("backup", self.scratch / "older", "--data", self.street.data)
        db = sqlite3.connect(self.scratch / "older") # as a version wrote it that knew no keys of programs yet
        db.execute("UPDATE backup SET value = '2' WHERE key = 'schema'")
        db.execute("DELETE FROM backup_tables WHERE name = 'api_keys'")
        db.execute("DROP TABLE api_keys")
        db.execute("PRAGMA user_version = -2")
        db.commit()
        db.close()
        linli("restore", self.scratch / "older", "--data", self.scratch / "t", "--keys", self.street.data / "keys")
        self.assertIn("Verified", linli("verify", "--data", self.scratch / "t").stdout)

    def test_nobody_serves_from_a_backup_by_mistake(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        (self.scratch / "d").mkdir()
        shutil.copy(self.scratch / "b", self.scratch / "d" / "linli.db")
        shutil.copytree(self.street.data / "keys", self.scratch / "d" / "keys")
        done = linli("verify", "--data", self.scratch / "d", check=False)
        self.assertIn("E_NOT_OURS", done.stderr)

    def test_a_folder_that_works_with_a_server_is_refused(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        (self.scratch / "t").mkdir()
        (self.scratch / "t" / "linli.conf").write_text("database = postgresql://linli:secret@db0/linli\n")
        for language, words in (("en", "names the database of a server"), ("zh", "写着数据库在服务器上")):
            said = self.refused("E_FOLDER_SERVER", "restore", self.scratch / "b", "--data", self.scratch / "t", "--keys",
                                self.street.data / "keys", language=language)
            self.assertIn(words, said)
            self.assertNotIn("secret", said)

    @only_sqlite
    def test_a_file_that_a_move_has_not_filled_is_not_a_strange_one(self):
        shutil.copytree(self.street.data / "keys", self.scratch / "d" / "keys")
        with sqlite3.connect(self.street.data / "linli.db") as whole, sqlite3.connect(self.scratch / "d" / "linli.db") as half:
            whole.backup(half)
            half.execute(f"PRAGMA user_version = -{half.execute('PRAGMA user_version').fetchone()[0]}")
        done = linli("verify", "--data", self.scratch / "d", check=False)
        self.assertRegex(done.stderr, r"Run linli move again.*may be removed.*\[E_MOVE_UNFINISHED\]")

    def test_keys_that_the_administrator_put_there_first_are_used(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        (self.scratch / "t").mkdir()
        shutil.copytree(self.street.data / "keys", self.scratch / "t" / "keys")
        linli("restore", self.scratch / "b", "--data", self.scratch / "t")
        self.assertIn("Verified", linli("verify", "--data", self.scratch / "t").stdout)

    def test_what_a_killed_backup_left_is_taken_away_by_the_next(self):
        (self.scratch / "b.part").write_bytes(b"half")
        linli("backup", self.scratch / "b", "--data", self.street.data)
        self.assertEqual([p.name for p in self.scratch.iterdir()], ["b"])


@only_sqlite
@unittest.skipUnless(MODULE.exists(), "the module that makes the disk fail is not built")
class FullDisk(Case):
    """Writing fails at some call and from there on. Only files with linli.db in their path are meant."""

    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        desk = cls.street.person("zhiban")
        for n in range(30):
            desk.report(channel="telephone", text=f"垃圾房满溢 {n}" * 20)
        cls.street.stop()

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def fails_at(self, call, *arguments):
        sheet = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, sheet)
        faults = Faults(sheet)
        faults.arm("full", call, stays=True)
        before = sorted(str(p) for p in self.scratch.rglob("*"))
        done = linli(*arguments, check=False, env={name: faults.env()[name] for name in ("LD_PRELOAD", "LINLI_FAULTS")})
        fired = faults["fired"]
        faults.close()
        if fired:
            self.assertNotEqual(done.returncode, 0, done.stdout)
            self.assertIn("The disk is full", done.stderr)
            self.assertEqual(sorted(str(p) for p in self.scratch.rglob("*")), before)
        return fired

    def test_a_backup_that_found_no_room_leaves_nothing(self):
        for call in (1, 2, 10, 60, 150):
            with self.subTest(call=call):
                self.assertTrue(self.fails_at(call, "backup", self.scratch / "linli.db.backup", "--data", self.street.data))

    def test_a_restore_that_found_no_room_leaves_nothing(self):
        linli("backup", self.scratch / "b", "--data", self.street.data)
        for call in (1, 2, 10, 60, 150):
            with self.subTest(call=call):
                self.assertTrue(self.fails_at(call, "restore", self.scratch / "b", "--data", self.scratch / "t", "--keys", self.street.data / "keys"))


if __name__ == "__main__":
    unittest.main()
