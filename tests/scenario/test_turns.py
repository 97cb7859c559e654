# SPDX-License-Identifier: Apache-2.0
"""How often a page waits for a database server: what it needs is asked together, however many rows it has. Between the
program and the server stands a relay that counts (each wait is one Sync of the protocol)."""
import unittest
import urllib.parse

from engine import POSTGRES, address_of
from relay import Relay
from street import Street

# The session, the walks, the rows and what belongs to them; of a case also its words. Some more than on a quiet machine (3, 9, 20, 5, 8), since the
# program's own work asks beside a long page; before they were asked together a case took 28, the morning page 56, the board 20, its twins 21.
TURNS = {"list": 5, "case": 12, "morning": 40, "board": 10, "twins": 14, "report": 4}
MERGED_CASE = 20 # the main case is read too, and its steps


@unittest.skipUnless(POSTGRES, "about a database server")
class Turns(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street(cases=600)
        address = urllib.parse.urlsplit(address_of(cls.street.data))
        cls.relay = Relay(address.port, address.hostname)
        near = address._replace(netloc=address.netloc.replace(f":{address.port}", f":{cls.relay.port}"))
        cls.street.stop()
        cls.street.serve = ["--database", near.geturl()]
        cls.street.start()
        cls.leader = cls.street.person("zhiban")

    @classmethod
    def tearDownClass(cls):
        cls.street.close()
        cls.relay.close()

    def turns(self, path, **query):
        """The fewest of several askings: the program's own work asks beside them."""
        def once():
            before = self.relay.waits()
            self.leader.get(path, **query)
            return self.relay.waits() - before
        return min(once() for _ in range(5))

    def test_a_list_takes_as_many_with_fifty_cases_as_with_one(self):
        for name in ("", "state:merged", "state:closed"):
            with self.subTest(name):
                self.assertGreaterEqual(len(self.leader.list(name, limit=50)), 20)
                few = self.turns("/api/v1/cases", filter=name, sort="newest", limit=1)
                many = self.turns("/api/v1/cases", filter=name, sort="newest", limit=50)
                self.assertLessEqual(many, few + 3) # whether one was merged depends on which they are
                self.assertGreater(few, 0)

    def test_the_newest_come_in_few(self):
        self.assertLessEqual(self.turns("/api/v1/cases", sort="newest", limit=50), TURNS["list"])

    def test_the_pages_of_a_desk_come_in_few(self):
        self.assertLessEqual(self.turns("/api/v1/morning"), TURNS["morning"])
        self.assertLessEqual(self.turns("/api/v1/board"), TURNS["board"])

    def test_a_report_is_written_in_few(self):
        """The session, what the batch has to know, its rows and the commit, the listener's look at them."""
        def once():
            before = self.relay.waits()
            self.leader.report()
            return self.relay.waits() - before
        self.assertLessEqual(min(once() for _ in range(5)), TURNS["report"])

    def test_what_may_be_the_same_comes_in_few_however_many_are_compared(self):
        for case in self.leader.list("state:open", limit=8):
            with self.subTest(case=case["number"]):
                self.assertLessEqual(self.turns(f"/api/v1/cases/{case['id']}/twins"), TURNS["twins"])

    def test_programs_do_not_wait_for_each_of_a_hundred_requests(self):
        # Two for each merged one among them, which are ten to thirty; one for each request were more than a hundred.
        self.assertLess(self.turns("/open311/v2/requests.json", page_size=100), 95)

    def test_a_case_comes_in_few_however_much_happened_with_it(self):
        for name, most in (("state:closed", TURNS["case"]), ("state:open", TURNS["case"]), ("state:merged", MERGED_CASE)):
            cases = sorted(self.leader.list(name, limit=200), key=lambda case: -case["voices"])[:8]
            self.assertGreater(len(cases), 3)
            self.assertTrue(name != "state:closed" or cases[0]["voices"] > 1, "a case in which another went up")
            for case in cases:
                with self.subTest(name, case=case["number"]):
                    self.assertLessEqual(self.turns(f"/api/v1/cases/{case['id']}"), most)


if __name__ == "__main__":
    unittest.main()
