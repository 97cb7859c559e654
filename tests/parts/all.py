#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the parts of ./test, two at once where there are two cores, prints them one after the other and sums what they count.

A part is a program that ends with the line `N passed, N failed[, N skipped]`; it is given the names to look for and
runs everything without one. A part that ends otherwise, or too late, counts as one failure.
"""
import collections
import contextlib
import os
import pathlib
import queue
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "parts"
CLOSING = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$")

# What two parts at once bring on two cores, docs/decisions/107-two-lanes.md; on one core it is one after the other.
LANES = min(2, len(os.sched_getaffinity(0)))

# name, program, minutes it may take, seconds it takes about (the longest begins first), only with --long, what it looks at
PARTS = [
    ("structure", ["python.py", "structure"], 5, 30, False, "layers, names, sizes, words, form of the sources"),
    ("tools", ["python.py", "tools"], 5, 10, False, "the build's own tools, and this one"),
    ("unit", ["unit.py", "unit"], 15, 70, False, "C functions, with address and undefined behaviour checks"),
    ("fuzz", ["unit.py", "fuzz"], 10, 10, False, "parsers on broken input"),
    ("golden", ["python.py", "golden"], 10, 10, False, "text in, text out"),
    ("scenario", ["python.py", "scenario"], 25, 400, False, "whole stories through the running program"),
    ("scenario-postgres", ["postgres.py", "scenario"], 25, 500, False, "the same stories on PostgreSQL"),
    ("scenario-partitions", ["partitions.py"], 60, 130, False, "some of them, or all with --long, on tables spread by office"),
    ("ui", ["ui.py"], 10, 80, False, "front end: types, rules, form, units"),
    ("browser", ["browser.py"], 20, 410, False, "journeys in a browser"),
    ("simulation", ["python.py", "simulation"], 120, 100, False, "the process is killed at random moments, seeded"),
    ("simulation-postgres", ["postgres.py", "simulation"], 120, 80, False, "the same kills on PostgreSQL"),
]


class Part:
    """One part: its lines as they come, and at their end its counts and seconds."""

    def __init__(self, name, program, minutes):
        self.name, self.program, self.minutes = name, program, minutes
        self.lines = queue.Queue()  # text, and None behind the last
        self.counts, self.seconds = (0, 1, 0), 0.0
        self.child = None

    def start(self, names):
        command = [sys.executable, "-B", str(HERE / self.program[0]), *self.program[1:], *names]
        self.child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                      stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)

    def follow(self):
        """Until the child's end, which comes when its minutes are over at the latest."""
        began, counts = time.monotonic(), None
        late = threading.Timer(self.minutes * 60, self.kill, (signal.SIGKILL,))
        late.daemon = True
        late.start()
        for line in self.child.stdout:
            closing = CLOSING.match(line)
            if closing:
                counts = tuple(int(n or 0) for n in closing.groups())
            else:
                self.lines.put("  " + line)
        code = self.child.wait()
        late.cancel()
        if counts is None or (code != 0 and counts[1] == 0):
            self.lines.put(f"  FAILED {self.name}: it ended with status {code} after {counts or 'no count'}\n")
            counts = ((counts or (0, 0, 0))[0], 1, 0)
        self.counts, self.seconds = counts, time.monotonic() - began

    def kill(self, how=signal.SIGTERM):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.child.pid, how)


class Lanes:
    """Runs parts, so many at once, in their order; prints them one after the other as if they ran so."""

    def __init__(self, parts, names, lanes):
        self.parts, self.names = parts, names
        self.waiting, self.running = collections.deque(parts), set()
        self.lock, self.is_over = threading.Lock(), False
        self.threads = [threading.Thread(target=self.work, daemon=True) for _ in range(lanes)]

    def run(self):
        for thread in self.threads:
            thread.start()
        try:
            for part in self.parts:
                print(part.name, flush=True)
                for line in iter(part.lines.get, None):
                    print(line, end="", flush=True)
        except BaseException:
            self.stop()
            raise

    def stop(self):
        with self.lock:
            self.is_over = True
            for part in self.running:
                part.kill()

    def start(self):
        """The next part, which runs now; None when there is nothing left to do."""
        with self.lock:
            if self.is_over or not self.waiting:
                return None
            part = self.waiting.popleft()
            try:
                part.start(self.names)
                self.running.add(part)
            except OSError as error: # no room for one more process
                part.lines.put(f"  FAILED {part.name}: {error}\n")
            return part

    def work(self):
        while part := self.start():
            if part in self.running:
                part.follow()
                with self.lock:
                    self.running.discard(part)
            part.lines.put(None)


def chosen(wanted, is_long):
    """The rows of PARTS that are to run, in their order."""
    for row in PARTS:
        name, program, _, _, only_long, _ = row
        if (wanted and name not in wanted) or (only_long and not is_long and name not in wanted):
            continue
        if program[0] == "python.py" and not (ROOT / "tests" / program[1]).is_dir():
            continue
        yield row


def main():
    arguments = sys.argv[1:]
    if "--list" in arguments:
        for name, _, _, _, only_long, what in PARTS:
            print(f"{name:20}{what}{' (--long)' if only_long else ''}")
        return 0
    is_long = "--long" in arguments
    if is_long:
        os.environ["LINLI_LONG"] = "1"
    names = [a for a in arguments if not a.startswith("--")]
    parts = {row[0] for row in PARTS}
    filters = [n for n in names if n not in parts]
    rows = list(chosen([n for n in names if n in parts], is_long))
    began = time.monotonic()
    run = {name: Part(name, program, minutes) for name, program, minutes, *_ in rows}
    Lanes([run[row[0]] for row in sorted(rows, key=lambda row: -row[3])], filters, LANES).run()
    return close([(part.name, part.counts, part.seconds) for part in run.values()], filters, time.monotonic() - began)


def close(rows, filters, seconds):
    passed, failed, skipped = (sum(row[1][i] for row in rows) for i in range(3))
    if passed + failed + skipped == 0:
        sys.exit(f"没有叫“{' '.join(filters)}”的测试。\nNo test is called '{' '.join(filters)}'; ./test --list shows the parts.")
    print()
    for name, counts, took in rows:
        if sum(counts):
            print(f"  {name:20}{counts[0]:6} passed {counts[1]:4} failed {counts[2]:4} skipped {took:8.1f} s")
    print(f"  {'all':20}{'':40}{seconds:5.1f} s\n")
    if skipped:
        print(f"{skipped} skipped, see SKIPPED above")
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\n已中断。 Interrupted.")
