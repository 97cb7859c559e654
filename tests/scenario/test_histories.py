# SPDX-License-Identifier: Apache-2.0
"""Random histories of cases that are filed, returned, done again, merged, taken out, rated and opened again: after them the
running tallies are what counting the cases anew gives, each figure opens its cases, and the ledger replays to the same rows."""
import os
import random
import unittest

from street import NEWEST, Refused, Street

CASES, ACTS = 14, 260
# What each cube tells apart (engine/query/tally.h), and by which spans of the day of report it stands; the same of open cases.
CUBES = {8: (1, 100, 10000), 4: (1, 100, 10000), 1: (1, 100, 10000), 2: (1, 100, 10000), 12: (100, 10000), 9: (100, 10000), 5: (100, 10000), 10: (100, 10000),
         6: (100, 10000), 3: (100, 10000)}
OPEN_CUBES = {24: (1,), 20: (1,), 17: (1,), 18: (1,), 28: (100,), 25: (100,), 21: (100,), 19: (100,)}
COLUMNS = ("office, day, community, class, unit, channel, procedure, state, late, returns, reworks, rating, solved, first_contact_due_at,"
           " first_contact_at")


def counted_anew(rows):
    tallies = {}
    for (office, day, community, code, unit, channel, procedure, state, late, returns, reworks, rating, solved, due, at) in rows:
        state = state if state in ("closed", "declined", "merged") else "open"
        counts = (1, late == 1, returns > 0, reworks > 0, rating > 0, rating, solved == 1, solved in (1, 2), 0 < at <= due, due > 0)
        for cube, divisors in (OPEN_CUBES if state == "open" else CUBES).items():
            for divisor in divisors:
                key = (office, cube, day // divisor, community if cube & 1 else 0, code if cube & 2 else "", unit if cube & 4 else 0,
                       channel if cube & 8 else "", procedure, state)
                tallies[key] = tuple(a + int(b) for a, b in zip(tallies.get(key, (0,) * 10), counts))
    return tallies


class Histories(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.street = Street()
        self.addCleanup(self.street.close)
        self.desk = self.street.person("zhiban")
        self.captain = self.street.person("chengguan")
        self.seed = int(os.environ.get("LINLI_SEED", "20261122"))
        self.random = random.Random(self.seed)
        self.estates = [p["id"] for p in self.desk.get("/api/v1/places")["places"] if p["level"] == "estate"][:3]
        squad = self.captain.session["account"]["unit"]["id"]
        self.units = [squad, next(u["id"] for u in self.desk.get("/api/v1/units")["units"] if u["id"] != squad)]
        self.taken = {}

    def report(self):
        return self.desk.report(channel=self.random.choice(["window", "telephone", "patrol"]), place=self.random.choice(self.estates),
                                **{"class": self.random.choice(["W06-030", "W06-042"])}, verified_on_spot=True)["id"]

    def act(self, ids):
        """One act that the state of a case allows, by chance; a refusal is an answer too."""
        case = self.desk.case(self.random.choice(ids))
        if case["state"] == "declined":
            return
        others = [i for i in ids if i != case["id"]]
        called = {"person": "小王", "called_at": case["reported_at"]}
        choices = {
            "reported": [("file", {"class": self.random.choice(["W06-030", "W06-042"]), "place": self.random.choice(self.estates)}),
                         ] * 4 + [("decline", {"reason": "不归我们"})],
            "to_dispatch": [("dispatch", {"unit": self.random.choice(self.units)})] * 3,
            "to_sign": [("sign_for", {"on_behalf": called}), ("bounce", {"reason": "不在辖区"}), ("dispatch", {"unit": self.units[0]})],
            "handling": [("handle", {"text": "做了", "outcome": "explained", "on_behalf": called}), ("bounce", {"reason": "不在辖区"})],
            "to_check": [("check", {"pass": True, "photos": [1]}), ("check", {"pass": False, "reason": "没好"})],
            "to_close": [("close", {"answer": "好了", "outcome": "solved"})] * 2,
            "closed": [("rate", {"solved": False, "grade": 1}), ("rate", {"solved": True, "grade": 5}), ("rate", {"solved": False, "grade": 2})],
            "follow_up": [("follow_up", {"redo": True, "text": "再做"}), ("follow_up", {"redo": False, "text": "讲清楚了"})],
            "merged": [("unmerge", {"reason": "不是同一件"})] * 3 + [("rate", {"solved": False, "grade": 2}), ("rate", {"solved": True, "grade": 4}),
                                                               ("first_contact", {"reached": True})],
        }[case["state"]]
        if case["state"] in ("reported", "to_dispatch", "to_sign", "handling"):
            choices = choices * 3 + [("merge", {"main": self.random.choice(others), "same": "problem"})]
        name, facts = self.random.choice(choices)
        if "photos" in facts:
            facts = {**facts, "photos": [self.desk.upload()]}
        who = self.captain if name == "bounce" else self.desk
        try:
            who.steps(case["id"], {"step": name, **facts}, seen=NEWEST)
        except Refused as refused:
            self.assertIn(refused.code, ("E_STEP", "E_MERGE_ENDED", "E_MERGE_MINE", "E_MERGE_SAME", "E_RATED", "E_NOT_FOUND", "E_FORBIDDEN",
                                         "E_ROUNDS"), f"{name} in {case['state']}, seed {self.seed}: {refused.problem}")
            name = f"{name} refused"
        self.taken[name] = self.taken.get(name, 0) + 1

    def test_tallies_are_what_counting_anew_gives(self):
        ids = [self.report() for _ in range(CASES)]
        for _ in range(ACTS):
            self.act(ids)
        for wanted in ("merge", "unmerge", "bounce", "check", "close", "rate", "follow_up", "file"):
            self.assertGreater(self.taken.get(wanted, 0), 0, f"{wanted} never happened: {self.taken}")
        row = self.desk.get("/api/v1/figures", filter="")["rows"][0]
        self.assertEqual(row["reported"], row["open"] + row["closed"] + row["declined"] + row["merged"], f"seed {self.seed}")
        for name, figure in row["figures"].items():
            if "whole" not in figure and name != "rating_mean":
                self.assertEqual(self.desk.count(figure["filter"]), figure["value"], f"{name}, seed {self.seed}")
        for item in self.desk.list("state:merged", limit=200):
            self.assertIn(item["id"], [one["id"] for one in self.desk.case(item["main"]["id"])["merged"]])
        for item in self.desk.list("", limit=200):
            case = self.desk.case(item["id"])
            self.assertEqual(item["voices"], 1 + len(case["merged"]), f"{case['number']}, seed {self.seed}")
        self.street.stop()
        with self.street.database() as db:
            cases = db.execute(f"SELECT {COLUMNS} FROM cases").fetchall()
            kept = {tuple(row[:9]): tuple(row[9:]) for row in db.execute(
                "SELECT office, cube, span, community, class, unit, channel, procedure, state, cases, late, returned, reworked, rated, rating_sum,"
                " solved, asked, contacted_in_time, contact_due FROM tallies").fetchall()}
        db.close()
        self.assertEqual(kept, counted_anew(cases), f"seed {self.seed}")
        proved = self.street.verify()
        self.assertEqual(proved.returncode, 0, proved.stdout + proved.stderr)


if __name__ == "__main__":
    unittest.main()
