# SPDX-License-Identifier: Apache-2.0
"""Somebody asks for what he said and who he is to be deleted: words, contact and photos go, the ledger says that they
went and proves it, and no backup brings them back."""
import json
import pathlib
import shutil
import sqlite3
import tempfile
import unittest

from engine import only_sqlite
from street import Refused, Street, linli, png

SECRET = "寻找丢失的蓝色自行车"
TELEPHONE = "13977775555"


class Erasure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.desk = cls.street.person("zhiban")

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="linli-erasure-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)

    def reported(self):
        """A case with words, an address, a contact and a photo; (case, voice)."""
        done = self.desk.report(channel="telephone", text=SECRET, address="鞍山四村 12 号 301 室",
                                contact={"name": "陈建国", "telephone": TELEPHONE}, photos=[self.desk.upload(png())])
        case = self.desk.case(done["id"])
        return case, case["voices"][0]

    def erase(self, case, voice, person=None, reason="request"):
        return (person or self.desk).post(f"/api/v1/cases/{case['id']}/erase", {"voice": voice["id"], "reason": reason})

    def rows(self, sql, *values, data=None):
        db = sqlite3.connect(data / "linli.db") if data else self.street.database() # what was restored is a file
        try:
            return db.execute(sql, values).fetchall()
        finally:
            db.close()

    def test_words_contact_and_photos_are_gone_everywhere(self):
        case, voice = self.reported()
        photo = case["timeline"][0]["photos"][0]
        file = self.rows("SELECT file FROM attachments WHERE id = ?", photo)[0][0]
        pictures = [self.street.data / "attachments" / f"{file}{end}" for end in (".jpg", ".thumb.jpg")]
        self.assertTrue(all(p.exists() for p in pictures))
        self.assertIn(case["id"], [c["id"] for c in self.desk.list("蓝色自行车")])

        self.erase(case, voice)

        after = self.desk.case(case["id"])
        self.assertNotIn(SECRET, json.dumps(after, ensure_ascii=False))
        self.assertNotIn("301 室", json.dumps(after, ensure_ascii=False))
        self.assertTrue(after["voices"][0]["erased"])
        self.assertEqual((after["text"], after["title"]), ("", after["number"]))
        self.assertFalse(after["voices"][0]["has_contact"])
        self.assertEqual(after["timeline"][0]["text"], "（已删除）")
        self.assertEqual(after["timeline"][0]["photos"], [])
        last = after["timeline"][-1]
        self.assertEqual((last["code"], last["title"], last["line"]), ("erased", "删除报告人的信息", "本人要求"))
        self.assertNotIn(case["id"], [c["id"] for c in self.desk.list("蓝色自行车")])
        self.assertFalse(any(p.exists() for p in pictures))
        self.assertEqual(self.desk.raw("GET", f"/api/v1/attachments/{photo}")[0].status, 404)
        for table in ("words", "vault", "attachments"):
            self.assertEqual(self.rows(f"SELECT count(*) FROM {table} WHERE office = 1 AND event = ?", case["timeline"][0]["event"]), [(0,)], table)
        self.assertIn("Verified", self.street.verify().stdout)

    def test_what_the_resident_said_later_goes_and_what_the_office_answered_stays(self):
        case, voice = self.reported()
        url = self.desk.post(f"/api/v1/cases/{case['id']}/track", {"voice": voice["id"]})["track_url"]
        token = url.rstrip("/").split("/")[-1]
        resident = self.street.anybody()
        resident.post(f"/api/v1/public/track/{token}/note", {"text": "又想起来：车筐里有一把红伞"})
        self.desk.steps(case["id"], {"step": "note", "text": "已告知报告人到派出所登记"})
        self.erase(case, voice, reason="withdrawn")
        self.assertEqual(self.desk.case(case["id"])["text"], "") # not the note in its place
        after = json.dumps(self.desk.case(case["id"]), ensure_ascii=False)
        self.assertNotIn("红伞", after)
        self.assertIn("已告知报告人到派出所登记", after)
        self.assertIn("本人撤回同意", after)
        self.assertIn("Verified", self.street.verify().stdout)

    def test_who_may_and_what_is_refused(self):
        case, voice = self.reported()
        for login in ("shouli", "chengguan", "admin"):
            with self.assertRaises(Refused) as refused:
                self.erase(case, voice, self.street.person(login))
            self.assertEqual(refused.exception.code, "E_FORBIDDEN", login)
        for body, code in (({"voice": voice["id"]}, "E_REQUIRED"), ({"voice": voice["id"], "reason": "因为"}, "E_CHOICE"),
                           ({"voice": 1, "reason": "request"}, "E_NOT_FOUND")):
            with self.assertRaises(Refused) as refused:
                self.desk.post(f"/api/v1/cases/{case['id']}/erase", body)
            self.assertEqual(refused.exception.code, code)
        self.assertEqual(self.desk.case(case["id"])["voices"][0]["text"], SECRET)
        self.erase(case, voice)
        with self.assertRaises(Refused) as refused:
            self.erase(case, voice)
        self.assertEqual(refused.exception.code, "E_ERASED")
        auditor = self.street.person("shenji")
        entry = auditor.get("/api/v1/audit", what="erase")["entries"][0]
        self.assertEqual(entry["remark"], "request")

    @only_sqlite # the database is edited in a copy of the folder
    def test_the_proof_tells_what_was_erased_from_what_was_taken_away(self):
        case, voice = self.reported()
        other, _ = self.reported()
        self.erase(case, voice)
        self.street.stop()
        try:
            copy = self.scratch / "data"
            shutil.copytree(self.street.data, copy)
            db = sqlite3.connect(copy / "linli.db")
            db.execute("DELETE FROM words WHERE event = ? AND field = 'text'", (other["timeline"][0]["event"],))
            db.commit()
            done = linli("verify", "--data", copy, check=False)
            self.assertEqual(done.returncode, 1)
            self.assertIn("no value and no erasure", done.stdout)
            self.assertEqual(done.stdout.count("Difference"), 1)
            db.execute("INSERT INTO words (office, event, field, subject, salt, text) VALUES (1, ?, 'text', ?, x'00', 'back')",
                       (case["timeline"][0]["event"], case["id"]))
            db.commit()
            db.close()
            self.assertIn("erased", linli("verify", "--data", copy, check=False).stdout)
        finally:
            self.street.start()
            type(self).desk = self.street.person("zhiban")

    def test_an_older_backup_does_not_bring_it_back(self):
        case, voice = self.reported()
        kept, _ = self.reported()
        linli("backup", self.scratch / "older", "--data", self.street.data)
        self.assertIn(TELEPHONE[:3], TELEPHONE) # the vault is sealed; the words are plain:
        self.assertIn(SECRET.encode(), (self.scratch / "older").read_bytes())
        self.erase(case, voice)
        keys = ("--keys", self.street.data / "keys")
        out = linli("restore", self.scratch / "older", "--data", self.scratch / "a", *keys, "--erasures", self.street.data / "erasures.log").stdout
        self.assertIn("Erasures made since the backup were repeated: 1;", out)
        data = self.scratch / "a"
        event, still = case["timeline"][0]["event"], kept["timeline"][0]["event"]
        for table in ("words", "vault", "attachments"):
            self.assertEqual(self.rows(f"SELECT count(*) FROM {table} WHERE office = 1 AND event = ?", event, data=data), [(0,)], table)
            self.assertNotEqual(self.rows(f"SELECT count(*) FROM {table} WHERE office = 1 AND event = ?", still, data=data), [(0,)], table)
        self.assertIn("Verified", linli("verify", "--data", data).stdout)
        names = {f for f, in self.rows("SELECT file FROM attachments", data=data)}
        self.assertEqual({p.name.split(".")[0] for p in (data / "attachments").glob("*.jpg")}, names)
        # without the list the program says what that means
        out = linli("restore", self.scratch / "older", "--data", self.scratch / "b", *keys).stdout
        self.assertIn("No list of erasures was found", out)
        # a list that is no list leaves nothing behind
        (self.scratch / "bad.log").write_text("nonsense\n")
        done = linli("restore", self.scratch / "older", "--data", self.scratch / "c", *keys, "--erasures", self.scratch / "bad.log", check=False)
        self.assertIn("Line 1", done.stderr)
        self.assertFalse((self.scratch / "c").exists())

    def test_a_backup_made_afterwards_holds_nothing_of_it(self):
        case, voice = self.reported()
        self.erase(case, voice)
        linli("backup", self.scratch / "b", "--data", self.street.data)
        db = sqlite3.connect(self.scratch / "b")
        event = case["timeline"][0]["event"]
        for table in ("words", "vault", "attachments"):
            self.assertEqual(db.execute(f"SELECT count(*) FROM {table} WHERE office = 1 AND event = ?", (event,)).fetchone(), (0,), table)
        db.close()
        out = linli("restore", self.scratch / "b", "--data", self.scratch / "t", "--keys", self.street.data / "keys", "--erasures", self.street.data / "erasures.log").stdout
        self.assertIn("were repeated: 0;", out)

    def test_a_swallowed_line_of_the_list_comes_again(self):
        case, voice = self.reported()
        self.erase(case, voice)
        log = self.street.data / "erasures.log"
        lines = log.read_text().splitlines()
        self.assertEqual(json.loads(lines[-1])["voice"], voice["id"])
        self.assertNotIn(SECRET, log.read_text())
        log.write_text("".join(line + "\n" for line in lines[:-1])) # as if the power had failed
        again, other = self.reported()
        self.erase(again, other)
        self.assertEqual([json.loads(line)["voice"] for line in log.read_text().splitlines()[-2:]], [voice["id"], other["id"]])


if __name__ == "__main__":
    unittest.main()
