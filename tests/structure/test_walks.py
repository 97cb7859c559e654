# SPDX-License-Identifier: Apache-2.0
"""Nothing grows with the table: no statement of the .sql files walks through a table that cases fill, as SQLite plans it, nor through
all that an office has in one, but those that are said here. (Statements made at run time: tests/unit/test_query_plans.c.)"""
import json
import re
import sqlite3
import unittest

from tree import BUILD

GROWING = {"ledger", "words", "vault", "notes", "voices", "tasks", "clocks", "cases", "tallies", "merges", "attachments", "audit",
           "root_blocks", "daily_roots"}
# What makes the search index anew, and the load of a benchmark that goes on where it stopped.
REBUILDING = {"query_words_findable", "cases_count"}
# One office after the other, each sought in the key; the first or last row of an order; the first few that come.
SEEKING = {"ledger_head", "ledger_offices", "ledger_heads", "root_newest", "root_of_entry", "query_reported_span", "audit_head", "seal_any",
           "vault_some"}
# Few of an office: its open cases, of which these are the longest; the common ledger, which grows with definitions and people.
FEW = {"search_open_longest", "definition_published"}
# A page or a check that somebody asks for, seldom: all of it is what is wanted.
SUMS = {"attachments_bytes", "root_offices", "seal_newest"}


def database():
    db = sqlite3.connect(":memory:")
    lines = (BUILD / "src" / "schema_text.h").read_text(encoding="utf-8").splitlines()
    db.executescript("".join(json.loads(line) for line in lines if line.startswith('"')))
    return db


def statements():
    for line in (BUILD / "src" / "sql_texts.h").read_text(encoding="utf-8").splitlines()[1:]:
        name, text, _, types, *_ = json.loads("[" + line.strip("{},").replace(", NULL, ", ", null, ").replace(", NULL, ", ", null, ") + "]")
        if re.match(r"(?i)select|insert|update|delete|with", text):
            yield name, text, len(types)


def tables_of(text):
    """Names and short names of tables as the plan may call them."""
    return {short or table: table for table, short in re.findall(r"\b(?:FROM|JOIN|UPDATE) (\w+)(?: (?:AS )?(?!WHERE|JOIN|CROSS|ON|SET|ORDER|LIMIT"
                                                                 r"|INDEXED|LEFT|NOT|GROUP)(\w+))?", text)}


def walks(db, text, count):
    """Growing tables that the plan passes as a whole, or as all that an office has in them."""
    names = tables_of(text)
    found = []
    for *_, said in db.execute("EXPLAIN QUERY PLAN " + text, [None] * count):
        step = re.match(r"(SCAN|SEARCH) (\w+)(.*)", said)
        if step and names.get(step[2], step[2]) in GROWING and (step[1] == "SCAN" or re.search(r"\(office=\?\)$", step[3])
                                                                or passes_by(text, step[3])):
            found.append(said)
    return found


def passes_by(text, said):
    """Does it walk through a range of what the statement wants one of? (SQLite takes `grid > 0` for rarer than `grid = ?`.)"""
    above = re.search(r"AND (\w+)>\?\)$", said)
    return above and re.search(rf"\b{above[1]} = [?:$]", text) is not None


class Walks(unittest.TestCase):
    def test_only_these_walk(self):
        db = database()
        walking = {name: found for name, text, count in statements() for found in [walks(db, text, count)] if found}
        known = REBUILDING | SEEKING | FEW | SUMS
        self.assertEqual({name: found for name, found in walking.items() if name not in known}, {})
        self.assertEqual(known - set(walking), set(), "these do not walk (any more)")

    def test_a_walk_is_seen(self):
        db = database()
        self.assertTrue(walks(db, "SELECT count(*) FROM words w WHERE text LIKE ?1", 1))
        self.assertTrue(walks(db, "SELECT 1 FROM cases WHERE office = ?1 AND photos > 2", 1))
        self.assertTrue(walks(db, "SELECT 1 FROM tasks WHERE office = ?1 AND grid = ?2 AND grid > 0 AND state = 'sent'", 2))
        self.assertFalse(walks(db, "SELECT text FROM words WHERE subject = ?1", 1))


if __name__ == "__main__":
    unittest.main()
