#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the parts of ./test one after the other and sums what they count.

A part is a program that ends with the line `N passed, N failed[, N skipped]`; it is given the names to look for and
runs everything without one. A part that ends otherwise, or too late, counts as one failure.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests" / "parts"
CLOSING = re.compile(r"(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$")

# name, program, minutes it may take, only with --long, what it looks at
PARTS = [
    ("structure", ["python.py", "structure"], 5, False, "layers, names, sizes, words, form of the sources"),
    ("tools", ["python.py", "tools"], 5, False, "the build's own tools"),
    ("unit", ["unit.py", "unit"], 15, False, "C functions, with address and undefined behaviour checks"),
    ("fuzz", ["unit.py", "fuzz"], 10, False, "parsers on broken input"),
    ("golden", ["python.py", "golden"], 10, False, "text in, text out"),
    ("scenario", ["python.py", "scenario"], 25, False, "whole stories through the running program"),
    ("scenario-postgres", ["postgres.py", "scenario"], 25, False, "the same stories on PostgreSQL"),
    ("scenario-partitions", ["partitions.py"], 60, False, "some of them, or all with --long, on tables spread by office"),
    ("ui", ["ui.py"], 10, False, "front end: types, rules, form, units"),
    ("browser", ["browser.py"], 20, False, "journeys in a browser"),
    ("simulation", ["python.py", "simulation"], 120, False, "the process is killed at random moments, seeded"),
    ("simulation-postgres", ["postgres.py", "simulation"], 120, False, "the same kills on PostgreSQL"),
]


def run_part(program, names, minutes):
    """Runs one part, passes its output on, and returns (passed, failed, skipped)."""
    command = [sys.executable, "-B", str(HERE / program[0]), *program[1:], *names]
    child = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True)
    late = threading.Timer(minutes * 60, os.killpg, (child.pid, signal.SIGKILL))
    late.start()
    counts = None
    try:
        for line in child.stdout:
            closing = CLOSING.match(line)
            if closing:
                counts = tuple(int(n or 0) for n in closing.groups())
            else:
                print("  " + line, end="", flush=True)
        code = child.wait()
    except KeyboardInterrupt:
        os.killpg(child.pid, signal.SIGTERM)
        raise
    finally:
        late.cancel()
    if counts is None or (code != 0 and counts[1] == 0):
        print(f"  FAILED {program[-1]}: it ended with status {code} after {counts or 'no count'}")
        return (counts or (0, 0, 0))[0], 1, 0
    return counts


def main():
    arguments = sys.argv[1:]
    if "--list" in arguments:
        for name, _, minutes, is_long, what in PARTS:
            print(f"{name:20}{what}{' (--long)' if is_long else ''}")
        return 0
    is_long = "--long" in arguments
    if is_long:
        os.environ["LINLI_LONG"] = "1"
    names = [a for a in arguments if not a.startswith("--")]
    parts = {part[0] for part in PARTS}
    wanted = [n for n in names if n in parts]
    filters = [n for n in names if n not in parts]
    rows, began = [], time.monotonic()
    for name, program, minutes, only_long, _ in PARTS:
        if (wanted and name not in wanted) or (only_long and not is_long and name not in wanted):
            continue
        if program[0] == "python.py" and not (ROOT / "tests" / program[1]).is_dir():
            continue
        print(f"{name}", flush=True)
        start = time.monotonic()
        counts = run_part(program, filters, minutes)
        rows.append((name, counts, time.monotonic() - start))
    return close(rows, filters, time.monotonic() - began)


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
