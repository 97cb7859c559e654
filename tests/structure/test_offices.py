# SPDX-License-Identifier: Apache-2.0
"""A table of offices can be spread by office over partitions or machines (docs/scale.md): its keys begin with the office,
and every statement about it says which one."""
import json
import re
import unittest

from tree import BUILD, ROOT

# Statements over all offices: sums for the system page, sweeps, walks of verify and of the starting program.
OVER_ALL = {"ledger_offices", "ledger_heads", "ledger_office_after", "root_offices", "uploads_old", "attachments_bytes",
            "search_mark", "search_tail", "vault_some"}


def offices():
    return re.findall(r'"(\w+)"', (BUILD / "src" / "schema_offices.h").read_text(encoding="utf-8"))


def schema():
    """The schema of PostgreSQL as statements."""
    lines = (BUILD / "src" / "schema_postgres.h").read_text(encoding="utf-8").splitlines()
    return [s.strip() for s in "".join(json.loads(line) for line in lines).split(";\n")]


def statements():
    """(name, what PostgreSQL is asked) of every statement in the .sql files."""
    for line in (BUILD / "src" / "sql_texts.h").read_text(encoding="utf-8").splitlines()[1:]:
        name, text, own, *_ = json.loads("[" + line.strip("{},").replace(", NULL, ", ", null, ") + "]")
        yield name, own or text


def says_office(text):
    """A condition on the office, or a row that is inserted with one."""
    return bool(re.search(r"\boffice = [?\d]", text) or re.match(r"INSERT INTO \w+ \(office, |INSERT INTO \w+ \([^)]*\boffice\b", text))


class Offices(unittest.TestCase):
    def test_keys_begin_with_the_office(self):
        seen = set()
        for statement in schema():
            table = re.match(r"CREATE TABLE (\w+) ", statement)
            index = re.match(r"CREATE UNIQUE INDEX (\w+) ON (\w+) \((\w+)", statement)
            if table and table[1] in offices():
                key = re.search(r"PRIMARY KEY \((\w+)", statement)
                self.assertEqual(key and key[1], "office", statement)
                self.assertNotIn("UNIQUE", statement)
                self.assertEqual(len(re.findall("PRIMARY KEY", statement)), 1, statement)
                seen.add(table[1])
            if index and index[2] in offices():
                self.assertEqual(index[3], "office", index[1])
        self.assertEqual(seen, set(offices()))
        self.assertGreater(len(seen), 10)

    def test_statements_say_which_office(self):
        tables = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE) (?:" + "|".join(offices()) + r")\b")
        about = [(name, text) for name, text in statements() if tables.search(text)]
        self.assertGreater(len(about), 50)
        self.assertEqual({name for name, text in about if not says_office(text)}, OVER_ALL)

    def test_every_table_of_an_office_is_known(self):
        common = {"places", "units", "accounts", "grants"}
        named = set(re.findall(r"^CREATE TABLE (\w+) \([^;]*?^    office ", (ROOT / "src/engine/store/schema.sql").read_text(), re.M | re.S))
        self.assertEqual(named - common, set(offices()) - {"search"})

    def test_the_commands_of_citus_are_about_these_tables(self):
        """docs/scale.md: what is spread by office, what every node has, what stays on the coordinator; each table once."""
        page = (ROOT / "docs/scale.md").read_text(encoding="utf-8")
        spread = re.findall(r"create_distributed_table\('(\w+)', +'office'", page)
        copied = re.findall(r"create_reference_table\('(\w+)'\)", page)
        alone = re.findall(r"`(\w+)`", re.search(r"^\| coordinator alone \| (.*?) \|$", page, re.M)[1])
        made = [found[1] for found in map(re.compile(r"CREATE TABLE (\w+) ").match, schema()) if found]
        self.assertEqual(sorted(spread), sorted(offices()))
        self.assertEqual(sorted(spread + copied + alone), sorted(made))
        functions = {found[1] for found in map(re.compile(r"CREATE FUNCTION (\w+)").match, schema()) if found}
        self.assertEqual(set(re.findall(r"`(\w+)`", re.search(r"the functions (.*?) must be on the workers", page)[1])), functions)


if __name__ == "__main__":
    unittest.main()
