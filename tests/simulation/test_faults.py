# SPDX-License-Identifier: Apache-2.0
"""The disk fails under the writer: at each of the first calls, in each way. What was acknowledged is there, once; a full disk
is said, and service goes on when there is room; after a sync or a write that broke off the process ends by itself; and the
proof holds each time."""
import os
import pathlib
import shutil
import tempfile
import time
import unittest

from faults import BUILD, MODULE, Faults
from engine import only_sqlite
from linli import linli
from lives import History, Life

WRITER = BUILD / "tests" / "kill_writer"
LONG = "LINLI_LONG" in os.environ
SEED = int(os.environ.get("LINLI_SEED", time.time_ns() % 10**9))
ENDED_ITSELF = 74 # EXIT_DISK
AT_ITS_START = 2  # kill_writer's own: the folder could not be opened


def moments(calls, short):
    """Which calls fail: the first ones one by one, later ones here and there; every one of them with --long."""
    if LONG:
        return range(1, calls + 1)
    return sorted({1 + (SEED + n * calls // short) % calls for n in range(short)})


@only_sqlite
@unittest.skipUnless(WRITER.exists() and MODULE.exists(), "the program was not built")
class Disk(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.whole = pathlib.Path(cls.temporary.name) / "whole"
        made = linli("init", "--data", cls.whole, "--office", "K")
        assert made.returncode == 0, made.stderr

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.faults = Faults(self.temporary.name)
        self.addCleanup(self.faults.close)
        self.folder = pathlib.Path(self.temporary.name) / "data"

    def run_with(self, kind, at, story, **more):
        """A fresh folder, a writer whose at-th call fails, `story(life)` until the end, and what must be true then."""
        with self.subTest(f"{kind} at call {at}, LINLI_SEED={SEED}"):
            shutil.rmtree(self.folder, ignore_errors=True)
            shutil.copytree(self.whole, self.folder)
            history = History(self, self.folder)
            self.faults.arm(kind, at, **more)
            life = Life(WRITER, self.folder, SEED + at, env=self.faults.env())
            try:
                status, errors = story(life)
            finally:
                if life.child.poll() is None:
                    life.kill()
            refused = history.read(life)
            self.assertGreater(self.faults["fired"], 0, "the call never came")
            self.faults.clear()
            found = history.check()
            self.assertFalse({c for c, _ in refused} & found.keys(), "refused, and there all the same")
            return status, errors, refused

    def goes_on(self, life):
        """Until the fault was there, and then until more was acknowledged than before it."""
        life.wait_for(lambda: self.faults["fired"] > 0)
        before = life.count("ack")
        if life.wait_for(lambda: life.count("ack") > before + 8):
            return life.kill()
        return life.over()

    def ends(self, life):
        return life.over()

    def full(self, kind, calls, short):
        """Commands that met a full disk together are tried again one by one, so it is not said every time: then more calls fail."""
        said = 0
        chosen = list(moments(calls, short))
        for n, at in enumerate([*chosen, *range(1, calls + 1)]):
            if n >= len(chosen) and said:
                break
            status, errors, refused = self.run_with(kind, at, self.goes_on) or (None, "", [])
            self.assertIn(status, (-9, AT_ITS_START), errors)
            self.assertEqual({code for _, code in refused} - {"E_FULL_DISK"}, set())
            self.assertIn("E_FULL_DISK" if status == AT_ITS_START else "", errors)
            said += len(refused) + (status == AT_ITS_START)
        return said

    def test_a_disk_that_is_full_once(self):
        self.assertGreater(self.full("full", 150, 12), 0)

    def test_a_write_that_is_cut_short(self):
        self.assertGreater(self.full("short", 150, 12), 0)

    def stays(self, kind, code):
        def story(life):
            life.wait_for(lambda: life.count("refused") >= 12)
            before = life.count("ack")
            life.wait_for(lambda: life.count("refused") >= 24)
            self.assertEqual(life.count("ack"), before, "nothing is acknowledged meanwhile")
            self.faults.clear()
            self.assertTrue(life.wait_for(lambda: life.count("ack") > before + 8), "service goes on")
            return life.kill()
        for at in moments(200, 6)[3:]:
            status, errors, refused = self.run_with(kind, at, story, stays=True) or (-9, "", [(0, code)])
            self.assertEqual((status, {c for _, c in refused}), (-9, {code}), errors)

    def test_a_disk_that_stays_full_until_there_is_room(self):
        self.stays("full", "E_FULL_DISK")

    def test_a_disk_that_can_only_be_read_for_a_while(self):
        self.stays("read only", "E_READ_ONLY")

    def breaks(self, kind, calls, short):
        stopped = 0
        for at in moments(calls, short):
            status, errors, refused = self.run_with(kind, at, self.ends) or (ENDED_ITSELF, "E_DISK", [])
            self.assertIn(status, (ENDED_ITSELF, AT_ITS_START), errors)
            self.assertIn("E_DISK", errors)
            self.assertEqual(refused, [], "who is not told does not know; he sends it again")
            stopped += status == ENDED_ITSELF
        self.assertGreater(stopped, 0)

    def test_a_failed_sync_ends_the_process(self):
        self.breaks("sync", 60, 20)

    def test_a_write_that_broke_off_ends_the_process(self):
        self.breaks("bad write", 150, 12)

    def test_a_read_that_fails(self):
        for at in moments(150, 12):
            status, errors, refused = self.run_with("read", at, self.goes_on) or (-9, "", [])
            self.assertIn(status, (-9, AT_ITS_START), errors)
            self.assertLessEqual({code for _, code in refused}, {"E_DATABASE", "E_DAMAGED"})

    def test_the_power_is_cut(self):
        """What was not synced is lost, all of it or some."""
        for at in moments(250, 24):
            status, errors, _ = self.run_with("power", at, self.ends, seed=at % 3 and SEED + at) or (137, "", [])
            self.assertEqual((status, errors), (137, ""))


if __name__ == "__main__":
    unittest.main()
