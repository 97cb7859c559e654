# SPDX-License-Identifier: Apache-2.0
"""A street for scenarios: an office of the demonstration's places, units and accounts in a temporary folder, served by
the program itself, and people who talk to it over HTTP."""
import atexit
import http.client
import json
import os
import pathlib
import re
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import urllib.parse
import uuid
import zlib

from engine import connect, copy_folder, engine_options # which finds the next one
from cluster import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = pathlib.Path(os.environ.get("LINLI_PROGRAM", ROOT / "build" / "release" / "linli"))
CATALOGUE = ROOT / "catalogue"


class Refused(Exception):
    """An answer of 400 or above, with its problem document."""

    def __init__(self, status, problem):
        super().__init__(f"{status} {problem}")
        self.status = status
        self.problem = problem
        self.code = problem.get("code") if isinstance(problem, dict) else None


def linli(*arguments, check=True, env=None):
    """Runs the program to its end."""
    done = subprocess.run([str(PROGRAM), *map(str, arguments), *engine_options(arguments)], capture_output=True, text=True, check=False,
                          env={**os.environ, "LC_ALL": "", "LC_MESSAGES": "", "LANG": "en", **(env or {})})
    if check and done.returncode != 0:
        raise AssertionError(f"linli {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def png(width=640, height=480, shade=120):
    """A photo of nothing in particular, made here."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes([(x + y + shade) % 256 for x in range(width) for _ in range(3)]) for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def unseal(db):
    """Behind a hand that changed passwords where no server has run yet: the next program seals what it finds."""
    db.execute("DELETE FROM audit")


NEWEST = 2**53 - 1 # as what was seen last: whatever there is
moulds = {} # data folders that were made once, with their password: each street is a copy


def forget_moulds():
    for data, _ in moulds.values():
        shutil.rmtree(data.parent, ignore_errors=True)


atexit.register(forget_moulds)


class Street:
    """An office in a folder of its own, served on a free port; with `cases` the demonstration, that many cases of two years."""

    def __init__(self, cases=0, folder=None, serve=(), env=None, files=CATALOGUE / "demo"):
        self.serve = [str(option) for option in serve] # further options of linli serve
        self.files = files # places, units and accounts of the office
        self.env = {**os.environ, **(env or {})}
        self.folder = pathlib.Path(folder or tempfile.mkdtemp(prefix="linli-street-"))
        self.data = self.folder / "data"
        self.password = self.copy_of(("demonstration", cases), lambda: self.make_demonstration(cases)) if cases else self.make_office()
        self.server = None
        self.port = free_port()
        self.start()

    def make_demonstration(self, cases):
        out = linli("demo", "--data", self.data, "--catalogue", CATALOGUE, "--cases", cases).stdout
        return re.search(r"Linli-\d+", out).group(0)

    def copy_of(self, what, make):
        """Makes a folder the first time that it is asked for in this process, and from then on copies it; gives its password."""
        if what not in moulds:
            data, self.data = self.data, pathlib.Path(tempfile.mkdtemp(prefix="linli-mould-")) / "data"
            try:
                moulds[what] = self.data, make()
            finally:
                self.data = data
        mould, password = moulds[what]
        copy_folder(mould, self.data)
        return password

    def make_office(self):
        return self.copy_of(("office", self.files), self.make_new_office)

    def make_new_office(self):
        out = linli("init", "--data", self.data, "--office", "SP", "--name", "四平路街道", "--name-en", "Siping Road",
                    "--telephone", "021-00000000", "--catalogue", CATALOGUE, "--files", self.files).stdout
        with self.database() as db: # as if everybody had chosen a password; what a one-time password may do: test_privacy.py
            db.execute("UPDATE credentials SET must_change = 0")
            unseal(db)
        db.close() # leaving `with` commits and leaves it open
        return re.search(r"one-time password: (\S+)", out).group(1)

    def start(self):
        self.log = open(self.folder / "serve.log", "ab")
        self.server = subprocess.Popen([str(PROGRAM), "serve", "--data", str(self.data), "--listen", f"127.0.0.1:{self.port}",
                                        "--map", str(CATALOGUE / "demo" / "map.geojson"), *self.serve],
                                       stdout=self.log, stderr=self.log, env=self.env)
        for _ in range(200):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                if self.server.poll() is not None:
                    break
                time.sleep(0.05)
        raise AssertionError("the server did not come up: " + (self.folder / "serve.log").read_text()[-2000:])

    def stop(self, kill=False):
        if self.server and self.server.poll() is None:
            (self.server.kill if kill else self.server.terminate)()
            self.server.wait(20)
        self.log.close()

    def close(self):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def anybody(self, language="zh"):
        return Person(self, language=language)

    def person(self, login, language="zh"):
        p = Person(self, language=language)
        p.sign_in(login, self.password)
        return p

    def verify(self):
        return linli("verify", "--data", self.data, check=False)

    def database(self):
        return connect(self.data)


class Person:
    """Somebody with a browser: cookie, CSRF token, language."""

    def __init__(self, street, language="zh"):
        self.street = street
        self.language = language
        self.cookie = None
        self.csrf = None
        self.session = None

    def raw(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.street.port, timeout=30)
        send = {"Accept-Language": self.language, **(headers or {})}
        if self.cookie:
            send["Cookie"] = self.cookie
        if self.csrf and method != "GET":
            send["X-CSRF-Token"] = self.csrf
        if isinstance(body, (dict, list)):
            body = json.dumps(body, ensure_ascii=False).encode()
            send.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, send)
        answer = connection.getresponse()
        data = answer.read()
        connection.close()
        return answer, data

    def ask(self, method, path, body=None, headers=None, **query):
        if query:
            path += "?" + urllib.parse.urlencode(query)
        answer, data = self.raw(method, path, body, headers)
        kind = answer.getheader("Content-Type") or ""
        value = json.loads(data) if "json" in kind and data else data
        if answer.status >= 400:
            raise Refused(answer.status, value)
        cookie = answer.getheader("Set-Cookie")
        if cookie:
            self.cookie = cookie.split(";")[0]
        return value

    def get(self, path, **query):
        return self.ask("GET", path, **query)

    def post(self, path, body=None, key=None):
        return self.ask("POST", path, body if body is not None else {}, {"Idempotency-Key": key or str(uuid.uuid4())})

    def sign_in(self, login, password):
        self.session = self.post("/api/v1/session", {"login": login, "password": password})
        self.csrf = self.session["csrf"]

    def upload(self, photo=None, kind="image/png"):
        """Sends a photo; staff through their session, others as residents. Gives its id."""
        path = "/api/v1/uploads" if self.csrf else "/api/v1/public/uploads"
        return self.ask("POST", path, photo or png(), {"Content-Type": kind})["id"]

    # ---- what people of the trade do

    def report(self, **facts):
        facts.setdefault("procedure", "city-matter")
        facts.setdefault("channel", "patrol")
        facts.setdefault("text", "垃圾房满溢，味道很大")
        return self.post("/api/v1/cases", facts)

    def case(self, case_id):
        return self.get(f"/api/v1/cases/{case_id}")

    def steps(self, case_id, *steps, seen=None, key=None):
        """As the page sends them: filing by the first condition unless another is said."""
        steps = [{"condition": 1, **step} if step["step"] == "file" else step for step in steps]
        seen = seen if seen is not None else self.case(case_id)["last_event"]
        return self.post(f"/api/v1/cases/{case_id}/steps", {"seen": seen, "steps": steps}, key)

    def list(self, filter_text="", **query):
        return self.get("/api/v1/cases", filter=filter_text, **query)["items"]

    def count(self, filter_text=""):
        return self.get("/api/v1/cases/count", filter=filter_text)["count"]
