# SPDX-License-Identifier: Apache-2.0
"""tools/make_sql.py: statements come out numbered and in one line, mistakes with file and line."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "make_sql.py"


def make(*texts):
    """Runs the tool over the texts as a.sql, b.sql ...; returns (ids, texts) or the message."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for letter, text in zip("abc", texts):
            path = pathlib.Path(folder) / f"{letter}.sql"
            path.write_text(text, encoding="utf-8")
            paths.append(str(path))
        done = subprocess.run([sys.executable, TOOL, folder, *paths], capture_output=True, text=True)
        if done.returncode != 0:
            return done.stderr.replace(folder + "/", "").strip()
        read = lambda name: (pathlib.Path(folder) / name).read_text(encoding="utf-8")
        return read("sql_ids.h"), read("sql_texts.h")


FETCH = """-- SPDX-License-Identifier: Apache-2.0
-- name: cases_fetch
-- One case.
-- params: office int, id int
-- columns: id int, closed_at int?
select id, -- the id
       closed_at
  from cases
 where office = :office /* mine */ and id = :id;
"""


class MakeSql(unittest.TestCase):
    def test_parameters_are_numbered_by_the_params_line(self):
        _, texts = make(FETCH.replace("office int, id int", "id int, office int"))
        self.assertIn('{"cases_fetch", "select id, closed_at from cases where office = ?2 and id = ?1", NULL, "ii", true, true, NULL, 0, 0},', texts)

    def test_ids_stand_in_the_order_of_the_files(self):
        ids, texts = make(FETCH, "-- name: begin\nbegin immediate\n")
        self.assertIn("    SQL_CASES_FETCH,\n    SQL_BEGIN,\n    SQL_COUNT\n", ids)
        self.assertIn('{"begin", "begin immediate", NULL, "", false, false, NULL, 0, 0},', texts)

    def test_quoted_text_is_left_alone(self):
        _, texts = make("-- name: a\n-- params: x text\ninsert into t values (':x  -- ;''', \"q:x\", :x, :x);\n")
        self.assertIn(r"""values (':x  -- ;''', \"q:x\", ?1, ?1)""", texts)

    def test_a_params_line_may_go_on(self):
        _, texts = make("-- name: a\n-- params: x int\n-- params: y bytes\ndelete from t where x = :x and y = :y\n")
        self.assertIn("x = ?1 and y = ?2", texts)

    def test_an_insert_of_many_rows_takes_lists(self):
        _, texts = make("-- name: a\n-- many\n-- params: x int, y text, z bytes\n"
                        "insert into t (u, v, w) values (:x >> 37, lower(:y), :z) on conflict (u) do update set v = excluded.v\n"
                        "-- name: b\n-- columns: one int\nselect 1 as one from t, tt\n"
                        "-- name: c\n-- many\n-- params: x int\ninsert into tt (x) values (:x)\n-- name: d\ndelete from ttt\n")
        self.assertIn('"insert into t (u, v, w) SELECT many.p1 >> 37, lower(many.p2), many.p3 FROM unnest(CAST(?1 AS BIGINT[]), '
                      'CAST(?2 AS TEXT[]), CAST(?3 AS BYTEA[])) AS many (p1, p2, p3) on conflict (u) do update set v = excluded.v", '
                      '1, 1},', texts)
        self.assertRegex(texts, r'{"b",.*, NULL, 0, 3},') # both must have been sent before it
        self.assertRegex(texts, r'{"c",.*many.p1 .*, 2, 2},')
        self.assertRegex(texts, r'{"d",.*, NULL, 0, 0},')

    def test_what_is_no_insert_of_values_is_not_many(self):
        self.assertEqual(make("-- name: a\n-- many\n-- params: x int\ndelete from t where x = :x\n"),
                         "a.sql:1: a: '-- many' is for INSERT INTO table (...) VALUES (...)")
        self.assertIn("lastval()", make("-- name: a\n-- many\n-- params: x int\ninsert into t (x, y) values (:x, lastval())\n"))

    def test_a_text_of_its_own_for_postgresql_stands_below(self):
        _, texts = make("-- name: a\n-- params: office int, x text\nselect 1 as one from s where s match :x\n"
                        "-- postgres:\nselect 1 as one from s where office = :office and g @@ :x;\n".replace("-- params", "-- columns: one int\n-- params"))
        self.assertIn('{"a", "select 1 as one from s where s match ?2", '
                      '"select 1 as one from s where office = ?1 and g @@ ?2", "it", true, false, NULL, 0, 0},', texts)

    def test_who_asks_a_table_with_owed_rows_is_marked_but_for_its_owner(self):
        for text, marked in ((FETCH, True), (FETCH.replace("-- One case.", "-- kept"), False),
                             (FETCH.replace("from cases", "from words"), False),
                             ("-- name: a\n-- params: x int\nupdate cases set a = :x\n", False)):
            with self.subTest(text):
                self.assertIn(f"{str(marked).lower()}, NULL, ", make(text)[1])

    def test_mistakes_name_file_line_and_cure(self):
        mistakes = [
            ("unknown", FETCH.replace("= :id", "= :ident"), "a.sql:9: cases_fetch: parameter :ident is not in"),
            ("unused", FETCH.replace("and id = :id", ""), "a.sql:4: cases_fetch: parameter :id is not used"),
            ("twice", FETCH.replace("id int\n-- c", "office int\n-- c"), "a.sql:4: cases_fetch: 'office' is declared"),
            ("type", FETCH.replace("office int", "office number"), "a.sql:4: cases_fetch: write 'office number' as"),
            ("bare", FETCH.replace(":id", "?"), "a.sql:9: cases_fetch: write a named parameter instead of ?"),
            ("kept", FETCH.replace("-- One case.", "-- kept").replace("from cases", "from words"), "a.sql:2: cases_fetch: '-- kept' is for a select"),
            ("two", FETCH + "select 1;\n", "a.sql:10: cases_fetch: one block holds one statement"),
            ("no name", "select 1;\n", "a.sql:1: a statement needs a line"),
            ("bad name", "-- name: Cases-Fetch\nselect 1;\n", "a.sql:1: 'Cases-Fetch' is no name"),
            ("empty", "-- name: nothing\n", "a.sql:1: nothing: there is no statement"),
            ("columns", "-- name: one\nselect 1\n", "a.sql:1: one: a statement that gives rows needs"),
            ("quote", "-- name: one\ndelete from t where a = 'b\n", "a.sql:2: one: a ' is not closed"),
        ]
        for name, text, message in mistakes:
            with self.subTest(name):
                self.assertTrue(str(make(text)).startswith(message), make(text))

    def test_a_name_stands_once_over_all_files(self):
        self.assertEqual(make(FETCH, FETCH), "b.sql:2: cases_fetch: the name stands already at a.sql:2")


if __name__ == "__main__":
    unittest.main()
