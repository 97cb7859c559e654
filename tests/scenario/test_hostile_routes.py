#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every address of the API document: closed without a session unless it is for the public, unmoved by random input, and
silent about the people who reported."""
import collections
import http.client
import io
import json
import os
import random
import re
import unittest
import urllib.parse
import zipfile

from street import NEWEST, Street, png

SEED = int(os.environ.get("LINLI_SEED", "20261122"))
TARGET_MOST = 8000 # longer than the limit, so 431 is asked for too; a head beyond the server's buffer is cut off unanswered
BODIES = 60 # random bodies for each address and person
PUBLIC = re.compile(r"^(/api/v1/public/|/open311/|/api/v1/openapi\.json$|/healthz$|/metrics$)")
WITHOUT_SESSION = {("post", "/api/v1/session")}
WORDS = ["路灯", "垃圾", "", " ", "\u200f", "'; DROP TABLE cases; --", "%s%n", "<script>", "\U0001f600" * 40, "长" * 5000, "NULL", "0", "\ufeff",
         "W06-042", "P01-037", "R01-01", "patrol", "city-matter", "order", "zhiban", "13800001234", "2026-11-22T09:15:00+08:00", "../../etc/passwd"]


class Document:
    """The addresses, with what each takes."""

    def __init__(self, street):
        document = street.anybody().get("/api/v1/openapi.json")
        self.schemas = document.get("components", {}).get("schemas", {})
        self.rows = [(method, path, row) for path, methods in document["paths"].items() for method, row in methods.items()]

    def body_of(self, row):
        """The media type and schema of its body; (None, None) when it takes none."""
        for kind, content in (row.get("requestBody") or {}).get("content", {}).items():
            return kind, content.get("schema", {})
        return None, None


class Dice:
    """Random values: mostly of the schema's type, sometimes at its edge, sometimes beside it."""

    def __init__(self, seed, document, known):
        self.r = random.Random(seed)
        self.document = document
        self.known = known # ids and tokens that exist, so that deep code is reached

    def anything(self):
        r = self.r
        return r.choice([None, True, False, 0, -1, 1, 2**53, -2**63, 1.5, 1e300, "", r.choice(WORDS), [], {}, [[]], {"a": 1}, [1, "x", None]])

    def value(self, schema, depth=0):
        r = self.r
        if "$ref" in schema:
            schema = self.document.schemas[schema["$ref"].rsplit("/", 1)[1]]
        if r.random() < 0.06:
            return self.anything()
        if "enum" in schema:
            return r.choice(schema["enum"])
        kind = schema.get("type")
        if kind == "object":
            return self.object(schema, depth)
        if kind == "array":
            most = min(schema.get("maxItems", 8), 12)
            return [self.value(schema.get("items", {}), depth + 1) for _ in range(r.choice([0, 1, 1, 2, most, most + 1]))]
        if kind == "integer":
            return r.choice([r.choice(self.known["ids"]), r.randrange(0, 10), schema.get("minimum", 0), schema.get("maximum", 2**53 - 1)])
        if kind == "number":
            return r.choice([31.277 + r.random() / 50, 121.49 + r.random() / 50, 0, -180, 180, 90.0000001])
        if kind == "boolean":
            return r.random() < 0.5
        if schema.get("format") == "date-time":
            return r.choice(["2026-11-01T09:15:00+08:00", "2030-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "x"])
        return r.choice([r.choice(WORDS), r.choice(self.known["texts"]), "路" * min(schema.get("maxLength", 20), 4001)])

    def object(self, schema, depth):
        out = {}
        for name, inner in schema.get("properties", {}).items():
            if name in schema.get("required", []) or self.r.random() < 0.45:
                out[name] = self.value(inner, depth + 1)
        if self.r.random() < 0.05:
            out[self.r.choice(["", "text", "未知", "__proto__", "a" * 300])] = self.anything()
        if out and self.r.random() < 0.05:
            out.pop(self.r.choice(list(out)))
        return out


class Wire:
    """A kept connection of one person."""

    def __init__(self, person):
        self.person = person
        self.connection = http.client.HTTPConnection("127.0.0.1", person.street.port, timeout=30)

    def ask(self, method, path, body=None, headers=None):
        head = {"Accept-Language": "zh", **(headers or {})}
        if self.person.cookie:
            head.update({"Cookie": self.person.cookie, "X-CSRF-Token": self.person.csrf})
        self.connection.request(method.upper(), path, body, head)
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def fill(path, ids, tokens, r):
    def one(match):
        name = match.group(1)
        return urllib.parse.quote(str(r.choice(ids) if name == "id" or name.endswith("_id") else r.choice(tokens)), safe="")
    return re.sub(r"\{(\w+)\}", one, path)


class Routes(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.street = Street(cases=200)
        cls.document = Document(cls.street)
        cls.centre = cls.street.person("zhiban")
        with cls.street.database() as db:
            cls.ids = [row[0] for row in db.execute("SELECT id FROM cases UNION SELECT id FROM voices UNION SELECT id FROM tasks UNION SELECT id FROM places UNION SELECT id FROM units")]
            cls.cases = [row[0] for row in db.execute("SELECT id FROM cases")]
            cls.numbers = [row[0] for row in db.execute("SELECT number FROM cases LIMIT 20")]
        cls.tokens = cls.make_tokens()

    @classmethod
    def make_tokens(cls):
        """Tracking links and one-task links that work, and some that do not."""
        tokens = ["x", "A" * 31, "%2e%2e", "路"]
        for case_id in cls.cases[-40:]:
            case = cls.centre.case(case_id)
            links = [cls.centre.post(f"/api/v1/cases/{case_id}/track", {"voice": v["id"]}) for v in case["voices"]]
            tokens += [link["track_url"].rsplit("/", 1)[1] for link in links]
            if case["state"] == "to_sign":
                answer, data = cls.centre.raw("POST", f"/api/v1/cases/{case_id}/link", {})
                tokens += [json.loads(data)["url"].rsplit("/", 1)[1]] if answer.status == 200 else []
        return tokens

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def test_without_a_session_only_public_addresses_answer(self):
        nobody = self.street.anybody()
        r = random.Random(SEED)
        for method, path, row in self.document.rows:
            is_public = bool(PUBLIC.match(path)) or (method, path) in WITHOUT_SESSION
            with self.subTest(f"{method} {path}"):
                self.assertEqual(not row.get("security"), is_public, "what the document says of it")
                if not is_public:
                    for headers in ({}, {"Cookie": "linli_session=" + "A" * 43}, {"X-CSRF-Token": "x"}):
                        kind, _ = self.document.body_of(row)
                        body = None if method == "get" else png(8, 8) if kind == "image/*" else {}
                        headers = {**headers, "Content-Type": "image/png"} if kind == "image/*" else headers
                        answer, data = nobody.raw(method.upper(), fill(path, self.cases, self.tokens, r), body, headers)
                        self.assertEqual(answer.status, 401, data)

    def test_random_bodies_are_answered_without_a_fault(self):
        """Nothing answers 5xx, the program lives, and what it then holds is proved."""
        known = {"ids": self.ids, "texts": self.tokens + self.numbers}
        people = [self.centre, self.street.person("wangge3"), self.street.person("chengguan"), self.street.anybody()]
        seen = collections.Counter()
        for number, person in enumerate(people):
            wire, dice = Wire(person), Dice(SEED + number, self.document, known)
            for method, path, row in self.document.rows:
                kind, schema = self.document.body_of(row)
                if kind is None or (row.get("security") and not person.cookie) or path.endswith(("/session", "/password")):
                    continue
                for _ in range(BODIES if path.endswith(("/steps", "/cases", "/reports")) else BODIES // 3):
                    value = dice.value(schema)
                    body = json.dumps(value).encode() if "json" in kind else urllib.parse.urlencode(value if isinstance(value, dict) else {}, doseq=True).encode()
                    if "json" not in kind and "form" not in kind:
                        kind, body = "image/jpeg", dice.r.randbytes(200)
                    target = fill(path, self.cases, self.tokens, dice.r)
                    status, data = wire.ask(method, target, body, {"Content-Type": kind})
                    seen[status // 100] += 1
                    self.assertLess(status, 500, f"seed {SEED + number}: {method} {target} {body[:600]} -> {data[:300]}")
        self.assertGreater(seen[2], 50, f"some must be accepted, or nothing deep was reached: {seen}")
        self.assertGreater(seen[4], 500, seen)
        self.assertIsNone(self.street.server.poll())
        done = self.street.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_random_questions_are_answered_without_a_fault(self):
        dice = Dice(SEED, self.document, {"ids": self.ids, "texts": self.numbers})
        filters = ["state:open", "late:yes", "place:\"", "-", ":", "opened:2026-13", "class:W06*", "路灯 垃圾", "-路灯", "number:" + self.numbers[0],
                   "state:closed,declined", "rating:1..5", "opened:..", "(", "\"路灯", "late:yes late:no", "地点:鞍山五村", "x" * 1999, ",", "unit:none"]
        wire = Wire(self.centre)
        for method, path, row in self.document.rows:
            if method != "get" or path == "/live":
                continue
            for _ in range(25):
                query = {p["name"]: dice.r.choice([dice.value(p["schema"]), " ".join(dice.r.choices(filters, k=dice.r.randrange(1, 4)))])
                         for p in row.get("parameters", []) if p["in"] == "query" and dice.r.random() < 0.6}
                text = urllib.parse.urlencode({k: str(v) for k, v in query.items()}, errors="replace")
                target = fill(path, self.cases, self.tokens, dice.r) + ("?" + text if text else "")
                if len(target) > TARGET_MOST:
                    continue
                status, data = wire.ask("GET", target)
                self.assertLess(status, 500, f"{target} -> {data[:300]}")

    def test_a_case_does_not_grow_beyond_its_bounds(self):
        """Round after round of dispatch, return, handling and rework end in a refusal, never in a fault."""
        units = [u["id"] for u in self.centre.get("/api/v1/units")["units"]]
        sent = self.centre.report(**{"class": "W09-012", "text": "车堵消防通道"})["id"]
        called = {"person": "李队", "called_at": "2026-11-01T09:00:00+08:00"}
        self.centre.steps(sent, {"step": "file", "class": "W09-012"})
        ends = set()
        many = {"step": "dispatch", "unit": units[1], "assists": units[2:10]}
        rework = [{"step": "handle", "outcome": "explained", "text": "已劝离", "on_behalf": called}, {"step": "check", "pass": False, "reason": "又来了"}]
        for step in [many] * 8 + rework * 40:
            answer, data = self.centre.raw("POST", f"/api/v1/cases/{sent}/steps", {"seen": NEWEST, "steps": [step]})
            self.assertLess(answer.status, 500, data)
            ends.add(json.loads(data).get("code"))
        self.assertIn("E_ROUNDS", ends)
        self.assertEqual(self.centre.case(sent)["state"], "to_check", "a last rework is refused")
        self.centre.steps(sent, {"step": "check", "pass": True}, {"step": "close", "outcome": "explained", "answer": "已劝离多次，另案处理"})
        self.assertEqual(self.centre.case(sent)["state"], "closed")

    def test_one_request_may_carry_all_that_the_document_allows(self):
        sent = self.centre.report(**{"class": "P01-037", "text": "路灯"})["id"]
        photos = [self.centre.ask("POST", "/api/v1/uploads", png(16, 16, shade), {"Content-Type": "image/png"})["id"] for shade in range(48)]
        steps = [{"step": "note", "text": "字" * 4000, "reason": "字" * 4000, "answer": "字" * 4000, "photos": photos[8 * n:8 * n + 8],
                  "on_behalf": {"person": "字" * 60, "called_at": "2026-11-01T09:00:00+08:00"}} for n in range(6)]
        answer, data = self.centre.raw("POST", f"/api/v1/cases/{sent}/steps", {"seen": NEWEST, "steps": steps})
        self.assertEqual(answer.status, 200, data)
        case = self.centre.case(sent)
        self.assertEqual((len(case["timeline"]), case["photos"]), (7, 48))

    def test_a_photo_belongs_to_one_step_of_one_case(self):
        token = self.centre.ask("POST", "/api/v1/uploads", png(), {"Content-Type": "image/png"})["id"]
        sent = self.centre.report(**{"class": "P01-037", "text": "路灯"})["id"]
        for photos, code in (([token, token], "E_UPLOAD"), ([token], None), ([token], "E_UPLOAD")):
            answer, data = self.centre.raw("POST", f"/api/v1/cases/{sent}/steps", {"seen": NEWEST, "steps": [{"step": "note", "text": "见图", "photos": photos}]})
            self.assertEqual(json.loads(data).get("code"), code, data)
        answer, data = self.centre.raw("POST", f"/api/v1/cases/{sent}/steps", {"seen": NEWEST, "steps": [{"step": "note", "text": "见图", "photos": photos}] * 2})
        self.assertEqual(json.loads(data).get("code"), "E_UPLOAD", data)


class Canary(unittest.TestCase):
    """A name and a telephone that stand nowhere else: whoever looks anywhere must not meet them."""

    NAMES = ["欧阳紫萱彤", "司徒静婉仪", "上官若曦宁"]
    TELEPHONES = ["13957120417", "18857120633", "15057120815"]
    ROLES = ["zhiban", "shouli", "paiqian", "lingdao", "shenji", "admin", "wangge3", "chengguan", "shuji3"]

    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.centre = cls.street.person("zhiban")
        cls.document = Document(cls.street)
        place = {p["name"]: p["id"] for p in cls.centre.get("/api/v1/places")["places"]}["抚顺路363弄"]
        people = [{"name": n, "telephone": t} for n, t in zip(cls.NAMES, cls.TELEPHONES)]
        first = cls.centre.report(**{"class": "W06-042", "place": place, "text": "垃圾房满溢", "contact": people[0]})
        second = cls.street.anybody().post("/api/v1/public/reports", {"class": "W06-042", "place": place, "text": "垃圾房臭", "contact": people[1]})
        cls.centre.post("/api/v1/orders/import", {"columns": ["工单编号", "诉求内容", "事发地址", "承办时限", "诉求人", "联系电话"],
                                                  "rows": [["CANARY-1", "垃圾没人清", "抚顺路363弄", "", cls.NAMES[2], cls.TELEPHONES[2]]]})
        cls.cases = [c["id"] for c in cls.centre.list()]
        cls.tokens = [second["token"]]
        case = cls.centre.case(first["id"])
        done = cls.centre.steps(first["id"], {"step": "file", "class": "W06-042"}, {"step": "dispatch", "unit": case["suggestion"]["unit"]["id"]})
        cls.tokens.append(done["link"]["url"].rsplit("/", 1)[1])
        cls.pin = done["link"]["pin"]

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def check_silent(self, data, where):
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as z:
                data = b"".join(z.read(n) for n in z.namelist())
        text = data.decode("utf-8", errors="replace")
        for secret in self.NAMES + self.TELEPHONES:
            self.assertNotIn(secret, text, where)
            self.assertNotIn(json.dumps(secret).strip('"'), text, where)

    def test_they_are_in_no_answer(self):
        asked = 0
        for login in [None, *self.ROLES]:
            wire = Wire(self.street.person(login) if login else self.street.anybody())
            for method, path, row in self.document.rows:
                if method != "get" or path == "/live":
                    continue
                names = [p["name"] for p in row.get("parameters", []) if p["in"] == "query"]
                secrets = [] if "format" in names else self.NAMES + self.TELEPHONES # what is exported is noted in the audit
                texts = ["", "state:open", "垃圾", *secrets] if "filter" in names else [""]
                for target in {re.sub(r"\{(\w+)\}", str(x), path) for x in self.cases + self.tokens}:
                    for text in texts:
                        for more in ("&format=csv", "&format=xlsx") if "format" in names else ("",):
                            query = f"?filter={urllib.parse.quote(text)}{more}" if "filter" in names else ""
                            status, data = wire.ask("GET", target + query)
                            if text not in data.decode("utf-8", errors="replace") or status == 200 and text not in self.NAMES + self.TELEPHONES:
                                self.check_silent(data, f"{login} {target}{query}")
                            asked += 1
        self.assertGreater(asked, 500)

    def test_nor_behind_a_one_task_link_nor_a_number(self):
        nobody = Wire(self.street.anybody())
        kind = {"Content-Type": "application/json"}
        for path in ("", "/done", "/bounce"):
            body = json.dumps({"pin": self.pin, **({"text": "x"} if path == "/done" else {"reason": "x"} if path else {})})
            _, data = nobody.ask("POST", f"/api/v1/public/link/{self.tokens[1]}{path}", body, kind)
            self.check_silent(data, "link" + path)
        number = self.centre.list("channel:web")[0]["number"]
        status, data = nobody.ask("POST", "/api/v1/public/find", json.dumps({"number": number, "last4": self.TELEPHONES[1][-4:]}), kind)
        self.assertEqual(status, 200)
        self.check_silent(data, "find")

    def test_only_the_reveal_shows_them_and_says_so(self):
        shown = []
        for case_id in self.cases:
            for voice in self.centre.case(case_id)["voices"]:
                if voice["has_contact"]:
                    shown.append(self.centre.post(f"/api/v1/cases/{case_id}/reveal", {"voice": voice["id"], "purpose": "回访"}))
        self.assertEqual({s["telephone"] for s in shown}, set(self.TELEPHONES))
        with self.street.database() as db:
            self.assertEqual(db.execute("SELECT count(*) FROM audit WHERE what = 'reveal'").fetchone()[0], len(shown))

    def test_z_they_are_in_no_log_and_in_no_file(self):
        self.street.stop()
        for path in sorted(self.street.folder.rglob("*")):
            if path.is_file():
                data = path.read_bytes()
                for secret in self.NAMES + self.TELEPHONES:
                    self.assertNotIn(secret.encode(), data, path)


if __name__ == "__main__":
    unittest.main()
