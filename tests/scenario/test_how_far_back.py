#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Words that many texts of the office have and hardly one of a unit's cases: a page looks through so many texts, says how far
back that was, and the next goes on there, until everything was looked at."""
import itertools
import unittest

from engine import POSTGRES
from street import Street

FILLING = 32_000 # texts of the newest case that has any; a page looks through 15,000 of them, on a database server 6,000
FIRST_CASES = 3
TASKS = 4_100 # of a unit that has had to do with more than a few cases
OPEN = 4_100 # later cases, nothing of them to be found, more than a few


class HowFarBack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.addClassCleanup(cls.street.close)
        cls.desk = cls.street.person("zhiban")
        cls.desk.report(text="别处的事", address="")
        cls.low = [cls.desk.report(text=f"填充文字{n}号", address="")["id"] for n in range(FIRST_CASES)]
        cls.many = cls.desk.report(text="填充文字", address="")["id"]
        cls.street.stop() # with everything in the index
        cls.fill()
        cls.street.start()
        cls.unit, cls.small_unit = cls.street.person("chengguan"), cls.street.person("guanli")

    @classmethod
    def fill(cls):
        """The last case that was reported in words has thousands of texts and has ended; a unit has had to do with the first ones."""
        with cls.street.database() as db:
            units = [db.execute("SELECT unit FROM accounts WHERE login = ?", (login,)).fetchone()[0] for login in ("chengguan", "guanli")]
            first, = db.execute("SELECT max(id) + 1 FROM words").fetchone()
            numbers = "generate_series(1, ?)" if POSTGRES else "(WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ?) SELECT n FROM n)"
            db.execute("INSERT INTO words (id, office, event, field, subject, salt, text) "
                       "SELECT ? + n, 1, 100000000 + n, 'text', ?, ?, '填充文字' FROM " + numbers + " AS n", (first, cls.many, b"", FILLING))
            grams = "1, id, search_grams('填充 充文 文字 p:0')" if POSTGRES else "id, '填充 充文 文字 p:0'"
            db.execute(f"INSERT INTO search ({'office, id' if POSTGRES else 'rowid'}, grams) SELECT {grams} FROM words WHERE event > 100000000")
            for n, (case, unit, tasks) in enumerate([(case, unit, TASKS if unit == units[0] else 1) for case in cls.low for unit in units]):
                db.execute("INSERT INTO tasks (id, office, case_id, kind, unit, grid, state, sent_at, due_at, signed_at, done_at, on_behalf, round) "
                           "SELECT ? + n, 1, ?, 'lead', ?, 0, 'done', 1, 0, 0, 0, 0, 1 FROM " + numbers + " AS n",
                           (first + FILLING + n * 2 * TASKS, case, unit, tasks))
            columns = [column[0] for column in db.execute("SELECT * FROM cases LIMIT 0").description]
            copied = {"id": "id + n", "number": "number || '-' || n"}
            db.execute(f"INSERT INTO cases SELECT {', '.join(copied.get(one, one) for one in columns)} FROM cases, {numbers} AS n WHERE id = ?",
                       (OPEN, cls.many))
            db.execute("UPDATE cases SET state = 'closed' WHERE id = ?", (cls.many,))
            if POSTGRES:
                db.execute("ANALYZE") # as the server does by itself a minute later
        db.close()

    def pages(self, person, limit=50, **query):
        pages, further = [], {}
        while True:
            pages.append(person.get("/api/v1/cases", limit=limit, **query, **further))
            if not pages[-1]["next"]:
                return pages
            further = {"cursor": pages[-1]["next"]}

    def test_who_goes_on_finds_all_each_once(self):
        for sort in ("newest", "due", "oldest"):
            with self.subTest(sort):
                pages = self.pages(self.unit, filter="填充 -别处", sort=sort)
                self.assertGreater(len(pages), 2)
                found = [item["id"] for page in pages for item in page["items"]]
                self.assertEqual(found, self.low[::-1] if sort == "newest" else self.low)
                self.assertEqual(["looked_back_to" in page for page in pages], [True] * (len(pages) - 1) + [False])
                at = [page["looked_back_to"] for page in pages[:-1]]
                self.assertEqual(at, sorted(at, reverse=sort != "oldest"))

    def test_a_small_unit_has_it_all_at_once(self):
        for sort in ("newest", "due", "oldest"):
            page, = self.pages(self.small_unit, filter="填充 -别处", sort=sort)
            self.assertEqual([item["id"] for item in page["items"]], self.low[::-1] if sort == "newest" else self.low)
        count = self.small_unit.get("/api/v1/cases/count", filter="填充")
        self.assertEqual((count["count"], count["capped"]), (FIRST_CASES, False))

    def test_a_narrow_question_is_answered_whole(self):
        case = self.desk.case(self.low[0])
        page, = self.pages(self.unit, filter=f"填充 number:{case['number']}", sort="newest")
        self.assertEqual([item["id"] for item in page["items"]], self.low[:1])

    def test_among_many_open_cases_nobody_looks_further_back_than_these_go(self):
        for sort, limit in itertools.product(("newest", "oldest"), (50, 1)):
            pages = self.pages(self.desk, filter="填充 state:open", sort=sort, limit=limit)
            self.assertEqual([item["id"] for page in pages for item in page["items"]], self.low[::-1] if sort == "newest" else self.low)
            self.assertEqual(["looked_back_to" in page for page in pages], [False] * (1 if limit == 50 else FIRST_CASES))
        count = self.desk.get("/api/v1/cases/count", filter="填充 state:open")
        self.assertEqual((count["count"], count["capped"]), (FIRST_CASES, False))

    def test_a_full_page_says_nothing(self):
        page = self.desk.get("/api/v1/cases", filter="填充", sort="newest", limit=1)
        self.assertEqual([item["id"] for item in page["items"]], [self.many])
        page = self.desk.get("/api/v1/cases", filter="填充", sort="oldest", limit=2)
        self.assertEqual([item["id"] for item in page["items"]], self.low[:2])
        self.assertNotIn("looked_back_to", page)

    def test_a_count_says_that_it_has_not_seen_everything(self):
        count = self.unit.get("/api/v1/cases/count", filter="填充")
        self.assertEqual((count["count"], count["capped"]), (0, True))
        count = self.unit.get("/api/v1/cases/count", filter="填充文字")
        self.assertTrue(count["capped"])

    def test_an_export_goes_on_by_itself(self):
        data = self.desk.get("/api/v1/cases/export", filter="填充", format="csv")
        self.assertEqual(len(data.decode().strip().splitlines()), 1 + 1 + FIRST_CASES)

    def test_what_nobody_wrote_is_known_at_once(self):
        page = self.unit.get("/api/v1/cases", filter="鹦鹉螺", sort="newest")
        self.assertEqual((page["items"], page["next"]), ([], None))
        self.assertNotIn("looked_back_to", page)


if __name__ == "__main__":
    unittest.main()
