# SPDX-License-Identifier: Apache-2.0
"""The demonstration: two years of one street, proved, spread as DEMO says, and at work at this moment."""
import math
import pathlib
import re
import tempfile
import time
import unittest

from engine import only_sqlite
from linli import PROGRAM, database, linli, one, rows

CASES = 900
STATES = {"reported", "verifying", "verified", "to_dispatch", "to_sign", "handling", "to_check", "to_close", "closed",
          "follow_up", "declined", "merged"}
OPEN = "state NOT IN ('closed', 'declined', 'merged')"


def setUpModule():
    if PROGRAM is None:
        raise unittest.SkipTest("the program was not built")


class Demonstration(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name) / "data"
        cls.done = linli("demo", "--data", cls.folder, "--cases", CASES)

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def setUp(self):
        self.assertEqual(self.done.returncode, 0, self.done.stderr)

    def one(self, sql, *values):
        return one(self.folder, sql, *values)

    def per_cent(self, condition, of="1 = 1"):
        return self.one(f"SELECT 100.0 * sum(CASE WHEN {condition} THEN 1 ELSE 0 END) / count(*) FROM cases WHERE {of}")

    def share_is(self, condition, wanted, give, of="1 = 1"):
        """A share in per cent, give or take; at least three and a half standard deviations of so few, since each day has chances of its own."""
        count = self.one(f"SELECT count(*) FROM cases WHERE {of}")
        self.near(self.per_cent(condition, of), wanted, max(give, 3.5 * math.sqrt(wanted * (100 - wanted) / count)))

    def near(self, found, wanted, give):
        self.assertLessEqual(abs(found - wanted), give, f"{found:.1f} is not {wanted} give or take {give}")

    def test_it_says_what_it_made_and_whom_to_try(self):
        for word in ("147 places; 74 units; 301 accounts", f"{CASES} cases with", "Linli-2026", "zhiban", "shouli",
                     "paiqian", "wangge", "chengguan", "lingdao", "shenji", "admin"):
            self.assertIn(word, self.done.stdout)

    def test_everything_is_proved(self):
        proved = linli("verify", "--data", self.folder)
        self.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), CASES)

    def test_an_edited_figure_is_named(self):
        case, late, number = rows(self.folder, "SELECT id, late, number FROM cases WHERE state = 'closed' ORDER BY id LIMIT 1")[0]
        try:
            with database(self.folder, write=True) as db:
                db.execute("UPDATE cases SET late = 7, number = 'SP-C-1' WHERE id = ?", (case,))
            proved = linli("verify", "--data", self.folder)
            self.assertEqual(proved.returncode, 1)
            self.assertIn("[E_VERIFY]", proved.stderr)
            self.assertIn("2 differences", proved.stderr)
            for line in (f"table cases   row id={case}\n", f"column late: is “7”; should be “{late}”",
                         f"column number: is “SP-C-1”; should be “{number}”"):
                self.assertIn(line, proved.stdout)
        finally:
            with database(self.folder, write=True) as db:
                db.execute("UPDATE cases SET late = ?, number = ? WHERE id = ?", (late, number, case))

    def test_a_missing_row_and_edited_words_are_named(self):
        voice = rows(self.folder, "SELECT * FROM voices ORDER BY id LIMIT 1")[0]
        words = rows(self.folder, "SELECT id, text FROM words WHERE field = 'text' ORDER BY id LIMIT 1")[0]
        try:
            with database(self.folder, write=True) as db:
                db.execute("DELETE FROM voices WHERE id = ?", (voice[0],))
                db.execute("UPDATE words SET text = text || '!' WHERE id = ?", (words[0],))
            proved = linli("verify", "--data", self.folder)
            self.assertEqual(proved.returncode, 1)
            self.assertIn(f"table voices   row id={voice[0]}\n    the row is missing.\n", proved.stdout)
            self.assertIn(f"table words   row id={words[0]}\n    column text:", proved.stdout)
            said = linli("verify", "--data", self.folder, language="zh").stdout
            self.assertIn(f"表 voices　行 id={voice[0]}\n　　少了这一行。\n", said)
        finally:
            with database(self.folder, write=True) as db:
                db.execute(f"INSERT INTO voices VALUES ({','.join('?' * len(voice))})", voice)
                db.execute("UPDATE words SET text = ? WHERE id = ?", (words[1], words[0]))

    def test_an_edited_entry_is_named_in_the_readers_language(self):
        office, number, at = rows(self.folder, "SELECT office, number, accepted_at FROM ledger WHERE office = 1 ORDER BY number DESC LIMIT 1")[0]
        with database(self.folder, write=True) as db:
            db.execute("UPDATE ledger SET accepted_at = ? WHERE office = ? AND number = ?", (at + 1, office, number))
        try:
            for language, line in (("zh", f"表 ledger　行 office=1 number={number}\n　　列 hash：现为“被改动、缺失或次序不对”，应为“一条不断的链”\n"),
                                   ("en", f"table ledger   row office=1 number={number}\n    column hash: is “altered or missing or out of order”; "
                                          "should be “unbroken chain”\n")):
                self.assertIn(line, linli("verify", "--data", self.folder, language=language).stdout)
        finally:
            with database(self.folder, write=True) as db:
                db.execute("UPDATE ledger SET accepted_at = ? WHERE office = ? AND number = ?", (at, office, number))

    def test_it_is_spread_as_the_street_is(self):
        long_ago = time.time_ns() // 1000 - 20 * 86400 * 10**6 # the last days are made for this morning, whatever day it is
        # Over 48 moments of half a year: hotline 38 to 45, patrol 29 to 39, community 9 to 15 of the hundred.
        for channel, share in (("hotline", 42), ("patrol", 34), ("community", 11.5)):
            self.share_is(f"channel = '{channel}'", share, 8, f"reported_at < {long_ago}")
        for channels, share in (("'window', 'telephone'", 5), ("'police'", 3), ("'web'", 4), ("'leader', 'media'", 1)):
            self.share_is(f"channel IN ({channels})", share, 3)
        closed = "state = 'closed'"
        self.share_is("late = 1", 4, 3)
        self.share_is("returns > 0", 7, 4)
        self.share_is("reworks > 0", 6, 3)
        self.share_is("state = 'merged'", 8, 4.5) # 5.4 to 10.0 over 64 moments of a year; 9 of many cases
        self.share_is("outcome = 'refused'", 3, 2)
        self.share_is("outcome = 'explained'", 5, 3, closed)
        self.share_is("rating = 5", 46, 10, "rating > 0")
        self.share_is("rating <= 2", 12, 9, "rating > 0")
        mondays, sundays = (self.one("SELECT count(*) FROM cases WHERE reported_at < ? AND (reported_at / 1000000 + 28800) / 86400 % 7 = ?",
                                     long_ago, day) for day in (4, 3))
        self.assertGreater(mondays, sundays)
        best = rows(self.folder, "SELECT count(*) FROM cases WHERE estate > 0 GROUP BY estate ORDER BY 1 DESC LIMIT 4")
        all_of_them = self.one("SELECT count(*) FROM cases WHERE estate > 0")
        self.near(100 * sum(n for n, in best) / all_of_them, 50.5, 13) # 46 to 57 over the same moments

    def test_what_is_merged_is_the_same_at_the_same_place(self):
        merged = rows(self.folder, """SELECT c.class, c.community, c.estate, m.class, m.community, m.estate, m.state, m.confidential,
            (c.reported_at - m.reported_at) / 3600000000, (c.closed_at - c.reported_at) / 60000000, c.channel = m.channel, c.procedure = m.procedure
            FROM merges j JOIN cases c ON c.id = j.case_id JOIN cases m ON m.id = j.main_case""")
        self.assertEqual(len(merged), self.one("SELECT count(*) FROM cases WHERE state = 'merged'"))
        for row in merged:
            self.assertEqual(row[:3], row[3:6], "class and place")
            self.assertNotEqual(row[6], "declined")
            self.assertEqual(row[7], 0, "the answer of a main case goes to all")
            self.assertTrue(0 <= row[8] < 14 * 24 and 0 <= row[9] < 120, f"{row[8]} hours behind it, merged after {row[9]} minutes")
        self.assertGreater(sum(not row[10] for row in merged), len(merged) / 4, "by several channels")
        self.assertGreater(self.one("SELECT max(voices) FROM cases"), 2)
        self.assertGreater(self.one("SELECT count(*) FROM cases WHERE state = 'merged' AND rating > 0"), 0)
        self.assertEqual(self.one("""SELECT count(*) FROM ledger l WHERE l.name = 'case.merged/1' AND NOT EXISTS (SELECT 1 FROM grants g
            WHERE g.account = l.actor AND g.role IN ('acceptor', 'dispatcher', 'shift_leader'))"""), 0, "by who may")

    def test_every_state_and_every_grade_is_there(self):
        self.assertEqual({s for s, in rows(self.folder, "SELECT DISTINCT state FROM cases")}, STATES)
        self.assertEqual({g for g, in rows(self.folder, "SELECT DISTINCT rating FROM cases")}, {0, 1, 2, 3, 4, 5})
        self.assertEqual({o for o, in rows(self.folder, "SELECT DISTINCT outcome FROM cases")},
                         {"", "solved", "on_spot", "explained", "handed_over", "refused"})

    def test_this_morning_is_at_work(self):
        now = time.time_ns() // 1000
        midnight = (now // 1000000 + 28800) // 86400 * 86400 - 28800
        for name, condition, least in (
                ("not called", "first_contact_due_at > 0 AND first_contact_at = 0", 8),
                ("due today", f"next_due_at BETWEEN {midnight}000000 AND {midnight + 86400}000000", 8),
                ("overdue", f"late_after > 0 AND late_after < {now}", 4),
                ("to be done again", "reworks > 0", 4),
                ("from the night", "(hour >= 20 OR hour < 8)", 4),
                ("waiting for the leader", "leader_waiting = 1", 3),
                ("raised by several", "voices > 1", 1),
                ("said again, and not merged yet", """channel = 'web' AND state IN ('reported', 'verifying') AND EXISTS (SELECT 1 FROM cases o
                    WHERE o.class = cases.class AND o.estate = cases.estate AND o.community = cases.community AND o.id < cases.id
                    AND o.state NOT IN ('closed', 'declined', 'merged'))""", 2)):
            with self.subTest(name):
                self.assertGreaterEqual(self.one(f"SELECT count(*) FROM cases WHERE {OPEN} AND {condition}"), least)
        busiest = rows(self.folder, """SELECT count(*) FROM tasks t JOIN cases c ON c.id = t.case_id
            WHERE t.kind IN ('verify', 'check') AND t.state = 'sent' GROUP BY c.community ORDER BY 1 DESC""")
        self.assertGreaterEqual(busiest[0][0], 3)
        self.assertLessEqual(busiest[0][0], 12)
        self.assertGreater(self.one(f"SELECT min(reported_at) FROM cases WHERE {OPEN}"), now - 45 * 86400 * 10**6)

    def test_nothing_lies_in_the_future_and_time_goes_forward(self):
        self.assertLessEqual(self.one("SELECT max(at) FROM ledger"), time.time_ns() // 1000)
        self.assertEqual(self.one("""SELECT count(*) FROM ledger a JOIN ledger b ON b.office = a.office
            AND b.number = a.number + 1 WHERE a.office = 1 AND a.at > b.at"""), 0)
        self.assertEqual(self.one(f"""SELECT count(*) FROM clocks k JOIN cases c ON c.id = k.case_id
            WHERE NOT (c.{OPEN}) AND k.stopped_at = 0 AND NOT (c.state = 'merged' AND k.kind = 'first_contact')"""), 0)

    @only_sqlite
    def test_telephones_are_sealed(self):
        self.assertGreater(self.one("SELECT count(*) FROM vault WHERE field = 'telephone'"), CASES / 4)
        self.assertIsNone(re.search(rb"(?<!\d)1380000\d{4}(?!\d)", (self.folder / "linli.db").read_bytes()))

    def test_a_folder_with_data_is_refused(self):
        again = linli("demo", "--data", self.folder)
        self.assertEqual(again.returncode, 1)
        self.assertIn("[E_FOLDER_USED]", again.stderr)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), CASES)


if __name__ == "__main__":
    unittest.main()
