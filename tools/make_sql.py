#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Turns the .sql files that stand beside C files into a C table.

usage: make_sql.py OUT_DIR FILE.sql...

A file is a row of blocks; each block is one statement with what a reader must know about it:

    -- name: cases_fetch
    -- The case with its last event; one row or none.
    -- params: office int, id int
    -- columns: id int, number text, closed_at int?
    select id, number, closed_at from cases where office = :office and id = :id;

One text serves both engines: the store itself turns ?1 into $1 and leaves INDEXED BY away for PostgreSQL
(docs/sql.md). Where that is not enough, the other text stands right below, with the same params and columns:

    -- postgres:
    select ...;

A statement that asks a table of OWED waits until what is owed to it has been written (store_owe in store.h). One by which
the owner of such rows asks for what it does not have says so with a line of its own, `-- kept`.

`-- many` marks an insert whose rows, within a transaction, are sent to PostgreSQL together (docs/decisions/101): the tool writes
a third text, which takes lists. They are sent before the commit and before any statement that names the same table. Where
such an insert ends in ON CONFLICT, its owner sees to it that no two rows of a turn have one key (store_send in store.h).

Types are int, text and bytes; `?` behind a type means that it may be null. Long lists may go on in a further
`-- params:` or `-- columns:` line. Other comment lines are for readers. `:id` in the text becomes ?1, ?2 ... by its
place in the params line; a parameter that is unknown, unused in both texts or declared twice is an error with file and
line, and so is a select or `returning` without a columns line.

Writes OUT_DIR/sql_ids.h    enum sql_id {SQL_CASES_FETCH, ..., SQL_COUNT};
       OUT_DIR/sql_texts.h  one initialiser {"cases_fetch", "select ...", NULL or the PostgreSQL text, "ii", true, false,
                            NULL or the text for many rows, 0, 1}, for each, in the same order: types of the
                            parameters (int text bytes: i t b), does it give rows, does it ask what may be owed, and of
                            the statements marked `-- many`: its own bit, and the bits of those whose table it names
and says how many statements have a text of their own for PostgreSQL.
"""
import json
import pathlib
import re
import sys

# The tables whose rows the writer keeps in memory within a transaction and writes at its end.
OWED = re.compile(r"\b(cases|tasks|clocks|tallies|counters)\b(?!\s*=)", re.I)
TYPES = {"int", "text", "bytes"}
HEAD = re.compile(r"--\s*(name|params|columns):\s*(.*)$")
# What a statement is made of, as far as it matters here: quoted things are passed through untouched.
TOKEN = re.compile(r"""
    (?P<text>'(?:[^']|'')*')
  | (?P<identifier>"(?:[^"]|"")*")
  | (?P<comment>--[^\n]*|/\*.*?\*/)
  | (?P<cast>::)
  | (?P<param>:[A-Za-z_][A-Za-z0-9_]*)
  | (?P<bare>[?$][0-9]*)
  | (?P<end>;)
  | (?P<space>\s+)
  | (?P<other>.)
