#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the journeys tests/browser/*.test.js with Node's own test runner, one after the other: browser.py [NAME...]

A name chooses files, and within the others single journeys. Without Chromium the part is skipped with a sentence.
"""
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
COUNT = re.compile(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", re.M)


def main():
    names = sys.argv[1:]
    files = sorted((ROOT / "tests" / "browser").glob("*.test.js"))
    by_name = [f for f in files if not names or any(n in f.name for n in names)]
    pattern = []
    if names and not by_name:
        by_name = [f for f in files if any(n in f.read_text(encoding="utf-8") for n in names)]
        pattern = [f"--test-name-pattern={re.escape(n)}" for n in names]
    if not by_name:
        print("0 passed, 0 failed")
        return 0
    if not shutil.which("chromium"):
        print("SKIPPED: Chromium is not installed")
        print(f"0 passed, 0 failed, {len(by_name)} skipped")
        return 0
    child = subprocess.Popen(["node", "--test", "--test-concurrency=1", "--test-reporter=tap", *pattern,
                              *map(str, by_name)], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True, errors="replace")
    output = child.communicate()[0]
    counts = {word: int(number) for word, number in COUNT.findall(output)}
    failed = counts.get("fail", 0) + counts.get("cancelled", 0)
    if child.returncode and not failed:
        failed = 1
    if failed or names:
        print(output[-20000:])
    print(f"{counts.get('pass', 0)} passed, {failed} failed, {counts.get('skipped', 0)} skipped")
    return 1 if failed else 0


sys.exit(main())
