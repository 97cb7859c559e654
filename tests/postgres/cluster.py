# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL 15 of the tests' own: made in a temporary folder, on a free port of this machine, and gone at the end.

As root it runs under the account that Debian's package makes, since PostgreSQL refuses root."""
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import time

USER = "linli"


def programs():
    """The folder of initdb and postgres, the newest of the machine; None without any."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


kept = []  # names of ports that are this process's own, also while nobody listens there


def free_port():
    """A port that no other process of the tests takes as long as this one lives: a server may be stopped and come back."""
    while True:
        with socket.socket() as s:
            s.bind(("127.0.0.1", 0))
            port = s.getsockname()[1]
        name = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        try:
            name.bind(f"\0linli-test-port-{port}")
        except OSError:
            name.close()
            continue
        kept.append(name)
        return port


def as_owner():
    """How a child is started so that PostgreSQL accepts its user."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


class Cluster:
    """Options are settings of the server, name=value; durable=False leaves the disk's own pace out of the tests; with a network the
    server runs on one of its machines (network.py)."""

    def __init__(self, durable=False, options=(), network=None, machine=0):
        host = network.hosts[machine] if network else "127.0.0.1"
        self.enter = [*network.enter(machine), "setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if network else []
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-postgres-"))
        self.data = self.folder / "data"
        self.host = host
        self.port = free_port()
        self.server = None
        self.settings = [f"unix_socket_directories={self.folder}", f"listen_addresses={host}", f"port={self.port}",
                         "max_connections=300", "shared_buffers=128MB", *options]
        self.settings += [] if durable else ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")

    def run(self, program, *arguments):
        return subprocess.run([str(programs() / program), *map(str, arguments)], cwd=self.folder, check=True,
                              capture_output=True, text=True, **as_owner()).stdout

    def make(self):
        self.run("initdb", "-D", self.data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        if self.enter:
            with open(self.data / "pg_hba.conf", "a", encoding="utf-8") as f:
                f.write("host all all samenet trust\nhost replication all samenet trust\n")
        return self

    def start(self):
        log = open(self.folder / "log", "ab")
        settings = [word for setting in self.settings for word in ("-c", setting)]
        self.server = subprocess.Popen([*self.enter, str(programs() / "postgres"), "-D", str(self.data), *settings], cwd=self.folder,
                                       stdout=log, stderr=log, **({} if self.enter else as_owner()))
        log.close()
        for _ in range(600):
            if self.is_up():
                return self
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError("PostgreSQL did not come up: " + (self.folder / "log").read_text(errors="replace")[-2000:])

    def is_up(self):
        done = subprocess.run([str(programs() / "pg_isready"), "-h", self.host, "-p", str(self.port)], capture_output=True)
        return done.returncode == 0

    def stop(self, how=signal.SIGINT):
        """SIGINT ends it fast and clean; SIGQUIT leaves it as a crash would."""
        if self.server and self.server.poll() is None:
            self.server.send_signal(how)
            self.server.wait(60)

    def close(self):
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def address(self, database="postgres"):
        return f"postgresql://{USER}@{self.host}:{self.port}/{database}"

    def sql(self, text, database="postgres"):
        return self.run("psql", "-h", self.host, "-p", self.port, "-U", USER, "-d", database, "-v", "ON_ERROR_STOP=1",
                        "-XAtc", text)

    def create(self, name):
        """An empty database as Linli wants it; gives its address."""
        self.sql(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")
        return self.address(name)
