#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The search index follows the commits by a moment: what was said is found all the same, in that moment, after a crash in
it, and behind it, each case once."""
import time
import unittest

from engine import only_sqlite
from street import Street

IN_TIME = 2 # seconds after the answer the index is complete; the index of a busy machine gets more below


@only_sqlite
class Behind(unittest.TestCase):
    def setUp(self):
        self.street = Street()
        self.addCleanup(self.street.close)
        self.desk = self.street.person("zhiban")

    def missing(self):
        """Texts of cases that are not in the index."""
        with self.street.database() as db:
            found = db.execute("SELECT text FROM words WHERE field IN ('text', 'address', 'reason', 'answer')"
                               " AND id NOT IN (SELECT id FROM search_docsize)").fetchall()
        db.close()
        return [text for text, in found]

    def wait_until_complete(self, seconds):
        end = time.monotonic() + seconds
        while self.missing() and time.monotonic() < end:
            time.sleep(0.01)
        return not self.missing()

    def report_and_kill(self, text):
        """The server dies right behind its answer; a report that had come into the index by then is followed by another."""
        for attempt in range(20):
            said = f"{text}第{attempt + 1}次"
            case = self.desk.report(text=said, address="")
            self.street.server.kill()
            self.street.server.wait(20)
            missing = self.missing()
            self.street.start()
            if said in missing:
                return case
        self.fail("the index was never behind: there is nothing to test here")

    def find(self, word, **order):
        return [item["id"] for item in self.desk.list(word, **order)]

    def pieces(self):
        with self.street.database() as db:
            found = db.execute("SELECT count(DISTINCT segid) FROM search_idx").fetchone()[0]
        db.close()
        return found

    def test_many_pieces_become_few_in_a_quiet_moment(self):
        case = self.desk.report(text="翡翠弄口琉璃瓦掉落", address="")
        self.assertTrue(self.wait_until_complete(IN_TIME * 5))
        self.street.stop()
        with self.street.database() as db:
            db.execute("INSERT INTO search (search, rank) VALUES ('automerge', 0)")
            for number in range(14): # as so many batches leave them; nobody looks for what has no text
                db.execute("INSERT INTO search (rowid, grams) VALUES (?, 'zz')", (-number - 1,))
                db.commit()
        db.close()
        self.assertGreater(self.pieces(), 12)
        self.street.start()
        end = time.monotonic() + 30
        while self.pieces() > 8 and time.monotonic() < end:
            time.sleep(0.05)
        self.assertLessEqual(self.pieces(), 8)
        self.assertEqual(self.find("琉璃瓦"), [case["id"]])
        proved = self.street.verify()
        self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)

    def test_it_is_found_at_once_and_once(self):
        case = self.desk.report(text="翡翠弄口琉璃瓦掉落", address="紫藤架旁")
        for _ in range(40): # through the moment in which it comes into the index
            self.assertEqual(self.find("琉璃瓦"), [case["id"]])
            self.assertEqual(self.find("紫藤架"), [case["id"]])
        self.assertNotIn(case["id"], self.find("-琉璃瓦"))
        self.assertTrue(self.wait_until_complete(IN_TIME * 5))
        self.assertEqual(self.find("琉璃瓦"), [case["id"]])
        self.assertNotIn(case["id"], self.find("-琉璃瓦"))

    def test_in_either_order_through_that_moment(self):
        first = self.desk.report(text="琉璃瓦掉落", address="")["id"]
        self.assertTrue(self.wait_until_complete(IN_TIME * 5))
        second = self.desk.report(text="又掉了琉璃瓦", address="")["id"]
        for _ in range(40):
            for words in ("琉璃瓦", "state:open 琉璃瓦"):
                self.assertEqual(self.find(words, sort="oldest"), [first, second])
                self.assertEqual(self.find(words, sort="newest"), [second, first])

    def test_a_crash_between_commit_and_index_loses_nothing(self):
        case = self.report_and_kill("玳瑁猫在屋顶")
        self.assertEqual(self.find("玳瑁猫")[0], case["id"])
        self.assertEqual(self.find("玳瑁猫", sort="oldest")[-1], case["id"])
        self.assertTrue(self.wait_until_complete(IN_TIME * 5), self.missing())
        self.assertEqual(self.find("玳瑁猫")[0], case["id"])

    def test_a_stop_leaves_nothing_behind(self):
        self.desk.report(text="麒麟雕像倒了")
        self.street.stop()
        self.assertEqual(self.missing(), [])

    def test_it_keeps_up_with_who_never_pauses(self):
        end = time.monotonic() + 3 * IN_TIME
        while time.monotonic() < end:
            self.desk.report(text="珊瑚石挡路")
        with self.street.database() as db:
            indexed, = db.execute("SELECT count(*) FROM search_docsize").fetchone()
        db.close()
        self.assertGreater(indexed, 0, "nothing came into the index while reports came in")


if __name__ == "__main__":
    unittest.main()