""", re.VERBOSE | re.DOTALL)


class Mistake(Exception):
    """What is wrong, with its place."""

    def __init__(self, path, line, text):
        super().__init__(f"{path}:{line}: {text}")


class Block:
    """One named statement of a file."""

    def __init__(self, path, line, name):
        self.path, self.line, self.name = path, line, name
        self.params, self.columns = [], []
        self.params_line = line
        self.has_columns = False
        self.first_line, self.lines = 0, []
        self.other_line, self.other = 0, []
        self.types = []
        self.is_other = False
        self.is_kept = False
        self.is_many = False

    def fail(self, line, text):
        raise Mistake(self.path, line, f"{self.name}: {text}")

    def declare(self, into, line, text):
        for part in filter(None, (p.strip() for p in text.split(","))):
            words = part.split()
            if len(words) != 2 or words[1].rstrip("?") not in TYPES:
                self.fail(line, f"write '{part}' as: name type, the type one of {' '.join(sorted(TYPES))}")
            if words[0] in into:
                self.fail(line, f"'{words[0]}' is declared twice")
            into.append(words[0])
            if into is self.params:
                self.types.append(words[1][0])


def read_blocks(path):
    blocks, block = [], None
    for number, line in enumerate(pathlib.Path(path).read_text(encoding="utf-8").splitlines(), 1):
        head = HEAD.match(line)
        if head and head[1] == "name":
            if not re.fullmatch(r"[a-z][a-z0-9_]*", head[2].strip()):
                raise Mistake(path, number, f"'{head[2].strip()}' is no name: small letters, digits and _")
            block = Block(path, number, head[2].strip())
            blocks.append(block)
        elif block is None:
            if line.strip() and not line.startswith("--"):
                raise Mistake(path, number, "a statement needs a line '-- name: ...' before it")
        elif re.match(r"--\s*postgres:\s*$", line):
            if not block.lines or block.is_other:
                raise Mistake(path, number, "'-- postgres:' stands once, below the text of the statement")
            block.is_other = True
        elif re.match(r"--\s*kept\s*$", line) and not block.lines:
            block.is_kept = True
        elif re.match(r"--\s*many\s*$", line) and not block.lines:
            block.is_many = True
        elif head and not block.lines:
            if head[1] == "params":
                block.params_line = number
            block.has_columns |= head[1] == "columns"
            block.declare(block.params if head[1] == "params" else block.columns, number, head[2])
        elif block.is_other:
            block.other_line = block.other_line or number
            block.other.append(line)
        elif block.lines or (line.strip() and not line.startswith("--")):
            block.first_line = block.first_line or number
            block.lines.append(line)
    return blocks


def statement(block, lines, first_line, used):
    """The statement in one line, parameters numbered, comments gone."""
    source = "\n".join(lines)
    out, ended = [], False
    for token in TOKEN.finditer(source):
        line = first_line + source.count("\n", 0, token.start())
        kind, text = token.lastgroup, token.group()
        if kind in ("space", "comment"):
            out.append(" ")
            continue
        if ended:
            block.fail(line, "one block holds one statement; give the next one its own name")
        if kind == "param":
            if text[1:] not in block.params:
                block.fail(line, f"parameter {text} is not in the params line")
            used.add(text[1:])
            text = f"?{block.params.index(text[1:]) + 1}"
        elif kind == "bare":
            block.fail(line, f"write a named parameter instead of {text}")
        elif kind == "end":
            ended = True
            continue
        elif kind == "other" and text in "'\"":
            block.fail(line, f"a {text} is not closed")
        out.append(text)
    return squeeze(out)


def statements(block):
    """Both texts; the second is None where one serves both engines."""
    used = set()
    text = statement(block, block.lines, block.first_line, used)
    other = statement(block, block.other, block.other_line, used) if block.is_other else None
    unused = [name for name in block.params if name not in used]
    if unused:
        block.fail(block.params_line, f"parameter :{unused[0]} is not used in the statement")
    return text, other


def squeeze(parts):
    """Joins the parts with single spaces where there was any space, quoted text untouched."""
    joined = []
    for part in parts:
        if part != " " or (joined and joined[-1] != " "):
            joined.append(part)
    return "".join(joined).strip()


def check(block, text):
    if not text:
        block.fail(block.line, "there is no statement")
    gives_rows = re.match(r"select\b", text, re.I) or re.search(r"\breturning\b", text, re.I)
    if gives_rows and not block.has_columns:
        block.fail(block.line, "a statement that gives rows needs a line '-- columns: ...'")


def asks_owed(block, text):
    asks = re.match(r"select\b", text, re.I) and OWED.search(re.sub(r"'(?:[^']|'')*'", "''", text))
    if block.is_kept and not asks:
        block.fail(block.line, "'-- kept' is for a select of a table whose rows may be owed")
    return bool(asks) and not block.is_kept


ARRAYS = {"i": "BIGINT[]", "t": "TEXT[]", "b": "BYTEA[]"}
INSERT = re.compile(r"(insert into (\w+) \([^)]*\)) values \((.*?)\)( on conflict .*)?$", re.I)


def many(block, text):
    """The insert of one row as one of many: each parameter is a list, as long as there are rows."""
    parts = INSERT.match(text)
    if not parts:
        block.fail(block.line, "'-- many' is for INSERT INTO table (...) VALUES (...)")
    into, _, values, conflict = parts.groups("")
    if "?" in conflict or "lastval" in values.lower():
        block.fail(block.line, "a row of many knows neither a parameter behind ON CONFLICT nor lastval()")
    lists = ", ".join(f"CAST(?{n} AS {ARRAYS[letter]})" for n, letter in enumerate(block.types, 1))
    names = ", ".join(f"p{n}" for n in range(1, len(block.types) + 1))
    values = re.sub(r"\?(\d+)", r"many.p\1", values)
    return f"{into} SELECT {values} FROM unnest({lists}) AS many ({names}){conflict}"


def bits(found):
    """For each of [(block, text)]: the text for many rows, its own bit, the bits of those whose table it names."""
    marked = [(block, many(block, text), INSERT.match(text)[2]) for block, text in found if block.is_many]
    if len(marked) > 32:
        marked[32][0].fail(marked[32][0].line, "there are 32 bits for '-- many'")
    for block, text in found:
        bare = re.sub(r"'(?:[^']|'')*'", "''", text)
        own = next((n for n, (other, _, _) in enumerate(marked) if other is block), None)
        names = sum(1 << n for n, (_, _, table) in enumerate(marked) if re.search(rf"\b{table}\b", bare, re.I))
        yield (None if own is None else marked[own][1]), (0 if own is None else 1 << own), names


def make(out, paths):
    seen, rows, found = {}, [], []
    for path in paths:
        for block in read_blocks(path):
            if block.name in seen:
                block.fail(block.line, f"the name stands already at {seen[block.name]}")
            seen[block.name] = f"{block.path}:{block.line}"
            text, other = statements(block)
            check(block, text)
            found.append((block, other or text))
            rows.append((block.name, text, other, "".join(block.types), block.has_columns, asks_owed(block, text)))
    ids = "".join(f"    SQL_{row[0].upper()},\n" for row in rows)
    (out / "sql_ids.h").write_text(
        "/* made by tools/make_sql.py from the .sql files */\n"
        "#ifndef LINLI_SQL_IDS_H\n#define LINLI_SQL_IDS_H\n\n"
        f"enum sql_id {{\n{ids}    SQL_COUNT\n}};\n\n#endif\n", encoding="utf-8")
    quote = lambda text: "NULL" if text is None else json.dumps(text, ensure_ascii=False)
    texts = "".join(f"{{{quote(name)}, {quote(text)}, {quote(other)}, {quote(types)}, {str(gives_rows).lower()}, "
                    f"{str(asks).lower()}, {quote(together)}, {own}, {names}}},\n"
                    for (name, text, other, types, gives_rows, asks), (together, own, names) in zip(rows, bits(found)))
    (out / "sql_texts.h").write_text(
        "/* made by tools/make_sql.py from the .sql files */\n" + texts, encoding="utf-8")
    print(f"{len(rows)} statements, {sum(row[2] is not None for row in rows)} with a text of their own for PostgreSQL")


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    try:
        make(pathlib.Path(sys.argv[1]), sys.argv[2:])
    except (Mistake, OSError, UnicodeDecodeError) as mistake:
        sys.exit(str(mistake))


if __name__ == "__main__":
    main()
