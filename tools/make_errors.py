#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes error_codes.h, error_rows.h, errors.ts and errors.md from src/base/errors.csv.

usage: make_errors.py errors.csv OUT_DIR   (all four files are written into OUT_DIR)
"""
import csv
import json
import pathlib
import sys


def c_text(text):
    return json.dumps(text, ensure_ascii=False)


def main():
    source, out = sys.argv[1], pathlib.Path(sys.argv[2])
    with open(source, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    for number, row in enumerate(rows, 2):
        if not row["zh"] or not row["en"] or None in row.values() or None in row:
            sys.exit(f"{source}:{number}: {row.get('code')}: give both languages and all six cells")
        if bool(row["hint_zh"]) != bool(row["hint_en"]):
            sys.exit(f"{source}:{number}: {row['code']}: the hint is missing in one language")
    codes = ",\n".join("    " + row["code"] for row in rows)
    (out / "error_codes.h").write_text(
        "/* made by tools/make_errors.py from src/base/errors.csv */\n"
        "#ifndef LINLI_ERROR_CODES_H\n#define LINLI_ERROR_CODES_H\n\nenum err_code {\n"
        f"{codes},\n    E_COUNT\n}};\n\n#endif\n", encoding="utf-8")
    lines = []
    for row in rows:
        lines.append("[%s] = {%s, %s, {%s, %s}, {%s, %s}}," % (
            row["code"], c_text(row["code"]), row["status"], c_text(row["zh"]), c_text(row["en"]),
            c_text(row["hint_zh"]), c_text(row["hint_en"])))
    (out / "error_rows.h").write_text("\n".join(lines) + "\n", encoding="utf-8")
    union = "\n".join(f"  | '{row['code']}'" for row in rows)
    (out / "errors.ts").write_text(
        "// made by tools/make_errors.py from src/base/errors.csv\n"
        f"export type ErrorCode =\n{union};\n", encoding="utf-8")
    table = "\n".join("| `{code}` | {status} | {zh} {hint_zh} | {en} {hint_en} |".format(**row) for row in rows)
    (out / "errors.md").write_text(
        "# Errors\n\nMade from `src/base/errors.csv`. Status below 100 is the exit status of the command line.\n\n"
        f"| code | status | 中文 | English |\n|---|---|---|---|\n{table}\n", encoding="utf-8")


main()
