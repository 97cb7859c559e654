#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Open311 GeoReport v2 as programs elsewhere speak it: every method in XML and JSON, its errors, its extensions, and what
must never be read there."""
import contextlib
import csv
import datetime
import http.server
import re
import threading
import time
import unittest
import urllib.parse

from open311_client import BASE, Program, moment, multipart, spark
from street import CATALOGUE, Street, linli, png

CHINA = datetime.timezone(datetime.timedelta(hours=8))
FAST = ("--per-minute", "100000")


def rows_of(name):
    with open(CATALOGUE / "common" / name, encoding="utf-8") as f:
        return list(csv.DictReader(f))


def offered():
    """The classes that residents may report in the one public procedure."""
    return [row for row in rows_of("classes.csv") if row["public"] == "yes" and row["kind"] in "WPL"]


class Keyed(unittest.TestCase):
    """A street with programs that have keys."""

    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.street.stop()
        linli("key", "add", "demo", "--secret", "demo", *FAST, "--data", cls.street.data)
        linli("key", "add", "其他程序", "--secret", "other-program", *FAST, "--data", cls.street.data)
        linli("key", "add", "slow", "--secret", "slow", "--per-minute", 3, "--data", cls.street.data)
        linli("key", "add", "gone", "--secret", "gone", "--data", cls.street.data)
        linli("key", "end", "gone", "--data", cls.street.data)
        cls.street.start()
        cls.demo, cls.other = Program(cls.street, "demo"), Program(cls.street, "other-program")
        cls.anybody = Program(cls.street)

    @classmethod
    def tearDownClass(cls):
        died, log = cls.street.server.poll(), (cls.street.folder / "serve.log").read_text()
        cls.street.stop()
        verified = cls.street.verify()
        cls.street.close()
        if died is not None:
            raise AssertionError(f"the server ended by itself with {died}: {log[-2000:]}")
        if verified.returncode != 0:
            raise AssertionError(verified.stdout + verified.stderr)

    def refused(self, answer, status, *words):
        """An error of this status in the form of Open311, with the words in its description."""
        self.assertEqual(answer.status, status, answer.text)
        [error] = answer.value()
        self.assertEqual(set(error), {"code", "description"})
        for word in words: # fields are called as people call them
            people_say = {"lat": "纬度", "long": "经度"}.get(word, word)
            self.assertTrue(word in error["description"] or people_say in error["description"], error["description"])
        return error


class Reading(Keyed):
    """What there is to report, and how it is asked for."""

    def test_discovery(self):
        status, value = self.anybody.both("/discovery")
        self.assertEqual(status, 200)
        self.assertEqual(set(value), {"changeset", "contact", "key_service", "endpoints"})
        self.assertTrue(all(value.values()))
        [endpoint] = value["endpoints"]
        self.assertEqual(set(endpoint), {"specification", "url", "changeset", "type", "formats"})
        self.assertEqual(endpoint["specification"], "http://wiki.open311.org/GeoReport_v2")
        self.assertEqual(endpoint["url"], f"http://127.0.0.1:{self.street.port}/open311/v2")
        self.assertIn(endpoint["type"], ("production", "test"))
        self.assertEqual(endpoint["formats"], ["text/xml", "application/json"])
        for changeset in (value["changeset"], endpoint["changeset"]):
            self.assertLess(moment(changeset), datetime.datetime.now(CHINA))
        for path in ("/open311/discovery.xml", "/open311/discovery.json"):
            self.assertEqual(self.anybody.raw("GET", path).value(), value)
        self.assertEqual(self.anybody.get("/discovery.xml", jurisdiction_id="whatever").status, 200)

    def test_services(self):
        status, services = self.anybody.both("/services")
        self.assertEqual(status, 200)
        self.assertEqual([s["service_code"] for s in services], [row["code"] for row in offered()])
        names = {row["code"]: row["name_zh"] for row in offered()}
        for s in services:
            self.assertEqual(set(s), {"service_code", "service_name", "description", "metadata", "type", "keywords", "group"})
            self.assertEqual(s["service_name"], names[s["service_code"]])
            self.assertEqual(s["type"], "realtime")
            self.assertTrue(s["description"] and s["group"])
        self.assertIn(", ", next(s for s in services if s["service_code"] == "W06-001")["keywords"])
        english = Program(self.street, language="en").get("/services.xml").value()
        self.assertEqual(english[0]["service_name"], "Unauthorised building")

    def test_a_definition_has_attributes_where_the_list_says_so(self):
        _, services = self.anybody.both("/services")
        asking = [s["service_code"] for s in services if s["metadata"]]
        self.assertTrue(0 < len(asking) < 40, asking)
        for code in [*asking, "W06-042", "P01-002"]:
            status, definition = self.anybody.both(f"/services/{code}")
            self.assertEqual((status, definition["service_code"]), (200, code))
            self.assertEqual(bool(definition["attributes"]), code in asking)
        [attribute] = self.anybody.both("/services/W06-040")[1]["attributes"]
        self.assertEqual({k: attribute[k] for k in ("variable", "code", "datatype", "required", "order")},
                         {"variable": True, "code": "estate", "datatype": "singlevaluelist", "required": False, "order": 1})
        self.assertTrue(attribute["description"] and attribute["datatype_description"])
        names = [v["name"] for v in attribute["values"]]
        self.assertIn("鞍山三村", names)
        self.assertEqual(len(names), 34)
        self.assertEqual(len({v["key"] for v in attribute["values"]}), 34)

    def test_what_is_not_there(self):
        hidden = next(row["code"] for row in rows_of("classes.csv") if row["public"] == "no" and row["kind"] == "W")
        for path, word in [("/services/W99-999", "W99-999"), (f"/services/{hidden}", hidden), ("/services/R01-01", "R01-01"),
                           ("/requests/SP-C-20200101-0001-1", "SP-C-20200101-0001-1"), ("/requests/%27%3B--", "'"),
                           ("/tokens/abcdef", "abcdef"), ("/tokens/" + "A" * 31, "AAA")]:
            for suffix in (".xml", ".json"):
                error = self.refused(self.anybody.get(path + suffix), 404, word)
                self.assertEqual(error["code"], 404)
        for path in ("/services.csv", "/services", "/requests.rss", "/nothing.json", "/requests/SP-C-20200101-0001-1",
                     "/a/b/c.json", "", "/"):
            self.assertEqual(self.anybody.get(path).status, 404, path)
        self.refused(self.anybody.get("/services.txt"), 404)
        self.refused(self.anybody.get("/no/such.json"), 404)
        self.refused(self.anybody.raw("POST", BASE + "/nothing.xml", "", {}), 404)

    def test_other_methods(self):
        for method, path, allow in [("PUT", "/requests.json", "POST"), ("POST", "/services.xml", "GET"), ("DELETE", "/requests/X.json", "GET")]:
            answer = self.anybody.raw(method, BASE + path)
            self.refused(answer, 405)
            self.assertIn(allow, answer.headers["Allow"])
        head = self.anybody.raw("HEAD", BASE + "/services.xml")
        self.assertEqual((head.status, head.body), (200, b""))

    def test_jurisdiction(self):
        for given in ("SP", "sp", ""):
            for path in ("/services.xml", "/services/W06-042.xml", "/requests.json"):
                self.assertEqual(self.anybody.get(path, jurisdiction_id=given).status, 200, (given, path))
        self.assertEqual(self.anybody.get("/services.xml", jurisdiction_id="").body, self.anybody.get("/services.xml").body)
        for path in ("/services", "/services/W06-042", "/requests", "/requests/x", "/tokens/x"):
            for suffix in (".xml", ".json"):
                self.refused(self.anybody.get(path + suffix, jurisdiction_id="sfgov.org"), 404, "sfgov.org")
        self.refused(self.demo.post(service_code="W06-042", lat=31, long=121, jurisdiction_id="sfgov.org"), 404, "sfgov.org")
        self.demo.report(jurisdiction_id="SP")
        self.demo.report(jurisdiction_id="")

    def test_slashes(self):
        for path in ("/open311/v2//services.xml", "/open311//v2/services.xml", "/open311/v2services.xml", "//open311/v2/services.xml"):
            self.assertEqual(self.anybody.raw("GET", path).body, self.anybody.get("/services.xml").body, path)
        for path in ("/open311/v2discovery.json", "/open311/v2requests.xml", "/open311/v2services/W06-042.json"):
            self.assertEqual(self.anybody.raw("GET", path).status, 200, path)
        posted = self.demo.raw("POST", "/open311/v2requests.xml", "api_key=demo&service_code=W06-042&lat=31.2855&long=121.5046",
                               {"Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(posted.status, 200, posted.text)
        number = posted.value()[0]["service_request_id"]
        self.assertEqual(self.anybody.raw("GET", f"/open311/v2requests/{number}.xml").status, 200)


class Reporting(Keyed):
    """A program sends what residents report."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre = cls.street.person("zhiban")

    def staff_case(self, number):
        [item] = self.centre.list(f"number:{number}")
        return self.centre.case(item["id"])

    def test_answer_in_both_formats(self):
        for path in ("/requests.xml", "/requests.json"):
            answer = self.demo.post(path=path, service_code="W06-042", lat="31.2855", long="121.5046", description="垃圾满了")
            self.assertEqual(answer.status, 200, answer.text)
            [request] = answer.value()
            self.assertEqual(set(request), {"service_request_id", "service_notice", "account_id"})
            self.assertRegex(request["service_request_id"], r"^SP-C-\d{8}-\d{4}-[0-9X]$")
            self.assertIn(request["service_request_id"], request["service_notice"])
            self.assertIsNone(request["account_id"])
            token = re.search(r"/t/([\w-]+)", request["service_notice"]).group(1)
            for suffix in (".xml", ".json"):
                self.assertEqual(self.anybody.get(f"/tokens/{token}{suffix}").value(),
                                 [{"service_request_id": request["service_request_id"], "token": token}])

    def test_it_is_a_case_like_every_other(self):
        number = self.demo.report(service_code="P01-037", description="弄口的路灯不亮", address_id=self.place("鞍山三村")["code"],
                                  first_name="三", last_name="张", phone="13812345678", email="zhang@example.cn")
        case = self.staff_case(number)
        self.assertEqual((case["channel"], case["procedure"], case["class"]), ("open311", "city-matter", "P01-037"))
        self.assertEqual(case["state"], "verifying")
        self.assertEqual(case["text"], "弄口的路灯不亮")
        self.assertEqual(case["estate"]["name"], "鞍山三村")
        self.assertTrue(any(clock["kind"] == "verify" and "stopped_at" not in clock for clock in case["clocks"]), case["clocks"])
        self.assertEqual([t["kind"] for t in case["tasks"]], ["verify"])
        [voice] = case["voices"]
        self.assertEqual((voice["channel"], voice["name_masked"], voice["telephone_masked"]), ("open311", "张*", "138****5678"))
        person = self.centre.post(f"/api/v1/cases/{case['id']}/reveal", {"voice": voice["id"], "purpose": "回访"})
        self.assertEqual(person, {"name": "张三", "telephone": "13812345678", "email": "zhang@example.cn"})
        link = self.centre.post(f"/api/v1/cases/{case['id']}/track", {"voice": voice["id"]})
        track = self.street.anybody().get("/api/v1/public/track/" + link["track_url"].rsplit("/", 1)[1])
        self.assertEqual(track["number"], number)

    def place(self, name):
        return next(p for p in self.centre.get("/api/v1/places")["places"] if p["name"] == name)

    def test_names_of_people_elsewhere(self):
        number = self.demo.report(first_name="Ada", last_name="Byron", phone="02165981000")
        case = self.staff_case(number)
        person = self.centre.post(f"/api/v1/cases/{case['id']}/reveal", {"voice": case["voices"][0]["id"], "purpose": "回访"})
        self.assertEqual(person["name"], "Ada Byron")

    def test_places(self):
        code = self.place("鞍山三村")["code"]
        self.demo.report(lat="31.2855", long="121.5046")
        self.demo.report(address_string="鞍山三村 15 号门口")
        self.demo.report(address_id=code)
        self.demo.report(lat="31.2855", long="121.5046", address_string="路口", address_id=code)
        number = self.demo.report(pairs=[("attribute[estate]", code)], service_code="W06-040", address_string="地锁")
        self.assertEqual(self.staff_case(number)["estate"]["name"], "鞍山三村")
        for fields, words in [({}, ("address_string", "lat")), ({"lat": "31.28"}, ("long",)), ({"long": "121.5"}, ("lat",)),
                              ({"lat": "", "long": ""}, ("lat",)), ({"lat": "north", "long": "1"}, ("lat",)), ({"lat": "91", "long": "1"}, ("lat",)),
                              ({"lat": "1e9", "long": "1"}, ("lat",)), ({"lat": "nan", "long": "1"}, ("lat",)), ({"address_id": "nowhere"}, ("nowhere",)),
                              ({"address_string": "", "address_id": ""}, ("lat",))]:
            for path in ("/requests.xml", "/requests.json"):
                self.refused(self.demo.post(path=path, service_code="W06-042", **fields), 400, *words)
        self.refused(self.demo.post([("attribute[estate]", "nowhere")], service_code="W06-040", address_string="x"), 400, "nowhere")

    def test_refusals(self):
        good = {"service_code": "W06-042", "lat": "31.2855", "long": "121.5046"}
        for path in ("/requests.xml", "/requests.json"):
            rows = [("no key", 403, self.anybody.post(path=path, **good), "api_key"),
                    ("empty key", 403, self.anybody.post(path=path, api_key="", **good), "api_key"),
                    ("wrong key", 403, self.anybody.post(path=path, api_key="wrong", **good), "api_key"),
                    ("long key", 403, self.anybody.post(path=path, api_key="x" * 200, **good), "api_key"),
                    ("ended key", 403, self.anybody.post(path=path, api_key="gone", **good), "api_key"),
                    ("no class", 400, self.demo.post(path=path, lat=31, long=121), "service_code"),
                    ("empty class", 400, self.demo.post(path=path, **{**good, "service_code": ""}), "service_code"),
                    ("unknown class", 404, self.demo.post(path=path, **{**good, "service_code": "X-1"}), "X-1"),
                    ("class of a procedure that is not public", 404, self.demo.post(path=path, **{**good, "service_code": "R01-01"}), "R01-01"),
                    ("unknown field", 400, self.demo.post(path=path, colour="red", **good), "colour"),
                    ("too long", 400, self.demo.post(path=path, description="长" * 4001, **good), "4000"),
                    ("twice", 400, self.demo.post([("lat", "31")], path=path, **good), "lat"),
                    ("no address", 400, self.demo.post(path=path, media_url="file:///etc/passwd", **good), "media_url")]
            for name, status, answer, word in rows:
                with self.subTest(name=name, path=path):
                    self.refused(answer, status, word)
        self.demo.report(description="长" * 4000)

    def test_unknown_attributes_pass(self):
        self.demo.report(pairs=[("attribute[easting]", "1"), ("attribute[colour][]", "a"), ("attribute[colour][]", "b"),
                                ("attribute[x]", "1"), ("attribute[x]", "2")])
        code = self.place("鞍山三村")["code"]
        for name in ("attribute[estate]", "attribute[estate][]"):
            number = self.demo.report(pairs=[(name, code)], service_code="W06-040", address_string="楼下")
            self.assertEqual(self.staff_case(number)["estate"]["name"], "鞍山三村")

    def test_pictures_elsewhere_are_kept_as_words_and_never_fetched(self):
        asked = []

        class Elsewhere(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)

        elsewhere = http.server.HTTPServer(("127.0.0.1", 0), Elsewhere)
        threading.Thread(target=elsewhere.serve_forever, daemon=True).start()
        urls = [f"http://127.0.0.1:{elsewhere.server_port}/{n}.jpg" for n in (1, 2)]
        number = self.demo.report(pairs=[("media_url", url) for url in urls], description="见照片")
        text = self.staff_case(number)["text"]
        self.assertEqual(text, "见照片\n\nmedia_url: " + "\nmedia_url: ".join(urls))
        self.refused(self.demo.post([("media_url", urls[0])] * 9, service_code="W06-042", address_string="x"), 400, "media_url")
        elsewhere.shutdown()
        elsewhere.server_close()
        self.assertEqual(asked, [])

    def test_no_words(self):
        number = self.demo.report(service_code="W06-042")
        self.assertEqual(self.staff_case(number)["text"], "垃圾站(箱)满溢")

    def test_multipart(self):
        body, kind = multipart([("api_key", "demo"), ("service_code", "W06-042"), ("lat", "31.2855"), ("long", "121.5046"),
                                ("description", "两行\r\n字"), ("attribute[a]", "1")])
        answer = self.demo.raw("POST", BASE + "/requests.json", body, {"Content-Type": kind})
        self.assertEqual(answer.status, 200, answer.text)
        self.assertEqual(self.staff_case(answer.value()[0]["service_request_id"])["text"], "两行\r\n字")

    def post_files(self, files, program=None, path="/requests.json", **fields):
        fields = {"api_key": (program or self.demo).key, "service_code": "W06-042", "lat": "31.2855", "long": "121.5046", **fields}
        body, kind = multipart(fields.items(), files)
        return self.demo.raw("POST", BASE + path, body, {"Content-Type": kind})

    def test_photos_come_as_files_under_all_the_names_that_programs_use(self):
        files = [(name, f"{n}.png", "image/png", png(64 + n, 48)) for n, name in enumerate(("media", "media", "media[]", "photo1", "photo2", "file_a"))]
        for path in ("/requests.json", "/requests.xml"):
            answer = self.post_files([*files, ("photo3", "", "application/octet-stream", b"")], path=path, description="见照片")
            self.assertEqual(answer.status, 200, answer.text)
            case = self.staff_case(answer.value()[0]["service_request_id"])
            self.assertEqual((case["photos"], case["text"]), (6, "见照片"))
            shown = [id for entry in case["timeline"] for id in entry.get("photos", [])]
            pictures = [self.centre.raw("GET", f"/api/v1/attachments/{id}")[1] for id in shown]
            self.assertEqual([p[:3] for p in pictures], [b"\xff\xd8\xff"] * 6, "each was written anew as JPEG")

    def test_photos_go_back_to_the_program_that_sent_them_until_staff_release_them(self):
        answer = self.post_files([("media", "a.png", "image/png", png(80, 60)), ("media", "b.png", "image/png", png(40, 60))])
        number = answer.value()[0]["service_request_id"]
        for reader in (self.anybody, self.other):
            _, [request] = reader.both(f"/requests/{number}", extensions="true")
            self.assertIsNone(request["media_url"])
            self.assertEqual(request["extended_attributes"]["photos"], [])
        _, [request] = self.demo.both(f"/requests/{number}", extensions="true")
        photos = request["extended_attributes"]["photos"]
        self.assertEqual([(p["width"], p["height"]) for p in photos], [(80, 60), (40, 60)])
        self.assertEqual(request["media_url"], photos[0]["media_url"])
        path = urllib.parse.urlsplit(request["media_url"]).path
        answer, data = self.street.anybody().raw("GET", path)
        self.assertEqual((answer.status, answer.getheader("Content-Type"), data[:3]), (200, "image/jpeg", b"\xff\xd8\xff"))
        self.assertNotRegex(path, r"/\d+$", "a token and no number")
        # What staff add later is not the program's.
        case = self.staff_case(number)
        self.centre.steps(case["id"], {"step": "note", "text": "到现场看过", "photos": [self.centre.upload()]})
        self.assertEqual(self.demo.both(f"/requests/{number}", extensions="true")[1][0]["extended_attributes"]["photos"], photos)
        # Released ones are everybody's.
        with self.street.database() as database:
            database.execute("UPDATE attachments SET public = 1 WHERE case_id = ? AND width = 640", (case["id"],))
        _, [request] = self.anybody.both(f"/requests/{number}", extensions="true")
        self.assertEqual([p["width"] for p in request["extended_attributes"]["photos"]], [640])
        with self.street.database() as database: # no step releases photos yet, so verify would find it
            database.execute("UPDATE attachments SET public = 0 WHERE case_id = ?", (case["id"],))

    def test_files_that_are_no_photos(self):
        photo = png(16, 16)
        rows = [("not a picture", [("media", "a.jpg", "image/jpeg", b"<svg/>")], {}, 400, 400),
                ("half of one", [("media", "a.png", "image/png", photo[:-20])], {}, 400, 400),
                ("too many", [("media", f"{n}.png", "image/png", photo) for n in range(9)], {}, 400, 400),
                ("too many under several names", [(f"photo{n}", f"{n}.png", "image/png", photo) for n in range(9)], {}, 400, 400),
                ("under a name that nobody knows", [("portrait", "a.png", "image/png", photo)], {}, 400, 400),
                ("in place of a word", [("description", "a.png", "image/png", photo)], {}, 400, 400),
                ("a word in its place", [], {"media": "a.png"}, 400, 400),
                ("too large", [("media", "a.png", "image/png", photo + b"0" * (12 << 20))], {}, 400, 413)]
        before = self.demo.requests()
        for name, files, fields, status, code in rows:
            with self.subTest(name=name):
                self.assertEqual(self.refused(self.post_files(files, **fields), status)["code"], code)
        self.assertEqual(self.demo.requests(), before, "nothing was taken in")
        self.refused(self.post_files([("media", "a.png", "image/png", photo)], program=self.anybody), 403)

    def test_documents_are_not_read_as_forms(self):
        """Reports are posted as forms; XML and JSON are forms of the answer. Whatever is sent as a document is refused
        by its type, unread, in the format that the path asks for."""
        documents = [('<?xml version="1.0"?><request><service_code>W06-042</service_code></request>', "text/xml"),
                     ('<?xml version="1.0"?><request><service_code>', "application/xml; charset=utf-8"),
                     ('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><request>&b;</request>', "text/xml"),
                     ("\xff\xfe<request/>", "text/xml"), ("", "text/xml"), ('{"service_code":', "application/json"),
                     ("api_key=demo", "text/plain"), ("api_key=demo", "application/x-www-form-urlencodedx"), ("x", "/"), ("x", ";")]
        for path, kind in (("/requests.xml", "text/xml"), ("/requests.json", "application/json")):
            for body, sent in documents:
                with self.subTest(path=path, body=body, sent=sent):
                    answer = self.demo.raw("POST", BASE + path, body.encode("utf-8", "surrogateescape"), {"Content-Type": sent})
                    self.assertTrue(answer.type.startswith(kind), answer.type)
                    self.assertEqual(self.refused(answer, 400, "multipart/form-data")["code"], 415)
        # XML under a form's type is a form in which nothing is named: no key.
        self.refused(self.demo.raw("POST", BASE + "/requests.xml", "<request><api_key>demo</api_key></request>",
                                   {"Content-Type": "application/x-www-form-urlencoded"}), 403)

    def test_bodies_that_are_no_form(self):
        ask = lambda body, kind: self.demo.raw("POST", BASE + "/requests.json", body, {"Content-Type": kind} if kind else {})
        form = "application/x-www-form-urlencoded"
        rows = [("JSON", '{"api_key":"demo"}', "application/json", 415), ("no type", "api_key=demo", None, 415),
                ("bad UTF-8", "api_key=demo&description=%FF%FE", form, 400), ("NUL", "api_key=demo&description=a%00b", form, 400),
                ("control", "api_key=demo&description=a%07b", form, 400), ("half an escape", "api_key=demo&description=%4", form, 400),
                ("too many fields", "&".join(f"attribute[{n}]=1" for n in range(300)), form, 400),
                ("no boundary", "x", "multipart/form-data", 400), ("cut off", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx", "multipart/form-data; boundary=b", 400),
                ("too large", "api_key=demo&description=" + "a" * (3 << 20), form, 413)]
        for name, body, kind, code in rows:
            with self.subTest(name=name):
                self.assertEqual(self.refused(ask(body, kind), 400)["code"], code)

    def test_quota_of_one_key(self):
        slow = Program(self.street, "slow")
        for _ in range(3):
            slow.report()
        for path in ("/requests.xml", "/requests.json"):
            answer = slow.post(path=path, service_code="W06-042", lat="31.2855", long="121.5046")
            self.refused(answer, 429)
            self.assertTrue(1 <= int(answer.headers["Retry-After"]) <= 20, answer.headers)
        self.demo.report()
        self.assertEqual(slow.get("/requests.json").status, 200)


class Following(Keyed):
    """What became of it, for its own program and for everybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre = cls.street.person("zhiban")

    def case_id(self, number):
        return self.centre.list(f"number:{number}")[0]["id"]

    def decline(self, number):
        self.centre.steps(self.case_id(number), {"step": "decline", "reason": "此处不属本街道，已转区里"})

    def staff_report(self, **facts):
        """A case that did not come by Open311; its number."""
        return self.centre.report(**{"class": "W06-042", "channel": "telephone", "verified_on_spot": True, **facts})["number"]

    def test_one_request(self):
        number = self.demo.report(service_code="W06-042", description="满了", lat="31.2855", long="121.5046")
        status, many = self.anybody.both("/requests", service_request_id=number)
        self.assertEqual(status, 200)
        [request] = many
        self.assertEqual(set(request) - {"expected_datetime", "agency_responsible"},
                         {"service_request_id", "status", "status_notes", "service_name", "service_code", "description", "requested_datetime",
                          "updated_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url"})
        self.assertEqual((request["service_request_id"], request["status"], request["service_code"]), (number, "open", "W06-042"))
        self.assertEqual(request["service_name"], "垃圾站(箱)满溢")
        for name in ("requested_datetime", "updated_datetime"):
            self.assertLess(abs(moment(request[name]) - datetime.datetime.now(CHINA)), datetime.timedelta(minutes=2))
        self.assertEqual((request["lat"], request["long"]), (31.2855, 121.5046))
        self.assertIn("四平路街道", request["address"])
        for path in (f"/requests/{number}", f"/requests/{number.lower()}"):
            self.assertEqual(self.anybody.both(path), (200, [request]))

    def test_status_and_times_follow_the_case(self):
        number = self.staff_report()
        self.assertEqual(self.anybody.request(number)["status"], "open")
        case = self.case_id(number)
        self.centre.steps(case, {"step": "file", "class": "W06-042"})
        unit = self.centre.case(case)["suggestion"]["unit"]
        self.centre.steps(case, {"step": "dispatch", "unit": unit["id"]})
        request = self.anybody.request(number)
        self.assertEqual(request["agency_responsible"], unit["name"])
        self.assertGreater(moment(request["expected_datetime"]), moment(request["requested_datetime"]))
        closed = self.staff_report()
        time.sleep(1.1) # times are told in whole seconds
        self.decline(closed)
        before = self.anybody.request(closed)
        self.assertEqual(before["status"], "closed")
        self.assertGreater(moment(before["updated_datetime"]), moment(before["requested_datetime"]))
        self.assertNotIn("expected_datetime", before)

    def test_lists_of_numbers_classes_and_states(self):
        lamp, bin_, cover = (self.demo.report(service_code=code) for code in ("P01-037", "W06-042", "P01-002"))
        gone = self.staff_report(**{"class": "P01-037"})
        self.decline(gone)
        self.assertEqual(self.anybody.numbers(service_request_id=f"{lamp},{cover}"), [lamp, cover])
        self.assertEqual(self.anybody.numbers(service_request_id=f" {cover} ,,{lamp},{lamp},SP-C-20200101-0001-1"), [cover, lamp])
        self.assertEqual(self.anybody.numbers([("service_request_id", lamp), ("service_request_id", bin_)]), [lamp, bin_])
        # it overrides every other argument
        self.assertEqual(self.anybody.numbers(service_request_id=lamp, status="closed", service_code="W06-042", end_date="2020-01-01T00:00:00Z"), [lamp])
        self.assertEqual(self.anybody.numbers(service_request_id="nothing"), [])
        codes = {r["service_code"] for r in self.anybody.requests(service_code="P01-037,P01-002")}
        self.assertEqual(codes, {"P01-037", "P01-002"})
        self.assertEqual(self.anybody.numbers([("service_code", "P01-037"), ("service_code", "P01-002")]), self.anybody.numbers(service_code="P01-002,P01-037"))
        self.assertIn(gone, self.anybody.numbers(status="closed"))
        self.assertNotIn(gone, self.anybody.numbers(status="open"))
        self.assertEqual({r["status"] for r in self.anybody.requests(status="open")}, {"open"})
        both = self.anybody.numbers(status="open,closed")
        self.assertEqual(both, self.anybody.numbers())
        self.assertEqual(both, self.anybody.numbers(status="", service_code="", start_date="", end_date="", page="", page_size="", service_request_id="",
                                                    updated_after="", updated_before="", extensions="", jurisdiction_id=""))
        self.assertEqual(self.anybody.numbers(status="closed", service_code="P01-037"), [gone])
        for path in ("/requests.xml", "/requests.json"):
            self.refused(self.anybody.get(path, status="OPENED"), 400, "OPENED")
            self.refused(self.anybody.get(path, service_code="W06-042,X-9"), 404, "X-9")
            self.refused(self.anybody.get(path, colour="red"), 400, "colour")
            self.refused(self.anybody.get(path, service_code=",".join(row["code"] for row in offered()[:65])), 400, "service_code")

    def test_dates(self):
        now = datetime.datetime.now(CHINA).replace(microsecond=0)
        ago = {days: self.staff_report(occurred_at=(now - datetime.timedelta(days=days)).isoformat()) for days in (1, 30, 89, 91, 130)}
        day = lambda days: (now - datetime.timedelta(days=days)).isoformat()
        seen = lambda **query: [days for days, number in ago.items() if number in self.anybody.numbers(**query)]
        self.assertEqual(seen(), [1, 30, 89])
        self.assertEqual(seen(start_date=day(90), end_date=day(0)), [1, 30, 89])
        self.assertEqual(seen(start_date=day(30), end_date=day(30)), [30])
        self.assertEqual(seen(start_date=day(29)), [1])
        self.assertEqual(seen(end_date=day(29)), [30, 89, 91])
        self.assertEqual(seen(start_date=day(131)), [89, 91, 130])
        self.assertEqual(seen(start_date=day(131), end_date=day(91)), [91, 130])
        # the same instant, said otherwise; a plus sign that the form decoding made a blank
        utc = (now - datetime.timedelta(days=30)).astimezone(datetime.timezone.utc).isoformat().replace("+00:00", "Z")
        self.assertEqual(seen(start_date=utc, end_date=utc), [30])
        raw = self.anybody.raw("GET", f"{BASE}/requests.json?start_date={day(30)}&end_date={day(30)}")
        self.assertIn("+08:00", day(30))
        self.assertEqual([r["service_request_id"] for r in raw.value()], self.anybody.numbers(start_date=day(30), end_date=day(30)))
        # newest first
        times = [moment(r["requested_datetime"]) for r in self.anybody.requests()]
        self.assertEqual(times, sorted(times, reverse=True))
        for path in ("/requests.xml", "/requests.json"):
            self.refused(self.anybody.get(path, start_date=day(91), end_date=day(0)), 400, "90")
            self.refused(self.anybody.get(path, start_date=day(1), end_date=day(2)), 400, "end_date")
            self.refused(self.anybody.get(path, start_date="yesterday"), 400, "yesterday")
            self.refused(self.anybody.get(path, end_date="2026-13-01T00:00:00Z"), 400, "2026-13-01")
            self.refused(self.anybody.get(path, start_date=(now + datetime.timedelta(days=2)).isoformat()), 400, "start_date")

    def test_changes_since(self):
        old = self.staff_report(occurred_at=(datetime.datetime.now(CHINA) - datetime.timedelta(days=200)).isoformat(), **{"class": "P01-002"})
        early = self.demo.report()
        time.sleep(1.1)
        since = datetime.datetime.now(CHINA).replace(microsecond=0).isoformat()
        self.assertNotIn(early, self.anybody.numbers(updated_after=since))
        self.decline(old)
        found = self.anybody.requests(updated_after=since)
        self.assertEqual([r["service_request_id"] for r in found if r["service_code"] == "P01-002"], [old])
        self.assertTrue(all(moment(r["updated_datetime"]) >= moment(since) for r in found))
        self.assertIn(early, self.anybody.numbers(updated_before=since))
        self.assertNotIn(old, self.anybody.numbers(updated_before=(moment(since) - datetime.timedelta(seconds=1)).isoformat()))
        self.assertEqual(self.anybody.numbers(updated_after=since, status="open"), [r["service_request_id"] for r in found if r["status"] == "open"])
        self.assertNotIn(old, self.anybody.numbers(updated_after=since, start_date=since))
        ancient = (moment(since) - datetime.timedelta(days=400)).isoformat()
        self.refused(self.anybody.get("/requests.json", updated_after=ancient, updated_before=since), 400, "90")

    def test_pages(self):
        for _ in range(7):
            self.demo.report(service_code="L-05")
        everything = self.anybody.numbers(service_code="L-05")
        self.assertEqual(len(everything), 7)
        pages = [self.anybody.numbers(service_code="L-05", page=n, page_size=3) for n in (1, 2, 3, 4)]
        self.assertEqual([len(p) for p in pages], [3, 3, 1, 0])
        self.assertEqual(sum(pages, []), everything)
        self.assertEqual(self.anybody.numbers(service_code="L-05", page_size=2), everything[:2])
        self.assertEqual(self.anybody.numbers(service_code="L-05", page=1), everything)
        recent = (datetime.datetime.now(CHINA) - datetime.timedelta(days=2)).isoformat()
        self.assertEqual(sum((self.anybody.numbers(service_code="L-05", updated_after=recent, page=n, page_size=3) for n in (1, 2, 3)), []), everything)
        for query in ({"page": 0}, {"page": -1}, {"page": "two"}, {"page_size": 0}, {"page_size": 1001}, {"page": 101, "page_size": 100}):
            self.refused(self.anybody.get("/requests.json", **query), 400, "page")

    def test_extensions(self):
        number = self.demo.report(description="满了", lat="31.2855", long="121.5046")
        plain = self.anybody.request(number)
        status, [extended] = self.anybody.both("/requests", service_request_id=number, extensions="true")
        self.assertEqual(status, 200)
        self.assertEqual({k: v for k, v in extended.items() if k not in ("attributes", "extended_attributes", "notes")}, plain)
        self.assertEqual(extended["attributes"], [])
        self.assertEqual(extended["extended_attributes"], {"channel": "open311", "x": 121.5046, "y": 31.2855, "photos": []})
        [note] = extended["notes"]
        self.assertEqual(set(note), {"datetime", "description", "type"})
        self.assertEqual((note["type"], note["datetime"]), ("report", extended["requested_datetime"]))
        self.assertEqual(self.anybody.request(number, extensions="false"), plain)
        self.refused(self.anybody.get("/requests.json", extensions="maybe"), 400, "extensions")
        leader = self.staff_report(channel="leader")
        self.assertEqual(self.anybody.request(leader, extensions="true")["extended_attributes"]["channel"], "other")


class Privacy(Keyed):
    """What a program posts of a person never comes out again, and only its own words come back to it."""
    CANARIES = {"email": "canary-mail@example.cn", "phone": "13987654321", "first_name": "金丝雀", "last_name": "欧阳",
                "account_id": "canary-account-77", "device_id": "canary-device-88", "address_string": "鞍山三村 99 号 canary 室"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre = cls.street.person("zhiban")

    def everything(self, program):
        """All that a program can read, in both formats."""
        number = self.number
        for suffix in (".xml", ".json"):
            for path, query in [("/requests", {}), ("/requests", {"extensions": "true"}), ("/requests", {"status": "open", "extensions": "true"}),
                                ("/requests", {"service_request_id": number, "extensions": "true"}), (f"/requests/{number}", {"extensions": "true"}),
                                ("/requests", {"updated_after": (datetime.datetime.now(CHINA) - datetime.timedelta(days=1)).isoformat(), "extensions": "true"}),
                                (f"/tokens/{self.token}", {}), ("/services", {}), ("/discovery", {})]:
                answer = program.get(path + suffix, key=path.startswith("/requests"), **query)
                self.assertEqual(answer.status, 200, answer.text)
                yield answer.text

    def post(self, program, words):
        answer = program.post(service_code="W06-042", description=words, lat="31.28553", long="121.50464", **self.CANARIES)
        self.assertEqual(answer.status, 200, answer.text)
        [request] = answer.value()
        self.number, self.token = request["service_request_id"], re.search(r"/t/([\w-]+)", request["service_notice"]).group(1)
        for canary in self.CANARIES.values():
            self.assertNotIn(canary, answer.text)

    def test_canaries(self):
        self.post(self.demo, "words-of-demo 楼下张阿姨家门口")
        text = self.centre.case(self.centre.list(f"number:{self.number}")[0]["id"])["voices"][0]["address"]
        self.assertEqual(text, self.CANARIES["address_string"])
        for program in (self.anybody, self.demo, self.other, Program(self.street, "wrong-key"), Program(self.street, "gone")):
            for text in self.everything(program):
                for canary in self.CANARIES.values():
                    self.assertNotIn(canary, text)
                self.assertFalse("words-of-demo" in text and program is not self.demo)

    def test_words_go_back_to_the_key_that_posted_them(self):
        for own, stranger, words in [(self.demo, self.other, "words-of-demo"), (self.other, self.demo, "words-of-other")]:
            number = own.report(description=words)
            self.assertEqual(own.request(number)["description"], words)
            self.assertEqual(own.both(f"/requests/{number}")[1][0]["description"], words)
            for program in (stranger, self.anybody):
                self.assertNotIn(words, program.request(number)["description"])
                self.assertIn("垃圾站", program.request(number)["description"])

    def test_answers_go_to_the_own_program_alone(self):
        number = self.demo.report(service_code="W06-042", description="满了", address_string="别处")
        case = self.centre.list(f"number:{number}")[0]["id"]
        self.centre.steps(case, {"step": "verify", "found": True, "text": "属实"}, {"step": "decline", "reason": "孙某您好，此处由区里负责"})
        own = self.demo.request(number, extensions="true")
        self.assertEqual((own["status"], self.anybody.request(number)["status"]), ("closed", "closed"))
        self.assertIn("由区里负责", str(own["notes"]))
        for program in (self.other, self.anybody):
            self.assertNotIn("孙某", str(program.request(number, extensions="true")))

    def test_what_is_nobodys_business(self):
        told = {"class": "W06-042", "channel": "telephone", "text": "canary-words", "contact": {"name": "金丝雀", "telephone": "13987654321"}}
        confidential = self.centre.report(**{**told, "confidential": True})["number"]
        nothing_chosen = self.centre.report(**{k: v for k, v in told.items() if k != "class"})["number"]
        sensitive = next(row["code"] for row in rows_of("classes.csv") if row["kind"] == "W" and row["sensitive"] == "yes")
        hidden = self.centre.report(**{**told, "class": sensitive})["number"]
        request = self.centre.report(**{**told, "procedure": "request", "class": "R01-01"})["number"]
        public = self.centre.report(**told)["number"]
        for program in (self.anybody, self.demo):
            listed = program.numbers()
            self.assertIn(public, listed)
            for number in (confidential, nothing_chosen, hidden, request):
                self.assertNotIn(number, listed)
                self.assertIsNone(program.request(number))
                for suffix in (".xml", ".json"):
                    self.refused(program.get(f"/requests/{number}{suffix}"), 404, number)
            for text in (program.get("/requests.xml", extensions="true").text, program.get("/requests.json", extensions="true").text):
                for canary in ("canary-words", "13987654321", "金丝雀"):
                    self.assertNotIn(canary, text)

    def test_points_are_rounded_where_the_class_says_so(self):
        rounded = next(row["code"] for row in offered() if row["coordinates"] == "rounded")
        number = self.demo.report(service_code=rounded, lat="31.285512", long="121.504678")
        for program in (self.anybody, self.demo):
            _, [request] = program.both("/requests", service_request_id=number, extensions="true")
            self.assertEqual((request["lat"], request["long"]), (31.286, 121.505))
            self.assertEqual((request["extended_attributes"]["y"], request["extended_attributes"]["x"]), (31.286, 121.505))
        nowhere = self.demo.report(service_code=rounded, address_string="某处")
        self.assertEqual((self.anybody.request(nowhere)["lat"], self.anybody.request(nowhere)["long"]), (None, None))

    def test_hostile_words_stay_words(self):
        words = "<script>alert(1)</script> & \"'> ]]> <!-- -->\u2028\u202e \ufffe\uffff\U0001f6bd '); DROP TABLE cases;--"
        number = self.demo.report(description=words)
        xml, js = (self.demo.get(f"/requests/{number}{suffix}") for suffix in (".xml", ".json"))
        self.assertEqual(js.value()[0]["description"], words)
        self.assertEqual(xml.value()[0]["description"], words.replace("\ufffe\uffff", ""))
        self.assertNotIn("<script>", xml.text)
        self.assertEqual(js.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("<script>", self.centre.case(self.centre.list(f"number:{number}")[0]["id"])["text"])
        for evil in ("../../etc/passwd", "%2e%2e%2f", "a'--", "x" * 3000, "%00", "\u202e", "<x>"):
            answer = self.anybody.raw("GET", f"{BASE}/requests/{urllib.parse.quote(evil)}.xml")
            self.assertIn(answer.status, (400, 404), evil)
            self.assertNotIn("<x>", answer.text)

    def test_nothing_of_it_is_in_the_log(self):
        self.post(self.demo, "words-of-demo")
        list(self.everything(self.demo))
        log = (self.street.folder / "serve.log").read_text()
        for canary in [*self.CANARIES.values(), "words-of-demo", self.token, "api_key=", '"demo"']:
            self.assertNotIn(canary, log)


class Many(unittest.TestCase):
    """A table with 2,500 requests, written by hand: here only reading is looked at."""

    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.anybody = Program(cls.street)
        centre = cls.street.person("zhiban")
        centre.report(**{"class": "W06-042", "channel": "telephone"})
        cls.street.stop()
        with contextlib.closing(cls.street.database()) as connection, connection as db:
            columns = [column[0] for column in db.execute("SELECT * FROM cases LIMIT 0").description]
            values = {"id": "id + n", "number": "number || '-' || n", "reported_at": "reported_at - n * 1000000", "last_at": "last_at - n * 1000000"}
            db.execute("INSERT INTO cases WITH RECURSIVE count(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM count WHERE n < 2500) "
                       f"SELECT {', '.join(values.get(c, c) for c in columns)} FROM cases, count WHERE cases.id = (SELECT min(id) FROM cases)")
        cls.street.start()

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def test_the_first_thousand_and_pages_behind_them(self):
        first = self.anybody.numbers()
        self.assertEqual((len(first), len(set(first))), (1000, 1000))
        pages = [self.anybody.numbers(page=n, page_size=1000) for n in (1, 2, 3)]
        self.assertEqual([len(p) for p in pages], [1000, 1000, 501])
        self.assertEqual(len(set(sum(pages, []))), 2501)
        self.assertEqual(pages[0], first)
        since = (datetime.datetime.now(CHINA) - datetime.timedelta(days=1)).isoformat()
        self.assertEqual(sum((self.anybody.numbers(updated_after=since, page=n, page_size=1000) for n in (1, 2, 3)), []), sum(pages, []))
        self.assertEqual(len(self.anybody.get("/requests.xml", extensions="true").value()), 1000)


if __name__ == "__main__":
    unittest.main()
