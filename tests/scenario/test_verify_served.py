#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`linli verify` beside a serving program: what changes meanwhile is no difference, and the journal is written back all
the while."""
import contextlib
import os
import pty
import re
import struct
import subprocess
import threading
import unittest

from engine import address_of, short_on_sqlite
from linli import PROGRAM
from street import Street

CASES = 8000
REPORTERS = 8
TURNS = 3  # journals begun anew while one proof runs: one may begin before its first look, and one behind its last


@short_on_sqlite
class Served(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street(cases=CASES)
        cls.addClassCleanup(cls.street.close)

    def setUp(self):
        self.stop = threading.Event()
        self.reported = [0] * REPORTERS
        self.reporters = [threading.Thread(target=self.report, args=(i, self.street.person("zhiban"))) for i in range(REPORTERS)]
        self.addCleanup(self.end)
        for one in self.reporters:
            one.start()

    def end(self):
        self.stop.set()
        for one in self.reporters:
            one.join()

    def report(self, i, desk):
        while not self.stop.is_set():
            desk.report(text=f"第{i}号电话第{self.reported[i]}次来报：路灯不亮", address="青石弄口")
            self.reported[i] += 1

    def begun(self):
        """How often SQLite's journal was begun anew, as its head says."""
        try:
            with open(self.street.data / "linli.db-wal", "rb") as f:
                return struct.unpack(">I", f.read(16)[12:])[0]
        except (FileNotFoundError, struct.error):
            return 0

    def prove(self):
        """Runs the proof; gives how often the journal was begun anew beside it, and how many came in."""
        before, turns, last = sum(self.reported), 0, self.begun()
        with subprocess.Popen([PROGRAM, "verify", "--data", self.street.data, "--lang", "en"],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as proof:
            while proof.poll() is None:
                now = self.begun()
                turns, last = turns + (now != last), now
            said = proof.stdout.read()
        self.assertEqual(proof.returncode, 0, said)
        self.assertIn("Verified", said)
        return turns, sum(self.reported) - before

    def test_it_holds_while_reports_come_in_and_the_journal_stays_small(self):
        turns = 0
        for _ in range(3):
            more, came_in = self.prove()
            self.assertGreater(came_in, 0, "nothing came in meanwhile")
            turns = max(turns, more)
            if turns >= TURNS or address_of(self.street.data):
                break
        if not address_of(self.street.data):
            self.assertGreaterEqual(turns, TURNS, "the journal was held")

    def test_on_a_terminal_it_says_how_far_it_is(self):
        ours, its = pty.openpty()
        with subprocess.Popen([PROGRAM, "verify", "--data", self.street.data, "--lang", "en"], stdout=subprocess.DEVNULL, stderr=its) as proof:
            os.close(its)
            said = b""
            with contextlib.suppress(OSError): # the end, on a terminal
                while part := os.read(ours, 4096):
                    said += part
        os.close(ours)
        self.assertEqual(proof.returncode, 0, said)
        lines = re.findall(r"proving: ledger entries (\d+) / (\d+), rows (\d+), texts and photos (\d+)", said.decode())
        self.assertGreater(len(lines), 3, said)
        self.assertTrue(all(0 < int(done) for done, *_ in lines[:1]) and any(int(rows) > 0 for *_, rows, _ in lines), lines)
        self.assertGreater(int(lines[0][1]), CASES)
        self.assertTrue(said.endswith(b"\r\x1b[K"), "the line is taken away")


if __name__ == "__main__":
    unittest.main()
