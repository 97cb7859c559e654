# SPDX-License-Identifier: Apache-2.0
"""The backup of every night: made by the serving process when its time has come or was missed, pictures copied once, old
files taken away, a failure told; what was erased goes out of the copies too."""
import json
import pathlib
import shutil
import sqlite3
import tempfile
import time
import unittest

from street import PROGRAM, Street, linli, png

DAY_S = 24 * 3600
MOVED_CLOCK = PROGRAM.parent / "tests" / "libmoved_clock.so"


def setUpModule():
    if not MOVED_CLOCK.exists() or b"__asan_init" in PROGRAM.read_bytes():
        raise unittest.SkipTest("a program whose clock can be moved is needed")


def wait_for(what, seconds=30):
    until = time.monotonic() + seconds
    while True:
        found = what()
        if found or time.monotonic() > until:
            return found
        time.sleep(0.05)


class Nightly(unittest.TestCase):
    def setUp(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="linli-nightly-"))
        self.addCleanup(shutil.rmtree, self.scratch, ignore_errors=True)
        self.street = Street()
        self.addCleanup(self.street.close)
        self.folder = self.street.data / "backup"

    def days_on(self, days, **settings):
        """The server again, which believes it is so many days later."""
        self.street.stop()
        if settings:
            conf = self.street.data / "linli.conf"
            others = [line for line in (conf.read_text().splitlines() if conf.exists() else []) if not line.startswith("backup_")]
            conf.write_text("\n".join([*others, *(f"backup_{key} = {value}" for key, value in settings.items()), ""]))
        self.street.env = {**self.street.env, "LD_PRELOAD": str(MOVED_CLOCK), "MOVED_CLOCK_S": str(days * DAY_S)}
        self.street.start()
        self.desk = self.street.person("zhiban")

    def files(self, folder=None):
        return sorted((folder or self.folder).glob("linli-????????-??????.backup"))

    def wait_for_files(self, count, folder=None):
        self.assertTrue(wait_for(lambda: len(self.files(folder)) >= count), (self.street.folder / "serve.log").read_text()[-1500:])
        return self.files(folder)

    def report(self):
        done = self.desk.report(channel="telephone", text="路灯不亮", contact={"name": "陈建国", "telephone": "13812345678"},
                                photos=[self.desk.upload(png())])
        return self.desk.case(done["id"])

    def metrics(self):
        return self.street.anybody().raw("GET", "/metrics")[1].decode()

    def test_each_night_one_file_and_only_new_pictures(self):
        self.assertEqual(self.files(), []) # founded today: its first night is to come
        self.days_on(0)
        first = self.report()
        self.days_on(1)
        one = self.wait_for_files(1)
        copied = {p.name: p.stat().st_mtime_ns for p in (self.folder / "attachments").glob("*.jpg")}
        self.assertEqual(len(copied), 2)
        self.assertTrue(wait_for(lambda: 'linli_job_turns{job="backup"} 1\n' in self.metrics()))
        self.assertIn('linli_job_failing{job="backup"} 0\n', self.metrics())
        second = self.report()
        self.days_on(2)
        two = self.wait_for_files(2)
        after = {p.name: p.stat().st_mtime_ns for p in (self.folder / "attachments").glob("*.jpg")}
        self.assertEqual(len(after), 4)
        self.assertEqual({name: after[name] for name in copied}, copied) # not written again
        self.assertEqual(one[0], two[0])
        # a night that was missed is made up for once, not every second
        self.days_on(9)
        self.wait_for_files(3)
        time.sleep(2.5)
        self.assertEqual(len(self.files()), 3)
        # and any of them comes back with its pictures, which lie beside it
        target = self.scratch / "t"
        linli("restore", two[1], "--data", target, "--keys", self.street.data / "keys")
        self.assertEqual(len(list((target / "attachments").glob("*.jpg"))), 4)
        db = sqlite3.connect(target / "linli.db")
        self.assertEqual(sorted(i for i, in db.execute("SELECT id FROM cases")), sorted([first["id"], second["id"]]))
        db.close()
        shutil.copy(two[1], self.scratch / "alone")
        done = linli("restore", self.scratch / "alone", "--data", self.scratch / "u", "--keys", self.street.data / "keys", check=False)
        self.assertIn("E_BACKUP_PHOTOS", done.stderr)
        self.assertFalse((self.scratch / "u").exists())

    def test_pictures_in_a_folder_that_nodes_share_are_in_every_backup(self):
        shared = self.scratch / "shared"
        shared.mkdir()
        conf = self.street.data / "linli.conf"
        conf.write_text((conf.read_text() if conf.exists() else "") + f"attachments = {shared}\n")
        self.days_on(0)
        self.report()
        self.assertEqual(len(list(shared.glob("*.jpg"))), 2)
        said = linli("backup", self.scratch / "b", "--data", self.street.data).stdout
        self.assertNotIn("missing", said)
        self.days_on(1)
        night = self.wait_for_files(1)[0]
        self.assertEqual(len(list((self.folder / "attachments").glob("*.jpg"))), 2)
        for backup, target in ((self.scratch / "b", self.scratch / "t"), (night, self.scratch / "u")):
            linli("restore", backup, "--data", target, "--keys", self.street.data / "keys")
            self.assertEqual(len(list((target / "attachments").glob("*.jpg"))), 2)
        shared.rename(self.scratch / "away")
        shared.mkdir() # as the place of a share that is not mounted
        lacking = linli("backup", self.scratch / "e", "--data", self.street.data, check=False)
        self.assertEqual(lacking.returncode, 1, lacking.stdout)
        self.assertIn("1 photos are missing or altered in their folder", lacking.stdout)
        self.assertTrue((self.scratch / "e").exists())
        elsewhere = self.scratch / "nights"
        elsewhere.mkdir()
        self.days_on(2, folder=elsewhere)
        self.wait_for_files(1, elsewhere)
        self.assertTrue(wait_for(lambda: '"pictures missing":"1"' in (self.street.folder / "serve.log").read_text()))
        shared.rmdir()
        refused = linli("backup", self.scratch / "c", "--data", self.street.data, check=False)
        self.assertEqual(refused.returncode, 1, refused.stdout)
        self.assertRegex(refused.stderr, rf"{shared} .*no such file or folder.*\[E_FILE\]")
        self.assertFalse((self.scratch / "c").exists())

    def test_old_files_go_another_folder_and_none_at_all(self):
        elsewhere = self.scratch / "elsewhere"
        self.days_on(1, keep=2, folder=elsewhere, at="00:00")
        self.wait_for_files(1, elsewhere)
        self.days_on(2)
        two = self.wait_for_files(2, elsewhere)
        for left in ("linli-20260101-023000.backup.part", "linli-20260101-023000.backup.part-journal"):
            (elsewhere / left).write_bytes(b"half")
        self.days_on(3)
        self.assertTrue(wait_for(lambda: self.files(elsewhere) != two and len(self.files(elsewhere)) == 2))
        self.assertEqual([p.name for p in elsewhere.iterdir() if ".part" in p.name], [], "of a server that was killed while it wrote")
        self.assertEqual(self.files(elsewhere)[0], two[1])
        self.assertEqual(self.files(), [])
        self.days_on(8, at="off")
        self.assertTrue(wait_for(lambda: 'linli_job_turns{job="backup"} 0\n' in self.metrics()))
        self.assertFalse(self.folder.exists())

    def test_what_was_erased_goes_out_of_the_copies_and_the_list_lies_beside_them(self):
        self.days_on(0)
        case = self.report()
        self.days_on(1)
        older = self.wait_for_files(1)[0]
        self.assertEqual(len(list((self.folder / "attachments").glob("*.jpg"))), 2)
        self.desk.post(f"/api/v1/cases/{case['id']}/erase", {"voice": case["voices"][0]["id"], "reason": "request"})
        self.assertEqual(list((self.folder / "attachments").glob("*.jpg")), [])
        self.days_on(2)
        self.wait_for_files(2)
        self.assertTrue(wait_for(lambda: (self.folder / "erasures.log").exists()))
        self.assertEqual(json.loads((self.folder / "erasures.log").read_text())["voice"], case["voices"][0]["id"])
        # the older one needs a picture that is gone for good: it comes back without it
        out = linli("restore", older, "--data", self.scratch / "t", "--keys", self.street.data / "keys").stdout
        self.assertIn("were repeated: 1;", out)
        self.assertIn("Verified", linli("verify", "--data", self.scratch / "t").stdout)

    def test_a_failure_is_told_and_the_server_goes_on(self):
        (self.scratch / "file").write_text("no folder")
        self.days_on(1, folder=self.scratch / "file" / "backup")
        self.assertTrue(wait_for(lambda: 'linli_job_failing{job="backup"} 1\n' in self.metrics()))
        self.assertIn('"level":"error","code":"E_FILE","job":"backup"', (self.street.folder / "serve.log").read_text())
        self.assertTrue(self.report()["number"])
        state = self.street.person("admin").get("/api/v1/admin/system")["backup"]
        self.assertTrue(state["failing"])
        self.assertEqual(state["count"], 0)

    def test_the_system_page_says_when_and_how_large(self):
        self.days_on(1)
        file = self.wait_for_files(1)[0]
        self.assertTrue(wait_for(lambda: 'linli_job_turns{job="backup"} 1\n' in self.metrics()))
        state = self.street.person("admin").get("/api/v1/admin/system")["backup"]
        self.assertEqual((state["count"], state["last_bytes"], state["failing"], state["late"]), (1, file.stat().st_size, False, False))
        self.assertEqual(state["last_at"][:10].replace("-", ""), file.name[6:14])


if __name__ == "__main__":
    unittest.main()
