# SPDX-License-Identifier: Apache-2.0
"""Starts the small server of test_web_server.c and talks to it over raw sockets."""
import json
import os
import pathlib
import signal
import socket
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
# The build with address and undefined behaviour checks where there is one.
PROGRAM = next((p for p in (ROOT / "build" / b / "tests" / "test_web_server" for b in (os.environ.get("LINLI_BUILD", "check"), "release")) if p.exists()), None)


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)


class Wire:
    """One connection: send bytes, read answers in order."""

    def __init__(self, port, timeout=10):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)
        return self

    def more(self):
        """Reads what there is; False at the end of the connection."""
        try:
            data = self.socket.recv(65536)
        except ConnectionResetError:
            data = b""
        self.rest += data
        return bool(data)

    def until(self, mark):
        while mark not in self.rest:
            if not self.more():
                return None
        data, self.rest = self.rest.split(mark, 1)
        return data

    def take(self, size):
        while len(self.rest) < size and self.more():
            pass
        data, self.rest = self.rest[:size], self.rest[size:]
        return data

    def answer(self, is_head=False):
        """The next answer, or None when the connection ended instead."""
        head = self.until(b"\r\n\r\n")
        if head is None:
            return None
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines[1:])}
        if status == 100 or is_head:
            return Answer(status, headers, b"")
        return Answer(status, headers, self.take(int(headers.get("content-length", 0))))

    def everything(self):
        """What comes until the other side closes."""
        while self.more():
            pass
        return self.rest

    def is_ended(self):
        """True when the other side closes without another byte."""
        return not self.rest and not self.more()


class Server:
    def __init__(self, *options, listen="127.0.0.1:0"):
        self.folder = tempfile.TemporaryDirectory(prefix="linli-uploads-")
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([str(PROGRAM), listen, self.folder.name, "quiet", *options],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.split()[1]) if line.startswith("port ") else 0

    def wire(self, timeout=10):
        return Wire(self.port, timeout)

    def ask(self, method, target, body=b"", **headers):
        """One request on its own connection."""
        with self.wire() as wire:
            return wire.send(request(method, target, body, **headers)).answer(method == "HEAD")

    def uploads(self):
        return sorted(p.name for p in pathlib.Path(self.folder.name).iterdir())

    def errors(self):
        """What it wrote besides log lines: reports of the checkers and of broken promises."""
        self.log.seek(0)
        return "".join(line for line in self.log.read().decode(errors="replace").splitlines(True)
                       if not line.startswith("{"))

    def stop(self, wait=15):
        """Its exit status after SIGTERM."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(wait)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.process.stdout.close()


def request(method, target, body=b"", **headers):
    """The bytes of a request; a header's underscores become dashes, None leaves one out."""
    body = body.encode() if isinstance(body, str) else body
    lines = {"Host": "test", **({"Content-Length": str(len(body))} if body else {}),
             **{name.replace("_", "-"): value for name, value in headers.items()}}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items() if value is not None)
    return f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + body


def json_request(target, value, **headers):
    return request("POST", target, json.dumps(value), Content_Type="application/json", **headers)
