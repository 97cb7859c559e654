# SPDX-License-Identifier: Apache-2.0
"""The writer is killed at random moments. What it acknowledged is there, once; what it did not may be sent again."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scenario"))
from linli import PROGRAM, linli, rows  # noqa: E402

LIVES = int(os.environ.get("LINLI_KILLS", 200 if "LINLI_LONG" in os.environ else 25))
WRITER = PROGRAM and PROGRAM.parent / "tests" / "kill_writer"


class Life:
    """One run of the writer: its lines, read as they come."""

    def __init__(self, folder, seed, again):
        self.child = subprocess.Popen([WRITER, folder, str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.child.stdout))
        self.reader.start()
        try:
            self.child.stdin.write("".join(f"{kind} {client} {case}\n" for client, (kind, case) in again.items()))
            self.child.stdin.close()
        except BrokenPipeError:
            pass

    def kill_after(self, seconds):
        time.sleep(seconds)
        self.child.kill()
        status = self.child.wait()
        self.reader.join()
        errors = self.child.stderr.read()
        self.child.stdout.close()
        self.child.stderr.close()
        return status, errors


class Killed(unittest.TestCase):
    def setUp(self):
        if PROGRAM is None or not WRITER.exists():
            self.skipTest("the program was not built")
        self.seed = int(os.environ.get("LINLI_SEED", time.time_ns() % 10**9))
        self.random = random.Random(self.seed)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name) / "data"
        made = linli("init", "--data", self.folder, "--office", "K")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.tried, self.acknowledged = {}, {}

    def read(self, life, number):
        """Takes in the lines of a life; the last one may be cut."""
        for line in life.lines:
            word, *rest = line.split() if line.endswith("\n") else [""]
            if word == "try":
                kind, client, case = rest
                self.tried[client] = (kind, int(case))
            elif word == "ack":
                client, event, case, _ = rest
                answer = (int(event), int(case))
                self.assertEqual(self.acknowledged.setdefault(client, answer), answer, "another answer the second time")
            else:
                self.assertEqual(word, "", f"life {number}: {line}")

    def check(self):
        kept = rows(self.folder, "SELECT client_id, number, body FROM ledger WHERE client_id IS NOT NULL")
        found = {client: number for client, number, _ in kept}
        self.assertEqual(len(found), len(kept), "a command stands twice in the ledger")
        lost = {c: a for c, a in self.acknowledged.items() if found.get(c) != a[0]}
        self.assertEqual(lost, {}, "acknowledged and not there")
        self.assertEqual(found.keys() - self.tried.keys(), set(), "nobody sent it")
        texts = rows(self.folder, "SELECT text FROM words WHERE field = 'text'")
        self.assertEqual(sorted(t for t, in texts), sorted(found), "each command's words, once")
        proved = linli("verify", "--data", self.folder)
        self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)
        return found

    def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(self):
        try:
            again = {}
            for number in range(LIVES):
                life = Life(self.folder, self.seed + number, again)
                status, errors = life.kill_after(self.random.choice([0.02, 0.3, 0.6]) * self.random.random())
                self.assertEqual((status, errors), (-9, ""), f"life {number}")
                self.read(life, number)
                self.check()
                again = {c: t for c, t in self.tried.items() if c not in self.acknowledged}
            self.last_life(again)
        except BaseException:
            print(f"LINLI_SEED={self.seed}", flush=True)
            raise

    def last_life(self, again):
        """All that was without an answer gets one, and all that had one gets the same again."""
        some = self.random.sample(sorted(self.acknowledged), min(200, len(self.acknowledged)))
        life = Life(self.folder, self.seed + LIVES, {**again, **{c: self.tried[c] for c in some}})
        wanted = len(again) + len(some)
        end = time.monotonic() + 60
        while sum(line.startswith("ack") for line in list(life.lines)) < wanted and time.monotonic() < end:
            time.sleep(0.01)
        life.kill_after(0)
        self.read(life, LIVES)
        repeats = {line.split()[1] for line in life.lines if line.startswith("ack") and line.split()[4:] == ["1"]}
        self.assertLessEqual(set(some), repeats)
        found = self.check()
        self.assertLessEqual(again.keys(), found.keys())
        self.assertGreater(len(self.acknowledged), 10 * LIVES, "the writer hardly wrote")


if __name__ == "__main__":
    unittest.main()
