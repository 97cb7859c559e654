#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the test programs of one suite that meson knows in build/check and counts their tests: unit.py SUITE [NAME...]

A name chooses programs, and within the others single tests. A cmocka program counts each of its tests, and the one in
which it died as failed; any other program counts as one.
"""
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "check"
LINE = re.compile(r"^\[\s*(RUN|OK|FAILED|SKIPPED)\s*\] (\w+)\s*$", re.M)
GOOD = {"OK", "EXPECTEDFAIL"}


def programs(suite):
    """The names of a suite's programs."""
    text = subprocess.run(["meson", "introspect", "--tests", str(BUILD)], capture_output=True, text=True, check=True)
    return [test["name"] for test in json.loads(text.stdout) if any(s.split(":")[-1] == suite for s in test["suite"])]


def run(suite, names, only):
    """Meson's records of the programs; `only` is a cmocka filter or None."""
    if not names:
        return []
    env = {**os.environ, "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1",
           "LSAN_OPTIONS": f"suppressions={ROOT / 'tests/unit/leaks.txt'}:print_suppressions=0",
           "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}
    if only:
        env["LINLI_TEST_FILTER"] = only
    log = f"part-{suite}"
    subprocess.run(["meson", "test", "-C", str(BUILD), "--no-rebuild", "--timeout-multiplier", "10", "--logbase", log,
                    *names], env=env, stdin=subprocess.DEVNULL, capture_output=True)
    records = (BUILD / "meson-logs" / f"{log}.json").read_text(encoding="utf-8", errors="replace")
    return [json.loads(line) for line in records.splitlines()]


def count(record):
    """(passed, failed, skipped) of one program, and what there is to say."""
    output = record.get("stdout", "") + record.get("stderr", "")
    is_good = record["result"] in GOOD
    state = {}
    for word, name in LINE.findall(output):
        if word == "RUN" or state.get(name) == "RUN":
            state[name] = word
    counts = [sum(1 for s in state.values() if s in words) for words in (("OK",), ("FAILED", "RUN"), ("SKIPPED",))]
    if not state and record["result"] == "SKIP":
        counts[2] = 1
    elif not state and is_good:
        counts[0] = 1
    elif not is_good and counts[1] == 0:
        counts[1] = 1
    if counts[1]:
        return counts, f"FAILED {record['name']} ({record['result']})\n" + "\n".join(output.splitlines()[-80:])
    return counts, "\n".join(f"SKIPPED {record['name']} {name}" for name, s in state.items() if s == "SKIPPED")


def main():
    suite, names = sys.argv[1], sys.argv[2:]
    known = programs(suite)
    chosen = [p for p in known if not names or any(n in "test_" + p for n in names)]
    records = run(suite, chosen, None)
    for name in names:
        inside = [p for p in known if p not in chosen and holds(suite, p, name)]
        records += run(suite, inside, f"*{name}*")
    total = [0, 0, 0]
    for record in records:
        counts, text = count(record)
        total = [a + b for a, b in zip(total, counts)]
        if text:
            print(text, flush=True)
    print("%d passed, %d failed, %d skipped" % tuple(total))
    return 1 if total[1] else 0


def holds(suite, program, name):
    """Does the program's source have a test whose name holds this?"""
    source = ROOT / "tests" / suite / f"test_{program}.c"
    return source.exists() and re.search(rf"^static void \w*{re.escape(name)}\w*\(void \*\*", source.read_text(encoding="utf-8"), re.M)


sys.exit(main())
