#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A full disk, an orderly end and a sudden one while people are at work: what was acknowledged is there, once; the rest
was never half done; and the proof holds."""
import errno
import http.client
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import threading
import time
import unittest
import uuid

from engine import only_sqlite
from street import Refused, Street, png

PEOPLE = 12
ROUNDS = 3


class Crowd:
    """People who report one thing after the other, each on a kept connection, and remember what was acknowledged."""

    def __init__(self, street, cookie, csrf):
        self.street, self.head = street, {"Cookie": cookie, "X-CSRF-Token": csrf, "Content-Type": "application/json"}
        self.acknowledged = {}  # client id -> (id, number, body)
        self.refused = []       # (status, code)
        self.unknown = {}       # sent, but no answer came
        self.lock = threading.Lock()
        self.is_over = False
        self.threads = [threading.Thread(target=self.work, args=(n,)) for n in range(PEOPLE)]
        for t in self.threads:
            t.start()

    def work(self, n):
        connection = http.client.HTTPConnection("127.0.0.1", self.street.port, timeout=15)
        while not self.is_over:
            key = str(uuid.uuid4())
            body = json.dumps({"procedure": "city-matter", "channel": "patrol", "class": "P01-037", "text": f"路灯不亮 {n} {key}"})
            try:
                connection.request("POST", "/api/v1/cases", body.encode(), {**self.head, "Idempotency-Key": key})
                answer = connection.getresponse()
                value = json.loads(answer.read())
            except (OSError, http.client.HTTPException):
                with self.lock:
                    self.unknown[key] = body
                return
            with self.lock:
                if answer.status == 201:
                    self.acknowledged[key] = (value["id"], value["number"], body)
                else:
                    self.refused.append((answer.status, value.get("code")))
            if answer.status != 201:
                return

    def wait_for(self, count):
        until = time.monotonic() + 60
        while len(self.acknowledged) < count and time.monotonic() < until:
            time.sleep(0.002)
        assert len(self.acknowledged) >= count, "nobody got through"

    def end(self):
        self.is_over = True
        for t in self.threads:
            t.join(30)


class Ends(unittest.TestCase):
    def setUp(self):
        self.street = Street()
        self.centre = self.street.person("zhiban")

    def tearDown(self):
        self.street.close()

    def crowd(self):
        return Crowd(self.street, self.centre.cookie, self.centre.csrf)

    def check_kept(self, crowd):
        """Everything acknowledged is there under its number; a repeat of what had no answer makes no second one."""
        with self.street.database() as db:
            stored = dict(db.execute("SELECT id, number FROM cases"))
        for case_id, number, _ in crowd.acknowledged.values():
            self.assertEqual(stored.get(case_id), number)
        for key, body in crowd.unknown.items():
            first, again = (self.centre.ask("POST", "/api/v1/cases", body.encode(), {"Idempotency-Key": key, "Content-Type": "application/json"}) for _ in range(2))
            self.assertEqual(first["number"], again["number"])
            crowd.acknowledged[key] = (first["id"], first["number"], body)
        with self.street.database() as db:
            said = [t for (t,) in db.execute("SELECT text FROM words WHERE field = 'text' AND text LIKE '路灯不亮 %'")]
        self.assertEqual(len(said), len(set(said)), "something was registered twice")
        self.assertTrue({json.loads(b)["text"] for _, _, b in crowd.acknowledged.values()} <= set(said))

    def test_an_orderly_end_takes_less_than_ten_seconds_and_loses_nothing(self):
        crowd = self.crowd()
        crowd.wait_for(60)
        began = time.monotonic()
        self.street.server.send_signal(signal.SIGTERM)
        self.assertEqual(self.street.server.wait(10), 0)
        self.assertLess(time.monotonic() - began, 10)
        crowd.end()
        for status, code in crowd.refused:
            self.assertEqual((status, code), (503, "E_DRAINING"))
        self.street.log.close()
        self.assertEqual([p.name for p in self.street.data.glob("linli.db-*")], [], "the journal is folded in")
        self.street.start()
        self.check_kept(crowd)
        done = self.street.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_sudden_end_loses_nothing_that_was_acknowledged(self):
        for n in range(ROUNDS):
            crowd = self.crowd()
            crowd.wait_for(30 + 17 * n)
            self.street.stop(kill=True)
            crowd.end()
            self.street.start()
            self.check_kept(crowd)
            done = self.street.verify()
            self.assertEqual(done.returncode, 0, f"round {n}: {done.stdout}{done.stderr}")


class SmallDisk:
    """A disk of a few megabytes, where the machine lets us make one."""

    def __init__(self, megabytes):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-disk-"))
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "linli-test", str(self.folder)], capture_output=True, check=False)
        if done.returncode != 0:
            self.folder.rmdir()
            raise unittest.SkipTest("no small disk can be mounted here: " + done.stderr.decode().strip())

    def fill(self, leave):
        room = os.statvfs(self.folder)
        try:
            (self.folder / "ballast").write_bytes(bytes(max(0, room.f_bavail * room.f_bsize - leave)))
        except OSError as e:
            if e.errno != errno.ENOSPC: # the server's log was quicker
                raise

    def empty(self):
        (self.folder / "ballast").unlink()

    def close(self):
        subprocess.run(["umount", str(self.folder)], check=False)
        self.folder.rmdir()


@only_sqlite
class FullDisk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.disk = SmallDisk(24)
        try:
            cls.street = Street(folder=cls.disk.folder)
        except BaseException:
            cls.disk.close()
            raise
        cls.centre = cls.street.person("zhiban")

    @classmethod
    def tearDownClass(cls):
        cls.street.stop()
        cls.disk.close()

    def report(self, language="zh"):
        return self.centre.raw("POST", "/api/v1/cases", {"procedure": "city-matter", "channel": "patrol", "class": "P01-037", "text": "路灯" * 1500},
                               {"Accept-Language": language})

    def report_until_refused(self):
        for accepted in range(2000):
            answer, data = self.report()
            if answer.status != 201:
                return accepted, answer.status, json.loads(data)
        self.fail("the disk was never full")

    def test_a_full_disk_is_said_and_the_service_goes_on_when_there_is_room(self):
        for leave in (300_000, 0):
            before = self.centre.count()
            self.disk.fill(leave)
            accepted, status, problem = self.report_until_refused()
            self.assertEqual((status, problem["code"]), (507, "E_FULL_DISK"), problem)
            for language, pattern in (("zh", "磁盘"), ("en", "disk")):
                answer, data = self.report(language)
                self.assertEqual(answer.status, 507)
                problem = json.loads(data)
                self.assertRegex(problem["detail"] + problem["hint"], pattern)
            self.assertEqual(self.centre.count(), before + accepted, "reading goes on, and what was refused is not there")
            for ask in (lambda: self.street.person("shouli"),
                        lambda: self.centre.ask("POST", "/api/v1/uploads", png(1200, 900), {"Content-Type": "image/png"})):
                try:
                    ask() # small things may find the last room
                except Refused as refused:
                    self.assertEqual(refused.code, "E_FULL_DISK", refused.problem)
            self.disk.empty()
            answer, data = self.report()
            self.assertEqual(answer.status, 201, data)
            self.assertEqual(self.centre.count(), before + accepted + 1)
            done = self.street.verify()
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIsNone(self.street.server.poll(), "it never stopped")


if __name__ == "__main__":
    unittest.main()
