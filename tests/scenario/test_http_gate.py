# SPDX-License-Identifier: Apache-2.0
"""Hostile, slow, large and impatient clients against the web gate, over raw sockets."""
import json
import os
import random
import socket
import time
import unittest

from web_server import PROGRAM, Server, json_request, request

ECHO = '{"text":"hello"}'
MB = 1 << 20


def setUpModule():
    if PROGRAM is None:
        raise unittest.SkipTest("the program was not built")


class WithServer(unittest.TestCase):
    options = ()

    @classmethod
    def setUpClass(cls):
        cls.server = Server(*cls.options)

    @classmethod
    def tearDownClass(cls):
        status, errors = cls.server.stop(), cls.server.errors()
        cls.server.log.close()
        cls.server.folder.cleanup()
        if status != 0 or errors:
            raise AssertionError(f"the server ended with {status}: {errors[-3000:]}")

    def still_answers(self):
        self.assertEqual(self.server.ask("GET", "/hello").status, 200)

    def wait_until(self, is_so, seconds=10):
        end = time.monotonic() + seconds
        while not is_so():
            self.assertLess(time.monotonic(), end, "it did not happen in time")
            time.sleep(0.02)


def post(*headers):
    lines = "".join(f"{h}\r\n" for h in headers)
    return f"POST /echo/7 HTTP/1.1\r\n{lines}Content-Type: application/json\r\n"


