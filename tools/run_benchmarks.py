#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the programs that meson knows as benchmarks: run_benchmarks.py BUILD_FOLDER [NAME [OPTION...]]"""
import json
import pathlib
import subprocess
import sys


def main():
    build, name = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else ""
    text = subprocess.run(["meson", "introspect", "--benchmarks", build], capture_output=True, text=True, check=True)
    wanted = [b for b in json.loads(text.stdout) if name in b["name"]]
    options = sys.argv[3:]
    if options: # they mean one of them
        wanted = [b for b in wanted if b["name"] == name]
    if not wanted:
        sys.exit(f"没有叫“{name}”的基准测试。\nThere is no benchmark called '{name}'.")
    failed = 0
    for benchmark in wanted:
        print(f"== {benchmark['name']}", flush=True)
        log = pathlib.Path("build/logs") / f"bench-{benchmark['name']}.log"
        with open(log, "w", encoding="utf-8") as keep:
            child = subprocess.Popen([*benchmark["cmd"], *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            for line in child.stdout:
                print(line, end="", flush=True)
                keep.write(line)
        if child.wait() != 0:
            failed += 1
            print(f"FAILED {benchmark['name']} (status {child.returncode})")
    return 1 if failed else 0


sys.exit(main())
