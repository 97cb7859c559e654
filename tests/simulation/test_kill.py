# SPDX-License-Identifier: Apache-2.0
"""A city of three offices whose writer is killed at random moments. What it acknowledged is there, once; what it did not may be sent again."""
import os
import pathlib
import random
import shutil
import tempfile
import time
import unittest

from lives import History, Life
from linli import PROGRAM, linli, rows

LIVES = int(os.environ.get("LINLI_KILLS", 1000 if "LINLI_LONG" in os.environ else 25))
OF_A_CITY = 50 # lives; then another one is made, so that the proofs stay short
WRITER = PROGRAM and PROGRAM.parent / "tests" / "kill_writer"


class Killed(unittest.TestCase):
    def setUp(self):
        if PROGRAM is None or not WRITER.exists():
            self.skipTest("the program was not built")
        self.seed = int(os.environ.get("LINLI_SEED", time.time_ns() % 10**9))
        self.random = random.Random(self.seed)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name) / "data"

    def make_city(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for command in (["init", "--office", "K1"], ["office", "add", "--office", "K2"], ["office", "add", "--office", "K3"]):
            made = linli(*command, "--data", self.folder)
            self.assertEqual(made.returncode, 0, made.stderr)
        self.history = History(self, self.folder)

    def take_in(self, life):
        self.assertEqual(self.history.read(life), [], "nothing is refused")

    def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(self):
        try:
            for first in range(0, LIVES, OF_A_CITY):
                self.make_city()
                self.live(range(first, min(first + OF_A_CITY, LIVES)))
        except BaseException:
            print(f"LINLI_SEED={self.seed}", flush=True)
            raise

    def live(self, numbers):
        again = []
        for number in numbers:
            life = Life(WRITER, self.folder, self.seed + number, again)
            time.sleep(self.random.choice([0.02, 0.3, 0.6]) * self.random.random())
            self.assertEqual(life.kill(), (-9, ""), f"life {number}")
            self.take_in(life)
            self.history.check()
            again = self.history.unanswered()
        self.last_life(again, len(numbers))
        offices = [n for n, in rows(self.folder, "SELECT count(*) FROM cases GROUP BY office")]
        self.assertEqual(len(offices), 3, offices)

    def last_life(self, again, lives):
        """All that was without an answer gets one, and all that had one gets the same again."""
        history = self.history
        some = self.random.sample(sorted(history.acknowledged), min(200, len(history.acknowledged)))
        life = Life(WRITER, self.folder, self.seed + LIVES, again + [history.tried[c] for c in some])
        life.wait_for(lambda: life.count("ack") >= len(again) + len(some), 60)
        life.kill()
        self.take_in(life)
        repeats = {line.split()[1] for line in life.lines if line.startswith("ack") and line.split()[4:] == ["1"]}
        self.assertLessEqual(set(some), repeats)
        found = history.check()
        self.assertLessEqual({line.split()[1] for line in again}, found.keys())
        self.assertGreater(len(history.acknowledged), 10 * lives, "the writer hardly wrote")


if __name__ == "__main__":
    unittest.main()