class HostileRequests(WithServer):
    options = ("patience=1",)
    CHUNKED = post("Host: a", "Transfer-Encoding: chunked") + "\r\n"
    LENGTH = f"Content-Length: {len(ECHO)}"
    # name, request, status (None = the connection ends without a word)
    ROWS = [
        ("two different lengths", post("Host: a", LENGTH, "Content-Length: 3") + "\r\n" + ECHO, 400),
        ("two equal lengths", post("Host: a", LENGTH, LENGTH) + "\r\n" + ECHO, 400),
        ("length and chunks", post("Host: a", LENGTH, "Transfer-Encoding: chunked") + "\r\n0\r\n\r\n", 400),
        ("chunks and length", post("Host: a", "Transfer-Encoding: chunked", LENGTH) + "\r\n0\r\n\r\n", 400),
        ("two codings", post("Host: a", "Transfer-Encoding: gzip, chunked") + "\r\n0\r\n\r\n", 400),
        ("a coding it does not know", post("Host: a", "Transfer-Encoding: xchunked") + "\r\n0\r\n\r\n", 400),
        ("no host", "GET /hello HTTP/1.1\r\n\r\n", 400),
        ("two hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        ("a host with a path", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400),
        ("a signed length", post("Host: a", "Content-Length: +16") + "\r\n" + ECHO, 400),
        ("a negative length", post("Host: a", "Content-Length: -1") + "\r\n" + ECHO, 400),
        ("a length with a word", post("Host: a", "Content-Length: 16 x") + "\r\n" + ECHO, 400),
        ("space before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        ("a header without a colon", "GET /hello HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n", 400),
        ("two cookies", "GET /hello HTTP/1.1\r\nHost: a\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n", 400),
        ("a body on GET", f"GET /hello HTTP/1.1\r\nHost: a\r\n{LENGTH}\r\n\r\n{ECHO}", 400),
        ("100 KB in one header", "GET /hello HTTP/1.1\r\nHost: a\r\nX-A: " + "x" * 100000 + "\r\n\r\n", 431),
        ("1,000 headers", "GET /hello HTTP/1.1\r\nHost: a\r\n" + "X-A: 1\r\n" * 1000 + "\r\n", 431),
        ("100 headers", "GET /hello HTTP/1.1\r\nHost: a\r\n" + "X-A: 1\r\n" * 100 + "\r\n", 431),
        ("a whole address", "GET http://b/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a tunnel", "CONNECT b:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a blank in the address", "GET /hel lo HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("HTTP/1.0 without a host", "GET /hello HTTP/1.0\r\n\r\n", 400),
        ("HTTP/0.9", "GET /hello\r\n\r\n", 400),
        ("HTTP/1.9", "GET /hello HTTP/1.9\r\nHost: a\r\n\r\n", 400),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        ("a chunk size with a sign", CHUNKED + "-5\r\nhello\r\n0\r\n\r\n", 400),
        ("a chunk size with a prefix", CHUNKED + "0x5\r\nhello\r\n0\r\n\r\n", 400),
        ("a chunk size out of range", CHUNKED + "fffffffffffffffff5\r\nhello\r\n0\r\n\r\n", 413),
        ("a chunk without its end", CHUNKED + "5\r\nhelloX0\r\n\r\n", 400),
        ("a step upwards", "GET /../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a hidden step upwards", "GET /%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a hidden slash", "GET /a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a NUL in the address", "GET /hello%00 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a broken escape", "GET /hello%4 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("a strange expectation", post("Host: a", LENGTH, "Expect: tea") + "\r\n" + ECHO, 400),
        ("a control character", b"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: a\x01b\r\n\r\n", 400),
        ("not UTF-8", b"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: a\xffb\r\n\r\n", 400),
        ("TLS", bytes.fromhex("16030100050100000100") + b"\r\n\r\n", None),
    ]

    def test_are_refused_and_the_connection_ends(self):
        for name, data, status in self.ROWS:
            with self.subTest(name), self.server.wire() as wire:
                answer = wire.send(data).answer()
                self.assertEqual(answer and answer.status, status)
                self.assertNotIn(b" 20", wire.everything())
        self.still_answers()

    def test_a_second_request_inside_the_first_is_not_carried_out(self):
        inner = request("GET", "/hello")
        for lengths in ("Content-Length: 4\r\nTransfer-Encoding: chunked", f"Content-Length: 0\r\nContent-Length: {len(inner)}"):
            with self.subTest(lengths), self.server.wire() as wire:
                wire.send(f"POST /echo/1 HTTP/1.1\r\nHost: a\r\n{lengths}\r\n\r\n".encode() + b"0\r\n\r\n" + inner)
                self.assertEqual(wire.answer().status, 400)
                self.assertEqual(wire.everything(), b"")

    def test_what_the_library_hides_is_as_the_page_on_security_says(self):
        """NUL, bare line feeds and folded headers reach the program unseen; a front has to refuse them."""
        for name, data in (("bare line feeds", b"GET /hello HTTP/1.1\nHost: a\n\n"),
                           ("NUL in a header", b"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: a\0b\r\n\r\n"),
                           ("a folded header", b"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: a\r\n b\r\n\r\n")):
            with self.subTest(name), self.server.wire() as wire:
                self.assertEqual(wire.send(data).answer().status, 200)

    def test_random_bytes_do_no_harm(self):
        chance = random.Random(7)
        good, wires = json_request("/echo/7", {"text": "x" * 40}, Cookie="a=b; c=d", Accept_Language="en;q=0.5, zh"), []
        for _ in range(300):
            data = bytearray(good * chance.choice((1, 1, 2)))
            for _ in range(chance.randrange(1, 8)):
                at = chance.randrange(len(data))
                data[at:at + chance.randrange(3)] = bytes(chance.randrange(256) for _ in range(chance.randrange(3)))
            wires.append(self.server.wire())
            try:
                wires[-1].send(bytes(data)).socket.shutdown(socket.SHUT_WR)
            except OSError:
                pass # it was refused before the end
        for wire in wires:
            with wire:
                wire.everything()
        self.still_answers()


class GoodRequests(WithServer):
    def test_are_answered_in_order_when_they_come_together(self):
        with self.server.wire() as wire:
            wire.send(b"".join(json_request(f"/echo/{n}", {"text": str(n)}) for n in range(1, 6)) + request("GET", "/inline"))
            self.assertEqual([wire.answer().json()["id"] for _ in range(5)], [1, 2, 3, 4, 5])
            self.assertEqual(wire.answer().status, 200)

    def test_may_send_their_body_in_chunks(self):
        head = "POST /echo/7 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        with self.server.wire() as wire:
            wire.send(head + '5;x=y\r\n{"tex\r\n').send('b\r\nt":"hello"}\r\n0\r\nX-Trailer: 1\r\n\r\n')
            self.assertEqual(wire.answer().json(), {"text": "hello", "id": 7, "bytes": 16})
            self.assertEqual(wire.send(request("GET", "/hello")).answer().status, 200)
        with self.server.wire() as wire:
            self.assertEqual(wire.send(head + "zz\r\nx\r\n0\r\n\r\n").answer().status, 400)

    def test_keep_their_connection_through_refusals(self):
        with self.server.wire() as wire:
            for data, status in ((request("GET", "/echo/7"), 405), (request("TRACE", "/hello"), 405), (request("BREW", "/x"), 404), (json_request("/echo/7", {}), 422),
                                 (json_request("/nothing", {"text": "x"}), 404), (request("GET", "/secret"), 401),
                                 (json_request("/echo/7", {"text": "x"}), 201)):
                self.assertEqual(wire.send(data).answer().status, status)

    def test_head_is_get_without_the_body(self):
        answer = self.server.ask("HEAD", "/hello")
        self.assertEqual((answer.status, answer.headers["content-length"]),
                         (200, self.server.ask("GET", "/hello").headers["content-length"]))

    def test_a_refusal_is_a_problem_document_in_the_callers_language(self):
        for language, title in (("zh-CN", "填写有误"), ("en", "Input not accepted")):
            with self.server.wire() as wire:
                answer = wire.send(json_request("/echo/7", {"tetx": "x"}, Accept_Language=language)).answer()
            problem = answer.json()
            self.assertEqual(answer.headers["content-type"], "application/problem+json; charset=utf-8")
            self.assertEqual([problem[k] for k in ("title", "status", "code", "field", "type")],
                             [title, 422, "E_UNKNOWN_FIELD", "tetx", "urn:linli:error:E_UNKNOWN_FIELD"])
            self.assertEqual(problem["request"], answer.headers["x-request-id"])

    def test_from_another_site_are_not_carried_out(self):
        self.assertEqual(self.server.ask("POST", "/echo/7", ECHO, Sec_Fetch_Site="cross-site",
                                         Content_Type="application/json").status, 403)
        self.assertEqual(self.server.ask("POST", "/form", "text=x", Sec_Fetch_Site="cross-site",
                                         Content_Type="application/x-www-form-urlencoded").status, 200)

    def test_forms_are_read(self):
        body = ('--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n路灯\r\n'
                '--b\r\nContent-Disposition: form-data; name="media"; filename="a.jpg"\r\n\r\n').encode() + b"\xff\r\n--b--\r\n"
        answer = self.server.ask("POST", "/form", body, Content_Type="multipart/form-data; boundary=b")
        self.assertEqual(answer.json(), {"text": "路灯", "parts": 2})

    def test_the_document_holds_together(self):
        document = self.server.ask("GET", "/api/v1/openapi.json").json()
        text, names = json.dumps(document), []
        for path, methods in document["paths"].items():
            for operation in methods.values():
                names.append(operation["operationId"])
                inside = {p["name"] for p in operation["parameters"] if p["in"] == "path"}
                self.assertEqual(inside, set(part.split("}")[0] for part in path.split("{")[1:]), path)
        self.assertEqual(len(names), len(set(names)))
        for part in text.split('"$ref": "#/components/schemas/')[1:]:
            self.assertIn(part.split('"')[0], document["components"]["schemas"])
        self.assertNotIn("/metrics", document["paths"])

    def test_figures_name_routes_and_no_addresses(self):
        self.server.ask("POST", "/echo/4711", ECHO, Content_Type="application/json")
        text = self.server.ask("GET", "/metrics").body.decode()
        self.assertIn('linli_http_requests_total{method="POST",route="/echo/{id}",status="201"}', text)
        self.assertNotIn("4711", text)


class Bodies(WithServer):
    def test_over_the_limit_are_read_to_the_end_and_refused(self):
        with self.server.wire() as wire:
            wire.send(json_request("/echo/7", {"text": "x" * 300000}))
            answer = wire.answer()
            self.assertEqual((answer.status, answer.json()["code"]), (413, "E_BODY_SIZE"))
            self.assertEqual(wire.send(request("GET", "/hello")).answer().status, 200)

    def test_over_the_limit_in_chunks(self):
        with self.server.wire() as wire:
            wire.send("POST /echo/7 HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(40):
                wire.send(b"2000\r\n" + b"x" * 0x2000 + b"\r\n")
            self.assertEqual(wire.send(b"0\r\n\r\n").answer().status, 413)

    def test_far_over_the_limit_end_the_connection_at_once(self):
        with self.server.wire() as wire:
            answer = wire.send(request("POST", "/echo/7", Content_Length=str(100 * MB), Content_Type="application/json")).answer()
            self.assertEqual(answer.status, 413)
            self.assertTrue(wire.is_ended())

    def test_are_not_asked_for_when_they_will_be_refused(self):
        for target, size, status in (("/echo/7", MB, 413), ("/nothing", 10, 404), ("/upload", 30 * MB, 413)):
            with self.subTest(target), self.server.wire() as wire:
                answer = wire.send(request("POST", target, Content_Length=str(size), Content_Type="image/jpeg",
                                           Expect="100-continue")).answer()
                self.assertEqual(answer.status, status)

    def test_are_asked_for_when_they_are_welcome(self):
        with self.server.wire() as wire:
            wire.send(request("POST", "/echo/7", Content_Length=str(len(ECHO)), Content_Type="application/json",
                              Expect="100-continue"))
            self.assertEqual(wire.answer().status, 100)
            self.assertEqual(wire.send(ECHO).answer().status, 201)

    def test_large_routes_take_more(self):
        with self.server.wire() as wire:
            wire.send(request("POST", "/large", json.dumps({"text": "x" * 10, **{}}).ljust(2 * MB - 100), Content_Type="application/json"))
            self.assertEqual(wire.answer().status, 201)


class Photos(WithServer):
    def upload(self, size, kind="image/jpeg"):
        return self.server.ask("POST", "/upload", os.urandom(size), Content_Type=kind)

    def test_are_streamed_to_a_file_that_goes_with_the_request(self):
        self.assertEqual(self.upload(5 * MB).json(), {"bytes": 5 * MB, "there": True})
        self.wait_until(lambda: self.server.uploads() == [])

    def test_too_large_or_of_another_kind_are_refused(self):
        self.assertEqual(self.upload(21 * MB).json()["code"], "E_PHOTO_SIZE")
        self.assertEqual(self.upload(10, "text/plain").status, 415)
        self.assertEqual(self.server.uploads(), [])

    def test_broken_off_leave_nothing(self):
        with self.server.wire() as wire:
            wire.send(request("POST", "/upload", Content_Length=str(MB), Content_Type="image/jpeg") + b"x" * 1000)
            self.wait_until(lambda: len(self.server.uploads()) == 1)
        self.wait_until(lambda: self.server.uploads() == [])


class SlowClients(WithServer):
    options = ("patience=1",)

    def test_that_send_a_head_byte_by_byte_are_let_go(self):
        with self.server.wire(1) as wire:
            began = time.monotonic()
            try:
                for byte in b"GET /hello HTTP/1.1\r\nHost: a\r\nX-A: " + b"x" * 1000:
                    wire.send(bytes([byte]))
                    time.sleep(0.1)
            except OSError:
                pass
            self.assertLess(time.monotonic() - began, 8)

    def test_that_send_a_body_byte_by_byte_are_let_go(self):
        with self.server.wire(1) as wire:
            wire.send(request("POST", "/echo/7", Content_Length="1000", Content_Type="application/json"))
            began = time.monotonic()
            try:
                for _ in range(1000):
                    wire.send(b"x")
                    time.sleep(0.1)
            except OSError:
                pass
            self.assertLess(time.monotonic() - began, 8)

    def test_that_say_nothing_are_let_go(self):
        with self.server.wire() as wire:
            self.assertTrue(wire.is_ended())
        self.still_answers()


class Crowds(WithServer):
    options = ("workers=2", "queue=2")

    def test_beyond_the_queue_are_told_to_come_back(self):
        wires = [self.server.wire() for _ in range(8)]
        for wire in wires:
            wire.send(request("GET", "/slow?ms=1500"))
        answers = [wire.answer() for wire in wires]
        for wire in wires:
            wire.socket.close()
        busy = [a for a in answers if a.status == 503]
        self.assertEqual(sorted({a.status for a in answers}), [200, 503])
        self.assertIn(len(busy), (4, 5, 6)) # two run, two wait; who comes before a worker has taken one finds it full
        self.assertEqual((busy[0].headers["retry-after"], busy[0].json()["code"]), ("2", "E_BUSY"))

    def test_pages_and_health_are_answered_while_all_workers_wait(self):
        wires = [self.server.wire().send(request("GET", "/slow?ms=2000")) for _ in range(2)]
        began = time.monotonic()
        self.assertEqual(self.server.ask("GET", "/healthz").json()["status"], "ok")
        self.assertLess(time.monotonic() - began, 1.5)
        self.assertEqual([wire.answer().status for wire in wires], [200] * 2)
        for wire in wires:
            wire.socket.close()

    def test_that_leave_while_they_are_served_do_no_harm(self):
        for _ in range(30):
            with self.server.wire() as wire:
                wire.send(request("GET", "/slow?ms=1"))
        self.wait_until(lambda: self.server.ask("GET", "/hello").status == 200)


class Front(WithServer):
    options = ("front",)

    def test_says_who_the_client_is(self):
        answer = self.server.ask("GET", "/hello", X_Forwarded_For="6.6.6.6, 198.51.100.7").json()
        self.assertEqual((answer["client"], answer["local"]), ("198.51.100.7", False))
        self.assertEqual(self.server.ask("GET", "/hello").json()["client"], "127.0.0.1")

    def test_does_not_lead_to_the_figures(self):
        self.assertEqual(self.server.ask("GET", "/metrics", X_Forwarded_For="198.51.100.7").status, 404)
        self.assertEqual(self.server.ask("GET", "//metrics", Via="1.1 front").status, 404)
        self.assertEqual(self.server.ask("GET", "/metrics").status, 200)

    def test_is_believed_only_where_one_was_announced(self):
        alone = Server()
        self.assertEqual(alone.ask("GET", "/hello", X_Forwarded_For="6.6.6.6").json()["client"], "127.0.0.1")
        self.assertEqual(alone.stop(), 0)
        alone.log.close()


class Stopping(unittest.TestCase):
    def test_finishes_what_is_under_way(self):
        server = Server()
        with server.wire() as wire, server.wire() as idle, server.wire() as stream:
            idle.send(request("GET", "/hello")).answer()
            stream.send(request("GET", "/live")).answer(True)
            wire.send(request("GET", "/slow?ms=1500"))
            time.sleep(0.3)
            server.process.terminate()
            self.assertEqual(wire.answer().status, 200)
            self.assertEqual(server.stop(), 0)
        self.assertEqual(server.errors(), "")
        server.log.close()

    def test_does_not_wait_for_ever(self):
        server = Server()
        with server.wire() as wire:
            wire.send(request("GET", "/slow?ms=30000"))
            time.sleep(0.3)
            began = time.monotonic()
            self.assertEqual(server.stop(), 3)
            self.assertLess(time.monotonic() - began, 10)
        server.log.close()

    def test_a_port_in_use_is_said(self):
        first = Server()
        second = Server(listen=f"127.0.0.1:{first.port}")
        self.assertEqual(second.process.wait(10), 1)
        self.assertIn(f"The address 127.0.0.1:{first.port} is in use.", second.errors())
        second.process.stdout.close()
        self.assertEqual(first.stop(), 0)

    def test_what_a_crash_left_is_swept_away(self):
        server = Server()
        left = os.path.join(server.folder.name, "incoming-0123456789abcdef")
        open(left, "w").close()
        self.assertEqual(server.stop(), 0)
        again = Server(server.folder.name)
        self.assertFalse(os.path.exists(left))
        self.assertEqual(again.stop(), 0)


if __name__ == "__main__":
    unittest.main()
