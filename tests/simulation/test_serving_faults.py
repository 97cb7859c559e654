# SPDX-License-Identifier: Apache-2.0
"""A serving process whose disk stalls, whose clock is turned, whose folder can only be read or has another at it: over HTTP."""
import json
import pathlib
import resource
import shutil
import socket
import subprocess
import tempfile
import time
import unittest
import uuid

from faults import BUILD, Faults
from engine import only_sqlite
from linli import rows
from street import PROGRAM, Refused, Street, linli

REQUESTS = 1150 # more than LIMIT_QUEUE_REQUESTS
YEAR_US = 365 * 24 * 3600 * 10**6
HOUR_US = 3600 * 10**6


@only_sqlite
@unittest.skipUnless((BUILD / "tests" / "libfaults.so").exists(), "the program was not built")
class Serving(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.faults = Faults(temporary.name)
        self.addCleanup(self.faults.close)
        self.street = Street(folder=temporary.name, env=self.faults.env())
        self.addCleanup(self.street.stop)
        self.centre = self.street.person("zhiban")

    def restart(self):
        self.street.stop()
        self.street.start()

    def prove(self):
        done = self.street.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def accepted(self):
        return [at for at, in rows(self.street.data, "SELECT accepted_at FROM ledger WHERE office = 1 ORDER BY number")]

    # ---- a full queue

    def send_report(self, key):
        body = json.dumps({"procedure": "city-matter", "channel": "patrol", "class": "P01-037", "text": key}).encode()
        s = socket.create_connection(("127.0.0.1", self.street.port), 30)
        s.sendall(b"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
                  + f"Cookie: {self.centre.cookie}\r\nX-CSRF-Token: {self.centre.csrf}\r\nIdempotency-Key: {key}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        return s

    def answer(self, s):
        data = b""
        s.settimeout(60)
        while part := s.recv(65536):
            data += part
        s.close()
        head, _, body = data.partition(b"\r\n\r\n")
        return int(head.split()[1]), head.lower(), body

    def test_a_full_queue_says_when_to_come_back_and_loses_nothing(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        self.faults.arm("slow", 1, stays=True)
        keys = [str(uuid.uuid4()) for _ in range(REQUESTS)]
        waiting = {key: self.send_report(key) for key in keys}
        refused = self.first_refusals(waiting)
        self.assertTrue(refused, "nobody was refused")
        self.faults.clear()
        answers = {key: self.answer(s) for key, s in waiting.items()} | refused
        accepted = {key for key, (status, _, _) in answers.items() if status == 201}
        for key, (status, head, body) in answers.items():
            if status != 201:
                self.assertEqual((status, json.loads(body)["code"]), (503, "E_BUSY"))
                self.assertRegex(head, rb"retry-after: \d+")
        self.assertGreater(len(accepted), 900)
        kept = {text for text, in rows(self.street.data, "SELECT text FROM words WHERE field = 'text'")}
        self.assertEqual(kept, accepted)
        for key in sorted(set(answers) - accepted)[:5]: # whoever comes back is served
            self.assertEqual(self.answer(self.send_report(key))[0], 201)
        self.prove()

    def first_refusals(self, waiting):
        """The answers that come while the writer stands still: refusals only."""
        refused, end = {}, time.monotonic() + 20
        while not refused and time.monotonic() < end:
            for key, s in list(waiting.items()):
                s.setblocking(False)
                try:
                    if s.recv(1, socket.MSG_PEEK):
                        s.setblocking(True)
                        refused[key] = self.answer(waiting.pop(key))
                except BlockingIOError:
                    s.setblocking(True)
        return refused

    # ---- the clock

    def turned(self, us):
        self.faults["turned_us"] = us

    def test_a_clock_that_jumps_ahead_by_years_is_refused_until_it_is_put_right(self):
        self.centre.report(text="之前")
        self.turned(10 * YEAR_US)
        with self.assertRaises(Refused) as refused:
            self.street.anybody().post("/api/v1/public/reports", {"text": "之中", "class": "P01-037"})
        self.assertEqual((refused.exception.status, refused.exception.code), (503, "E_CLOCK"))
        self.turned(0)
        self.centre.report(text="之后")
        self.assertLess(max(self.accepted()), time.time() * 10**6 + HOUR_US)
        self.prove()

    def test_a_clock_that_is_put_right_by_an_hour_is_taken(self):
        for us in (HOUR_US, -HOUR_US, HOUR_US // 2):
            self.turned(us)
            self.street.anybody().post("/api/v1/public/reports", {"text": "时钟", "class": "P01-037"})
        at = self.accepted()
        self.assertEqual(at, sorted(at), "it never goes back")
        self.prove()

    def test_a_clock_that_goes_back_by_years_dates_nothing_back(self):
        self.centre.report(text="之前")
        before = max(self.accepted())
        self.turned(-5 * YEAR_US)
        self.street.anybody().post("/api/v1/public/reports", {"text": "之中", "class": "P01-037"})
        self.assertGreaterEqual(self.accepted()[-1], before)
        self.prove()

    # ---- two processes, a folder that can only be read

    def test_the_second_process_is_refused(self):
        done = subprocess.run([str(PROGRAM), "serve", "--data", str(self.street.data), "--listen", "127.0.0.1:1", "--lang", "en"],
                              capture_output=True, text=True, timeout=20)
        self.assertEqual(done.returncode, 1)
        self.assertIn("[E_FOLDER_LOCKED]", done.stderr)
        self.centre.report(text="照常")

    def test_a_disk_that_can_only_be_read_is_said_and_reading_goes_on(self):
        case = self.centre.report(text="之前")
        self.faults.arm("read only", 1, stays=True)
        for ask in (lambda: self.centre.report(text="之中"), lambda: self.street.person("shouli")):
            with self.assertRaises(Refused) as refused:
                ask()
            self.assertEqual((refused.exception.status, refused.exception.code), (507, "E_READ_ONLY"))
        self.assertEqual(self.centre.case(case["id"])["number"], case["number"])
        self.faults.clear()
        self.centre.report(text="之后")
        self.assertIsNone(self.street.server.poll())
        self.prove()

    def test_it_does_not_start_on_a_disk_that_can_only_be_read(self):
        self.street.stop()
        disk = pathlib.Path(self.street.folder) / "disk"
        disk.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "linli-test", str(disk)], capture_output=True, check=False).returncode != 0:
            self.skipTest("nothing can be mounted here")
        self.addCleanup(subprocess.run, ["umount", str(disk)], check=False)
        whole, unsettled = disk / "whole? 100%", disk / "unsettled"
        shutil.copytree(self.street.data, whole)
        shutil.copytree(self.street.data, unsettled)
        (unsettled / "linli.db-wal").write_bytes(b"")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for command, folder in ((["serve", "--listen", "127.0.0.1:1"], whole), (["verify"], unsettled)):
            done = linli(*command, "--data", folder, check=False)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertRegex(done.stderr, r"\[E_READ_ONLY\]|its disk can only be read\. .*\[E_FILE\]")
        for command in (["verify"], ["backup", self.street.folder / "of-a-copy"]): # an auditor's copy
            done = linli(*command, "--data", whole, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_failed_sync_ends_the_server_and_it_starts_again_with_all_that_was_acknowledged(self):
        numbers = {self.centre.report(text=f"第 {n} 件")["number"] for n in range(5)}
        self.faults.arm("sync", 1)
        with self.assertRaises((OSError, Refused)):
            self.centre.report(text="没有答复")
        self.assertEqual(self.street.server.wait(10), 74)
        self.faults.clear()
        self.street.log.close()
        self.street.start()
        self.assertEqual({n for n, in rows(self.street.data, "SELECT number FROM cases")}, numbers)
        self.prove()


if __name__ == "__main__":
    unittest.main()
