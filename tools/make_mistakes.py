#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes mistake_codes.h and mistake_rows.h from src/engine/catalogue/mistakes.csv.

usage: make_mistakes.py mistakes.csv OUT_DIR
"""
import csv
import json
import pathlib
import re
import sys

COLUMNS = ["code", "zh", "en", "remedy_zh", "remedy_en"]


def c_text(text):
    return json.dumps(text, ensure_ascii=False)


def main():
    source, out = sys.argv[1], pathlib.Path(sys.argv[2])
    with open(source, encoding="utf-8", newline="") as f:
        reader = csv.DictReader(f)
        if reader.fieldnames != COLUMNS:
            sys.exit(f"{source}:1: the columns are {','.join(COLUMNS)}")
        rows = list(reader)
    for number, row in enumerate(rows, 2):
        if any(not row.get(column) for column in COLUMNS) or None in row:
            sys.exit(f"{source}:{number}: {row.get('code')}: give sentence and remedy in both languages")
        used = [set(re.findall(r"\{(\d)\}", row["zh"] + row["remedy_zh"])),
                set(re.findall(r"\{(\d)\}", row["en"] + row["remedy_en"]))]
        if used[0] != used[1]:
            sys.exit(f"{source}:{number}: {row['code']}: the languages use different arguments")
    codes = "".join(f"    MISTAKE_{row['code']},\n" for row in rows)
    (out / "mistake_codes.h").write_text(
        "/* made by tools/make_mistakes.py from src/engine/catalogue/mistakes.csv */\n"
        "#ifndef LINLI_MISTAKE_CODES_H\n#define LINLI_MISTAKE_CODES_H\n\nenum mistake_code {\n"
        f"{codes}    MISTAKE_COUNT\n}};\n\n#endif\n", encoding="utf-8")
    lines = [
        "[MISTAKE_%s] = {{%s, %s}, {%s, %s}}," % (
            row["code"], c_text(row["zh"]), c_text(row["en"]), c_text(row["remedy_zh"]), c_text(row["remedy_en"]))
        for row in rows]
    (out / "mistake_rows.h").write_text("\n".join(lines) + "\n", encoding="utf-8")


main()
