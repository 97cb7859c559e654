#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The questions and new cases of ./bench city on PostgreSQL: ./bench postgres

A server of its own (durable, Debian's settings but for 512 MB of shared buffers) gets the demonstration; new cases are sent over 64
connections. Raw is what the writer's connection sent to the database for the very same requests, the bytes recorded by a
relay between the two and sent again to a copy of the same database, with the same commits and nothing else. As with SQLite the
recorded run is not the measured one.

./bench postgres --city FOLDER asks a city that is there (linli bench load --database ...), also while new cases come in, which
stay in it. With --server FOLDER, the folder of its server, stopped and on a file system that copies by reference, the new cases
are measured beside raw instead, on copies: first as many cases to warm both, then those that count.
"""
import argparse
import pathlib
import re
import shutil
import socket
import statistics
import struct
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "postgres"))
from city import BESIDE_ASKS, BESIDE_SECONDS, PASSWORD, SUBJECTS # noqa: E402
from city_questions import (ACCEPTORS, HANDLER, SHIFT_LEADER, acceptors, in_turns, new_cases, question_requests,  # noqa: E402
                            street_shares)
from city_server import Failed, Server, rows, run # noqa: E402
from cluster import Cluster # noqa: E402
from relay import PROTOCOL, Relay, in_syncs # noqa: E402

CONNECTIONS = 64


class Raw:
    """A connection that sends recorded bytes."""

    def __init__(self, port, database):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        words = b"user\0linli\0database\0" + database.encode() + b"\0client_encoding\0UTF8\0\0"
        self.socket.sendall(struct.pack(">II", len(words) + 8, PROTOCOL) + words)
        self.rest = b""
        self.wait()

    def wait(self):
        """Reads on until the server is ready; fails when it refused something."""
        data = self.rest
        while True:
            while len(data) >= 5:
                length = struct.unpack(">I", data[1:5])[0] + 1
                if len(data) < length:
                    break
                kind, body, data = data[:1], data[5:length], data[length:]
                if kind == b"E":
                    raise Failed(f"the replay was refused: {body!r}")
                if kind == b"Z":
                    self.rest = data
                    return
            more = self.socket.recv(1 << 20)
            if not more:
                raise Failed("the replay lost its connection")
            data += more

    def send(self, parts):
        began = time.perf_counter()
        for part in parts:
            self.socket.sendall(part)
            self.wait()
        return time.perf_counter() - began


class Postgres:
    def __init__(self, options):
        self.options = options
        self.folder = options.folder
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.cluster = Cluster(durable=True, options=["shared_buffers=512MB", "max_wal_size=4GB"]).make().start()
        self.data = self.folder / "data"

    def copy(self, name, port=None):
        """A copy of the database under another name, and a folder that names it."""
        self.cluster.sql(f"DROP DATABASE IF EXISTS {name}")
        self.cluster.sql(f"CREATE DATABASE {name} TEMPLATE city")
        self.cluster.sql("VACUUM (ANALYZE)", name)
        self.cluster.sql("CHECKPOINT")
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.data, folder)
        address = self.cluster.address(name)
        if port:
            address = address.replace(f":{self.cluster.port}/", f":{port}/")
        conf = folder / "linli.conf"
        conf.write_text(re.sub(r"^database = .*$", f"database = {address}", conf.read_text(), flags=re.M))
        return folder

    def requests(self, name, some):
        path = self.folder / name
        with open(path, "wb") as f:
            f.writelines(some)
        return path

    def run(self):
        options = self.options
        began = time.perf_counter()
        run(options.build / "linli", "demo", "--data", self.data, "--cases", options.cases, "--catalogue", ROOT / "catalogue",
            "--database", self.cluster.create("city"))
        print(f"{options.cases} cases were made in {time.perf_counter() - began:.0f} s; the database has "
              f"{int(self.cluster.sql('SELECT pg_database_size(current_database())', 'city')) / options.cases:.0f} bytes a case")
        with Server(options.build, self.data) as server:
            people = {login: server.sign_in(login, PASSWORD) for login in [SHIFT_LEADER, HANDLER, *ACCEPTORS]}
        asks = question_requests(self.data, people, options.asks)
        cases = self.requests("cases", new_cases(self.data, people, options.writes))
        with Server(options.build, self.copy("asked")) as server:
            self.questions(server, asks)
        relay = Relay(self.cluster.port)
        folder = self.copy("recorded", relay.port)
        with Server(options.build, folder) as server:
            server.load(CONNECTIONS, cases)
        writer = in_syncs(next(bytes(kept) for kept in relay.sent if b"INSERT INTO ledger" in kept))
        ratios = []
        for _ in range(options.rounds):
            with Server(options.build, self.copy("written")) as server:
                said = server.load(CONNECTIONS, cases)
            self.copy("raw")
            raw = Raw(self.cluster.port, "raw").send(writer)
            heads = [self.cluster.sql("SELECT max(number) FROM ledger WHERE office = 1", name) for name in ("recorded", "raw", "city")]
            if heads[0] != heads[1] or heads[1] == heads[2]:
                raise Failed(f"the replay did not make what the server made: {heads}")
            rate, raw_rate = said["answers"] / said["seconds"], said["answers"] / raw
            ratios.append(rate / raw_rate)
            print(f"new cases, 64 connections: {rate:.0f}/s, raw {raw_rate:.0f}/s, {rate / raw_rate:.2f} x raw; "
                  f"others used {said['cores']['others']:.2f} cores (the database is among them)", flush=True)
        print(f"median {statistics.median(ratios):.2f} x raw (target 0.5)")

    def questions(self, server, asks):
        server.load(1, self.requests("warm", (some[0] for some in asks.values())))
        print_worst("at 1", [k for some in asks.values() for k in server.load(1, self.requests("one", some))["kinds"]])


def print_worst(when, kinds):
    """Of each subject the question with the greatest p99."""
    for subject, name in SUBJECTS.items():
        said = max((k for k in kinds if k["kind"].startswith(subject + "/")), key=lambda k: k["p99_us"])
        print(f"{name}, {when}: p99 {said['p99_us'] / 1000:.1f} ms, p50 {said['p50_us'] / 1000:.1f}  {said['kind']}  (target 20)", flush=True)


def entries(data, offices):
    """Of their ledgers: a new case is one."""
    return sum(rows(data, "SELECT max(number) FROM ledger WHERE office = ?", office)[0][0] for office in offices)


def ask_city(options):
    """What is asked of a city that is there, in its place."""
    work = options.folder / "work"
    work.mkdir(parents=True, exist_ok=True)

    def file(name, some):
        with open(work / name, "wb") as f:
            f.writelines(some)
        return work / name

    with Server(options.build, options.city) as server:
        shares = street_shares(options.city)
        logins = [SHIFT_LEADER, HANDLER, *(login for office in shares for login in acceptors(office))]
        people = {login: server.sign_in(login, PASSWORD) for login in logins}
        asks = question_requests(options.city, people, options.asks)
        fewer = in_turns({kind: some[:BESIDE_ASKS] for kind, some in asks.items()})
        # A request that is sent again makes no new case.
        cases_beside = file("cases-beside", new_cases(options.city, people, options.beside * BESIDE_SECONDS, seed=2, shares=shares))
        cases = file("cases", new_cases(options.city, people, options.writes))
        server.load(1, file("warm", (some[0] for some in asks.values())))
        print_worst("at 1", [k for some in asks.values() for k in server.load(1, file("one", some))["kinds"]])
        cache = run(options.build / "benchmarks" / "bench_cache").strip()
        writer = server.load_begin(CONNECTIONS, cases_beside, 3600, options.beside)
        time.sleep(2) # until they come in evenly
        before, began = entries(options.city, shares), time.perf_counter()
        said = server.load(1, file("beside", fewer))
        reached = (entries(options.city, shares) - before) / (time.perf_counter() - began)
        writer.kill() # it only kept the writer busy
        writer.communicate()
        print_worst(f"beside {reached:.0f} new cases a second of {options.beside} wanted", said["kinds"])
        print(f"a step through 8 MB of memory: {cache} ns before, {run(options.build / 'benchmarks' / 'bench_cache').strip()} behind; "
              "some 20 where nobody else uses the cache")
        said = server.load(CONNECTIONS, cases)
        print(f"new cases, 64 connections: {said['answers'] / said['seconds']:.0f}/s; peak memory {server.peak_mib():.0f} MB")
    shutil.rmtree(work)


class Kept(Cluster):
    """A server on a copy of somebody's folder."""

    def __init__(self, source, name):
        super().__init__(durable=True)
        self.data = source.with_name(name)
        self.forget()
        run("cp", "-a", "--reflink=always", source, self.data)
        self.start()

    def forget(self):
        shutil.rmtree(self.data, ignore_errors=True)

    def close(self):
        self.stop()
        super().close()
        self.forget()


class CityCopies:
    """What a city's server takes, beside raw, all on copies of its folder."""

    def __init__(self, options):
        self.options = options
        self.work = options.folder / "work"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir(parents=True)
        conf = (options.city / "linli.conf").read_text()
        self.database = re.search(r"^database = .*/([^/?\s]+)", conf, re.M).group(1)

    def folder(self, server, port=None):
        """The city's folder, naming a copied server."""
        folder = self.work / "data"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.options.city, folder)
        address = server.address(self.database).replace(f":{server.port}/", f":{port or server.port}/")
        conf = folder / "linli.conf"
        conf.write_text(re.sub(r"^database = .*$", f"database = {address}", conf.read_text(), flags=re.M))
        return folder

    def head(self, server):
        return server.sql("SELECT max(number) FROM ledger WHERE office = 1", self.database)

    def sign_in(self, server):
        """The warming requests and those that count, of people who are signed in on each copy of this one."""
        folder = self.folder(server)
        with Server(self.options.build, folder) as linli:
            shares = street_shares(folder)
            people = {login: linli.sign_in(login, PASSWORD) for office in shares for login in acceptors(office)}
        some = list(new_cases(folder, people, 2 * self.options.writes, shares=shares))
        files = []
        for name, part in (("first", some[:self.options.writes]), ("then", some[self.options.writes:])):
            files.append(self.work / name)
            files[-1].write_bytes(b"".join(part))
        return files

    def record(self, base, files):
        """What the writer's connection sent for each of the two, and where the ledger ended."""
        server = Kept(base.data, "recorded")
        relay = Relay(server.port)
        with Server(self.options.build, self.folder(server, relay.port)) as linli:
            linli.load(CONNECTIONS, files[0])
            kept = next(kept for kept in relay.sent if b"INSERT INTO ledger" in kept)
            warm = len(in_syncs(bytes(kept)))
            linli.load(CONNECTIONS, files[1])
        parts, head = in_syncs(bytes(kept)), self.head(server)
        server.close()
        return parts[:warm], parts[warm:], head

    def run(self):
        base = Kept(self.options.server, "base")
        try:
            files, before = self.sign_in(base), self.head(base)
            base.stop()
            warm, counted, head = self.record(base, files)
            for _ in range(self.options.rounds):
                server = Kept(base.data, "written")
                with Server(self.options.build, self.folder(server)) as linli:
                    linli.load(CONNECTIONS, files[0])
                    said = linli.load(CONNECTIONS, files[1])
                    peak = linli.peak_mib()
                server.close()
                server = Kept(base.data, "raw")
                raw = Raw(server.port, self.database)
                raw.send(warm)
                rate, raw_rate = said["answers"] / said["seconds"], said["answers"] / raw.send(counted)
                if not before != self.head(server) == head:
                    raise Failed("the replay did not make what the server made")
                server.close()
                print(f"new cases, 64 connections: {rate:.0f}/s, raw {raw_rate:.0f}/s, {rate / raw_rate:.2f} x raw (target 0.5); "
                      f"peak memory {peak:.0f} MB", flush=True)
        finally:
            base.close()
            shutil.rmtree(self.work)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "bench-postgres", help="for the data")
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--writes", type=int, default=5000, help="new cases of a round")
    parser.add_argument("--asks", type=int, default=200, help="of each question")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--city", type=pathlib.Path, help="a data folder whose linli.conf names a database: asked as it is")
    parser.add_argument("--server", type=pathlib.Path, help="with --city: the stopped server's folder, to measure new cases beside raw")
    parser.add_argument("--beside", type=int, default=1000, help="new cases a second beside the questions, with --city")
    options = parser.parse_args()
    if options.city:
        try:
            if options.server:
                CityCopies(options).run()
            else:
                ask_city(options)
        except Failed as e:
            sys.exit(str(e))
        return
    city = Postgres(options)
    try:
        city.run()
    except Failed as e:
        sys.exit(str(e))
    finally:
        city.cluster.close()
        shutil.rmtree(city.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
