#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns schema.sql into C: schema_text.h (one string literal), schema_derived.h (names of derived tables) and
schema_upgrades.h (one string literal for each upgrade, in their order).

usage: make_schema.py OUT_DIR schema.sql upgrade_2.sql...
Every CREATE TABLE of the schema must stand right below a line `-- kind: derived|beside|passing|ledger`.
"""
import json
import pathlib
import re
import sys


def literal(lines):
    return "\n".join(json.dumps(line + "\n", ensure_ascii=False) for line in lines) + "\n"


def main():
    out, source, upgrades = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), map(pathlib.Path, sys.argv[3:])
    lines = source.read_text(encoding="utf-8").splitlines()
    derived = []
    for number, line in enumerate(lines, 1):
        found = re.match(r"CREATE (?:VIRTUAL )?TABLE (\w+)", line)
        if not found:
            continue
        kind = re.match(r"-- kind: (derived|beside|passing|ledger)$", lines[number - 2])
        if not kind:
            sys.exit(f"{source}:{number}: say the kind of table {found.group(1)} in the line before it")
        if kind.group(1) == "derived":
            derived.append(found.group(1))
    (out / "schema_text.h").write_text(literal(lines), encoding="utf-8")
    (out / "schema_upgrades.h").write_text("".join(literal(path.read_text(encoding="utf-8").splitlines()) + ",\n"
                                                   for path in upgrades), encoding="utf-8")
    (out / "schema_derived.h").write_text("".join(f'    "{name}",\n' for name in derived), encoding="utf-8")


main()
