#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Two people, one question: each gets the cases of their own scope, and list, count, figures, export, map and the page of
the case tell the same story. What they tell is compared with a plain model over the rows of the database: places granted
UNION cases in which my unit has or had a task."""
import collections
import csv
import datetime
import os
import random
import threading
import time
import unittest

from street import Refused, Street

SEED = int(os.environ.get("LINLI_SEED", "20261122"))
FILTERS = 40
PEOPLE = ["zhiban", "lingdao", "shenji", "chengguan", "shuji3", "wangge3"]
CHINA = datetime.timezone(datetime.timedelta(hours=8))
OPEN = ["reported", "verifying", "verified", "to_dispatch", "to_sign", "handling", "to_check", "to_close", "follow_up"]
WITHOUT_PLACES = {"handler", "administrator", "resident"}


def us(year, month, day):
    return int(datetime.datetime(year, month, day, tzinfo=CHINA).timestamp()) * 1_000_000


class Model:
    """The rows as they are, and what may be asked of them."""

    def __init__(self, db):
        def rows(sql):
            cursor = db.execute(sql)
            names = [d[0] for d in cursor.description]
            return [dict(zip(names, r)) for r in cursor]
        self.cases = rows("SELECT * FROM cases")
        self.places = {p["id"]: p for p in rows("SELECT * FROM places")}
        self.units = rows("SELECT * FROM units")
        self.accounts = {a["login"]: a for a in rows("SELECT * FROM accounts")}
        self.grants = rows("SELECT * FROM grants")
        self.tasks = collections.defaultdict(set)
        for t in rows("SELECT case_id, unit FROM tasks WHERE unit > 0"):
            self.tasks[t["case_id"]].add(t["unit"])
        self.texts = collections.defaultdict(list)
        for t in rows("SELECT subject, text FROM words WHERE field IN ('text', 'reason', 'answer', 'address')"):
            self.texts[t["subject"]].append(t["text"])

    def above(self, place):
        while place:
            yield place
            place = self.places[place]["parent"]

    def sees(self, login, case):
        account = self.accounts[login]
        grounds = {p for place in (case["community"], case["grid"], case["estate"]) for p in self.above(place)}
        for grant in self.grants:
            if (grant["account"] == account["id"] and grant["role"] not in WITHOUT_PLACES
                    and grant["procedure"] in ("", case["procedure"])):
                place = self.places.get(grant["place"])
                if grant["place"] == 0 or place["level"] in ("street", "district") or grant["place"] in grounds:
                    return True
        return account["unit"] > 0 and account["unit"] in self.tasks[case["id"]]


class Question:
    """A filter in words and what it means."""

    def __init__(self, model, r):
        self.terms = [t for t in (self.term(model, r) for _ in range(r.choice([1, 1, 1, 2, 2, 3]))) if t]
        self.text = " ".join(t[0] for t in self.terms)

    def fits(self, case, now):
        return all(fits(case, now) for _, fits in self.terms)

    @staticmethod
    def term(m, r):
        kinds = ["state", "state", "open", "late", "place", "place", "class", "unit", "channel", "procedure", "opened", "opened", "closed",
                 "rating", "solved", "returned", "redo", "night", "contacted", "leader", "external", "number", "word"]
        kind = r.choice(kinds)
        some = r.choice(m.cases)
        text, fits = getattr(Question, "by_" + kind)(m, r, some)
        if kind not in ("word", "number") and r.random() < 0.2:
            return "-" + text, lambda c, now: not fits(c, now)
        return text, fits

    by_state = staticmethod(lambda m, r, some: (f"state:{some['state']}", lambda c, now: c["state"] == some["state"]))
    by_open = staticmethod(lambda m, r, some: (r.choice(["state:open", "状态:未结"]), lambda c, now: c["state"] in OPEN))
    by_late = staticmethod(lambda m, r, some: ("late:yes", lambda c, now: c["late"] == 1 or 0 < c["late_after"] < now))
    by_channel = staticmethod(lambda m, r, some: (f"channel:{some['channel']}", lambda c, now: c["channel"] == some["channel"]))
    by_procedure = staticmethod(lambda m, r, some: (f"procedure:{some['procedure']}", lambda c, now: c["procedure"] == some["procedure"]))
    by_solved = staticmethod(lambda m, r, some: ("solved:yes", lambda c, now: c["solved"] == 1))
    by_returned = staticmethod(lambda m, r, some: ("returned:yes", lambda c, now: c["returns"] > 0))
    by_redo = staticmethod(lambda m, r, some: ("返工:是", lambda c, now: c["reworks"] > 0))
    by_night = staticmethod(lambda m, r, some: ("night:yes", lambda c, now: c["hour"] >= 20 or c["hour"] < 8))
    by_leader = staticmethod(lambda m, r, some: ("leader:yes", lambda c, now: c["leader_waiting"] == 1))
    by_number = staticmethod(lambda m, r, some: (f"number:{some['number']}", lambda c, now: c["number"] == some["number"]))
    by_rating = staticmethod(lambda m, r, some: (f"rating:{some['rating'] or 5}", lambda c, now: c["rating"] == (some["rating"] or 5)))
    by_contacted = staticmethod(lambda m, r, some: ("contacted:no", lambda c, now: c["first_contact_due_at"] > 0 and c["first_contact_at"] == 0))
    by_external = staticmethod(lambda m, r, some: ("external:yes", lambda c, now: c["external_number"] != ""))

    @staticmethod
    def by_place(m, r, some):
        place = some[r.choice(["community", "estate", "community"])] or some["community"]
        if not place:
            return "place:none", lambda c, now: c["community"] == 0
        code, level = m.places[place]["code"], m.places[place]["level"]
        return f"place:{code}", lambda c, now: c[level if level in ("community", "grid", "estate") else "community"] == place

    @staticmethod
    def by_class(m, r, some):
        if not some["class"]:
            return "class:none", lambda c, now: c["class"] == ""
        prefix = some["class"].split("-")[0] + "-"
        if r.random() < 0.5:
            return f"class:{prefix}*", lambda c, now: c["class"].startswith(prefix)
        return f"class:{some['class']}", lambda c, now: c["class"] == some["class"]

    @staticmethod
    def by_unit(m, r, some):
        unit = next((u for u in m.units if u["id"] == some["unit"]), None)
        if unit is None:
            return "unit:none", lambda c, now: c["unit"] == 0
        return f"unit:{unit['code']}", lambda c, now: c["unit"] == unit["id"]

    @staticmethod
    def days(r, moment):
        day = datetime.datetime.fromtimestamp(moment / 1e6, CHINA).date()
        if r.random() < 0.5:
            until = (day.replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
            return f"{day:%Y-%m}", us(day.year, day.month, 1), us(until.year, until.month, 1)
        until = day + datetime.timedelta(days=r.randrange(1, 200))
        behind = until + datetime.timedelta(days=1)
        return f"{day}..{until}", us(day.year, day.month, day.day), us(behind.year, behind.month, behind.day)

    @staticmethod
    def by_opened(m, r, some):
        text, start, end = Question.days(r, some["reported_at"])
        return f"opened:{text}", lambda c, now: start <= c["reported_at"] < end

    @staticmethod
    def by_closed(m, r, some):
        text, start, end = Question.days(r, some["closed_at"] or some["reported_at"])
        return f"结案:{text}", lambda c, now: start <= c["closed_at"] < end

    @staticmethod
    def by_word(m, r, some):
        word = r.choice(["垃圾", "路灯", "电梯", "停车", "噪音", "漏水", "不亮", "小区"])
        return word, lambda c, now: any(word in text for text in m.texts[c["id"]])


class SameQuestion(unittest.TestCase):
    maxDiff = 2000

    @classmethod
    def setUpClass(cls):
        cls.street = Street(cases=600)
        with cls.street.database() as db:
            cls.model = Model(db)
        cls.people = {login: cls.street.person(login) for login in PEOPLE}
        cls.seen = {login: {c["id"] for c in cls.model.cases if cls.model.sees(login, c)} for login in PEOPLE}

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def model_says(self, login, question):
        now = int(time.time() * 1e6)
        return {c["id"] for c in self.model.cases if c["id"] in self.seen[login] and question.fits(c, now)}

    def listed(self, person, text, order):
        ids, cursor = [], ""
        while True:
            page = person.get("/api/v1/cases", filter=text, sort=order, cursor=cursor, limit=150)
            ids += [c["id"] for c in page["items"]]
            cursor = page["next"]
            if not cursor:
                break
        self.assertEqual(len(ids), len(set(ids)), f"twice in the list: {text}")
        return set(ids)

    def exported(self, person, text):
        try:
            data = person.get("/api/v1/cases/export", filter=text, format="csv")
        except Refused as refused:
            self.assertEqual(refused.code, "E_FORBIDDEN")
            return None
        return {row[0] for row in list(csv.reader(data.decode("utf-8-sig").splitlines()))[1:]}

    def figure(self, person, text):
        try:
            rows = person.get("/api/v1/figures", filter=text, by="none")["rows"]
        except Refused as refused:
            self.assertEqual(refused.code, "E_FORBIDDEN")
            return None
        return rows[0]["reported"] if rows else 0

    def test_the_six_see_different_cases(self):
        sizes = {login: len(ids) for login, ids in self.seen.items()}
        self.assertEqual(sizes["zhiban"], len(self.model.cases))
        for login in ("chengguan", "shuji3", "wangge3"):
            self.assertTrue(0 < sizes[login] < sizes["zhiban"], sizes)

    def test_all_ways_of_asking_agree_with_the_model(self):
        r = random.Random(SEED)
        numbers = {c["id"]: c["number"] for c in self.model.cases}
        with_point = {c["id"] for c in self.model.cases if c["cell"] > 0}
        asked = 0
        for n in range(FILTERS):
            question = Question(self.model, r)
            for login, person in self.people.items():
                with self.subTest(f"seed {SEED} filter {n}: {question.text}", who=login):
                    expected = self.model_says(login, question)
                    asked += bool(expected)
                    for order in ("due", "newest", "oldest"):
                        self.assertEqual(self.listed(person, question.text, order), expected, order)
                    self.assertEqual(person.count(question.text), len(expected), "count")
                    figure = self.figure(person, question.text)
                    self.assertIn(figure, (None, len(expected)), "figures")
                    rows = self.exported(person, question.text)
                    self.assertIn(rows, (None, {numbers[i] for i in expected}), "export")
                    points = person.get("/api/v1/cases/points", filter=question.text)
                    self.assertEqual({p["id"] for p in points["points"]}, expected & with_point, "points")
                    self.assertEqual(points["without_point"], len(expected - with_point), "without point")
        self.assertGreater(asked, FILTERS, "most questions have an answer")

    def test_the_desks_counters_and_first_cases_are_those_of_their_lists(self):
        for login, person in self.people.items():
            if login not in ("zhiban", "lingdao", "chengguan", "shuji3"):
                continue
            counted = 0
            for page, parts in (("morning", "groups"), ("board", "counters")):
                for part in person.get(f"/api/v1/{page}")[parts]:
                    with self.subTest(login, part=part["key"]):
                        self.assertEqual(part["count"], person.count(part["filter"]))
                        if "items" in part:
                            first = person.list(part["filter"], sort="due", limit=8)
                            self.assertEqual([(c["id"], c["title"]) for c in part["items"]], [(c["id"], c["title"]) for c in first])
                        counted += part["count"]
            self.assertGreater(counted, 0)

    def test_the_page_of_a_case_opens_for_those_who_see_it_in_a_list(self):
        r = random.Random(SEED)
        for login, person in self.people.items():
            for case in r.sample(self.model.cases, 40):
                with self.subTest(case["number"], who=login):
                    answer, _ = person.raw("GET", f"/api/v1/cases/{case['id']}")
                    self.assertEqual(answer.status, 200 if case["id"] in self.seen[login] else 404)

    def test_nobody_acts_outside_of_their_scope(self):
        """Steps, telephone, link: as if the case were not there."""
        r = random.Random(SEED)
        for login, person in self.people.items():
            hidden = [c for c in self.model.cases if c["id"] not in self.seen[login]]
            for case in r.sample(hidden, min(10, len(hidden))):
                for path, body in (("steps", {"seen": 1, "steps": [{"step": "note", "text": "?"}]}), ("reveal", {"voice": case["id"] + 1, "purpose": "回访"}), ("link", {})):
                    answer, data = person.raw("POST", f"/api/v1/cases/{case['id']}/{path}", body)
                    self.assertIn(answer.status, (403, 404), (login, path, data))

    def test_z_a_step_moves_a_case_into_the_scope_of_its_unit(self):
        """Dispatch shows the case to the unit; a return leaves it there, for it had a task."""
        centre, squad = self.people["zhiban"], self.people["chengguan"]
        sent = centre.report(**{"class": "W09-001", "text": "夜间流动摊"})
        unit = next(u["id"] for u in self.model.units if u["code"] == "zhifa")
        for action, status in ((lambda: None, 404),
                               (lambda: centre.steps(sent["id"], {"step": "file", "class": "W09-001"}, {"step": "dispatch", "unit": unit}), 200),
                               (lambda: squad.steps(sent["id"], {"step": "bounce", "reason": "不在辖区"}), 200)):
            action()
            answer, _ = squad.raw("GET", f"/api/v1/cases/{sent['id']}")
            self.assertEqual(answer.status, status)
            self.assertEqual(squad.count(f"number:{sent['number']}"), int(status == 200))

    def test_z_a_case_that_ends_meanwhile_is_counted_once(self):
        """Figures come from the open cases and from the tallies of ended ones: both of one instant."""
        centre, leader = self.people["zhiban"], self.people["lingdao"]
        ids = [centre.report(text=f"占道堆物第{n}处")["id"] for n in range(60)]
        all_cases = leader.get("/api/v1/figures", filter="", by="none")["rows"][0]["reported"]
        worker = threading.Thread(target=lambda: [centre.steps(i, {"step": "decline", "reason": "不属本街道"}) for i in ids])
        asked, ended = 0, set()
        worker.start()
        while worker.is_alive():
            row = leader.get("/api/v1/figures", filter="", by="none")["rows"][0]
            counted = sum(row[state] for state in ("open", "closed", "declined", "merged"))
            self.assertEqual((row["reported"], counted), (all_cases, all_cases))
            asked += 1
            ended.add(row["declined"])
        worker.join()
        self.assertGreater(asked, 5)
        self.assertGreater(len(ended), 2, "it was never asked while cases ended")


if __name__ == "__main__":
    unittest.main()
