#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the cmocka programs of one suite that meson knows in build/check and counts their tests: unit.py SUITE [NAME...]

A name chooses programs, and within the others single tests. A program that dies counts the test it was in as failed.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "check"
LINE = re.compile(r"^\[\s*(RUN|OK|FAILED|SKIPPED)\s*\] (\w+)\s*$", re.M)
SECONDS = 300


def programs(suite):
    text = subprocess.run(["meson", "introspect", "--tests", str(BUILD)], capture_output=True, text=True, check=True)
    return [test for test in json.loads(text.stdout) if any(s.split(":")[-1] == suite for s in test["suite"])]


def run(test, only):
    """(passed, failed, skipped, output) of one program; `only` is a cmocka filter or None."""
    env = {**os.environ, **test["env"], "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1",
           "LSAN_OPTIONS": f"suppressions={ROOT / 'tests/unit/leaks.txt'}:print_suppressions=0",
           "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    if only:
        env["LINLI_TEST_FILTER"] = only
    try:
        done = subprocess.run(test["cmd"], cwd=test["workdir"] or ROOT, env=env, timeout=SECONDS, text=True,
                              errors="replace", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
        code, output = done.returncode, done.stdout
    except subprocess.TimeoutExpired as late:
        code, output = "late", (late.stdout or b"").decode(errors="replace")
    state = {}
    for word, name in LINE.findall(output):
        if word == "RUN" or state.get(name) == "RUN":
            state[name] = word
    counts = [sum(1 for s in state.values() if s in words) for words in (("OK",), ("FAILED", "RUN"), ("SKIPPED",))]
    if code != 0 and counts[1] == 0:
        counts[1] = 1
    if counts[1]:
        output = f"FAILED {test['name']} (status {code})\n" + "\n".join(output.splitlines()[-80:])
    else:
        output = "".join(f"SKIPPED {test['name']} {name}\n" for name, s in state.items() if s == "SKIPPED").rstrip()
    return (*counts, output)


def main():
    suite, names = sys.argv[1], sys.argv[2:]
    wanted = []
    for test in programs(suite):
        source = ROOT / "tests" / suite / f"test_{test['name']}.c"
        if not names or any(n in "test_" + test["name"] for n in names):
            wanted.append((test, None))
        else:
            text = source.read_text(encoding="utf-8") if source.exists() else ""
            hits = [n for n in names if re.search(rf"cmocka_unit_test\w*\(\s*\w*{re.escape(n)}", text)]
            wanted += [(test, f"*{hits[0]}*")] if hits else []
    total = [0, 0, 0]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 2) as pool:
        for *counts, output in pool.map(lambda job: run(*job), wanted):
            total = [a + b for a, b in zip(total, counts)]
            if output:
                print(output, flush=True)
    print("%d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


sys.exit(main())
