#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What is refused, and how: status, code and field, a sentence and a remedy in the caller's language, and nothing changed.

One row a refusal. Each row is sent once in Chinese and once in English; behind the whole table the ledgers and every
derived table and text must be what they were before it."""
import base64
import copy
import csv
import datetime
import hashlib
import json
import re
import socket
import struct
import unittest

from engine import tables
from street import NEWEST, ROOT, Refused, Street, png

CHINESE = re.compile(r"[\u4e00-\u9fff]")
PASSING = {"sessions", "attempts", "uploads", "audit"}  # may change: sign-ins and wrong tries are noted there


def digests(street):
    """Table -> digest of its rows in order, for every table that a refusal may not touch."""
    with street.database() as db:
        db.text_factory = bytes
        names = tables(db)
        result = {}
        for name in sorted(n for n in names if n not in PASSING and not n.startswith("search")):
            rows = sorted(repr(row) for row in db.execute(f"SELECT * FROM {name}"))
            result[name] = (len(rows), hashlib.sha256("\n".join(rows).encode()).hexdigest())
        return result


def later(minutes):
    moment = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8))) + datetime.timedelta(minutes=minutes)
    return moment.isoformat(timespec="seconds")


class World:
    """Cases in the states that the rows need, made once."""

    def __init__(self):
        self.street = Street()
        self.centre = self.street.person("zhiban")
        self.people = {"zhiban": self.centre, "nobody": self.street.anybody()}
        self.units = {u["code"]: u["id"] for u in self.centre.get("/api/v1/units")["units"]}
        self.places = {p["name"]: p["id"] for p in self.centre.get("/api/v1/places")["places"]}
        self.fresh = self.centre.report(**{"class": "P01-037", "place": self.places["鞍山五村"], "text": "弄内路灯不亮"})["id"]
        self.make_stale()
        self.make_links()
        self.make_public()
        self.body = {"procedure": "city-matter", "channel": "patrol", "text": "路灯"}
        self.centre.post("/api/v1/cases", self.body, key="bad-input-1")
        order = {"columns": ["工单编号", "诉求内容", "事发地址", "承办时限"], "rows": [["EXT-1", "垃圾没人清", "鞍山五村", ""]]}
        self.centre.post("/api/v1/orders/import", order)

    def make_stale(self):
        self.old = self.centre.report(**{"class": "P01-037", "text": "路灯闪"})["id"]
        self.seen = self.centre.case(self.old)["last_event"]
        self.street.person("shouli").steps(self.old, {"step": "file", "class": "P01-037"})

    def make_links(self):
        """A task of a unit without accounts, open; and one that was taken back."""
        self.linked = self.centre.report(**{"class": "W06-042", "place": self.places["抚顺路363弄"], "text": "垃圾房满溢"})["id"]
        case = self.centre.case(self.linked)
        done = self.centre.steps(self.linked, {"step": "file", "class": "W06-042"},
                                 {"step": "dispatch", "unit": case["suggestion"]["unit"]["id"]})
        self.used = done["link"]["url"].rsplit("/", 1)[1]
        self.used_pin = done["link"]["pin"]
        done = self.centre.steps(self.linked, {"step": "dispatch", "unit": case["suggestion"]["unit"]["id"]})
        self.link, self.pin = done["link"]["url"].rsplit("/", 1)[1], done["link"]["pin"]
        self.wrong_pin = "000000" if self.pin != "000000" else "111111"

    def make_public(self):
        resident = self.street.anybody()
        sent = resident.post("/api/v1/public/reports", {"class": "W09-001", "text": "占道摆摊", "contact": {"name": "王小明", "telephone": "13800001234"}})
        self.track, self.number = sent["token"], sent["number"]

    def who(self, login):
        if login not in self.people:
            self.people[login] = self.street.person(login)
        return self.people[login]


def report(**changes):
    return {"procedure": "city-matter", "channel": "patrol", "text": "路灯不亮", **changes}


def steps(*list_of_steps, seen=NEWEST):
    return {"seen": seen, "steps": list(list_of_steps)}


def rows(w):
    """name, who, method, path, body, status, code, field[, headers]"""
    cases, session = "/api/v1/cases", "/api/v1/session"
    one, old, linked = f"{cases}/{w.fresh}/steps", f"{cases}/{w.old}/steps", f"{cases}/{w.linked}/steps"
    text, photo = {"Content-Type": "application/json"}, {"Content-Type": "image/jpeg"}
    sheet = ["工单编号", "诉求内容", "事发地址", "承办时限"]
    return [
        # ---- not even readable
        ("JSON cut off", "zhiban", "POST", cases, b'{"procedure": "city-matter",', 400, "E_JSON", "", text),
        ("JSON with a trailing comma", "zhiban", "POST", cases, b'{"text": "a",}', 400, "E_JSON", "", text),
        ("JSON with a key twice", "zhiban", "POST", cases, b'{"text": "a", "text": "b"}', 400, "E_JSON", "", text),
        ("JSON nested without end", "zhiban", "POST", cases, b'{"text":' + b"[" * 5000 + b"]" * 5000 + b"}", 400, "E_JSON", "", text),
        ("no body", "zhiban", "POST", cases, b"", 400, "E_JSON", "", text),
        ("a list for an object", "zhiban", "POST", cases, b"[]", 422, "E_FIELD_TYPE", "", text),
        ("XML", "zhiban", "POST", cases, b"<report><text>x</report>", 415, "E_TYPE", "", {"Content-Type": "application/xml"}),
        ("no content type", "zhiban", "POST", cases, b"{}", 415, "E_TYPE", "", {"Content-Type": ""}),
        ("a packed body", "zhiban", "POST", cases, b"{}", 415, "E_TYPE", "", {**text, "Content-Encoding": "gzip"}),
        ("invalid UTF-8", "zhiban", "POST", cases, b'{"text": "\xc3\x28"}', 400, "E_TEXT", "", text),
        ("half of a pair of surrogates", "zhiban", "POST", cases, b'{"text": "\\ud800"}', 400, "E_JSON", "", text),
        ("U+0000", "zhiban", "POST", cases, report(text="路灯\0不亮"), 400, "E_TEXT", "text"),
        ("U+0000 itself", "zhiban", "POST", cases, b'{"text": "a\0b"}', 400, "E_TEXT", "", text),
        ("a control character", "zhiban", "POST", cases, report(address="一号\x1b[2J"), 400, "E_TEXT", "address"),
        ("a body over the limit", "zhiban", "POST", cases, b" " * (300 << 10), 413, "E_BODY_SIZE", "", text),
        # ---- fields
        ("nothing said", "zhiban", "POST", cases, report(text=""), 422, "E_REQUIRED", "text"),
        ("only blanks said", "zhiban", "POST", cases, report(text="  \n"), 422, "E_REQUIRED", "text"),
        ("an unknown field", "zhiban", "POST", cases, report(colour="red"), 422, "E_UNKNOWN_FIELD", "colour"),
        ("a number for a text", "zhiban", "POST", cases, report(text=7), 422, "E_FIELD_TYPE", "text"),
        ("text over the limit", "zhiban", "POST", cases, report(text="路" * 4001), 422, "E_TOO_LONG", "text"),
        ("a long address", "zhiban", "POST", cases, report(address="路" * 201), 422, "E_TOO_LONG", "address"),
        ("an unknown procedure", "zhiban", "POST", cases, report(procedure="war"), 422, "E_PROCEDURE", "procedure"),
        ("an unknown channel", "zhiban", "POST", cases, report(channel="owl"), 422, "E_CHOICE", "channel"),
        ("a channel that it does not take", "zhiban", "POST", cases, report(procedure="request", channel="patrol"), 422, "E_CHANNEL", "channel"),
        ("an unknown class", "zhiban", "POST", cases, report(**{"class": "W99-999"}), 422, "E_CLASS", "class"),
        ("a class of another kind", "zhiban", "POST", cases, report(**{"class": "R01-01"}), 422, "E_CLASS_KIND", "class"),
        ("an unknown place", "zhiban", "POST", cases, report(place=4711), 422, "E_PLACE", "place"),
        ("a place that is no number", "zhiban", "POST", cases, report(place="鞍山"), 422, "E_FIELD_TYPE", "place"),
        ("a latitude beyond the pole", "zhiban", "POST", cases, report(lat=91.5, lon=121.5), 422, "E_RANGE", "lat"),
        ("a longitude beyond the world", "zhiban", "POST", cases, report(lat=31.2, lon=521.5), 422, "E_RANGE", "lon"),
        ("half of a point", "zhiban", "POST", cases, report(lat=31.2), 422, "E_REQUIRED", "lon"),
        ("a date in the future", "zhiban", "POST", cases, report(occurred_at=later(30)), 422, "E_FUTURE", "occurred_at"),
        ("a date that is none", "zhiban", "POST", cases, report(occurred_at="2026-02-30T09:00:00+08:00"), 422, "E_TIME", "occurred_at"),
        ("a date in words", "zhiban", "POST", cases, report(occurred_at="昨天"), 422, "E_TIME", "occurred_at"),
        ("too many photos", "zhiban", "POST", cases, report(photos=["x"] * 9), 422, "E_TOO_MANY", "photos"),
        ("a photo that was never uploaded", "zhiban", "POST", cases, report(photos=["nothing"]), 422, "E_UPLOAD", "photos"),
        ("a number above that is registered", "zhiban", "POST", cases,
         report(procedure="order", channel="hotline", external_number="EXT-1"), 409, "E_DUPLICATE_EXTERNAL", "external_number"),
        # ---- photos
        ("a photo that is none", "zhiban", "POST", "/api/v1/uploads", b"these are words, no photo" * 40, 422, "E_PHOTO", "", photo),
        ("a photo that is cut off", "zhiban", "POST", "/api/v1/uploads", png()[:3000], 422, "E_PHOTO", "", {"Content-Type": "image/png"}),
        ("a photo larger than 20 MB", "zhiban", "POST", "/api/v1/uploads", b"\xff\xd8\xff" + bytes(20 << 20), 413, "E_PHOTO_SIZE", "", photo),
        ("a film for a photo", "zhiban", "POST", "/api/v1/uploads", b"x" * 100, 415, "E_TYPE", "", {"Content-Type": "video/mp4"}),
        ("no photo at all", "nobody", "POST", "/api/v1/public/uploads", b"", 422, "E_PHOTO", "", photo),
        ("a resident's photo that is none", "nobody", "POST", "/api/v1/public/uploads", b"%PDF-1.4", 422, "E_PHOTO", "", photo),
        ("a photo that is not there", "zhiban", "GET", "/api/v1/attachments/4711", None, 404, "E_NOT_FOUND", ""),
        # ---- steps
        ("an order without its number", "zhiban", "POST", cases, {"procedure": "order", "channel": "hotline", "text": "占道"}, 422, "E_REQUIRED", "external_number"),
        ("an order whose number is longer than its form takes", "zhiban", "POST", cases,
         {"procedure": "order", "channel": "hotline", "text": "占道", "external_number": "9" * 41}, 422, "E_TOO_LONG", "external_number"),
        ("no step", "zhiban", "POST", one, steps(), 422, "E_REQUIRED", "steps"),
        ("an unknown step", "zhiban", "POST", one, steps({"step": "fly"}), 422, "E_CHOICE", "steps[0].step"),
        ("a step that the case is not in", "zhiban", "POST", one, steps({"step": "close", "outcome": "solved", "answer": "好了"}), 409, "E_STEP", "step"),
        ("the second of two steps is not possible", "zhiban", "POST", one,
         steps({"step": "file", "class": "P01-037", "condition": 1}, {"step": "check", "pass": True}), 409, "E_STEP", "step"),
        ("a page that does not say what it saw", "zhiban", "POST", old, {"steps": [{"step": "dispatch", "unit": w.units["zhifa"]}]}, 422, "E_REQUIRED", "seen"),
        ("filing without a condition", "zhiban", "POST", one, steps({"step": "file", "class": "P01-037"}), 422, "E_REQUIRED", "condition"),
        ("done without an outcome", "zhiban", "POST", linked,
         steps({"step": "handle", "text": "清了", "on_behalf": {"person": "物业", "called_at": later(-1)}}), 422, "E_REQUIRED", "outcome"),
        ("a stale page", "zhiban", "POST", old, lambda: steps({"step": "dispatch", "unit": w.units["zhifa"]}, seen=w.seen), 409, "E_STALE", "seen"),
        ("a role without the right to a step", "paiqian", "POST", one, steps({"step": "file", "class": "P01-037"}), 403, "E_FORBIDDEN", ""),
        ("a role without the right to the page", "admin", "GET", cases, None, 403, "E_FORBIDDEN", ""),
        ("a leader takes in a report", "lingdao", "POST", cases, report(), 403, "E_FORBIDDEN", ""),
        ("a case outside of the scope", "chengguan", "GET", f"{cases}/{w.fresh}", None, 404, "E_NOT_FOUND", ""),
        ("a step on a case outside of the scope", "chengguan", "POST", one, steps({"step": "note", "text": "?"}), 404, "E_NOT_FOUND", ""),
        ("a case that is not there", "zhiban", "GET", f"{cases}/137438999999", None, 404, "E_NOT_FOUND", ""),
        ("a refusal without reason", "zhiban", "POST", one, steps({"step": "decline"}), 422, "E_REASON", "reason"),
        ("filing under no class of ours", "zhiban", "POST", one, steps({"step": "file", "class": "Q01-001", "condition": 1}), 422, "E_CLASS", "class"),
        ("a filing condition that is not there", "zhiban", "POST", one, steps({"step": "file", "class": "P01-037", "condition": 77}), 422, "E_CONDITION", "condition"),
        ("dispatch to nobody", "zhiban", "POST", old, steps({"step": "dispatch"}), 422, "E_REQUIRED", "unit"),
        ("dispatch to a unit that is not there", "zhiban", "POST", old, steps({"step": "dispatch", "unit": 4711}), 422, "E_UNIT", "unit"),
        ("an assisting unit that is not there", "zhiban", "POST", old, steps({"step": "dispatch", "unit": w.units["zhifa"], "assists": [4711]}), 422, "E_UNIT", "assists"),
        ("done without a photo", "zhiban", "POST", linked,
         steps({"step": "handle", "text": "清了", "outcome": "solved", "on_behalf": {"person": "物业", "called_at": later(-1)}}), 422, "E_PHOTO_NEEDED", "photos"),
        ("acting for a unit without naming whom one called", "zhiban", "POST", linked, steps({"step": "sign_for"}), 422, "E_REQUIRED", "on_behalf"),
        ("a telephone call in the future", "zhiban", "POST", linked,
         steps({"step": "sign_for", "on_behalf": {"person": "物业", "called_at": later(30)}}), 422, "E_FUTURE", "called_at"),
        ("a leader's word from somebody else", "zhiban", "POST", one, steps({"step": "note", "text": "尽快办", "instruct": True}), 403, "E_FORBIDDEN", "instruct"),
        ("a step by a resident's right alone", "zhiban", "POST", one, steps({"step": "rate", "solved": True}), 409, "E_STEP", "step"),
        # ---- twice
        ("a repeated id with another body", "zhiban", "POST", cases, {**w.body, "text": "别的"}, 409, "E_REPEATED", "Idempotency-Key", {"Idempotency-Key": "bad-input-1"}),
        ("an id of a repeat that is too long", "zhiban", "POST", cases, report(), 422, "E_TOO_LONG", "Idempotency-Key", {"Idempotency-Key": "x" * 81}),
        # ---- signing in
        ("nobody signed in", "nobody", "GET", cases, None, 401, "E_SIGN_IN", ""),
        ("a cookie that is none", "nobody", "GET", session, None, 401, "E_SIGN_IN", "", {"Cookie": "linli_session=AAAA"}),
        ("a wrong password", "nobody", "POST", session, {"login": "zhiban", "password": "wrong"}, 401, "E_PASSWORD", ""),
        ("an unknown name", "nobody", "POST", session, {"login": "nobody-here", "password": "wrong"}, 401, "E_PASSWORD", ""),
        ("a page that expired", "zhiban", "POST", cases, report(), 403, "E_CSRF", "", {"X-CSRF-Token": "old"}),
        ("a request from another site", "zhiban", "POST", cases, report(), 403, "E_FOREIGN_SITE", "", {"Sec-Fetch-Site": "cross-site"}),
        ("a weak password", "zhiban", "POST", f"{session}/password", {"old": w.street.password, "new": "abc"}, 422, "E_PASSWORD_WEAK", "new"),
        ("the old password is wrong", "zhiban", "POST", f"{session}/password", {"old": "x", "new": "Abcdef-123"}, 422, "E_OLD_PASSWORD", "old"),
        # ---- links
        ("a wrong link", "nobody", "GET", "/api/v1/public/link/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", None, 404, "E_LINK", ""),
        ("a link of another kind", "nobody", "GET", f"/api/v1/public/link/{w.track}", None, 404, "E_LINK", ""),
        ("a link that was used up", "nobody", "POST", f"/api/v1/public/link/{w.used}", {"pin": w.used_pin}, 410, "E_LINK_USED", ""),
        ("a wrong PIN", "nobody", "POST", f"/api/v1/public/link/{w.link}", {"pin": w.wrong_pin}, 403, "E_PIN", "pin"),
        ("sent back without reason", "nobody", "POST", f"/api/v1/public/link/{w.link}/bounce", {"pin": w.pin}, 422, "E_REQUIRED", "reason"),
        ("a link's task done without a photo", "nobody", "POST", f"/api/v1/public/link/{w.link}/done", {"pin": w.pin, "text": "好"}, 422, "E_PHOTO_NEEDED", "photos"),
        ("a wrong tracking link", "nobody", "GET", f"/api/v1/public/track/{w.track[:-2]}AA", None, 404, "E_LINK", ""),
        ("a rating before the end", "nobody", "POST", f"/api/v1/public/track/{w.track}/rate", {"solved": True, "grade": 5}, 409, "E_STEP", "step"),
        ("a grade that there is not", "nobody", "POST", f"/api/v1/public/track/{w.track}/rate", {"solved": True, "grade": 6}, 422, "E_RANGE", "grade"),
        ("the wrong last four digits", "nobody", "POST", "/api/v1/public/find", {"number": w.number, "last4": "0000"}, 404, "E_NOT_FOUND", "number"),
        ("a number that is not there", "nobody", "POST", "/api/v1/public/find", {"number": "SP-C-1", "last4": "0000"}, 404, "E_NOT_FOUND", "number"),
        ("a resident names no class of ours", "nobody", "POST", "/api/v1/public/reports", {"class": "W99-999", "text": "路灯"}, 422, "E_CLASS", "class"),
        # ---- sheets
        ("a sheet without its number column", "zhiban", "POST", "/api/v1/orders/check", {"columns": ["编码"] + sheet[1:], "rows": [["1", "a", "b", "c"]]}, 422, "E_SHEET", "columns"),
        ("importing a sheet without its due column", "zhiban", "POST", "/api/v1/orders/import", {"columns": sheet[:3], "rows": [["1", "a", "b"]]}, 422, "E_SHEET", "columns"),
        ("a sheet without rows", "zhiban", "POST", "/api/v1/orders/check", {"columns": sheet}, 422, "E_REQUIRED", "rows"),
        ("a sheet that is too long", "zhiban", "POST", "/api/v1/orders/import", {"columns": sheet, "rows": [["1", "a", "b", "c"]] * 1001}, 422, "E_TOO_MANY", "rows"),
        ("a sheet with U+0000 in a cell", "zhiban", "POST", "/api/v1/orders/import", {"columns": sheet, "rows": [["1", "a\0", "b", "c"]]}, 400, "E_TEXT", "rows[0][1]"),
        # ---- filters and addresses
        ("a filter key that there is not", "zhiban", "GET", f"{cases}?filter=colour:red", None, 400, "E_FILTER_KEY", "filter"),
        ("a filter value that there is not", "zhiban", "GET", f"{cases}?filter=late:maybe", None, 400, "E_FILTER_VALUE", "filter"),
        ("a filter by a person", "zhiban", "GET", f"{cases}?filter=telephone:13800001234", None, 403, "E_SENSITIVE", "filter"),
        ("a filter by a place that there is not", "zhiban", "GET", f"{cases}?filter=place:Atlantis", None, 400, "E_FILTER_NAME", "filter"),
        ("a filter by no day", "zhiban", "GET", f"{cases}?filter=opened:2026-13", None, 400, "E_FILTER_DATE", "filter"),
        ("one letter to search for", "zhiban", "GET", f"{cases}?filter=%E8%B7%AF", None, 400, "E_FILTER_WORD", "filter"),
        ("a page without end", "zhiban", "GET", f"{cases}?limit=100000", None, 422, "E_RANGE", "limit"),
        ("an order that there is not", "zhiban", "GET", f"{cases}?sort=colour", None, 422, "E_CHOICE", "sort"),
        ("a cursor of ours that is none", "zhiban", "GET", f"{cases}?cursor=AAAA", None, 400, "E_CURSOR", "cursor"),
        ("figures by nothing known", "zhiban", "GET", "/api/v1/figures?by=colour", None, 422, "E_CHOICE", "by"),
        ("an unknown field behind the question mark", "zhiban", "GET", f"{cases}?page=2", None, 422, "E_UNKNOWN_FIELD", "page"),
        ("an address that there is not", "zhiban", "GET", "/api/v1/unicorns", None, 404, "E_NO_ROUTE", ""),
        ("a method that it does not take", "zhiban", "PUT", cases, {}, 405, "E_METHOD", ""),
        ("invalid UTF-8 in a filter", "zhiban", "GET", f"{cases}?filter=%C3%28", None, 400, "E_TEXT", ""),
        ("another person's telephone without purpose", "zhiban", "POST", f"{cases}/{w.fresh}/reveal", {"voice": 7}, 422, "E_REQUIRED", "purpose"),
        ("a telephone of another case", "zhiban", "POST", f"{cases}/{w.fresh}/reveal", {"voice": 7, "purpose": "回访"}, 404, "E_NOT_FOUND", "voice"),
        ("a link of a case without one", "zhiban", "POST", f"{cases}/{w.fresh}/link", {}, 410, "E_LINK_USED", ""),
    ]


class Refusals(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.world = World()

    @classmethod
    def tearDownClass(cls):
        cls.world.street.close()

    def ask(self, language, who, method, path, body, headers=None):
        person = copy.copy(self.world.who(who))
        headers = {"Accept-Language": language, **(headers or {})}
        person.csrf = headers.get("X-CSRF-Token", person.csrf)
        answer, data = person.raw(method, path, body() if callable(body) else body, headers)
        return answer.status, answer.getheader("Content-Type") or "", data

    def check_problem(self, language, row):
        name, who, method, path, body, status, code, field, *headers = row
        got, kind, data = self.ask(language, who, method, path, body, *headers)
        problem = json.loads(data) if "json" in kind else {}
        self.assertEqual((got, problem.get("code"), problem.get("field", "")), (status, code, field), data[:400])
        self.assertIn("application/problem+json", kind)
        self.assertEqual(problem["status"], status)
        for part in ("type", "title", "detail", "hint"):
            self.assertTrue(problem.get(part), f"{part} is empty: {problem}")
        return problem

    def test_each_refusal_is_clear_in_both_languages_and_changes_nothing(self):
        before = digests(self.world.street)
        for row in rows(self.world):
            with self.subTest(row[0]):
                zh = self.check_problem("zh", row)
                en = self.check_problem("en", row)
                for part in ("title", "detail", "hint"):
                    self.assertRegex(zh[part], CHINESE, f"{part} is not in Chinese: {zh}")
                    self.assertRegex(en[part], r"[A-Za-z]{3}", f"{part} is not in English: {en}")
                self.assertNotEqual(zh["detail"], en["detail"])
                self.assertNotRegex(zh["detail"] + en["detail"], r"\{\d\}|“”|JSON_|sqlite|NULL", "not worded to its end")
        self.assertEqual(digests(self.world.street), before)
        done = self.world.street.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_cursor_that_somebody_made_up_is_refused(self):
        person = self.world.who("zhiban")
        for text in ("第一处井盖松动", "第二处井盖松动"):
            person.report(channel="telephone", text=text)
        for query in ({}, {"filter": "井盖松动"}, {"filter": "井盖松动", "sort": "oldest"}, {"sort": "due"}):
            mark = base64.urlsafe_b64decode(person.get("/api/v1/cases", limit=1, **query)["next"] + "==")[:9]
            for key, number in ((-1, 5), (5, -2**63), (5, -1), (5, 2**63 - 2), (2**62, 5)):
                made_up = base64.urlsafe_b64encode(mark + struct.pack(">qq", key, number)).decode().rstrip("=")
                with self.assertRaises(Refused, msg=(query, key, number)) as refused:
                    person.get("/api/v1/cases", cursor=made_up, limit=1, **query)
                self.assertEqual(refused.exception.code, "E_CURSOR")

    def test_who_did_what_meanwhile_is_said(self):
        _, _, data = self.ask("en", "zhiban", "POST", f"/api/v1/cases/{self.world.old}/steps",
                              steps({"step": "dispatch", "unit": self.world.units["zhifa"]}, seen=self.world.seen))
        self.assertIn("白擎苍", json.loads(data)["detail"])

    def test_what_is_possible_instead_is_said(self):
        for language, words in (("zh", ("待受理", "结案", "立案")), ("en", ("Reported", "Close", "File"))):
            _, _, data = self.ask(language, "zhiban", "POST", f"/api/v1/cases/{self.world.fresh}/steps",
                                  steps({"step": "close", "outcome": "solved", "answer": "好了"}))
            problem = json.loads(data)
            for word in words:
                self.assertIn(word.lower(), (problem["detail"] + problem["hint"]).lower(), language)

    def test_a_sheet_says_which_column_is_missing_and_at_which_row_it_fails(self):
        sheet = {"columns": ["工单编号", "诉求内容", "事发地址"], "rows": []}
        _, _, data = self.ask("en", "zhiban", "POST", "/api/v1/orders/check", {**sheet, "rows": [["1", "a", "b"]]})
        self.assertIn("承办时限", json.loads(data)["detail"])
        sheet["columns"].append("承办时限")
        sheet["rows"] = [["EXT-7", "路灯坏了", "鞍山五村", "2026-12-01 17:00:00"], ["EXT-8", "路灯坏了", "鞍山五村", "下周"],
                         ["", "路灯坏了", "鞍山五村", ""], ["EXT-9", "", "鞍山五村", ""], ["EXT-10", "长" * 4001, "鞍山五村", ""]]
        before = digests(self.world.street)
        _, _, data = self.ask("zh", "zhiban", "POST", "/api/v1/orders/check", sheet)
        checked = json.loads(data)
        self.assertEqual([(r["row"], r["status"], r.get("field", "")) for r in checked["rows"][1:]],
                         [(3, "error", "due_at"), (4, "error", "external_number"), (5, "error", "text"), (6, "error", "text")])
        for row in checked["rows"][1:]:
            self.assertRegex(row["error"], CHINESE)
        self.assertEqual(digests(self.world.street), before)

    def test_five_wrong_tries_lock_a_name_and_a_link(self):
        """The sixth try is refused even with the right word."""
        w, nobody = self.world, self.world.who("nobody")
        for path, wrong, right in (("/api/v1/session", {"login": "shouli2", "password": "wrong"}, {"login": "shouli2", "password": w.street.password}),
                                   (f"/api/v1/public/link/{w.link}", {"pin": w.wrong_pin}, {"pin": w.pin})):
            for _ in range(5):
                nobody.raw("POST", path, wrong)
            for language, pattern in (("zh", CHINESE), ("en", r"Too many")):
                status, _, data = self.ask(language, "nobody", "POST", path, right)
                problem = json.loads(data)
                self.assertEqual((status, problem["code"]), (429, "E_LOCKED"))
                self.assertRegex(problem["detail"], pattern)
                self.assertRegex(problem["hint"], r"\d+")


class Wire(unittest.TestCase):
    """Requests that no library would send."""

    @classmethod
    def setUpClass(cls):
        cls.street = Street()

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def send(self, head, body=b""):
        with socket.create_connection(("127.0.0.1", self.street.port), 10) as s:
            s.sendall(head.replace("\n", "\r\n").encode("latin-1") + b"\r\n" + body)
            s.shutdown(socket.SHUT_WR)
            data = b""
            while True:
                part = s.recv(65536)
                if not part:
                    break
                data += part
        status = int(data.split()[1])
        return status, json.loads(data.split(b"\r\n\r\n", 1)[1])

    def test_a_length_twice_and_other_tricks_are_refused_in_both_languages(self):
        line = "POST /api/v1/public/find HTTP/1.1\nContent-Type: application/json\n"
        for name, head in [("Content-Length twice, the same", "Host: a\nContent-Length: 2\nContent-Length: 2\n"),
                           ("Content-Length twice, different", "Host: a\nContent-Length: 2\nContent-Length: 30\n"),
                           ("both lengths", "Host: a\nContent-Length: 2\nTransfer-Encoding: chunked\n"),
                           ("no host", "Content-Length: 2\n"), ("two hosts", "Host: a\nHost: b\nContent-Length: 2\n"),
                           ("a cookie twice", "Host: a\nCookie: a=b\nCookie: c=d\nContent-Length: 2\n")]:
            for language, pattern in (("zh", CHINESE), ("en", "protocol")):
                with self.subTest(name, language=language):
                    status, problem = self.send(line + f"Accept-Language: {language}\n" + head, b"{}")
                    self.assertEqual((status, problem["code"]), (400, "E_REQUEST"))
                    self.assertRegex(problem["detail"], pattern)
                    self.assertTrue(problem["hint"])


class Sentences(unittest.TestCase):
    def test_every_refusal_that_people_can_meet_says_what_to_do(self):
        """errors.csv: both languages, and a remedy for everything above 399."""
        import csv
        with open(ROOT / "src" / "base" / "errors.csv", encoding="utf-8", newline="") as f:
            for row in csv.DictReader(f):
                if row["code"] != "E_NONE":
                    with self.subTest(row["code"]):
                        self.assertRegex(row["zh"], CHINESE)
                        self.assertTrue(row["en"] and row["hint_zh"] and row["hint_en"])
                        marks = [set(re.findall(r"\{\d\}", row[a] + row[b])) for a, b in (("zh", "hint_zh"), ("en", "hint_en"))]
                        self.assertTrue(marks[0] <= {"{0}", "{1}", "{2}"} and marks[1] <= {"{0}", "{1}", "{2}"})


if __name__ == "__main__":
    unittest.main()
