#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns schema.sql into C: schema_text.h (one string literal) and schema_derived.h (names of derived tables).

usage: make_schema.py schema.sql OUT_DIR
Every CREATE TABLE must stand right below a line `-- kind: derived|beside|passing|ledger`.
"""
import json
import pathlib
import re
import sys


def main():
    source, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
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
    (out / "schema_text.h").write_text("\n".join(json.dumps(line + "\n", ensure_ascii=False) for line in lines) + "\n",
                                       encoding="utf-8")
    (out / "schema_derived.h").write_text("".join(f'    "{name}",\n' for name in derived), encoding="utf-8")


main()
