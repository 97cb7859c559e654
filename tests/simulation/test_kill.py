# SPDX-License-Identifier: Apache-2.0
"""A city of three offices that hand cases over to each other and merge them, whose writer is killed at random moments. What it
acknowledged is there, once; what it did not may be sent again; a case that was given away arrives once, also when the kill fell between
the two entries; and who belongs to whom is what merging and undoing made of it."""
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
ENOUGH = 20    # kills, after which each moment and each act must have been there; of a few none may have met it
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
        self.life = None
        self.counts = dict.fromkeys(["kills", "between", "commands", "hand_overs", "merge", "unmerge", "apart", "taken_along"], 0)

    def people(self, code):
        """Files of an office with one shift leader, who may hand over."""
        files = self.folder.parent / code
        files.mkdir(exist_ok=True)
        for name, text in [("places.csv", "code,parent,level,name_zh,name_en,kind,geometry,firm\n{0},,street,街道,Street,,,\n"),
                           ("units.csv", "code,parent,name_zh,name_en,kind,has_accounts,line,area,telephone\n"
                                         "centre,,城运中心,Centre,centre,yes,,,\n"),
                           ("accounts.csv", "login,unit,name,roles,place\nleader-{0},centre,值班长,shift_leader,\n")]:
            (files / name).write_text(text.format(code), encoding="utf-8")
        return files

    def make_city(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        for command, code in ((["init"], "K1"), (["office", "add"], "K2"), (["office", "add"], "K3")):
            made = linli(*command, "--data", self.folder, "--office", code, "--files", self.people(code))
            self.assertEqual(made.returncode, 0, made.stderr)
        self.history = History(self, self.folder)

    def take_in(self, life):
        self.assertEqual(self.history.read(life), [], "nothing is refused")

    def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(self):
        try:
            for first in range(0, LIVES, OF_A_CITY):
                self.make_city()
                self.live(range(first, min(first + OF_A_CITY, LIVES)))
            if LIVES >= ENOUGH:
                for word, n in self.counts.items():
                    self.assertGreater(n, 0, f"{word}: not once in {LIVES} kills")
        except BaseException:
            self.tell_all()
            raise
        finally:
            print(f"LINLI_SEED={self.seed} LINLI_KILLS={LIVES}:", ", ".join(f"{n} {word}" for word, n in self.counts.items()), flush=True)

    def tell_all(self):
        """What is needed to see what went wrong, beside the seed: all that the last life said."""
        if self.life and self.life.child.poll() is None:
            self.life.kill()
        print("".join(self.life.lines) if self.life else "no life began", flush=True)

    def wait(self, life):
        """Until a moment of chance: of its start, behind some lines, or right after a case was given away."""
        chance = self.random.random()
        if chance < 0.2:
            time.sleep(0.02 * self.random.random())
            return
        lines = self.random.randrange(1, 200)
        life.wait_for(lambda: len(life.lines) >= lines)
        if chance < 0.5:
            life.wait_for(lambda: any(line.startswith("ack") and "-to-" in line for line in life.lines[-4:]))
        time.sleep(0.01 * self.random.random())

    def live(self, numbers):
        again = []
        for number in numbers:
            life = self.life = Life(WRITER, self.folder, self.seed + number, again)
            self.wait(life)
            self.assertEqual(life.kill(), (-9, ""), f"life {number}")
            self.take_in(life)
            self.history.check()
            again = self.history.unanswered()
            self.counts["kills"] += 1
            self.counts["between"] += bool(self.history.waiting())
        self.last_life(again, len(numbers))
        offices = [n for n, in rows(self.folder, "SELECT count(*) FROM cases GROUP BY office")]
        self.assertEqual(len(offices), 3, offices)

    def last_life(self, again, lives):
        """All that was without an answer gets one, all that had one gets the same again, and what was given away arrives."""
        history = self.history
        some = self.random.sample(sorted(history.acknowledged), min(200, len(history.acknowledged)))
        life = self.life = Life(WRITER, self.folder, self.seed + LIVES, again + [history.tried[c] for c in some])
        life.wait_for(lambda: life.count("ack") >= len(again) + len(some), 60)
        waiting = history.waiting()
        arrived = life.wait_for(lambda: not waiting & history.waiting())
        life.kill()
        self.assertTrue(arrived, "given away and not arrived")
        self.take_in(life)
        repeats = {line.split()[1] for line in life.lines if line.startswith("ack") and line.split()[4:] == ["1"]}
        self.assertLessEqual(set(some), repeats)
        found = history.check()
        self.assertLessEqual({line.split()[1] for line in again}, found.keys())
        self.assertGreater(len(history.acknowledged), 10 * lives, "the writer hardly wrote")
        self.counts["commands"] += len(history.acknowledged)
        self.counts["hand_overs"] += len(history.hand_overs()[1])
        for kind in ("merge", "unmerge", "apart"):
            self.counts[kind] += len(history.clients(found, kind))
        self.counts["taken_along"] += rows(self.folder, "SELECT count(*) FROM ledger WHERE name = 'case.remerged/1'")[0][0]


if __name__ == "__main__":
    unittest.main()
