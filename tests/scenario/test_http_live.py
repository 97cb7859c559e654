# SPDX-License-Identifier: Apache-2.0
"""Server-sent events: who hears what, slow listeners, many listeners."""
import json
import selectors
import time
import unittest

from test_http_gate import WithServer, setUpModule  # noqa: F401 (unittest calls setUpModule)
from web_server import request

MARK = 10**9


class Live(WithServer):
    def listen(self, scope=""):
        wire = self.server.wire()
        answer = wire.send(request("GET", f"/live?scope={scope}")).answer(True)
        self.assertEqual((answer.status, answer.headers["content-type"]), (200, "text/event-stream; charset=utf-8"))
        self.assertEqual(answer.headers["x-accel-buffering"], "no")
        self.assertIn("retry: 3000", self.event(wire))
        return wire

    def event(self, wire):
        """The next block of lines that is not a beat; chunk sizes are taken out."""
        while True:
            size = wire.until(b"\r\n")
            if size is None or int(size, 16) == 0:
                return None
            block = wire.take(int(size, 16) + 2)[:-2].decode()
            if block.strip(":\n"):
                return block

    def heard(self, wire, count):
        """The next `count` cases told to this stream."""
        cases = []
        while len(cases) < count:
            for block in self.event(wire).strip().split("\n\n"):
                kind, data = block.split("\n")
                self.assertEqual(kind, "event: case")
                cases.append(json.loads(data.removeprefix("data: "))["id"])
        return cases

    def publish(self, first, count=1):
        self.assertEqual(self.server.ask("POST", f"/publish?from={first}&count={count}").status, 204)

    def streams(self):
        for line in self.server.ask("GET", "/metrics").body.decode().splitlines():
            if line.startswith("linli_live_streams "):
                return int(line.split()[1])
        return None

    def setUp(self):
        """What the test before published has been told."""
        with self.listen() as wire:
            self.publish(2 * MARK)
            while 2 * MARK not in self.heard(wire, 1):
                pass

    def tearDown(self):
        """Who left is found out when something is written to them."""
        def is_empty():
            self.publish(2)
            self.publish(1)
            return self.streams() == 0

        self.wait_until(is_empty)

    def test_everybody_hears_what_they_may_see(self):
        with self.listen() as everything, self.listen("even") as even:
            self.publish(1, 4)
            self.assertEqual(self.heard(everything, 4), [1, 2, 3, 4])
            self.assertEqual(self.heard(even, 2), [2, 4])
            self.publish(6)
            self.assertEqual((self.heard(everything, 1), self.heard(even, 1)), ([6], [6]))

    def test_a_stream_ends_when_its_scope_does(self):
        with self.listen("odd") as odd, self.listen("even") as even:
            self.assertEqual(self.server.ask("POST", "/end?scope=odd").status, 204)
            self.assertIsNone(self.event(odd))
            self.publish(2)
            self.assertEqual(self.heard(even, 1), [2])

    def test_a_listener_that_does_not_read_is_told_to_load_afresh(self):
        with self.listen() as wire:
            text = ""
            for first in range(1, 400000, 20000):
                self.publish(first, 20000)
            end = time.monotonic() + 10
            while "event: reload" not in text and time.monotonic() < end:
                text += self.event(wire)
            self.assertIn("event: reload\ndata: {}", text)

    def test_two_hundred_hear_everything(self):
        wires = [self.listen() for _ in range(200)]
        self.assertGreaterEqual(self.streams(), 200)
        began = time.monotonic()
        for first in range(1, 51):
            self.publish(first)
        ready, left = selectors.DefaultSelector(), {}
        for wire in wires:
            ready.register(wire.socket, selectors.EVENT_READ, wire)
            left[wire] = wire.rest
        while left and time.monotonic() - began < 20:
            for key, _ in ready.select(1):
                wire = key.data
                left[wire] += wire.socket.recv(65536)
                if left[wire].count(b"event: case") == 50:
                    ready.unregister(wire.socket)
                    del left[wire]
        self.assertEqual(len(left), 0)
        for wire in wires:
            wire.socket.close()

    def test_head_opens_no_stream(self):
        self.assertEqual(self.server.ask("HEAD", "/live").status, 200)


if __name__ == "__main__":
    unittest.main()
