#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The front end's own checks: types, rules and form of the sources (one test each), then its units: ui.py [NAME...]"""
import json
import pathlib
import subprocess
import sys
import tempfile

UI = pathlib.Path(__file__).resolve().parents[2] / "ui"
CHECKS = [
    ("types", ["npx", "vue-tsc", "--noEmit"]),
    ("rules", ["npx", "eslint", "."]),
    ("form", ["npx", "prettier", "--check", "--log-level", "warn", "."]),
]


def run(command):
    return subprocess.run(command, cwd=UI, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, errors="replace")


def checks(names):
    passed = failed = 0
    for name, command in CHECKS:
        if names and not any(n in name for n in names):
            continue
        done = run(command)
        if done.returncode:
            failed += 1
            print(f"FAILED {name}\n{done.stdout[-6000:]}", flush=True)
        else:
            passed += 1
    return passed, failed


def units(names):
    with tempfile.TemporaryDirectory() as folder:
        report = pathlib.Path(folder) / "report.json"
        done = run(["npx", "vitest", "run", "--passWithNoTests", "--reporter=default", "--reporter=json",
                    f"--outputFile.json={report}", *names])
        if not report.exists():
            print(f"FAILED vitest (status {done.returncode})\n{done.stdout[-6000:]}")
            return 0, 1, 0
        counts = json.loads(report.read_text(encoding="utf-8"))
    failed = counts["numFailedTests"] or (1 if done.returncode else 0)
    if failed:
        print(done.stdout[-12000:])
    return counts["numPassedTests"], failed, counts["numPendingTests"] + counts["numTodoTests"]


def main():
    names = sys.argv[1:]
    passed, failed = checks(names)
    more = units(names)
    print(f"{passed + more[0]} passed, {failed + more[1]} failed, {more[2]} skipped")
    return 1 if failed + more[1] else 0


sys.exit(main())
