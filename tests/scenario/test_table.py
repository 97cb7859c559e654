# SPDX-License-Identifier: Apache-2.0
"""Walks the table of addresses, as the program itself describes it, and holds each row to what all rows promise."""
import http.client
import json
import re
import time
import unittest

from street import PROGRAM, Street, linli

GARBAGE = [b"", b"{", b"[]", b"null", b'{"\\u0000":1}', b"\xff\xfe", b'{"unknown_field":1}', json.dumps({"text": ["x"]}).encode()]


def setUpModule():
    if not PROGRAM.exists():
        raise unittest.SkipTest("the program was not built")


class Table(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.nobody = cls.street.anybody()
        cls.staff = cls.street.person("zhiban")
        cls.document = json.loads(cls.nobody.raw("GET", "/api/v1/openapi.json")[1])

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def rows(self):
        """(method, path with parameters filled in, its description)"""
        for path, methods in self.document["paths"].items():
            for method, row in methods.items():
                yield method.upper(), re.sub(r"\{(\w+)\}", lambda m: "7" if m[1].endswith("id") else "abc", path), row

    def kind(self, row):
        """A content type that the row takes."""
        return "image/jpeg" if "image/*" in row.get("requestBody", {}).get("content", {}) else "application/json"

    def is_problem(self, answer, data, language):
        kind = answer.getheader("Content-Type") or ""
        if "problem+json" not in kind:
            return False
        problem = json.loads(data)
        is_chinese = any("\u4e00" <= c <= "\u9fff" for c in problem["title"] + problem["detail"])
        return problem["status"] == answer.status and problem["detail"] and is_chinese == (language == "zh")

    def test_holds_together(self):
        names = [row["operationId"] for _, _, row in self.rows()]
        self.assertGreater(len(names), 30)
        self.assertEqual(sorted(names), sorted(set(names)))
        for reference in re.findall(r'"#/components/schemas/(\w+)"', json.dumps(self.document)):
            self.assertIn(reference, self.document["components"]["schemas"])

    def test_is_what_the_command_line_prints(self):
        self.assertEqual(json.loads(linli("openapi").stdout)["paths"].keys(), self.document["paths"].keys())

    def test_nobody_comes_past_a_right(self):
        for method, path, row in self.rows():
            with self.subTest(f"{method} {path}"):
                answer, data = self.nobody.raw(method, path, None if method == "GET" else b"{}", {"Content-Type": self.kind(row)})
                if row["security"]:
                    self.assertEqual(answer.status, 401)
                    self.assertTrue(self.is_problem(answer, data, "zh"))
                else:
                    self.assertNotEqual(answer.status, 401)

    def test_no_session_changes_anything_without_its_token(self):
        csrf, self.staff.csrf = self.staff.csrf, None
        try:
            for method, path, row in self.rows():
                if row["security"] and method != "GET":
                    with self.subTest(f"{method} {path}"):
                        self.assertEqual(self.staff.raw(method, path, b"{}", {"Content-Type": self.kind(row)})[0].status, 403)
        finally:
            self.staff.csrf = csrf

    def test_another_site_changes_nothing(self):
        for method, path, row in self.rows():
            if row["security"] and method != "GET":
                with self.subTest(f"{method} {path}"):
                    answer, data = self.staff.raw(method, path, b"{}", {"Sec-Fetch-Site": "cross-site", "Content-Type": self.kind(row)})
                    self.assertEqual((answer.status, json.loads(data)["code"]), (403, "E_FOREIGN_SITE"))

    def test_garbage_is_refused_with_a_sentence(self):
        for method, path, row in self.rows():
            content = row.get("requestBody", {}).get("content", {})
            if "application/json" not in content or path.endswith("/session"):
                continue
            for body in GARBAGE:
                with self.subTest(f"{method} {path} {body}"):
                    who = self.staff if row["security"] else self.nobody
                    answer, data = who.raw(method, path, body, {"Content-Type": "application/json"})
                    self.assertIn(answer.status, (400, 403, 404, 409, 410, 422, 429), data[:300])
                    self.assertTrue(self.is_problem(answer, data, "zh"), data[:300])

    def test_the_wrong_kind_of_body_is_refused(self):
        for method, path, row in self.rows():
            content = row.get("requestBody", {}).get("content", {})
            if "application/json" in content or "image/*" in content:
                with self.subTest(f"{method} {path}"):
                    who = self.staff if row["security"] else self.nobody
                    answer, _ = who.raw(method, path, b"<x/>", {"Content-Type": "text/xml"})
                    self.assertIn(answer.status, (415, 403))

    def test_a_misspelt_query_is_refused(self):
        for method, path, row in self.rows():
            if method == "GET" and path.startswith("/api/v1/") and path != "/api/v1/openapi.json":
                with self.subTest(path):
                    who = self.staff if row["security"] else self.nobody
                    answer, data = who.raw("GET", path + "?filtr=x")
                    if answer.status != 403:
                        self.assertEqual((answer.status, json.loads(data)["code"]), (422, "E_UNKNOWN_FIELD"))


class LiveUpdates(unittest.TestCase):
    """A stream of a member of staff on the real program."""

    @classmethod
    def setUpClass(cls):
        cls.street = Street()

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def listen(self, person):
        connection = http.client.HTTPConnection("127.0.0.1", self.street.port, timeout=15)
        connection.request("GET", "/live", headers={"Cookie": person.cookie})
        answer = connection.getresponse()
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.readline(), b"retry: 3000\n")
        return connection, answer

    def next_case(self, answer):
        for line in answer:
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        return None

    def test_tell_what_changed_until_the_account_signs_out(self):
        leader = self.street.person("zhiban")
        connection, answer = self.listen(leader)
        number = leader.report(**{"class": "P01-037", "text": "弄内路灯不亮"})
        self.assertEqual(self.next_case(answer)["id"], number["id"])
        leader.ask("DELETE", "/api/v1/session")
        began = time.monotonic()
        self.assertIsNone(self.next_case(answer))
        self.assertLess(time.monotonic() - began, 5)
        connection.close()


if __name__ == "__main__":
    unittest.main()
