#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL's search index is asked by stretches of ids, the newest first: what lies far below, spread thin or thick, is
found all the same, each case once and in the order of its newest text."""
import unittest

from engine import POSTGRES
from street import Street

FILLING = 12_000 # documents; the first stretch is 4,000 ids


@unittest.skipUnless(POSTGRES, "about PostgreSQL's index")
class Windows(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.addClassCleanup(cls.street.close)
        cls.desk = cls.street.person("zhiban")
        first = [cls.desk.report(text=text, address="")["id"] for text in ("琉璃瓦掉了一块", "琉璃瓦又掉了，紫藤架也歪了", "树枝断了")]
        cls.thick = first[2]
        cls.fill(first[2])
        cls.low, cls.both = first[0], first[1]
        cls.high = cls.desk.report(text="门口的琉璃瓦松动", address="")["id"]

    @classmethod
    def fill(cls, case):
        """Many texts of one case, the ids of which lie between the others'."""
        with cls.street.database() as db:
            db.execute("INSERT INTO words (office, event, field, subject, salt, text) SELECT 1, 100000000 + n, 'text', ?, '', "
                       "'填充文字' FROM generate_series(1, ?) AS n", (case, FILLING))
            db.execute("INSERT INTO search (office, id, grams) SELECT 1, id, search_grams('填充 充文 文字 p:0') FROM words "
                       "WHERE text = '填充文字' AND office = 1")
            db.execute("ANALYZE")
        db.close()

    def find(self, words, limit=50, sort="newest"):
        """The whole list, page by page."""
        found, further = [], {}
        while True:
            page = self.desk.get("/api/v1/cases", filter=words, sort=sort, limit=limit, **further)
            found += [item["id"] for item in page["items"]]
            if not page["next"]:
                return found
            further = {"cursor": page["next"]}

    def test_far_below_all_others(self):
        self.assertEqual(self.find("紫藤架"), [self.both])

    def test_above_and_below_in_the_order_of_their_texts(self):
        self.assertEqual(self.find("琉璃瓦"), [self.high, self.both, self.low])
        self.assertEqual(self.find("琉璃瓦", limit=1), [self.high, self.both, self.low])

    def test_the_oldest_first(self):
        for limit in (50, 1):
            self.assertEqual(self.find("琉璃瓦", limit, "oldest"), [self.low, self.both, self.high])
        self.assertEqual(self.find("松动", sort="oldest"), [self.high])
        self.assertEqual(self.find("state:open 琉璃瓦", sort="oldest"), [self.low, self.both, self.high])
        self.assertEqual(self.find("鹦鹉螺", sort="oldest"), [])

    def test_thousands_of_texts_of_one_case(self):
        for sort in ("newest", "oldest"):
            self.assertEqual(self.find("填充", sort=sort), [self.thick])

    def test_what_nobody_wrote(self):
        self.assertEqual(self.find("鹦鹉螺"), [])

    def test_words_that_must_not_stand_there(self):
        everything = self.find("state:open")
        self.assertEqual(sorted(everything), sorted([self.low, self.both, self.thick, self.high]))
        self.assertEqual(sorted(self.find("-填充")), sorted([self.low, self.both, self.high]))
        self.assertEqual(sorted(self.find("-琉璃瓦")), [self.thick])

    def test_among_open_cases(self):
        self.assertEqual(self.find("state:open 琉璃瓦"), [self.high, self.both, self.low])
        self.assertEqual(self.find("state:closed 琉璃瓦"), [])


if __name__ == "__main__":
    unittest.main()
