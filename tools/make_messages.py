#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes message_codes.h, message_rows.h and messages.ts from src/base/messages.csv.

usage: make_messages.py messages.csv OUT_DIR
"""
import csv
import json
import pathlib
import sys


def main():
    source, out = sys.argv[1], pathlib.Path(sys.argv[2])
    with open(source, encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    seen = set()
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values() or not row["zh"] or not row["en"]:
            sys.exit(f"{source}:{number}: {row.get('code')}: give code, zh and en, three cells")
        if row["code"] in seen:
            sys.exit(f"{source}:{number}: {row['code']} stands twice")
        seen.add(row["code"])

    def text(value):
        return json.dumps(value.replace("\\n", "\n"), ensure_ascii=False)

    (out / "message_codes.h").write_text(
        "/* made by tools/make_messages.py from src/base/messages.csv */\n"
        "#ifndef LINLI_MESSAGE_CODES_H\n#define LINLI_MESSAGE_CODES_H\n\nenum message_code {\n    M_NONE,\n"
        + "".join(f"    {row['code']},\n" for row in rows) + "    M_COUNT\n};\n\n#endif\n", encoding="utf-8")
    (out / "message_rows.h").write_text(
        '{"M_NONE", {"", ""}},\n'
        + "".join('{"%s", {%s, %s}},\n' % (row["code"], text(row["zh"]), text(row["en"])) for row in rows), encoding="utf-8")
    (out / "messages.ts").write_text(
        "// made by tools/make_messages.py from src/base/messages.csv\nexport const messages = {\n"
        + "".join("  %s: { zh: %s, en: %s },\n" % (row["code"], text(row["zh"]), text(row["en"])) for row in rows)
        + "} as const;\n", encoding="utf-8")


main()
