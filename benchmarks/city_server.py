# SPDX-License-Identifier: Apache-2.0
"""The server under measurement: started on a copy of the data, asked, weighed, and stopped."""
import contextlib
import http.client
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """Something could not be measured."""


def run(*command):
    """Runs a program to its end and gives what it printed."""
    try:
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False,
                              env={**os.environ, "LANG": "en"})
    except OSError as e:
        raise Failed(f"{command[0]}: {e.strerror}") from None
    if done.returncode != 0:
        raise Failed(f"{' '.join(map(str, command))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def copy_data(source, to):
    """A copy of a data folder that nobody is using, all on the disk before it is given back."""
    shutil.rmtree(to, ignore_errors=True)
    to.parent.mkdir(parents=True, exist_ok=True)
    run("cp", "-a", "--reflink=auto", source, to)
    os.sync()
    return to


def busy_seconds():
    """Processor time of the whole machine since it was started."""
    fields = [int(f) for f in pathlib.Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / TICKS


def own_seconds(pid):
    """Processor time of a process and all its threads."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def thread_seconds(pid):
    """Processor time of a process's threads, to the nanosecond."""
    return sum(int(f.read_text().split()[0]) for f in pathlib.Path(f"/proc/{pid}/task").glob("*/schedstat")) / 1e9


def child_seconds():
    """Processor time of the programs that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def without_nightly_backup(data):
    """Measured at night a fresh copy would begin its backup at once, beside what is measured."""
    conf = data / "linli.conf"
    text = conf.read_text() if conf.exists() else ""
    if "backup_at" not in text:
        conf.write_text(f"{text}backup_at = off\n")


class Server:
    """`linli serve` on a data folder; as a context it is stopped at the end."""

    def __init__(self, build, data, trace=None):
        self.build, self.data, self.trace = build, data, trace
        without_nightly_backup(data)
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            self.port = s.getsockname()[1]
        self.process = None

    def start(self, path="/healthz", cookie=None):
        """Starts and gives the seconds from then to the first answer to a GET of the path."""
        env = dict(os.environ)
        if self.trace:
            libraries = [str(self.build / "benchmarks" / "bench_record.so"), *filter(None, [env.get("LD_PRELOAD")])]
            env |= {"LD_PRELOAD": ":".join(libraries), "LINLI_BENCH_TRACE": str(self.trace)}
        log = open(self.data.parent / f"{self.data.name}.log", "ab")
        began = time.perf_counter()
        with log:
            self.process = subprocess.Popen([self.build / "linli", "serve", "--data", self.data, "--quiet",
                                             "--listen", f"127.0.0.1:{self.port}"], stdout=log, stderr=log, env=env)
        while True:
            try:
                answer = self.ask("GET", path, cookie=cookie)[0]
            except OSError:
                if self.process.poll() is not None or time.perf_counter() - began > 60:
                    raise Failed(f"the server did not come up, see {log.name}") from None
                time.sleep(0.0005)
                continue
            if answer.status != 200:
                raise Failed(f"{path} answered {answer.status} after the start")
            return time.perf_counter() - began

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            if self.process.wait(60) != 0:
                raise Failed(f"the server ended with status {self.process.returncode}")

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            self.stop()
        elif self.process:
            self.process.kill()
            self.process.wait()

    def ask(self, method, path, body=None, cookie=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            headers = {"Cookie": cookie} if cookie else {}
            if body is not None:
                headers["Content-Type"] = "application/json"
            connection.request(method, path, None if body is None else json.dumps(body).encode(), headers)
            answer = connection.getresponse()
            return answer, answer.read()

    def sign_in(self, login, password):
        """The head lines of one who has signed in: cookie and the token against foreign sites."""
        answer, data = self.ask("POST", "/api/v1/session", {"login": login, "password": password})
        if answer.status != 200:
            raise Failed(f"{login} could not sign in: {answer.status} {data[:200]}")
        return answer.getheader("Set-Cookie").split(";")[0], json.loads(data)["csrf"]

    def peak_mib(self):
        """The most memory that the process had resident so far."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1024

    def load(self, connections, requests, seconds=0, rate=0):
        """Sends a file of requests; what bench_load says, and how many cores the server, bench_load and others used."""
        threads = thread_seconds(self.process.pid)
        before = busy_seconds(), own_seconds(self.process.pid), child_seconds(), time.perf_counter()
        said = self.load_end(self.load_begin(connections, requests, seconds, rate))
        after = busy_seconds(), own_seconds(self.process.pid), child_seconds(), time.perf_counter()
        busy, server, client, wall = (a - b for a, b in zip(after, before))
        said["cores"] = {"server": server / wall, "client": client / wall, "others": max(busy - server - client, 0) / wall}
        said["server_seconds"] = thread_seconds(self.process.pid) - threads
        return said

    def load_begin(self, connections, requests, seconds=0, rate=0):
        return subprocess.Popen([self.build / "benchmarks" / "bench_load", str(self.port), str(connections), requests,
                                 str(seconds), str(rate)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    @staticmethod
    def load_end(child):
        out, problems = child.communicate(timeout=1800)
        if child.returncode != 0:
            raise Failed(f"bench_load: {problems}")
        said = json.loads(out)
        said["refused"] = sum(k["refused"] for k in said["kinds"])
        said["answers"] = sum(k["answers"] for k in said["kinds"])
        if said["refused"] or said["broken"] or not said["answers"]:
            raise Failed(f"{said['refused']} refused, {said['broken']} broken off: {problems}")
        return said


def rows(data, sql, *values):
    conf = data / "linli.conf"
    server = re.search(r"^database = (\S+)", conf.read_text(), re.M) if conf.exists() else None
    if server:
        sys.path.insert(0, str(ROOT / "tests" / "postgres"))
        from libpq import Connection # noqa: E402
        with contextlib.closing(Connection(server[1])) as db:
            return db.execute(sql, values).fetchall()
    with contextlib.closing(sqlite3.connect(f"file:{data}/linli.db?mode=ro", uri=True)) as db:
        return db.execute(sql, values).fetchall()
